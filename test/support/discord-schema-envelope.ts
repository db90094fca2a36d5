import { z } from 'zod';
import type { Piece } from './discord-schema.ts';

/**
 * Gateway events have no schema of their own in what Discord publishes; the objects inside have. What surrounds them is
 * written down here after the documentation (events/gateway-events, interactions/receiving-and-responding).
 */
export const snowflake = z.string().regex(/^\d{17,20}$/);
export const object = z.record(z.string(), z.unknown());

export const CHANNEL =
  'GuildChannelResponse | PrivateChannelResponse | PrivateGroupChannelResponse | ThreadResponse';

export type Anything = Record<string, unknown>;

/** Parses what surrounds; a mismatch becomes a piece that fits nothing, so that it is reported like any other. */
export function envelope<T extends z.ZodType>(
  schema: T,
  data: unknown,
  inside: (parsed: z.infer<T>) => Piece[],
) {
  const parsed = schema.safeParse(data);
  if (parsed.success) return inside(parsed.data);
  const found = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new EnvelopeError(found);
}

/** What surrounds an event's objects is not as documented. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly found: readonly string[];
  constructor(found: readonly string[]) {
    super(found.join('; '));
    this.found = found;
  }
}
