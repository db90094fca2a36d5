import type { Traffic } from '../../src/playground/answers.ts';
import { EnvelopeError } from './discord-schema-envelope.ts';
import { eventPieces, isEventKnown } from './discord-schema-events.ts';
import { ROUTES } from './discord-schema-routes.ts';

/** By name at run time: the package's declarations are its sources, which this project's strictness refuses. */
const load = async <T>(name: string) => (await import(name)) as T;
const published = await load<Record<string, Schema | undefined>>('discord-api-spec/zod');
const { pathsList } = await load<{ pathsList: Record<string, readonly string[]> }>('discord-api-spec');

/** One of Discord's schemas, as far as it is used here. */
interface Schema {
  safeParse(
    value: unknown,
  ): { success: true; data: unknown } | { success: false; error: { issues: readonly Issue[] } };
}
interface Issue {
  path: readonly PropertyKey[];
  message: string;
  errors?: readonly (readonly Issue[])[];
}

/** A value beside the schema that it must fit: a name, `Name[]`, or alternatives `A | B`. */
export type Piece = readonly [schema: string, value: unknown, at?: string];

/** What has been looked at. */
export interface Counts {
  answers: number;
  requests: number;
  events: number;
  /** Requests that the schema refuses and the server refused too. */
  refused: number;
}

/** Checks everything that passes between a bot and the playground against what Discord publishes. */
export interface Conformance {
  onTraffic(line: Traffic): void;
  readonly counts: Counts;
  /** What does not fit, each once. */
  problems(): string[];
}

export function createConformance(): Conformance {
  const counts: Counts = { answers: 0, requests: 0, events: 0, refused: 0 };
  const problems = new Set<string>();
  const asked = new Map<string, Traffic>();
  const note = (what: string, found: readonly string[]) => {
    for (const one of found) problems.add(`${what}: ${one}`);
  };
  return {
    counts,
    problems: () => [...problems],
    onTraffic(line) {
      if (line.direction === 'request' && line.id !== undefined) asked.set(line.id, line);
      if (line.direction === 'event') {
        counts.events += 1;
        note(line.what, checkEvent(line));
      }
      if (line.direction !== 'answer') return;
      const request = line.id === undefined ? undefined : asked.get(line.id);
      asked.delete(line.id ?? '');
      counts.answers += 1;
      const where = templateOf(line.what) ?? line.what;
      note(`${where} answered ${line.status}`, checkAnswer(line));
      if (!request) return;
      counts.requests += 1;
      const found = checkRequest(request);
      // A refusal of what Discord refuses as well is what these tests are for.
      if ((line.status ?? 500) < 400) note(`${where} accepted`, found);
      else if (found.length > 0) counts.refused += 1;
    },
  };
}

const TEMPLATES = Object.entries(pathsList)
  .flatMap(([method, paths]) => paths.map((path) => `${method.toUpperCase()} ${path}`))
  // What is written out (`@me`) goes before what stands for anything.
  .sort((a, b) => a.split('{').length - b.split('{').length)
  .map((template) => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`, 'u'),
  }));

/** The published path that a request goes to, such as `GET /channels/{channel_id}`. */
const templateOf = (what: string) => TEMPLATES.find(({ pattern }) => pattern.test(what))?.template;

function checkEvent({ what, body }: Traffic): readonly string[] {
  if (!isEventKnown(what)) return ['no check for this event'];
  try {
    return eventPieces(what, body).flatMap(checkPiece);
  } catch (error) {
    if (error instanceof EnvelopeError) return error.found;
    throw error;
  }
}

function checkAnswer(line: Traffic): string[] {
  const { status = 0, body } = line;
  // Discord publishes nothing about its own failures.
  if (status >= 500) return [];
  if (status === 429) return checkPiece(['RatelimitedResponse', body]);
  if (status >= 400) return checkPiece(['ErrorResponse', body]);
  const template = templateOf(line.what);
  if (template === undefined) return ['Discord publishes no such path'];
  const route = ROUTES[template];
  if (!route) return [`no row in the table for ${template}`];
  if (status === 204) return route.empty ? [] : ['204 where Discord answers with a body'];
  const schema = route.answers?.[status];
  return schema === undefined ? [`Discord does not answer ${status} here`] : checkPiece([schema, body]);
}

function checkRequest(line: Traffic): string[] {
  const template = templateOf(line.what);
  const route = template === undefined ? undefined : ROUTES[template];
  if (!route) return ['Discord publishes no such path'];
  const strayQuery = Object.keys(line.query ?? {}).filter((name) => !(route.query ?? []).includes(name));
  const found = strayQuery.map((name) => `unknown query ${name}`);
  if (route.request !== undefined) found.push(...checkPiece([route.request, settleRequest(line.body ?? {})]));
  return found.filter(
    (one) => !OVERLOOKED.some((field) => one.endsWith(`${field} is not in Discord's schema`)),
  );
}

