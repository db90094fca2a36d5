/**
 * Who may import whom. A folder may always import itself, its packages and node: built-ins; beyond that only what its row names.
 * `npm run check:layers` runs this and fails when too few modules were seen (a broken parser would otherwise report "no violations").
 */
const layers = {
  language: [],
  recipe: ['errors.ts', 'language/'],
  pipeline: ['errors.ts', 'language/', 'recipe/'],
  safety: ['errors.ts', 'language/'],
  credentials: ['errors.ts', 'language/'],
  registry: ['errors.ts', 'language/', 'recipe/', 'pipeline/index.ts'],
  engine: ['errors.ts', 'language/', 'recipe/', 'registry/', 'pipeline/index.ts'],
  database: ['errors.ts', 'language/', 'logger.ts'],
  queue: [
    'errors.ts',
    'language/',
    'logger.ts',
    'recipe/',
    'safety/',
    'credentials/',
    'registry/',
    'pipeline/index.ts',
    'engine/',
    'database/',
  ],
  studio: ['errors.ts', 'language/', 'logger.ts', 'recipe/', 'safety/', 'database/'],
  commands: [
    'errors.ts',
    'language/',
    'recipe/',
    'safety/',
    'credentials/',
    'registry/',
    'pipeline/index.ts',
    'queue/',
    'studio/',
  ],
  bot: [
    'errors.ts',
    'language/',
    'logger.ts',
    'recipe/',
    'safety/',
    'credentials/',
    'registry/',
    'pipeline/index.ts',
    'queue/',
    'studio/',
    'commands/',
  ],
  playground: ['errors.ts', 'language/', 'logger.ts'],
  cli: [''],
};
const confine = (pkg, home) => ({
  name: `only-${home.replaceAll('/', '-')}-imports-${pkg.replaceAll(/[^a-z-]/g, '')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${home}` },
  to: { path: `node_modules/${pkg}/` },
});
const pure = 'tensor|schedule|samplers';

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'layer-errors',
      severity: 'error',
      from: { path: '^src/errors' },
      to: { path: '^src/', pathNot: '^src/language/' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(layers).map(([name, may]) => ({
      name: `layer-${name}`,
      severity: 'error',
      from: { path: `^src/${name}/` },
      to: { path: '^src/', pathNot: [name, ...may].map((p) => `^src/${p}`) },
    })),
    {
      name: 'math-is-pure',
      severity: 'error',
      from: { path: `^src/pipeline/(${pure})/` },
      to: { pathNot: `^src/pipeline/(${pure})/|^src/errors|^src/language/|^node_modules/zod/` },
    },
    {
      name: 'only-cli-reads-config',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/config' },
    },
    confine('discord\\.js', 'bot/'),
    confine('(bullmq|ioredis)', 'queue/'),
    confine('(@trustnxt/c2pa-ts|@peculiar/x509)', 'credentials/'),
    confine('intl-messageformat', 'language/'),
    confine('onnxruntime-node', 'pipeline/runtime/'),
    confine('sharp', '(pipeline/image|playground/cdn)/'),
    confine('(@electric-sql/pglite|pg)', 'database/'),
    confine('fastify', '(playground|bot|cli)/'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/playground/web/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    parser: 'swc',
  },
};
