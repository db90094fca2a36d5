import type { Action, SlashCommand } from './command.ts';
import { gallery, galleryAction } from './family/gallery.ts';
import { show } from './family/show.ts';
import { tree, treeAction } from './family/tree.ts';
import { ladderAction, roundsAction } from './series/asks.ts';
import { seriesDelete, seriesPick, seriesStop } from './series/series-actions.ts';
import { pageAction, tuneAction } from './series/tuning.ts';
import { batch } from './slash/batch.ts';
import { enhance } from './slash/enhance.ts';
import { inpaint } from './slash/inpaint.ts';
import { ladder } from './slash/ladder.ts';
import { refine } from './slash/refine.ts';
import { relight } from './slash/relight.ts';
import { sketch } from './slash/sketch.ts';

/** The guide's workflows: each one command, or one press. */
export const WORKFLOW_COMMANDS: readonly SlashCommand[] = [
  ladder,
  refine,
  enhance,
  sketch,
  relight,
  inpaint,
  batch,
  tree,
  gallery,
];

export const WORKFLOW_ACTIONS = {
  ladder: ladderAction,
  rounds: roundsAction,
  'series-stop': seriesStop,
  'series-pick': seriesPick,
  'series-delete': seriesDelete,
  tree: treeAction,
  show,
  gallery: galleryAction,
  tune: tuneAction,
  page: pageAction,
} as const satisfies Record<string, Action>;
