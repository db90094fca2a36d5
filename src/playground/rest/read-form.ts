import type { FastifyRequest } from 'fastify';
import type { SentFile } from '../cdn/store-file.ts';
import { DiscordError, formError, tooLarge } from '../discord-error.ts';
import { LIMITS } from '../rules/limits.ts';

/** A request's JSON, and the files that came with it by their number. */
export interface Form {
  json: unknown;
  files: Map<number, SentFile>;
}

const badJson = () => new DiscordError(400, 50109, 'The request body contains invalid JSON.');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw badJson();
    throw error;
  }
}

const read = new WeakMap<FastifyRequest, Promise<Form>>();

/** Reads a JSON body, or a multipart one with `payload_json` and `files[n]`. A body is read once, however often asked. */
export function readForm(request: FastifyRequest): Promise<Form> {
  const known = read.get(request);
  if (known) return known;
  const form = readParts(request);
  read.set(request, form);
  return form;
}

async function readParts(request: FastifyRequest): Promise<Form> {
  if (!request.isMultipart()) return { json: request.body ?? {}, files: new Map() };
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.requestBytes) throw tooLarge();
  try {
    return await collectParts(request);
  } catch (error) {
    if (error instanceof DiscordError) throw error;
    // What the parser cannot read is refused like any other unreadable body.
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 400;
    throw status === 413 ? tooLarge() : badJson();
  }
}

async function collectParts(request: FastifyRequest): Promise<Form> {
  let json: unknown = {};
  let total = 0;
  const files = new Map<number, SentFile>();
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const number =
        /^files\[(\d)\]$/.exec(part.fieldname)?.[1] ?? (part.fieldname === 'file' ? '0' : undefined);
      const bytes = await part.toBuffer();
      // The whole request counts, not only each file.
      if ((total += bytes.length) > LIMITS.requestBytes) throw tooLarge();
      if (number === undefined) throw formError([part.fieldname], 'BASE_TYPE_BAD_FIELD', 'Unknown field');
      files.set(Number(number), { filename: part.filename, bytes });
    } else if (part.fieldname === 'payload_json' && typeof part.value === 'string') {
      json = parse(part.value);
    }
  }
  return { json, files };
}
