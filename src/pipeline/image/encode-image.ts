import sharp from 'sharp';
import type { RgbImage } from './rgb-image.ts';

/** PNG for results, WebP and JPEG where size counts (previews, upload limits). Quality is 1 to 100; WebP without one is lossless. */
export type PictureEncoding =
  | { type: 'png' }
  | { type: 'webp'; quality?: number }
  | { type: 'jpeg'; quality: number };

/** The picture as a file's bytes, without metadata. */
export async function encodePicture(image: RgbImage, encoding: PictureEncoding): Promise<Uint8Array> {
  const { width, height, data } = image;
  const raw = sharp(data, { raw: { width, height, channels: 3 } });
  switch (encoding.type) {
    case 'png':
      return raw.png({ compressionLevel: 6 }).toBuffer();
    case 'webp':
      return raw
        .webp(encoding.quality === undefined ? { lossless: true } : { quality: encoding.quality })
        .toBuffer();
    case 'jpeg':
      return raw.jpeg({ quality: encoding.quality, mozjpeg: false }).toBuffer();
  }
}
