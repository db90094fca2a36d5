import sharp from 'sharp';
import { xmpMark } from '../../recipe/metadata/ai-mark.ts';

/** Pixels a side that are left of a picture when it is blurred beyond recognition. */
const LEFT = 12;

/**
 * A preview that gives away colours and nothing else: the picture is taken down to a dozen pixels a side before it is
 * blown up again, so that no sharpening brings it back.
 * @param file of a picture
 * @returns a WebP of the same size, with the mark of what is painted and no other metadata
 */
export async function blurFile(file: Uint8Array): Promise<Uint8Array> {
  const { width, height } = await sharp(file)
    .autoOrient()
    .metadata()
    .then((found) => found.autoOrient);
  const small = await sharp(file)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize({ width: LEFT, height: LEFT, fit: 'fill' })
    .png()
    .toBuffer();
  return sharp(small)
    .resize({ width, height, fit: 'fill', kernel: 'cubic' })
    .withXmp(xmpMark('compositeWithTrainedAlgorithmicMedia'))
    .webp({ quality: 60 })
    .toBuffer();
}
