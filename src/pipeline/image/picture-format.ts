import type { PlainText } from '../../language/phrase.ts';

/** What a file is by its first bytes; names and types that come with it are not trusted. */
export type PictureFormat =
  | { kind: 'picture'; name: 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'AVIF' | 'TIFF' }
  /** Known, and on purpose or for want of a decoder not read. */
  | { kind: 'refused'; name: PlainText }
  | { kind: 'unknown' };

/** Looks at magic numbers only. */
export function sniffFormat(bytes: Uint8Array): PictureFormat {
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return { kind: 'picture', name: 'PNG' };
  if (head.startsWith('\xff\xd8\xff')) return { kind: 'picture', name: 'JPEG' };
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return { kind: 'picture', name: 'WebP' };
  if (/^GIF8[79]a/.test(head)) return { kind: 'picture', name: 'GIF' };
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return { kind: 'picture', name: 'TIFF' };
  if (head.slice(4, 8) === 'ftyp') return fromBrand(head.slice(8, 12), head.slice(16, 64));
  // SVG can name other files and web addresses, so it never reaches a renderer.
  if (/^(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE|<svg)/i.test(head) && /<svg/i.test(head))
    return { kind: 'refused', name: 'an SVG drawing' };
  if (head.startsWith('%PDF')) return { kind: 'refused', name: 'a PDF document' };
  if (head.startsWith('BM')) return { kind: 'refused', name: 'a BMP picture' };
  if (head.startsWith('8BPS')) return { kind: 'refused', name: 'a Photoshop file' };
  return { kind: 'unknown' };
}

function fromBrand(major: string, compatible: string): PictureFormat {
  if (/^avi[fs]/.test(major) || /avif/.test(compatible)) return { kind: 'picture', name: 'AVIF' };
  if (/^(hei[cxms]|hev[cx]|mif1|msf1)/.test(major)) return { kind: 'refused', name: 'a HEIC picture' };
  return { kind: 'refused', name: 'a video' };
}
