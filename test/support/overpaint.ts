import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, type StartOptions, startEverything } from '../../src/cli/up.ts';
import { readConfig } from '../../src/config.ts';
import type { Playground } from '../../src/playground/index.ts';
import { createConformance } from './discord-schema.ts';
import { type MessageSeen, type Started, actor as scripted } from './playground-bot.ts';
import { paintingSmall } from './small-model.ts';

export interface Overpaint extends Running {
  playground: Playground;
  data: string;
}

/** A folder that lasts as long as a test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'overpaint-'));
}

/**
 * The whole of `npm start` in this process: playground, bot, queue, engine and the bundled model, which paints smaller than
 * by itself unless `fullSize` is true. Its traffic is held against Discord's schemas; closing it throws when something did
 * not fit.
 */
export async function startOverpaint(
  options: StartOptions & { data?: string; environment?: Record<string, string>; fullSize?: boolean } = {},
): Promise<Overpaint> {
  const { data = temporaryFolder(), environment, fullSize = false, ...rest } = options;
  const config = readConfig({
    OVERPAINT_PORT: '0',
    OVERPAINT_DATA: data,
    ...(fullSize ? {} : paintingSmall()),
    OVERPAINT_LOG: process.env.OVERPAINT_TEST_LOG ?? 'silent',
    ...environment,
  });
  const conformance = createConformance();
  const running = await startEverything(config, {
    editMs: 150,
    retryMs: 200,
    faults: true,
    rateLimits: false,
    onTraffic: (line) => conformance.onTraffic(line),
    ...rest,
  });
  return {
    ...running,
    playground: running.playground!,
    data,
    async close() {
      await running.close();
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
      const problems = conformance.problems();
      if (problems.length > 0) throw new Error(`Not as Discord's schemas say:\n  ${problems.join('\n  ')}`);
    },
  };
}

/** Settings with which a painting takes half a second. */
export const QUICK = { style: 'oil', strength: 0.5, steps: 2 } as const;

interface Row {
  components?: { label?: string; custom_id?: string; options?: { value: string; label: string }[] }[];
}

/** The labels of a message's buttons. */
export const buttonsOf = (message: MessageSeen): string[] =>
  (message.components as Row[]).flatMap(({ components = [] }) =>
    components.flatMap(({ label }) => (label === undefined ? [] : [label])),
  );

/** The custom ids of a message's buttons. */
export const buttonIdsOf = (message: MessageSeen): string[] =>
  (message.components as Row[]).flatMap(({ components = [] }) =>
    components.flatMap(({ custom_id: id }) => (id === undefined ? [] : [id])),
  );

/** Whether a message holds a finished painting, in whatever language. */
export const isPainting = (message: MessageSeen) =>
  buttonIdsOf(message).some((id) => id.startsWith('v1:reroll:'));

/** The custom id of a message's select. */
export const selectOf = (message: MessageSeen): string =>
  (message.components as Row[]).flatMap(({ components = [] }) => components).find(({ options }) => options)!
    .custom_id!;

export const download = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());

/** A member, and what the whole bot adds: paintings to wait for. @param locale what their client speaks */
export function actor(overpaint: Overpaint, name: string, locale?: string) {
  const base = scripted(overpaint.playground, name, locale);
  return {
    ...base,
    /** A painting in a message that is newer than the ones named. */
    painting: (
      channel: string,
      older: readonly MessageSeen[] = [],
      fits: (message: MessageSeen) => boolean = () => true,
    ) =>
      base.see(
        channel,
        (message) =>
          isPainting(message) && older.every(({ id }) => BigInt(id) < BigInt(message.id)) && fits(message),
        60_000,
      ),
    /** The private message that answers an interaction, once it says something. */
    async answer(channel: string, { interactionId }: Started): Promise<MessageSeen> {
      const end = Date.now() + 20_000;
      while (Date.now() < end) {
        const { messageIds } = await base.interaction(interactionId);
        const found = (await base.messages(channel)).find(
          ({ id, ephemeral, loading }) => messageIds.includes(id) && ephemeral && !loading,
        );
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      throw new Error(`interaction ${interactionId} has no private answer`);
    },
    /** Waits for a form, and fills it in. */
    async fill(started: Started, fields: object): Promise<Started> {
      await base.until(started, ({ state }) => state === 'modal');
      return base.modal(started.interactionId, fields);
    },
  };
}
