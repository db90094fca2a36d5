import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { Zip, ZipDeflate, type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { unzipFiles, type ZipLimits } from '../../../src/commands/series/unzip-files.ts';
import { UserError } from '../../../src/errors.ts';

const MIB = 1024 * 1024;
const SMALL: ZipLimits = { fileBytes: MIB, totalBytes: 4 * MIB, entries: 20 };
const words = (text: string) => new TextEncoder().encode(text);

/** What came of a zip: each file's words, or the code of its error. */
function read(zip: Uint8Array, limits?: ZipLimits): Record<string, string> {
  const found = [...unzipFiles(zip, limits)].map((one): [string, string] => [
    one.name,
    'error' in one ? one.error.code : new TextDecoder().decode(one.bytes),
  ]);
  return Object.fromEntries(found);
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof UserError ? error.code : String(error);
  }
  return 'nothing';
}

/** A zip of one file whose header says what it likes. */
function entry(name: string, packed: Uint8Array, declaredBytes: number, method = 8): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(method, 8);
  header.writeUInt32LE(crc32(packed), 14);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt32LE(declaredBytes, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), packed]);
}

describe('a zip', () => {
  it('is unpacked without its folders, and without what systems add', () => {
    const files: Zippable = {
      'trip/day 1/a.png': words('a'),
      'trip/b.png': [words('b'), { level: 0 }],
      '__MACOSX/trip/._b.png': words('x'),
      'trip/.DS_Store': words('x'),
      'Thumbs.db': words('x'),
      'trip/empty/': new Uint8Array(),
      'nothing.png': new Uint8Array(),
    };
    expect(read(zipSync(files))).toEqual({ 'a.png': 'a', 'b.png': 'b', 'nothing.png': '' });
  });

  it('gives names that are only names', () => {
    const zip = zipSync({
      '../../etc/passwd': words('1'),
      'C:\\pictures\\cat.png': words('2'),
      'a\u0000\u001b[31m\u202egnp.png': words('3'),
      [`${'long'.repeat(60)}.png`]: words('4'),
      '???': words('5'),
    });
    const names = Object.keys(read(zip));
    expect(names).toEqual([
      'passwd',
      'cat.png',
      'a[31mgnp.png',
      expect.stringMatching(/^l?o?n?g?(long)+\.png$/),
      'file',
    ]);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it('is read where its sizes stand behind the files, as some systems write it', () => {
    const chunks: Uint8Array[] = [];
    const zip = new Zip((error, chunk) => {
      if (error) throw error;
      chunks.push(chunk);
    });
    for (const name of ['one.png', 'two.png']) {
      const file = new ZipDeflate(name);
      zip.add(file);
      file.push(words(name.repeat(3000)), true);
    }
    zip.end();
    expect(read(Buffer.concat(chunks))).toEqual({
      'one.png': 'one.png'.repeat(3000),
      'two.png': 'two.png'.repeat(3000),
    });
  });

  it('is told from other files by its first bytes', () => {
    for (const bytes of [words('PK but not a zip'), new Uint8Array(), words('GIF89a')])
      expect(codeOf(() => read(bytes))).toBe('zip-damaged');
  });
});

describe('a hostile zip', () => {
  const zeros = (bytes: number) => deflateRawSync(Buffer.alloc(bytes));
  const good = entry('good.png', deflateRawSync(words('good')), 4);

  it('whose file says that it is too large is not unpacked, and the rest is', () => {
    const zip = Buffer.concat([entry('huge.png', zeros(64), 4_000_000_000), good]);
    expect(read(zip)).toEqual({ 'huge.png': 'picture-too-large', 'good.png': 'good' });
  });

  it('whose file is larger than it says is given up at the limit, and the rest is read', () => {
    const zip = Buffer.concat([entry('liar.png', zeros(2 * MIB), 10), good]);
    expect(read(zip, SMALL)).toEqual({ 'liar.png': 'picture-too-large', 'good.png': 'good' });
  });

  it('is given up once all of it is too large, whatever it says', () => {
    const many = Array.from({ length: 5 }, (_, i) => entry(`${i}.png`, zeros(MIB - 1), 10));
    expect(codeOf(() => read(Buffer.concat(many), SMALL))).toBe('zip-too-large');
    expect(codeOf(() => read(entry('liar.png', zeros(64 * MIB), 10), SMALL))).toBe('zip-too-large');
  });

  it('never makes more memory than a file and what one piece unpacks to', () => {
    const zip = entry('bomb.png', zeros(240 * MIB), 10);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watched = new Proxy(zip, {
      get(target, name) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    expect(codeOf(() => [...unzipFiles(watched)])).toBe('zip-too-large');
    // Garbage that is not collected yet counts too.
    expect(most / MIB).toBeLessThan(400);
  });

  it('with too many files is refused', () => {
    const zip = zipSync(
      Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`${i}/`, new Uint8Array()])),
    );
    expect(codeOf(() => read(zip, SMALL))).toBe('zip-too-many');
  });

  it('with a file that is damaged, or packed in another way, names it and goes on', () => {
    const broken = deflateRawSync(words('never read'.repeat(50)));
    broken.fill(0xff, 4);
    const zip = Buffer.concat([
      entry('broken.png', broken, 500),
      entry('lzma.png', words('whatever'), 8, 14),
      good,
    ]);
    expect(read(zip)).toEqual({
      'broken.png': 'picture-damaged',
      'lzma.png': 'zip-packing',
      'good.png': 'good',
    });
  });

  it('that ends too early is refused', () => {
    const zip = zipSync({ 'a.png': [words('abc'.repeat(10_000)), { level: 0 }] });
    expect(codeOf(() => read(zip.subarray(0, 5000)))).toBe('zip-damaged');
  });

  it('of any bytes ends in files or in an error that members can read', () => {
    const whole = zipSync({
      'a.png': words('a'.repeat(300)),
      'b/c.png': [words('c'.repeat(40)), { level: 0 }],
    });
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(changes, fc.nat(whole.length), (places, length) => {
        const zip = whole.slice(0, length);
        for (const [at, value] of places) if (at < length) zip[at] = value;
        expect(codeOf(() => read(zip, SMALL))).toMatch(/^(nothing|zip-(damaged|too-large|too-many))$/);
      }),
      { numRuns: 500 },
    );
  });
});
