import { type Asset, JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore, type ValidationResult } from '@trustnxt/c2pa-ts/manifest';
import ExifReader from 'exifreader';
import { beforeAll, describe, expect, it } from 'vitest';
import { createContentSigner } from '../../../src/credentials/content-signer.ts';
import { makeLocalCertificate } from '../../../src/credentials/local-certificate.ts';
import { signPicture } from '../../../src/credentials/sign-picture.ts';
import { decodePicture, encodePicture } from '../../../src/pipeline/index.ts';
import { xmpMark } from '../../../src/recipe/metadata/ai-mark.ts';
import { addPngTexts, readPngTexts } from '../../../src/recipe/metadata/png-text.ts';
import { testPicture } from '../../support/photo.ts';

const claim = { sourceType: 'compositeWithTrainedAlgorithmicMedia', version: '1.2.3' };
const picture = testPicture(64, 48);
let local: { certificates: string; privateKey: string };
beforeAll(async () => {
  local = await makeLocalCertificate();
});
const signer = () => createContentSigner(local.certificates, local.privateKey);
const files = {
  png: () => encodePicture(picture, { type: 'png' }, xmpMark('compositeWithTrainedAlgorithmicMedia')),
  jpeg: () =>
    encodePicture(picture, { type: 'jpeg', quality: 90 }, xmpMark('compositeWithTrainedAlgorithmicMedia')),
  webp: () => encodePicture(picture, { type: 'webp' }),
};

function assetOf(file: Uint8Array): Asset {
  const bytes = Uint8Array.from(file);
  return PNG.canRead(bytes) ? new PNG(bytes) : new JPEG(bytes);
}

function validate(file: Uint8Array): Promise<ValidationResult> {
  const asset = assetOf(file);
  return ManifestStore.read(SuperBox.fromBuffer(Uint8Array.from(asset.getManifestJUMBF()!))).validate(asset);
}

describe('content credentials', () => {
  it.each(['png', 'jpeg'] as const)('are sound, and leave pixels and mark alone: %s', async (kind) => {
    const plain = await files[kind]();
    const signed = await signPicture(plain, signer(), claim);
    expect((await validate(signed)).isValid).toBe(true);
    expect((await decodePicture(signed)).data).toEqual((await decodePicture(plain)).data);
    expect(ExifReader.load(Buffer.from(signed)).DigitalSourceType?.value).toContain(claim.sourceType);
  });

  it('say what made the picture, and by which program', async () => {
    const signed = await signPicture(await files.png(), signer(), claim);
    const text = Buffer.from(assetOf(signed).getManifestJUMBF()!).toString('latin1');
    for (const word of ['c2pa.created', claim.sourceType, 'Overpaint', '1.2.3']) expect(text).toContain(word);
  });

  it('keep what a painting says about itself', async () => {
    const png = addPngTexts(await files.png(), new Map([['parameters', 'a harbour']]));
    expect(readPngTexts(await signPicture(png, signer(), claim)).get('parameters')).toBe('a harbour');
  });

  it('show when a pixel was changed afterwards', async () => {
    const signed = new Uint8Array(await signPicture(await files.jpeg(), signer(), claim));
    signed[signed.length - 20]! ^= 1;
    expect((await validate(signed)).isValid).toBe(false);
  });

  it('are left out of WebP, which stays as it is', async () => {
    const webp = await files.webp();
    expect(await signPicture(webp, signer(), claim)).toBe(webp);
  });
});

describe('a certificate for them', () => {
  it('names whom it belongs to', () => {
    expect(signer()).toMatchObject({
      algorithm: 'ES256',
      subject: 'CN=Overpaint on this machine, O=Overpaint',
    });
    expect(signer().chain).toHaveLength(2);
  });

  it('is refused with the reason when it cannot be used', async () => {
    const other = await makeLocalCertificate();
    const refused = (certificates: string, key: string) => () => createContentSigner(certificates, key);
    const bad = expect.objectContaining({ name: 'OperatorError', code: 'bad-certificate' });
    expect(refused(local.certificates, other.privateKey)).toThrow(bad);
    expect(refused(local.certificates, other.privateKey)).toThrow('belongs to another');
    expect(refused('', local.privateKey)).toThrow('none in PEM form');
    expect(refused(local.certificates, 'no key')).toThrow('damaged');
  });
});
