import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore } from '@trustnxt/c2pa-ts/manifest';
import ExifReader from 'exifreader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLocalCertificate } from '../../src/credentials/local-certificate.ts';
import { decodePicture, flattenOnWhite, toGray } from '../../src/pipeline/index.ts';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import { testPng } from '../support/photo.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tiny = join(root, 'test/golden/real/sd1/model');
const quick = ['--model', tiny, '--size', 'keep', '--steps', '4', '--strength', '0.5', '--seed', '1'];
let dir = '';
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'overpaint-pictures-'));
  writeFileSync(join(dir, 'photo.png'), await testPng(96, 64));
  writeFileSync(join(dir, 'words.txt'), 'no picture');
  copyFileSync(join(root, 'src/playground/web/samples/coffee.jpg'), join(dir, 'coffee.jpg'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** More of the environment for the commands that follow. */
let environment: NodeJS.ProcessEnv = {};

/** Runs the real command line in a folder of its own. */
function overpaint(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
  execFile(
    process.execPath,
    [join(root, 'bin/overpaint.mjs'), ...args],
    { cwd: dir, env: { ...process.env, ...environment } },
    (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
  );
  return promise;
}
const file = (name: string) => readFileSync(join(dir, name));
const sourceTypeOf = (name: string) =>
  String(ExifReader.load(file(name)).DigitalSourceType?.value)
    .split('/')
    .at(-1);

describe('overpaint upscale', () => {
  it('enlarges a picture and says by what', async () => {
    const { code, stdout } = await overpaint(
      'upscale',
      'photo.png',
      '--scale',
      '2',
      '--kind',
      'photo',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outputs: ['photo.upscaled.png'],
      scale: 2,
      kind: 'photo',
      width: 192,
      height: 128,
    });
    expect(await decodePicture(file('photo.upscaled.png'))).toMatchObject({ width: 192, height: 128 });
    expect(sourceTypeOf('photo.upscaled.png')).toBe('algorithmicallyEnhanced');
  });

  it('writes into a folder, or to a name', async () => {
    expect((await overpaint('upscale', 'photo.png', '--scale', '2', '-o', 'out/')).stdout.trim()).toBe(
      'out/photo.upscaled.png',
    );
    expect((await overpaint('upscale', 'photo.png', '-o', 'big.png')).stdout.trim()).toBe('big.png');
    expect(await decodePicture(file('big.png'))).toMatchObject({ width: 384, height: 256 });
  });

  it.each([
    [['upscale', 'photo.png', '--scale', '3'], 2, 'Expected 2 or 4 for --scale, but received "3"'],
    [['upscale', 'photo.png', '--kind', 'cartoon'], 2, 'Expected auto or photo or painting for --kind'],
    [['upscale', 'nothing.png'], 2, 'nothing.png is not one'],
    [['upscale', 'words.txt'], 2, 'Expected a PNG, JPEG'],
    [['upscale', 'photo.png', '-o', 'never.jpg'], 2, 'ending in .png'],
    [['upscale', 'photo.png', '--network', 'nothing'], 2, 'Try one of: upscale-painting, upscale-photo.'],
    [['upscale', 'photo.png', '--device', 'toaster'], 3, 'for the device'],
    [['cut-out', 'photo.png', '--feather', '-1'], 2, 'a whole number from 0 to 200 for --feather'],
    [['cut-out', 'photo.png', '--subject', 'dogs'], 2, 'any or people for --subject'],
  ])('says what is wrong with %j', async (args, code, words) => {
    const outcome = await overpaint(...args);
    expect(outcome.stderr).toContain(words);
    expect(outcome.stderr).not.toContain('    at ');
    expect(outcome.code).toBe(code);
    expect(existsSync(join(dir, 'never.jpg'))).toBe(false);
  });
});

describe('overpaint restore', () => {
  it('runs the low pass, enlarges, and runs the final pass at the new size', async () => {
    const args = [
      'restore',
      'photo.png',
      '--model',
      tiny,
      '--seed',
      '1',
      '--scale',
      '2',
      '--json',
      '-o',
      'restored.png',
    ];
    const { code, stdout, stderr } = await overpaint(...args);
    expect([code, stderr]).toEqual([0, 'first pass\nenlarging\nfinal pass\n']);
    const told = JSON.parse(stdout) as { size: { width: number; height: number } };
    expect(told).toMatchObject({ recipe: { strength: 0.2, size: 'keep', style: { id: 'enhance' } } });
    expect(await decodePicture(file('restored.png'))).toMatchObject(told.size);
    expect(sourceTypeOf('restored.png')).toBe('compositeWithTrainedAlgorithmicMedia');
  });

  it('says what is wrong before it paints', async () => {
    const { code, stderr } = await overpaint(
      'restore',
      'photo.png',
      '--final-strength',
      'lots',
      '-o',
      'never.png',
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('Expected a number for --strength')]);
    expect(stderr).not.toContain('first pass');
  });
});

describe('overpaint cut-out', () => {
  it('writes the subject on a transparent ground, or its mask', async () => {
    const cut = await overpaint('cut-out', 'coffee.jpg', '--json');
    expect(cut.code).toBe(0);
    expect(JSON.parse(cut.stdout)).toMatchObject({
      outputs: ['coffee.cut-out.png'],
      subject: 'any',
      width: 640,
      height: 427,
    });
    const pixels = await decodePicture(file('coffee.cut-out.png'));
    expect(pixels.data[3]).toBeLessThan(20);
    await overpaint('cut-out', 'coffee.jpg', '--mask', '--invert', '-o', 'ground.png');
    const mask = toGray(flattenOnWhite(await decodePicture(file('ground.png'))));
    expect(mask.data[0]).toBeGreaterThan(235);
    expect(mask.data[213 * 640 + 320]).toBeLessThan(20);
  });
});

describe('overpaint paint, and what happens around it', () => {
  it('enlarges the result, which still knows its recipe', async () => {
    const { code, stdout } = await overpaint(
      'paint',
      'photo.png',
      ...quick,
      '--upscale',
      '2',
      '-o',
      'large.png',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ size: { width: 192, height: 128 } });
    expect(await decodePicture(file('large.png'))).toMatchObject({ width: 192, height: 128 });
    expect(readProvenance(file('large.png'))?.recipe.seed).toBe(1);
    expect(sourceTypeOf('large.png')).toBe('compositeWithTrainedAlgorithmicMedia');
  });

  it.each([
    ['--background', true],
    ['--subject', false],
  ])('%s repaints by the mask of the subject', async (flag, inverted) => {
    const args = [
      'paint',
      'coffee.jpg',
      ...quick,
      '--size',
      '128x96',
      flag,
      '--save-mask',
      'seen.png',
      '-o',
      'part.png',
    ];
    expect((await overpaint(...args)).code).toBe(0);
    expect(readProvenance(file('part.png'))?.recipe.task).toBe('inpaint');
    const mask = toGray(flattenOnWhite(await decodePicture(file('seen.png'))));
    expect(mask.data[213 * 640 + 320]! > 128).toBe(!inverted);
  });

  it.each([
    [['--safety', '--prompt', 'a n.u.d.e figure'], 2, 'These words go against a rule here'],
    [['--safety', 'everywhere'], 2, 'general or age-restricted for --safety'],
    [['--upscale', '3'], 2, 'Expected 2 or 4 for --upscale'],
    [['--subject', '--mask', 'photo.png'], 2, 'but received several'],
  ])('refuses %j before it paints', async (flags, code, words) => {
    const outcome = await overpaint('paint', 'photo.png', ...quick, ...flags, '-o', 'never.png');
    expect(outcome.stderr).toContain(words);
    expect(outcome.stderr).not.toContain('painting\n');
    expect(outcome.code).toBe(code);
    expect(existsSync(join(dir, 'never.png'))).toBe(false);
  });

  it('lets a harmless picture pass the checks', async () => {
    const outcome = await overpaint(
      'paint',
      'coffee.jpg',
      ...quick,
      '--size',
      '128x96',
      '--safety',
      '-o',
      'safe.png',
    );
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).not.toContain('spoiler');
  });
});

