import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { OperatorError } from '../errors.ts';

/** How a kind of key signs: COSE's name for it, the digest, and whatever the algorithm needs besides. */
interface Algorithm {
  name: 'ES256' | 'ES384' | 'ES512' | 'Ed25519';
  digest: string | null;
}

/** A certificate with its private key, ready to sign content credentials. */
export interface ContentSigner {
  readonly algorithm: Algorithm['name'];
  /** PEM, the signer's own first, then those that vouch for it. */
  readonly chain: readonly string[];
  /** Whom the certificate names. */
  readonly subject: string;
  sign(payload: Uint8Array): Uint8Array;
}

const CURVES: Record<string, Algorithm> = {
  prime256v1: { name: 'ES256', digest: 'sha256' },
  secp384r1: { name: 'ES384', digest: 'sha384' },
  secp521r1: { name: 'ES512', digest: 'sha512' },
};

const unusable = (why: string, cause?: unknown) =>
  new OperatorError('bad-certificate', `The certificate for content credentials cannot be used: ${why}`, {
    cause,
  });

function algorithmOf(key: KeyObject): Algorithm {
  if (key.asymmetricKeyType === 'ed25519') return { name: 'Ed25519', digest: null };
  const found = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (found) return found;
  throw unusable('its key must be on the curve P-256, P-384, P-521 or Ed25519');
}

/**
 * @param certificates PEM, one or several, the signer's own first
 * @param privateKey PEM (PKCS#8), without a passphrase
 * @throws OperatorError `bad-certificate`
 */
export function createContentSigner(certificates: string, privateKey: string): ContentSigner {
  const chain = certificates.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const { key, own } = parse(chain[0], privateKey);
  if (!own.checkPrivateKey(key)) throw unusable('its private key belongs to another certificate');
  if (own.validToDate.getTime() < Date.now()) throw unusable(`it ran out on ${own.validTo}`);
  const { name, digest } = algorithmOf(key);
  return {
    algorithm: name,
    chain,
    subject: own.subject.replaceAll('\n', ', '),
    // COSE wants the two numbers of an ECDSA signature beside each other, not OpenSSL's wrapping of them.
    sign: (payload) => new Uint8Array(sign(digest, payload, { key, dsaEncoding: 'ieee-p1363' })),
  };
}

function parse(
  certificate: string | undefined,
  privateKey: string,
): { key: KeyObject; own: X509Certificate } {
  if (certificate === undefined) throw unusable('the file holds none in PEM form');
  try {
    return { key: createPrivateKey(privateKey), own: new X509Certificate(certificate) };
  } catch (error) {
    throw unusable('certificate or key are damaged, or the key has a passphrase', error);
  }
}
