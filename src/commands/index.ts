import { edit, editForm } from './actions/edit.ts';
import { recipeOf, withRecipe, withRecipeForm } from './actions/found-recipe.ts';
import { goOnAction } from './actions/go-on.ts';
import { keepPrivate } from './actions/keep-private.ts';
import { cancel as cancelAction, compare, favourite, remove } from './actions/manage.ts';
import { example, repaint, repaintForm } from './actions/repaint.ts';
import { repaintPart, repaintPartForm } from './actions/repaint-part.ts';
import { report } from './actions/report.ts';
import { saveChainForm } from './chains/save-chain.ts';
import type { Action, FormHandler, MessageCommand, SlashCommand } from './command.ts';
import type { ActionName } from './custom-id.ts';
import { localised, localisedMenu } from './localised.ts';
import { help, models } from './slash/about.ts';
import { background } from './slash/background.ts';
import { img2img } from './slash/img2img.ts';
import { cancel, queue } from './slash/queue.ts';
import { recipe } from './slash/recipe.ts';
import { restore } from './slash/restore.ts';
import { safety } from './slash/safety.ts';
import { settings } from './slash/settings.ts';
import { styles } from './slash/styles.ts';
import { upscale, upscaleAction } from './slash/upscale.ts';
import { deleteStyle, pickStyle, renameStyle, renameStyleForm } from './styles/manage-styles.ts';
import { saveStyle, saveStyleForm, saveStyleMenu } from './styles/save-style.ts';
import { WORKFLOW_ACTIONS, WORKFLOW_COMMANDS } from './workflows.ts';

/** Everything that a member can ask. */
export const SLASH_COMMANDS: readonly SlashCommand[] = [
  img2img,
  background,
  upscale,
  restore,
  ...WORKFLOW_COMMANDS,
  queue,
  cancel,
  recipe,
  styles,
  models,
  settings,
  safety,
  help,
];
export const MESSAGE_COMMANDS: readonly MessageCommand[] = [
  repaint,
  repaintPart,
  recipeOf,
  saveStyleMenu,
  keepPrivate,
];

export const ACTION_HANDLERS: Partial<Record<ActionName, Action>> = {
  reroll: goOnAction('reroll'),
  variations: goOnAction('variations'),
  refine: goOnAction('refine'),
  stronger: goOnAction('stronger'),
  weaker: goOnAction('weaker'),
  edit,
  compare,
  delete: remove,
  favourite,
  cancel: cancelAction,
  upscale: upscaleAction,
  report,
  example,
  'save-style': saveStyle,
  style: pickStyle,
  'style-rename': renameStyle,
  'style-delete': deleteStyle,
  'with-recipe': withRecipe,
  ...WORKFLOW_ACTIONS,
};

export const FORM_HANDLERS: Partial<Record<ActionName, FormHandler>> = {
  edit: editForm,
  repaint: repaintForm,
  'repaint-part': repaintPartForm,
  'save-chain': saveChainForm,
  'save-style': saveStyleForm,
  'style-rename': renameStyleForm,
  'with-recipe': withRecipeForm,
};

/** The commands as Discord registers them. */
export const commandBodies = () => [
  ...SLASH_COMMANDS.map(({ data }) => localised(data)),
  ...MESSAGE_COMMANDS.map(({ data }) => localisedMenu(data)),
];
