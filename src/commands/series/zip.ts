import { zipSync } from 'fflate';
import type { Say } from '../../language/say.ts';
import type { OutgoingFile } from '../messages/message-body.ts';

/** Names that differ, for files that may be called the same. */
function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : name.replace(/(\.[^.]*)?$/, ` ${count}$1`);
  });
}

/**
 * Pictures as one zip; undefined where that would be larger than the place takes. PNGs are packed already, so they are
 * only put together.
 */
export function zipOf(
  say: Say,
  pictures: readonly { name: string; png: Uint8Array; spoiler: boolean }[],
  limitBytes: number,
): OutgoingFile | undefined {
  const names = distinct(pictures.map(({ name }) => name));
  const bytes = zipSync(Object.fromEntries(pictures.map(({ png }, i) => [names[i]!, png])), { level: 0 });
  if (bytes.length > limitBytes) return undefined;
  return {
    name: 'batch.zip',
    bytes,
    description: say('All {count} pictures in one file', { count: pictures.length }),
    spoiler: pictures.some(({ spoiler }) => spoiler),
  };
}
