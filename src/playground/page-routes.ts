import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { NamedEmoji } from './answers.ts';

const WEB = fileURLToPath(new URL('web', import.meta.url));
const require = createRequire(import.meta.url);

/** Modules that the page may load from an installed package: these and no others. */
const MODULES = [
  'lit-html.js',
  'directive.js',
  'directive-helpers.js',
  'async-directive.js',
  'directives/guard.js',
  'directives/live.js',
  'directives/ref.js',
  'directives/repeat.js',
] as const;

/** As the package has it: most have tags, and parts of others have no group. */
type Emoji = Omit<NamedEmoji, 'tags'> & { tags?: string[] };

/** The page, the library that it is drawn with, and the names of emoji. */
export async function addPageRoutes(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, { root: WEB, cacheControl: false });
  // The resolved file is Node's own build, in a folder below.
  const lit = dirname(dirname(require.resolve('lit-html')));
  for (const name of MODULES) {
    app.get(`/vendor/lit-html/${name}`, (_request, reply) =>
      reply.type('text/javascript').send(readFileSync(join(lit, name), 'utf8')),
    );
  }
  app.get('/vendor/emoji.json', () => readEmoji());
}

function readEmoji(): NamedEmoji[] {
  const all = JSON.parse(readFileSync(require.resolve('emojibase-data/en/compact.json'), 'utf8')) as Emoji[];
  // Without a group are the parts that others are built from.
  return all
    .filter(({ group }) => group !== undefined)
    .map(({ label, unicode, tags = [], group }) => ({ label, unicode, tags, group }));
}