describe('content credentials', () => {
  afterAll(() => {
    environment = {};
  });

  it('are signed into what the commands write, with the certificate that the environment names', async () => {
    const { certificates, privateKey } = await makeLocalCertificate();
    writeFileSync(join(dir, 'certificate.pem'), certificates);
    writeFileSync(join(dir, 'key.pem'), privateKey);
    environment = { OVERPAINT_C2PA_CERTIFICATE: 'certificate.pem', OVERPAINT_C2PA_KEY: 'key.pem' };
    expect((await overpaint('paint', 'photo.png', ...quick, '-o', 'signed.png')).code).toBe(0);
    expect((await overpaint('upscale', 'signed.png', '--scale', '2', '-o', 'signed-large.png')).code).toBe(0);
    for (const name of ['signed.png', 'signed-large.png']) {
      const asset = new PNG(Uint8Array.from(file(name)));
      const store = ManifestStore.read(SuperBox.fromBuffer(Uint8Array.from(asset.getManifestJUMBF()!)));
      expect((await store.validate(asset)).isValid, name).toBe(true);
      expect(readProvenance(file(name))?.recipe.seed, name).toBe(1);
    }
  });

  it('are refused before any work where the certificate cannot be used', async () => {
    environment = { OVERPAINT_C2PA_CERTIFICATE: 'certificate.pem' };
    const half = await overpaint('upscale', 'photo.png', '-o', 'never.png');
    expect([half.code, half.stderr]).toEqual([3, expect.stringContaining('received one of them')]);
    environment = { OVERPAINT_C2PA_CERTIFICATE: 'words.txt', OVERPAINT_C2PA_KEY: 'key.pem' };
    const wrong = await overpaint('paint', 'photo.png', ...quick, '-o', 'never.png');
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('none in PEM form')]);
    expect(existsSync(join(dir, 'never.png'))).toBe(false);
  });
});
