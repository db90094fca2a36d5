import sharp from 'sharp';
import { addPngTexts, XMP_KEY } from '../../recipe/metadata/png-text.ts';
import type { GrayImage, RgbaImage, RgbImage } from './rgb-image.ts';

/** PNG for results, WebP and JPEG where size counts (previews, upload limits). Quality is 1 to 100; WebP without one is lossless. */
export type PictureEncoding =
  | { type: 'png' }
  | { type: 'webp'; quality?: number }
  | { type: 'jpeg'; quality: number };

/**
 * The picture as a file's bytes.
 * @param image 3 or 4 bytes a pixel; JPEG drops opacity
 * @param xmp the packet that goes into the file; no metadata without it
 */
export async function encodePicture(
  image: RgbImage | RgbaImage,
  encoding: PictureEncoding,
  xmp?: string,
): Promise<Uint8Array> {
  const { width, height, data } = image;
  const channels = data.length === width * height * 4 ? 4 : 3;
  const plain = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  if (encoding.type === 'png') {
    const png = await plain.png({ compressionLevel: 6 }).toBuffer();
    // libpng's own XMP goes into a compressed chunk, where readers do not look for it.
    return xmp === undefined ? png : addPngTexts(png, new Map([[XMP_KEY, xmp]]));
  }
  const raw = xmp === undefined ? plain : plain.withXmp(xmp);
  switch (encoding.type) {
    case 'webp':
      return raw
        .webp(encoding.quality === undefined ? { lossless: true } : { quality: encoding.quality })
        .toBuffer();
    case 'jpeg':
      return raw.jpeg({ quality: encoding.quality, mozjpeg: false }).toBuffer();
  }
}

/** A mask as a PNG of one channel. */
export async function encodeMask({ width, height, data }: GrayImage): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 1 }, limitInputPixels: false })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}
