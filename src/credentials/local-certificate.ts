import { randomBytes, webcrypto } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 60 * 60_000;
const LIFETIME_DAYS = 365;
/** `id-kp-emailProtection`: the purpose that C2PA accepts beside its own. */
const PURPOSE = '1.3.6.1.5.5.7.3.4';

/**
 * Makes a certificate for trying things out: signed by a root of its own that nobody trusts, so a reader finds the signature
 * sound and its signer unknown.
 * @returns PEM; the root's key is thrown away
 * @see C2PA specification 2.1, 14.5 (X.509 certificates)
 */
export async function makeLocalCertificate(): Promise<{ certificates: string; privateKey: string }> {
  const x509 = await import('@peculiar/x509');
  const keys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const [rootKeys, ownKeys] = await Promise.all([keys(), keys()]);
  const now = Date.now();
  const validity = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + LIFETIME_DAYS * DAY_MS) };
  const serialNumber = () => `00${randomBytes(15).toString('hex')}`;
  const root = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      serialNumber: serialNumber(),
      name: 'CN=Overpaint local root, O=Overpaint',
      signingAlgorithm: ALGORITHM,
      keys: rootKeys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 1, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const own = await x509.X509CertificateGenerator.create(
    {
      ...validity,
      serialNumber: serialNumber(),
      subject: 'CN=Overpaint on this machine, O=Overpaint',
      issuer: root.subject,
      signingAlgorithm: ALGORITHM,
      publicKey: ownKeys.publicKey,
      signingKey: rootKeys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([PURPOSE], true),
        await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey, false, webcrypto),
        await x509.SubjectKeyIdentifierExtension.create(ownKeys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', ownKeys.privateKey)).toString('base64');
  const lines = key.match(/.{1,64}/g)!.join('\n');
  return {
    certificates: `${own.toString('pem')}\n${root.toString('pem')}\n`,
    privateKey: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}
