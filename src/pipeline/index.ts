/** The pipeline's public surface; nothing else of it may be imported from outside. */
export { blurFile } from './image/blur-file.ts';
export { composeGrid, enlargeTo, type FittedFile, fitToLimit } from './image/compose.ts';
export { contactSheet, type SheetCell } from './image/contact-sheet.ts';
export { checkPicture, DEFAULT_LIMITS, decodePicture, type PictureLimits } from './image/decode-image.ts';
export { encodeMask, encodePicture, type PictureEncoding } from './image/encode-image.ts';
export { type FamilyNode, familyTree } from './image/family-tree.ts';
export { fitSize, keptSize, MAX_SIDE, type Size } from './image/fit-image.ts';
export { cutOut, featherMask, invertMask, maskShare } from './image/mask-edges.ts';
export { kindOfPicture, measurePicture } from './image/measure-picture.ts';
export { type PreparedSketch, prepareSketch } from './image/prepare-sketch.ts';
export { readXmp } from './image/read-xmp.ts';
export {
  flattenOnWhite,
  type GrayImage,
  maskFromAlpha,
  type RgbaImage,
  type RgbImage,
  toGray,
} from './image/rgb-image.ts';
export { canDraw } from './image/stroke-letters.ts';
export { img2img } from './img2img.ts';
export { inpaint } from './inpaint.ts';
export { type LoadedModel, type LoadOptions, loadModel } from './load-model.ts';
export { type Classifier, type ClassifierSpec, loadClassifier, type Scores } from './look/classifier.ts';
export { looksPainted } from './look/looks-painted.ts';
export { loadSegmenter, type Segmenter, type SegmenterSpec } from './look/segmenter.ts';
export { readModelFiles } from './model-files.ts';
export { type Hooks, type Painted, STAGES, type Stage, type Step } from './paint.ts';
export { keepsSteps, listSchedulers, schedulerConfig } from './samplers/schedulers.ts';
export { readSafetensors, writeSafetensors } from './trace/safetensors.ts';
export { createTrace, type Trace } from './trace/trace.ts';
export { type TileProgress, type Upscaled, upscale } from './upscale/upscale.ts';
export { checkUpscaledSize, UPSCALE_LIMITS, type UpscaleLimits } from './upscale/upscale-limits.ts';
export { loadUpscaler, type Upscaler, type UpscalerSpec } from './upscale/upscaler.ts';
