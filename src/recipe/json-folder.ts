import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';

/**
 * An operator's own entries from `*.json` files, one or a list a file, in the order of the files' names; none where the
 * folder is not there.
 * @param code of the error, such as `bad-style`
 * @throws OperatorError that names file, key and rule
 */
export function readJsonFolder<S extends z.ZodType>(folder: string, schema: S, code: string): z.infer<S>[] {
  return filesIn(folder).flatMap((file) => readJsonFile(join(folder, file), schema, code));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The entries of one file. @throws OperatorError with that code */
export function readJsonFile<S extends z.ZodType>(path: string, schema: S, code: string): z.infer<S>[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new OperatorError(code, `${path} is not JSON: ${String(error)}`, { cause: error });
  }
  const parsed = z.array(schema).safeParse(Array.isArray(json) ? json : [json]);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new OperatorError(code, `${path}: ${issue.path.join('.')}: ${issue.message}`);
}
