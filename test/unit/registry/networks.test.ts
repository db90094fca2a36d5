import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  classifierOf,
  openNetworks,
  subjectNetworkFor,
  upscalerFor,
} from '../../../src/registry/networks.ts';

const bundled = fileURLToPath(new URL('../../../models', import.meta.url));
const plain = fileURLToPath(new URL('../../fixtures/networks/plain.onnx', import.meta.url));
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'overpaint-networks-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A models folder with these files; `null` stands for a network. */
function folder(name: string, files: Record<string, string | null>): string {
  for (const [path, text] of Object.entries(files)) {
    const target = join(dir, name, path);
    mkdirSync(dirname(target), { recursive: true });
    if (text === null) copyFileSync(plain, target);
    else writeFileSync(target, text);
  }
  return join(dir, name);
}
const manifest = (fields: object) => JSON.stringify({ name: 'Mine', licence: { name: 'MIT' }, ...fields });

describe('the bundled networks', () => {
  const networks = openNetworks([bundled]);

  it('are listed by task, the painting model not among them', () => {
    expect(networks.of('upscale').map(({ id }) => id)).toEqual(['upscale-painting', 'upscale-photo']);
    expect(networks.of('classify').map(({ id }) => id)).toEqual(['safety-nsfwjs']);
    expect(networks.of('subject').map(({ id }) => id)).toEqual(['subject-selfie', 'subject-u2netp']);
    expect(networks.list()).toHaveLength(5);
    expect(networks.list().every(({ problem }) => problem === undefined)).toBe(true);
  });

  it.each(networks.list().map((entry) => [entry.id, entry] as const))(
    '%s is the file that its description and card name, with its licence beside it and in the notices',
    (id, entry) => {
      const hash = createHash('sha256').update(readFileSync(entry.path)).digest('hex');
      expect(entry.sha256).toBe(hash);
      const home = dirname(entry.path);
      expect(readFileSync(join(home, 'README.md'), 'utf8')).toContain(hash);
      expect(existsSync(join(home, 'LICENSE'))).toBe(true);
      const notices = readFileSync(join(bundled, '../THIRD_PARTY_NOTICES.md'), 'utf8');
      expect(notices).toContain(`models/${id}/LICENSE`);
      expect(notices).toContain(entry.licence.name);
    },
  );

  it('are found by what they are for', () => {
    expect(upscalerFor(networks, 'photo').id).toBe('upscale-photo');
    expect(upscalerFor(networks, 'painting').id).toBe('upscale-painting');
    expect(subjectNetworkFor(networks, 'any').id).toBe('subject-u2netp');
    expect(subjectNetworkFor(networks, 'people').id).toBe('subject-selfie');
    expect(classifierOf(networks)?.id).toBe('safety-nsfwjs');
  });
});

describe("an operator's networks", () => {
  it('may be bare files, or alone in a folder, and count as upscalers', () => {
    const networks = openNetworks([
      folder('bare', { '4x-UltraSharp.onnx': null, 'sharp/model.onnx': null, 'notes.txt': 'hello' }),
    ]);
    expect(networks.list().map(({ id, task }) => [id, task])).toEqual([
      ['4x-UltraSharp', 'upscale'],
      ['sharp', 'upscale'],
    ]);
    expect(upscalerFor(networks, 'photo').id).toBe('4x-UltraSharp');
  });

  it('come before the bundled ones where they are made for the same', () => {
    const mine = folder('own', {
      'mine/a.onnx': null,
      'mine/overpaint.json': manifest({ task: 'upscale', file: 'a.onnx', kind: 'photo' }),
    });
    const networks = openNetworks([mine, bundled]);
    expect(upscalerFor(networks, 'photo').id).toBe('mine');
    expect(upscalerFor(networks, 'painting').id).toBe('upscale-painting');
  });

  it('whose file is missing are listed with the problem, and passed over', () => {
    const broken = folder('broken', {
      'mine/overpaint.json': manifest({ task: 'upscale', file: 'a.onnx', kind: 'photo' }),
    });
    const networks = openNetworks([broken, bundled]);
    expect(networks.list()[0]!.problem).toContain('a.onnx');
    expect(upscalerFor(networks, 'photo').id).toBe('upscale-photo');
    expect(() => networks.get('upscale', 'mine')).toThrow(
      expect.objectContaining({ code: 'network-unusable' }),
    );
  });

  it.each([
    ['no JSON', '{'],
    ['an unknown task', manifest({ task: 'sing', file: 'a.onnx' })],
    ['a file elsewhere', manifest({ task: 'upscale', file: '../../etc/a.onnx' })],
    ['an unknown field', manifest({ task: 'upscale', file: 'a.onnx', colour: 'blue' })],
    ['no labels', manifest({ task: 'classify', file: 'a.onnx', network: { labels: [] } })],
  ])('with a bad description are refused by name: %s', (what, text) => {
    const path = folder(`bad ${what}`, { 'mine/overpaint.json': text });
    expect(() => openNetworks([path])).toThrow(expect.objectContaining({ code: 'bad-manifest' }));
  });

  it('that nobody knows are refused with the known ones', () => {
    const asked = () => openNetworks([bundled]).get('upscale', 'nothing');
    expect(asked).toThrow(
      expect.objectContaining({
        code: 'unknown-network',
        hint: 'Try one of: upscale-painting, upscale-photo.',
      }),
    );
  });

  it('of a kind that is missing say so', () => {
    const none = openNetworks([join(dir, 'not there')]);
    expect(() => upscalerFor(none, 'photo')).toThrow(expect.objectContaining({ code: 'no-network' }));
    expect(() => subjectNetworkFor(none, 'any')).toThrow(expect.objectContaining({ code: 'no-network' }));
    expect(classifierOf(none)).toBeUndefined();
  });
});
