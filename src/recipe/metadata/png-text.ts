import { crc32, inflateSync } from 'node:zlib';

/**
 * Text chunks of PNG files: read leniently (strangers' files), written without touching the pixels.
 * @see PNG specification, third edition, 11.3.3 (tEXt, zTXt, iTXt)
 */
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAX_TEXT_BYTES = 4 * 1024 * 1024;
const MAX_CHUNKS = 10_000;

export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && SIGNATURE.equals(bytes.subarray(0, 8));
}

interface Chunk {
  type: string;
  start: number;
  data: Buffer;
}

/** The chunks up to the pixels' end; a broken length ends the walk. */
function* chunks(bytes: Uint8Array): Generator<Chunk> {
  if (!isPng(bytes)) return;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  for (let count = 0; count < MAX_CHUNKS && at + 12 <= file.length; count++) {
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) return;
    const type = file.toString('latin1', at + 4, at + 8);
    yield { type, start: at, data: file.subarray(at + 8, at + 8 + length) };
    if (type === 'IEND') return;
    at = end;
  }
}

function inflate(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MAX_TEXT_BYTES });
  } catch (error) {
    // Damaged or larger than any text that means something to us: as if the chunk were not there.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** One chunk's key and text; undefined for other chunks and for ones that cannot be read. */
function readText({ type, data }: Chunk): [string, string] | undefined {
  if (data.length > MAX_TEXT_BYTES) return undefined;
  const keyEnd = data.indexOf(0);
  if (keyEnd < 1) return undefined;
  const key = data.toString('latin1', 0, keyEnd);
  if (type === 'tEXt') return [key, data.toString('latin1', keyEnd + 1)];
  if (type === 'zTXt') {
    const text = inflate(data.subarray(keyEnd + 2));
    return text && [key, text.toString('latin1')];
  }
  if (type !== 'iTXt') return undefined;
  const languageEnd = data.indexOf(0, keyEnd + 3);
  const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return undefined;
  const body = data.subarray(translatedEnd + 1);
  const text = data[keyEnd + 1] === 1 ? inflate(body) : body;
  return text && [key, text.toString('utf8')];
}

/** All texts of a PNG by key; of two with one key the first counts. Anything else gives an empty map. */
export function readPngTexts(bytes: Uint8Array): Map<string, string> {
  const texts = new Map<string, string>();
  for (const chunk of chunks(bytes)) {
    const text = readText(chunk);
    if (text && !texts.has(text[0])) texts.set(...text);
  }
  return texts;
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** The key of an XMP packet, which readers look for in an uncompressed iTXt chunk and nowhere else. */
export const XMP_KEY = 'XML:com.adobe.xmp';

/** Latin-1 text goes into tEXt, which every reader knows; other text and XMP into iTXt. */
function textChunk(key: string, text: string): Buffer {
  const isLatin1 = Buffer.from(text, 'latin1').toString('latin1') === text;
  if (isLatin1 && key !== XMP_KEY) return chunk('tEXt', Buffer.from(`${key}\0${text}`, 'latin1'));
  return chunk('iTXt', Buffer.concat([Buffer.from(`${key}\0\0\0\0\0`, 'latin1'), Buffer.from(text, 'utf8')]));
}

/** The PNG with texts added right before its pixels. */
export function addPngTexts(png: Uint8Array, texts: ReadonlyMap<string, string>): Uint8Array {
  const first = [...chunks(png)].find(({ type }) => type === 'IDAT');
  if (!first) return png;
  const added = [...texts].map(([key, text]) => textChunk(key, text));
  return Buffer.concat([png.subarray(0, first.start), ...added, png.subarray(first.start)]);
}
