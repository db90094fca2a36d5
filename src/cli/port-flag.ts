import type { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import { untranslated } from '../language/phrase.ts';

/** The configuration with the port that a flag names. @throws UserError `bad-value` */
export function withPort(config: Config, flag: string | undefined): Config {
  if (flag === undefined) return config;
  const port = Number(flag);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UserError(
      'bad-value',
      untranslated(`Expected a port from 0 to 65535 for --port, but received ${flag}`),
    );
  return Object.freeze({ ...config, OVERPAINT_PORT: port });
}
