import { blurFile } from '../pipeline/index.ts';
import {
  judgePicture,
  type Look,
  refusal,
  type SafetyStage,
  type SecondOpinion,
  stricter,
  type Verdict,
} from '../safety/judge.ts';
import type { SafetyPlace } from '../safety/settings.ts';

/**
 * Holds a job's pictures against the rules of the place that it was asked in. Every picture of a job passes here before
 * anybody sees it: nothing unchecked leaves the worker.
 */
export interface Guard {
  /** False where the rules do not look at pictures. */
  readonly looks: boolean;
  /** Has the second judge, where there is one, look at the source before the work starts. */
  askAbout(source: Uint8Array): Promise<void>;
  /** Judges the source. @throws SafetyRefusal */
  source(look: Look): void;
  /** A preview as it may be shown: as it is, or blurred. */
  preview(look: Look | undefined, file: Uint8Array): Promise<Uint8Array>;
  /** Judges a finished picture. @returns the rule by which it is to be hidden @throws SafetyRefusal */
  result(look: Look | undefined, file: Uint8Array): Promise<{ spoiler?: string }>;
}

export function createGuard(place: SafetyPlace, second?: SecondOpinion): Guard {
  let ofSource: Verdict = { action: 'allow' };
  let sourceSecond: number | 'failed' | undefined;
  /** What a picture without a look of its own counts as. */
  let missing: Look = 'failed';

  const secondOf = async (file: Uint8Array): Promise<number | 'failed' | undefined> =>
    second && place.settings.pictures ? second.explicit(file).catch(() => 'failed' as const) : undefined;
  const judge = (stage: SafetyStage, look: Look, opinion?: number | 'failed'): Verdict =>
    judgePicture({ ...place, stage, look, ...(opinion === undefined ? {} : { second: opinion }) });
  const enforce = (verdict: Verdict, stage: SafetyStage): Verdict => {
    if (verdict.action === 'refuse') throw refusal(verdict, stage);
    return verdict;
  };

  return {
    looks: place.settings.pictures,
    async askAbout(source) {
      sourceSecond = await secondOf(source);
    },
    source(look) {
      if (typeof look === 'string') missing = look;
      // A restoration has several: what was to be hidden once stays so.
      ofSource = stricter(ofSource, enforce(judge('source', look, sourceSecond), 'source'));
    },
    async preview(look, file) {
      // What stands behind a spoiler in the end is not to be seen on the way.
      const hidden = ofSource.action !== 'allow' || judge('preview', look ?? missing).action !== 'allow';
      return hidden ? blurFile(file) : file;
    },
    async result(look, file) {
      const own = enforce(judge('result', look ?? missing, await secondOf(file)), 'result');
      const { action, rule } = stricter(own, ofSource);
      return action === 'allow' || rule === undefined ? {} : { spoiler: rule };
    },
  };
}
