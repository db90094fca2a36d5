import type { Action, SlashCommand } from './command.ts';
import { gallery, galleryAction } from './family/gallery.ts';
import { show } from './family/show.ts';
import { stepBack, tree, treeAction } from './family/tree.ts';
import { ladderAction, roundsAction } from './series/asks.ts';
import { seriesResume } from './series/resume.ts';
import { seriesBest, seriesDelete, seriesPick, seriesStop } from './series/series-actions.ts';
import { pageAction, tuneAction } from './series/tuning.ts';
import { batch } from './slash/batch.ts';
import { chain, deleteChain } from './slash/chain.ts';
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
  chain,
  tree,
  gallery,
];

export const WORKFLOW_ACTIONS = {
  ladder: ladderAction,
  rounds: roundsAction,
  'series-stop': seriesStop,
  'series-pick': seriesPick,
  'series-best': seriesBest,
  'series-delete': seriesDelete,
  'series-resume': seriesResume,
  'chain-delete': deleteChain,
  tree: treeAction,
  'step-back': stepBack,
  show,
  gallery: galleryAction,
  tune: tuneAction,
  page: pageAction,
} as const satisfies Record<string, Action>;
