import { resize } from './pillow-resize.ts';
import { type ByteImage, crop, type GrayImage, gray, paste, type RgbImage, rgb } from './rgb-image.ts';

/**
 * "Only masked" inpainting: work on a region around the mask at full size and put it back.
 * @see diffusers `VaeImageProcessor.get_crop_region`, `_resize_and_fill`, `apply_overlay`
 */
export interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * The mask's bounding box, padded and widened to the aspect of the working size.
 * @param padding pixels around the mask
 */
export function cropRegion(mask: GrayImage, width: number, height: number, padding: number): Region {
  const box = bounds(mask);
  let { left, top, right, bottom } = {
    left: Math.max(box.left - padding, 0),
    top: Math.max(box.top - padding, 0),
    right: Math.min(box.right + padding, mask.width),
    bottom: Math.min(box.bottom + padding, mask.height),
  };
  if ((right - left) / (bottom - top) > width / height) {
    [top, bottom] = widen(
      top,
      bottom,
      Math.trunc(((right - left) / width) * height - (bottom - top)),
      mask.height,
    );
  } else {
    [left, right] = widen(
      left,
      right,
      Math.trunc(((bottom - top) * width) / height - (right - left)),
      mask.width,
    );
  }
  return { left, top, right, bottom };
}

/** Extends an interval on both sides and moves it back inside. */
function widen(from: number, to: number, extra: number, limit: number): [number, number] {
  let start = from - Math.floor(extra / 2);
  let end = to + extra - Math.floor(extra / 2);
  if (end >= limit) {
    start -= end - limit;
    end = limit;
  }
  if (start < 0) {
    end -= start;
    start = 0;
  }
  return [start, Math.min(end, limit)];
}

/** The box of all pixels that are not black; the whole mask when there are none. */
function bounds(mask: GrayImage): Region {
  let [left, top, right, bottom] = [mask.width, mask.height, 0, 0];
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (mask.data[y * mask.width + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return right === 0
    ? { left: 0, top: 0, right: mask.width, bottom: mask.height }
    : { left, top, right, bottom };
}

/** Cuts a region and fits it into the working size; margins repeat the edge. */
export function cropAndFill(image: ByteImage, region: Region, width: number, height: number): ByteImage {
  const part = crop(image, region.left, region.top, region.right, region.bottom);
  const ratio = width / height;
  const sourceRatio = part.width / part.height;
  const innerWidth = ratio < sourceRatio ? width : Math.floor((part.width * height) / part.height);
  const innerHeight = ratio >= sourceRatio ? height : Math.floor((part.height * width) / part.width);
  const inner = resize(part, innerWidth, innerHeight);
  const out: ByteImage = {
    width,
    height,
    channels: image.channels,
    data: new Uint8Array(width * height * image.channels),
  };
  const offsetX = Math.floor(width / 2) - Math.floor(innerWidth / 2);
  const offsetY = Math.floor(height / 2) - Math.floor(innerHeight / 2);
  paste(out, inner, offsetX, offsetY);
  if (ratio < sourceRatio && offsetY > 0) {
    const { height: h, width: w } = inner;
    paste(out, resize(inner, width, offsetY, 'bicubic', [0, 0, w, 0]), 0, 0);
    paste(out, resize(inner, width, offsetY, 'bicubic', [0, h, w, h]), 0, offsetY + h);
  } else if (ratio > sourceRatio && offsetX > 0) {
    const { height: h, width: w } = inner;
    paste(out, resize(inner, offsetX, height, 'bicubic', [0, 0, 0, h]), 0, 0);
    paste(out, resize(inner, offsetX, height, 'bicubic', [w, 0, w, h]), offsetX + w, 0);
  }
  return out;
}

/** Puts the worked region back into the picture, blended by the (soft) mask. */
export function pasteBack(original: RgbImage, mask: GrayImage, worked: RgbImage, region: Region): RgbImage {
  const { width, height } = original;
  const regionWidth = region.right - region.left;
  const regionHeight = region.bottom - region.top;
  const base: ByteImage = { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
  paste(base, resizeAndCrop(rgb(worked), regionWidth, regionHeight), region.left, region.top);
  const soft =
    mask.width === width && mask.height === height ? gray(mask) : resize(gray(mask), width, height);
  for (let i = 0; i < width * height; i++) {
    const opacity = 255 - soft.data[i]!;
    if (opacity === 0) continue;
    for (let c = 0; c < 3; c++)
      base.data[i * 3 + c] = over(original.data[i * 3 + c]!, opacity, base.data[i * 3 + c]!);
  }
  return { width, height, data: base.data };
}

/** Pillow's way of pasting a pixel by a mask (premultiplied) and compositing it, in its integer steps. */
function over(source: number, opacity: number, below: number): number {
  const product = source * opacity + 128;
  const premultiplied = ((product >> 8) + product) >> 8;
  const colour = opacity === 255 ? premultiplied : Math.min(255, Math.trunc((255 * premultiplied) / opacity));
  const share = opacity * 255 * 128;
  const scaled = colour * opacity * 128 + below * (255 * 128 - share / 255) + (0x80 << 7);
  return (((scaled >> 8) + scaled) >> 8) >> 7;
}

/** Fills the size and cuts what sticks out, centred. */
function resizeAndCrop(image: ByteImage, width: number, height: number): ByteImage {
  const ratio = width / height;
  const sourceRatio = image.width / image.height;
  const innerWidth = ratio > sourceRatio ? width : Math.floor((image.width * height) / image.height);
  const innerHeight = ratio <= sourceRatio ? height : Math.floor((image.height * width) / image.width);
  const inner = resize(image, innerWidth, innerHeight);
  const out: ByteImage = { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
  paste(
    out,
    inner,
    Math.floor(width / 2) - Math.floor(innerWidth / 2),
    Math.floor(height / 2) - Math.floor(innerHeight / 2),
  );
  return out;
}
