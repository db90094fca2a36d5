import type { Action, SlashCommand } from './command.ts';
import { ladderAction, roundsAction } from './series/asks.ts';
import { seriesDelete, seriesPick, seriesStop } from './series/series-actions.ts';
import { ladder } from './slash/ladder.ts';
import { refine } from './slash/refine.ts';

/** The guide's workflows: each one command, or one press. */
export const WORKFLOW_COMMANDS: readonly SlashCommand[] = [ladder, refine];

export const WORKFLOW_ACTIONS = {
  ladder: ladderAction,
  rounds: roundsAction,
  'series-stop': seriesStop,
  'series-pick': seriesPick,
  'series-delete': seriesDelete,
} as const satisfies Record<string, Action>;