/** Fields of requests that are no client's fault. */
const OVERLOOKED = [
  // discord.js writes both into every message, also where Discord has no such field and overlooks it.
  'tts',
  'enforce_nonce',
  // Documented for commands, and in the schema of the answer, but missing in that of the request.
  'nsfw',
];

/** What does not fit a schema, and what the schema does not know. */
function checkPiece([name, value, at = '']: Piece): string[] {
  const isList = name.endsWith('[]');
  const schemas = name.replace('[]', '').split(' | ').map(schemaOf);
  if (isList && !Array.isArray(value)) return [`${at} is no list`];
  const items: [unknown, string][] =
    Array.isArray(value) && isList ? value.map((item, i) => [item, `${at}[${i}]`]) : [[value, at]];
  return items.flatMap(([item, place]) => checkOne(schemas, settleQuirks(item), place));
}

function schemaOf(name: string): Schema {
  const schema = published[`${name}Schema`];
  if (!schema) throw new Error(`discord-api-spec has no schema ${name}`);
  return schema;
}

function checkOne(schemas: readonly Schema[], value: unknown, at: string): string[] {
  const results = schemas.map((schema) => schema.safeParse(value));
  const fits = results.filter((result) => result.success);
  // Of the alternatives that fit, the one that knows most of the value.
  if (fits.length > 0)
    return fits.map((fit) => strayKeys(value, fit.data, at)).reduce((a, b) => (b.length < a.length ? b : a));
  const failures = results.map((result) => (result.success ? [] : explain(result.error.issues, at)));
  return failures.reduce((a, b) => (score(b) < score(a) ? b : a));
}

/** Issues in words; of a union's branches the one that comes nearest. */
function explain(issues: readonly Issue[], at: string): string[] {
  return issues.flatMap((issue) => {
    const here = [at, ...issue.path.map(String)].filter((part) => part !== '').join('.');
    if (!issue.errors || issue.errors.length === 0) return [`${here} ${issue.message}`];
    const branches = issue.errors.map((branch) => explain(branch, here));
    return branches.reduce((a, b) => (score(b) < score(a) ? b : a));
  });
}
/** A wrong `type` means another branch altogether. */
const score = (found: readonly string[]) =>
  found.length + (found.some((one) => /\.type |^type /.test(one)) ? 100 : 0);

/** Keys that a schema let pass because it does not know them. */
function strayKeys(value: unknown, known: unknown, at: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, i) => strayKeys(item, (known as unknown[])[i], `${at}[${i}]`));
  if (typeof value !== 'object' || value === null || typeof known !== 'object' || known === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = at === '' ? key : `${at}.${key}`;
    return key in known
      ? strayKeys(inner, (known as Record<string, unknown>)[key], here)
      : [`${here} is not in Discord's schema`];
  });
}

/** Typed as an integer; the specification's own README says that a number may be written as text, as discord.js does. */
function settleRequest(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(settleRequest);
  if (typeof body !== 'object' || body === null) return body;
  const { default_member_permissions: bits } = body as { default_member_permissions?: unknown };
  return typeof bits === 'string' ? { ...body, default_member_permissions: Number(bits) } : body;
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/;

/** The published schemas' own slips, each with its reason; everything else must fit as it is. */
function settleQuirks(value: unknown, key = ''): unknown {
  // Discord writes `+00:00`, as its documentation shows; the schemas' translation to zod takes only `Z`.
  if (typeof value === 'string' && TIMESTAMP.test(value)) return value.replace('+00:00', 'Z');
  // Typed as integers, though the documentation's own examples of form errors say `BASE_TYPE_CHOICES` and the like.
  if (key === 'code' && typeof value === 'string') return 0;
  if (Array.isArray(value)) return value.map((item) => settleQuirks(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, settleQuirks(inner, name)]));
}
