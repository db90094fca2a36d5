import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config.ts';
import { type Networks, openNetworks } from '../registry/networks.ts';
import { type ModelEntry, openRegistry, type Registry, readModelEntry } from '../registry/registry.ts';

const BUNDLED = fileURLToPath(new URL('../../models', import.meta.url));

/** The models that came with Overpaint, those in the data folder, and those in folders that the operator names. */
export function openConfiguredRegistry(config: Config): Registry {
  return openRegistry(
    modelFolders(config),
    config.OVERPAINT_DEFAULT_MODEL ?? bundledDefault(furtherFolders(config)),
  );
}

/** The networks for everything but painting, from the same folders. */
export function openConfiguredNetworks(config: Config): Networks {
  return openNetworks(modelFolders(config));
}

function furtherFolders(config: Config): string[] {
  return config.OVERPAINT_MODELS?.split(delimiter).filter((dir) => dir !== '') ?? [];
}

/** The operator's come first. */
function modelFolders(config: Config): string[] {
  return [...furtherFolders(config), join(config.OVERPAINT_DATA, 'models'), BUNDLED];
}

/** The bundled model stays the default unless the operator brings folders of their own. */
function bundledDefault(further: readonly string[]): string | undefined {
  return further.length === 0 ? 'overpaint-small' : undefined;
}

/** A model by registry id, or by the path of its folder. */
export function resolveModel(registry: Registry, name: string | undefined): ModelEntry {
  if (name === undefined) return registry.default();
  const isFolder = existsSync(name) && statSync(name).isDirectory();
  return isFolder ? readModelEntry(name, name) : registry.get(name);
}

/** Models by id, or by a folder's path; each is read once. */
export function rememberedModels(registry: Registry): (name?: string) => ModelEntry {
  const known = new Map<string, ModelEntry>();
  return (name) => {
    const model = known.get(name ?? '') ?? resolveModel(registry, name);
    known.set(name ?? '', model).set(model.id, model);
    return model;
  };
}
