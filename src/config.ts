import { z } from 'zod';
import { OperatorError } from './errors.ts';

const optionalText = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional();

/** `PORT`, on this machine only, or `HOST:PORT`. */
const address = z
  .string()
  .trim()
  .regex(/^((\S+:)?\d{1,5})?$/, 'Expected PORT or HOST:PORT')
  .transform((text) => {
    if (text === '') return undefined;
    const at = text.lastIndexOf(':');
    const host = at < 0 ? '127.0.0.1' : text.slice(0, at).replaceAll(/^\[|\]$/g, '');
    return { host, port: Number(text.slice(at + 1)) };
  })
  .optional();

const Environment = z.object({
  DISCORD_TOKEN: optionalText.describe('Bot token; without it the local playground is started instead'),
  OVERPAINT_DISCORD_API: optionalText.describe(
    'Another Discord than the real one, such as http://127.0.0.1:8787/api of `overpaint playground`',
  ),
  DISCORD_GUILD_ID: optionalText.describe('Register the commands in this server only (instantly visible)'),
  OVERPAINT_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address that the playground and the health page listen on'),
  OVERPAINT_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8787)
    .describe('Port of the playground and the health page'),
  OVERPAINT_DATA: z
    .string()
    .default('data')
    .describe('Folder for the database, pictures and downloaded models'),
  OVERPAINT_MODELS: optionalText.describe(
    'Further folders with models, separated by the platform path separator',
  ),
  OVERPAINT_DEFAULT_MODEL: optionalText.describe('Model that is used when a member names none'),
  OVERPAINT_DEVICE: z.string().default('auto').describe('auto, cpu, cuda, cuda:1, webgpu …'),
  OVERPAINT_REDIS_URL: optionalText.describe('Redis for the queue, shared by many workers'),
  DATABASE_URL: optionalText.describe(
    'PostgreSQL for the bot tables (and for the queue when there is no Redis)',
  ),
  OVERPAINT_PLAYGROUND_TOKEN: z
    .string()
    .default('playground')
    .describe('Bot token that the playground accepts'),
  OVERPAINT_C2PA_CERTIFICATE: optionalText.describe(
    'PEM file with the certificate (and those that vouch for it) that signs content credentials',
  ),
  OVERPAINT_C2PA_KEY: optionalText.describe('PEM file with the private key of that certificate'),
  OVERPAINT_SECOND_OPINION: optionalText.describe(
    'JavaScript module with a second judge of pictures; see docs/safety-and-marks.md',
  ),
  OVERPAINT_LOG: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Log level'),
  OVERPAINT_DASHBOARD: address.describe(
    'PORT or HOST:PORT on which to serve the queue dashboard; the playground has it at /queues anyway',
  ),
  OVERPAINT_DASHBOARD_PASSWORD: optionalText.describe(
    'Password of the dashboard, with any user name; needed where others reach it',
  ),
  OVERPAINT_DASHBOARD_WRITE: z
    .stringbool()
    .default(false)
    .describe('Let the dashboard remove, retry and pause, not only show'),
});

/** Everything that the environment decides, checked and frozen. */
export type Config = Readonly<z.infer<typeof Environment>>;

/** One row a variable, for `.env.example` and the docs. */
export const ENVIRONMENT_DOCS: readonly { name: string; about: string }[] = Object.entries(
  Environment.shape,
).map(([name, schema]) => ({ name, about: schema.description ?? '' }));

/**
 * Reads the environment; nothing else in the program does.
 * @throws OperatorError `bad-environment` that lists every wrong variable at once
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = Environment.safeParse(environment);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new OperatorError(
    'bad-environment',
    `These environment variables cannot be used:\n${lines.join('\n')}`,
  );
}
