import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hub } from '../hub.ts';
import type { World } from './world.ts';

const FILE = 'world.json';
const QUIET_MS = 500;

/** Maps, big numbers and bytes as JSON knows none of them. */
function replacer(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { $map: [...value] };
  if (typeof value === 'bigint') return { $big: value.toString() };
  return value;
}

function reviver(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
  if ('$big' in value) return BigInt(String(value.$big));
  return value;
}

/** The world that an earlier start kept; undefined when there is none. */
export function loadWorld(folder: string): World | undefined {
  const path = join(folder, FILE);
  if (!existsSync(path)) return undefined;
  const world = JSON.parse(readFileSync(path, 'utf8'), reviver) as World;
  world.files = new Map();
  for (const { id } of [...world.messages.values()].flat().flatMap((message) => message.attachments)) {
    const file = join(folder, 'files', id);
    if (existsSync(file)) world.files.set(id, readFileSync(file));
  }
  return world;
}

/** Writes the world after each pause in what happens. @returns a function that writes for the last time and stops */
export function keepWorld(hub: Hub, folder: string): () => void {
  mkdirSync(join(folder, 'files'), { recursive: true });
  const written = new Set(readdirSync(join(folder, 'files')));
  const write = () => {
    for (const [id, bytes] of hub.world.files) {
      if (written.has(id)) continue;
      writeFileSync(join(folder, 'files', id), bytes);
      written.add(id);
    }
    for (const id of written) {
      if (hub.world.files.has(id)) continue;
      rmSync(join(folder, 'files', id), { force: true });
      written.delete(id);
    }
    const temporary = join(folder, `${FILE}.new`);
    writeFileSync(temporary, JSON.stringify({ ...hub.world, files: undefined }, replacer));
    renameSync(temporary, join(folder, FILE));
  };
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      write();
    }, QUIET_MS);
  };
  const stopChanges = hub.changes.on(later);
  return () => {
    stopChanges();
    clearTimeout(timer);
    write();
  };
}
