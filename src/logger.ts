import { type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';

export type Logger = PinoLogger;

/** Keys that never reach a log line, at any depth that we log at. */
const SECRET = [
  'token',
  'interactionToken',
  'authorization',
  'discordToken',
  'databaseUrl',
  'redisUrl',
  'password',
];

/**
 * Creates the structured logger. Writes JSON lines to standard error, so that standard output stays a command's answer.
 * @param level a pino level; `silent` for none
 */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: SECRET.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    },
    process.stderr,
  );
}
