import { OperatorError } from '../../errors.ts';
import { type GraphFile, readGraphFile } from '../graph/graph-file.ts';
import { openSession, type ProviderNotes, type Session } from './session.ts';

/**
 * The sessions of one model. A session is opened when it is first needed; when the files of the open ones outgrow the
 * memory budget, those that were not used for longest are released.
 */
export interface SessionPool {
  /**
   * Runs work with a component's session; it stays open while the work runs.
   * @param edit the component with its graph wired otherwise, as a session of its own
   */
  withSession<T>(component: string, work: (session: Session) => Promise<T>, edit?: GraphEdit): Promise<T>;
  /** The provider that the last opened session runs on. */
  provider(): string;
  /** Why providers were not used. */
  readonly notes: ProviderNotes;
  close(): Promise<void>;
}

/** A change of a graph's wiring; the same name is always the same change. */
export interface GraphEdit {
  name: string;
  apply(graph: GraphFile): void;
}

interface Entry {
  session: Promise<Session>;
  bytes: number;
  users: number;
  lastUse: number;
}

/** @throws OperatorError `model-file-broken`; those of the edit */
function edited(path: string, edit: GraphEdit): Uint8Array {
  try {
    const graph = readGraphFile(path);
    edit.apply(graph);
    return graph.toBytes();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OperatorError('model-file-broken', `${path} cannot be read: download or export it again`, {
      cause: error,
    });
  }
}

/**
 * @param paths `.onnx` file of each component
 * @param budgetBytes released down to this after each use; Infinity keeps all open
 */
export function createSessionPool(
  paths: ReadonlyMap<string, string>,
  device: string,
  budgetBytes: number,
): SessionPool {
  const open = new Map<string, Entry>();
  const notes: ProviderNotes = [];
  let clock = 0;
  let provider = 'cpu';

  const release = async (component: string, entry: Entry) => {
    open.delete(component);
    await (await entry.session).release();
  };

  const makeRoom = async (needed: number) => {
    const idle = [...open]
      .filter(([, entry]) => entry.users === 0)
      .sort((a, b) => a[1].lastUse - b[1].lastUse);
    let total = [...open.values()].reduce((sum, entry) => sum + entry.bytes, needed);
    for (const [component, entry] of idle) {
      if (total <= budgetBytes) return;
      total -= entry.bytes;
      await release(component, entry);
    }
  };

  const acquire = async (component: string, edit: GraphEdit | undefined): Promise<Entry> => {
    const key = edit ? `${component} ${edit.name}` : component;
    const known = open.get(key);
    if (known) return known;
    const path = paths.get(component)!;
    await makeRoom(0);
    const session = openSession(path, device, notes, edit && (() => edited(path, edit)));
    const entry: Entry = { session, bytes: 0, users: 0, lastUse: 0 };
    open.set(key, entry);
    try {
      const opened = await entry.session;
      provider = opened.provider;
      entry.bytes = opened.fileBytes;
    } catch (error) {
      open.delete(key);
      throw error;
    }
    return entry;
  };

  return {
    notes,
    provider: () => provider,
    async withSession(component, work, edit) {
      const entry = await acquire(component, edit);
      entry.users += 1;
      try {
        return await work(await entry.session);
      } finally {
        entry.users -= 1;
        entry.lastUse = ++clock;
        await makeRoom(0);
      }
    },
    async close() {
      for (const [component, entry] of open) await release(component, entry);
    },
  };
}
