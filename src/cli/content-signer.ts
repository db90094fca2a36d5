import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import { type ContentSigner, createContentSigner } from '../credentials/content-signer.ts';
import { makeLocalCertificate } from '../credentials/local-certificate.ts';
import { signPicture } from '../credentials/sign-picture.ts';
import type { Sign } from '../credentials/signing.ts';
import { OperatorError } from '../errors.ts';
import { readXmp } from '../pipeline/index.ts';
import { readMark } from '../recipe/metadata/ai-mark.ts';

function read(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  throw new OperatorError('bad-certificate', `Expected a PEM file at ${path}, but there is none`);
}

/**
 * The operator's certificate; undefined where none is set.
 * @throws OperatorError `bad-certificate`
 */
export function operatorSigner(config: Config): ContentSigner | undefined {
  const { OVERPAINT_C2PA_CERTIFICATE: certificate, OVERPAINT_C2PA_KEY: key } = config;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw new OperatorError(
      'bad-certificate',
      'Expected both OVERPAINT_C2PA_CERTIFICATE and OVERPAINT_C2PA_KEY, but received one of them',
    );
  }
  return createContentSigner(read(certificate), read(key));
}

/** A certificate that this machine made for itself, for the playground: kept in the data folder and renewed when it has run out. */
export async function localSigner(config: Config): Promise<ContentSigner> {
  const dir = join(config.OVERPAINT_DATA, 'c2pa');
  const [certificatePath, keyPath] = [join(dir, 'certificate.pem'), join(dir, 'key.pem')];
  if (existsSync(certificatePath) && existsSync(keyPath)) {
    try {
      return createContentSigner(read(certificatePath), read(keyPath));
    } catch (error) {
      // Ours to replace: nobody else trusts it anyway.
      if (!(error instanceof OperatorError)) throw error;
    }
  }
  const { certificates, privateKey } = await makeLocalCertificate();
  mkdirSync(dir, { recursive: true });
  writeFileSync(certificatePath, certificates);
  writeFileSync(keyPath, privateKey, { mode: 0o600 });
  return createContentSigner(certificates, privateKey);
}

/** @param signer undefined leaves files as they are */
export function signWith(signer: ContentSigner | undefined): Sign {
  return async (file) => {
    if (!signer) return file;
    const xmp = await readXmp(file);
    const sourceType = xmp === undefined ? undefined : readMark(xmp);
    return sourceType === undefined
      ? file
      : signPicture(file, signer, { sourceType, version: packageJson.version });
  };
}
