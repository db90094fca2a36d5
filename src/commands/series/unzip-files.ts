import { Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';

/** What a zip may make of itself. Sizes that it declares are believed only when they are too large. */
export interface ZipLimits {
  /** Bytes of one file, unpacked. */
  fileBytes: number;
  /** Bytes of all files together, unpacked, those that are thrown away included. */
  totalBytes: number;
  /** How many files and folders. */
  entries: number;
}

const MIB = 1024 * 1024;
export const ZIP_LIMITS: ZipLimits = { fileBytes: 50 * MIB, totalBytes: 200 * MIB, entries: 500 };

/** A file of a zip, by its name without folders: its bytes, or why it was not unpacked. */
export type Unzipped = { name: string; bytes: Uint8Array } | { name: string; error: UserError };

/** Deflate makes at most 1032 bytes of one, so that what a push makes has a bound too: 4 MiB. */
const PUSH = 4096;
const NAME = 100;
/** What systems put into zips for themselves. */
const OWN_FILES = /(^|\/)(__MACOSX\/|\.(?!\.?\/)|thumbs\.db$|desktop\.ini$)/i;
const STORED_OR_DEFLATED = new Set([0, 8]);

/** Whether bytes begin as a zip with something in it does. */
const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;

/**
 * Unpacks a zip file by file, so that no more than one of them is held at a time. Folders are overlooked, and so is what
 * systems add for themselves.
 * @throws UserError `zip-damaged`, `zip-too-large` or `zip-too-many`, when the zip as a whole cannot be taken
 */
export function* unzipFiles(zip: Uint8Array, limits: ZipLimits = ZIP_LIMITS): Generator<Unzipped> {
  const finished: Unzipped[] = [];
  let entries = 0;
  let total = 0;
  const unzip = new Unzip((file) => {
    entries += 1;
    if (entries > limits.entries) throw tooMany(limits);
    if (file.name.endsWith('/') || OWN_FILES.test(file.name.replaceAll('\\', '/'))) return;
    receive(file, limits, {
      count: (bytes) => {
        total += bytes;
        if (total > limits.totalBytes) throw tooLarge(limits);
      },
      finish: (one) => finished.push(one),
    });
  });
  unzip.register(UnzipInflate);
  if (!isZip(zip)) throw damaged(undefined);
  for (let at = 0; at < zip.length; at += PUSH) {
    try {
      unzip.push(zip.subarray(at, at + PUSH), at + PUSH >= zip.length);
    } catch (error) {
      throw error instanceof UserError ? error : damaged(error);
    }
    yield* finished.splice(0);
  }
}

/** Gathers one file's bytes for as long as they are within the limit. */
function receive(
  file: UnzipFile,
  { fileBytes }: ZipLimits,
  { count, finish }: { count: (bytes: number) => void; finish: (one: Unzipped) => void },
): void {
  const name = cleanName(file.name);
  if (!STORED_OR_DEFLATED.has(file.compression)) {
    finish({
      name,
      error: new UserError('zip-packing', 'Expected files that are packed by deflate or not at all'),
    });
    return;
  }
  if ((file.originalSize ?? 0) > fileBytes) {
    finish({ name, error: fileTooLarge(fileBytes) });
    return;
  }
  let chunks: Uint8Array[] = [];
  let size = 0;
  let isOver = false;
  const end = (one: Unzipped) => {
    if (!isOver) finish(one);
    isOver = true;
    chunks = [];
  };
  file.ondata = (error, chunk, isLast) => {
    if (error) {
      if (error instanceof UserError) throw error;
      end({
        name,
        error: new UserError('picture-damaged', 'Expected a whole file, but this one is damaged'),
      });
      return;
    }
    count(chunk.length);
    if (isOver) return;
    size += chunk.length;
    if (size > fileBytes) end({ name, error: fileTooLarge(fileBytes) });
    // A copy: what is not packed is a part of the zip, and would keep the whole of it.
    else if (isLast) end({ name, bytes: Buffer.concat([...chunks, chunk]) });
    else chunks.push(chunk);
  };
  file.start();
}

/** The last part of a path, without what no name should have. */
function cleanName(path: string): string {
  const last = path.split(/[/\\]/).at(-1) ?? '';
  return last.replaceAll(/[\p{C}<>:"|?*]/gu, '').slice(-NAME) || 'file';
}

const megabytes = (bytes: number) => Math.round(bytes / MIB);
const fileTooLarge = (limit: number) =>
  new UserError(
    'picture-too-large',
    phrase('Expected at most {limit} MB for a file in a zip, but received more', { limit: megabytes(limit) }),
  );
const tooLarge = ({ totalBytes }: ZipLimits) =>
  new UserError(
    'zip-too-large',
    phrase('Expected a zip that unpacks to at most {limit} MB, but received more', {
      limit: megabytes(totalBytes),
    }),
  );
const tooMany = ({ entries }: ZipLimits) =>
  new UserError(
    'zip-too-many',
    phrase('Expected a zip of at most {limit} files, but received more', { limit: entries }),
  );
const damaged = (cause: unknown) =>
  new UserError('zip-damaged', 'Expected a zip that can be read, but this one is damaged', {
    hint: 'Pack it again, without a password.',
    cause,
  });
