import { z } from 'zod';

/**
 * What a press on a button, a select or a modal of ours means. Discord gives back only the `custom_id` (1 to 100
 * characters), so it names the action and the painting (or job); everything else is in the studio.
 *
 * Form: `v1:<action>:<subject>[:<argument>]`.
 */
export const ACTIONS = [
  'reroll',
  'variations',
  'refine',
  'stronger',
  'weaker',
  'edit',
  'compare',
  'delete',
  'favourite',
  'cancel',
  'repaint',
  'repaint-part',
  'example',
  'with-recipe',
  'upscale',
  'report',
  'ladder',
  'rounds',
  'series-stop',
  'series-pick',
  'series-best',
  'series-delete',
  'series-resume',
  'save-style',
  'style',
  'style-rename',
  'style-delete',
  'save-chain',
  'chain-delete',
  'tree',
  'step-back',
  'show',
  'gallery',
  'tune',
  'page',
] as const;
export type ActionName = (typeof ACTIONS)[number];

export interface CustomId {
  action: ActionName;
  /** A painting id, a job id, a message id … whatever the action is about. */
  subject: string;
  argument?: string;
}

const part = z.string().regex(/^[A-Za-z0-9._-]{1,70}$/);
const Parts = z.union([
  z.tuple([z.literal('v1'), z.enum(ACTIONS), part]),
  z.tuple([z.literal('v1'), z.enum(ACTIONS), part, part]),
]);

/** Writes a custom id; the parts may hold letters, digits, `.`, `_` and `-`. */
export function toCustomId({ action, subject, argument }: CustomId): string {
  return argument === undefined ? `v1:${action}:${subject}` : `v1:${action}:${subject}:${argument}`;
}

/** Reads a custom id; undefined when it is not one of ours or of another version. */
export function parseCustomId(text: string): CustomId | undefined {
  const parsed = Parts.safeParse(text.split(':'));
  if (!parsed.success) return undefined;
  const [, action, subject, argument] = parsed.data;
  return argument === undefined ? { action, subject } : { action, subject, argument };
}
