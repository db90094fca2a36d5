import { randomUUID } from 'node:crypto';
import { invariant } from '../errors.ts';
import type { ContentSigner } from './content-signer.ts';

/** What a signed picture says of itself. */
export interface Claim {
  /** A term of IPTC's vocabulary, such as `compositeWithTrainedAlgorithmicMedia`. */
  sourceType: string;
  /** Version of the program. */
  version: string;
}

const VOCABULARY = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

/**
 * Puts a signed C2PA manifest into a PNG or JPEG. It binds the file's bytes, so this comes after everything else: metadata,
 * other formats, fitting to a limit.
 * @returns files of other kinds as they are: WebP has no writer in the library
 * @see C2PA specification 2.1, claims of version 2 with `c2pa.actions.v2` and `c2pa.hash.data`
 */
export async function signPicture(
  file: Uint8Array,
  signer: ContentSigner,
  { sourceType, version }: Claim,
): Promise<Uint8Array> {
  const [{ PNG, JPEG }, manifest, { CoseAlgorithmIdentifier }, { X509Certificate }] = await Promise.all([
    import('@trustnxt/c2pa-ts/asset'),
    import('@trustnxt/c2pa-ts/manifest'),
    import('@trustnxt/c2pa-ts/cose'),
    import('@peculiar/x509'),
  ]);
  const bytes = new Uint8Array(file);
  const asset = PNG.canRead(bytes) ? new PNG(bytes) : JPEG.canRead(bytes) ? new JPEG(bytes) : undefined;
  if (!asset) return file;
  const [own, ...others] = signer.chain.map((pem) => new X509Certificate(pem));
  const by = {
    algorithm: CoseAlgorithmIdentifier[signer.algorithm],
    certificate: own!,
    chainCertificates: others,
    sign: (payload: Uint8Array) => Promise.resolve(signer.sign(payload)),
  };
  const store = new manifest.ManifestStore();
  const claim = store.createManifest({
    claimVersion: manifest.ClaimVersion.V2,
    assetFormat: asset.mimeType,
    instanceID: `xmp:iid:${randomUUID()}`,
    defaultHashAlgorithm: 'SHA-256',
    signer: by,
  });
  if (claim.claim) {
    claim.claim.claimGeneratorName = 'Overpaint';
    claim.claim.claimGeneratorVersion = version;
  }
  const hash = manifest.DataHashAssertion.create('SHA-256');
  claim.addAssertion(hash);
  const actions = new manifest.ActionAssertion();
  const digitalSourceType = Object.values(manifest.DigitalSourceType).find(
    (term) => term === `${VOCABULARY}${sourceType}`,
  );
  invariant(digitalSourceType, `${sourceType} is no term of IPTC's vocabulary`);
  actions.actions.push({ action: manifest.ActionType.C2paCreated, digitalSourceType });
  claim.addAssertion(actions);
  await asset.ensureManifestSpace(store.measureSize());
  await hash.updateWithAsset(asset);
  await claim.sign(by);
  await asset.writeManifestJUMBF(store.getBytes());
  return asset.getDataRange();
}
