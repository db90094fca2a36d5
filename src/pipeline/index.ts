/** The pipeline's public surface; nothing else of it may be imported from outside. */
export { type PictureLimits, DEFAULT_LIMITS, decodePicture } from './image/decode-image.ts';
export { encodePicture, type PictureEncoding } from './image/encode-image.ts';
export { fitSize, MAX_SIDE, type Size } from './image/fit-image.ts';
export {
  flattenOnWhite,
  type GrayImage,
  maskFromAlpha,
  type RgbaImage,
  type RgbImage,
  toGray,
} from './image/rgb-image.ts';
export { img2img } from './img2img.ts';
export { inpaint } from './inpaint.ts';
export { type LoadedModel, loadModel, type LoadOptions } from './load-model.ts';
export { readModelFiles } from './model-files.ts';
export { type Hooks, type Painted, type Stage, STAGES, type Step } from './paint.ts';
export { listSchedulers, schedulerConfig } from './samplers/schedulers.ts';
export { createTrace, type Trace } from './trace/trace.ts';
export { readSafetensors, writeSafetensors } from './trace/safetensors.ts';
