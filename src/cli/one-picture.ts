import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, parse } from 'node:path';
import { readConfig } from '../config.ts';
import type { Sign } from '../credentials/signing.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import { UserError } from '../errors.ts';
import { untranslated } from '../language/phrase.ts';
import type { Networks } from '../registry/networks.ts';
import { operatorSigner, signWith } from './content-signer.ts';
import { openConfiguredNetworks, openConfiguredRegistry, resolveModel } from './model-folders.ts';

/** What a command that works on one picture has at hand. */
export interface Workbench {
  engine: Engine;
  networks: Networks;
  source: Uint8Array;
  signal: AbortSignal;
  /** Signs a finished file where a certificate is configured. */
  sign: Sign;
}

/** Reads a picture, starts an engine for it, and closes it whatever happens; Ctrl-C cancels. */
export async function withPicture<T>(
  input: string,
  device: string | undefined,
  work: (bench: Workbench) => Promise<T>,
): Promise<T> {
  const config = readConfig();
  const sign = signWith(operatorSigner(config));
  const source = readPicture(input);
  const networks = openConfiguredNetworks(config);
  const engine = startEngine({
    resolveModel: (id) => resolveModel(openConfiguredRegistry(config), id),
    networks,
    device: device ?? config.OVERPAINT_DEVICE,
  });
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  try {
    return await work({ engine, networks, source, sign, signal: abort.signal });
  } finally {
    await engine.close();
  }
}

/** @throws UserError `no-such-file` */
export function readPicture(path: string): Uint8Array {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return readFileSync(path);
  throw new UserError('no-such-file', untranslated(`Expected a picture file, but ${path} is not one`));
}

/** Where a result goes: `NAME.WORD.png` beside the source unless told otherwise; a folder takes `NAME.WORD.png`. */
export function resultPath(input: string, output: string | undefined, word: string): string {
  const { dir, name } = parse(input);
  const file = `${name}.${word}.png`;
  if (output === undefined) return join(dir, file);
  const isFolder =
    output.endsWith('/') ||
    extname(output) === '' ||
    statSync(output, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) return join(output, file);
  if (extname(output).toLowerCase() !== '.png')
    throw new UserError(
      'bad-value',
      untranslated(`Expected a name ending in .png for --output, but received ${output}`),
    );
  return output;
}

export function writeResult(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** A whole number from a flag. @throws UserError `bad-value` */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UserError(
    'bad-value',
    untranslated(
      `Expected a whole number from ${min} to ${max} for ${flag}, but received ${JSON.stringify(text)}`,
    ),
  );
}

/** One of a few words from a flag. @throws UserError `bad-value` */
export function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw new UserError(
    'bad-value',
    untranslated(`Expected ${allowed.join(' or ')} for ${flag}, but received ${JSON.stringify(text)}`),
  );
}
