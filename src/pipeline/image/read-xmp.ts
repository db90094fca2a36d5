import sharp from 'sharp';

/** The XMP packet of a picture's file; undefined where there is none. The file must be one that `decodePicture` takes. */
export async function readXmp(file: Uint8Array): Promise<string | undefined> {
  const { xmpAsString } = await sharp(file).metadata();
  return xmpAsString;
}
