import { createHash } from 'node:crypto';
import type { Recipe } from '../recipe/recipe.ts';
import { createPredictor } from './denoise/predictor.ts';
import { fitSize, MAX_SIDE } from './image/fit-image.ts';
import { imageToTensor } from './image/image-tensor.ts';
import { resize } from './image/pillow-resize.ts';
import { type RgbImage, rgb } from './image/rgb-image.ts';
import { addRim } from './image/rim.ts';
import { invertDecoder } from './latents/decoder-inversion.ts';
import { sampleLatents } from './latents/vae.ts';
import type { LoadedModel } from './load-model.ts';
import { type Hooks, type Painted, startRun } from './paint.ts';
import { sample } from './samplers/sampler.ts';
import { samplerOf } from './samplers/schedulers.ts';
import { addNoise } from './schedule/schedule.ts';
import { type Tensor, tensor } from './tensor/tensor.ts';

/**
 * Repaints a picture: it is encoded, drowned in noise in proportion to `strength`, and denoised towards the prompt.
 *
 * Each picture of a recipe has its own generator, and draws from it in this order: the VAE's posterior, the start noise,
 * then the sampler's noise of each step. So a seed gives the picture that diffusers gives on a CPU.
 * @param source of any size; it is stretched to the size that `recipe.size` and the model lead to
 * @throws UserError for sizes, steps and names that do not fit; Cancelled; OperatorError for broken models
 * @see Meng et al. 2021 (SDEdit), https://arxiv.org/abs/2108.01073; diffusers `StableDiffusionImg2ImgPipeline`
 */
export async function img2img(
  model: LoadedModel,
  source: RgbImage,
  recipe: Recipe,
  hooks: Hooks = {},
): Promise<Painted> {
  // 1. Schedule, and which of its steps run.
  const run = startRun(model, recipe, hooks);
  const { schedule } = run;

  // 2. Fit the picture to the model.
  const picture = fitPicture(model, source, recipe);
  hooks.trace?.add('image', picture);

  // 3. Encode prompts and picture.
  const conditioning = await run.encodePrompts();
  const moments = await run.stage('encode', () => encodeSource(model, picture));

  const pictures: RgbImage[] = [];
  for (const [index, generator] of run.generators.entries()) {
    // 4. Draw the latents, and add noise up to the first step that runs.
    const latents = sampleLatents(model, moments, generator);
    const draw = () => tensor(latents.dims, generator.normals(latents.data.length));
    const noise = draw();
    const start = addNoise(schedule, latents, noise, schedule.begin);
    hooks.trace?.add('image_latents', latents);
    hooks.trace?.add('noise', noise);
    hooks.trace?.add('latents.0', start);

    // 5. Denoise.
    const [, , height, width] = latents.dims as [number, number, number, number];
    const plainly = createPredictor(model, recipe, conditioning, { height, width });
    const predict = run.keepSource(plainly, { latents, noise });
    const painted = await run.stage('denoise', () =>
      sample(samplerOf(schedule.config), start, {
        schedule,
        predict,
        noise: draw,
        onStep: async (step) => run.report(index, step),
      }),
    );

    // 6. Decode.
    pictures.push(await run.finish(painted));
  }
  return run.done(pictures);
}

/** The source at the size that is painted, with the model's rim around it, [1, 3, height, width] in −1..1. */
export function fitPicture(model: LoadedModel, source: RgbImage, recipe: Recipe): Tensor {
  const { sideMultiple, nativePixels } = model.files;
  const { width, height } = fitSize(source, recipe.size, { multiple: sideMultiple, nativePixels }, MAX_SIDE);
  return addRim(imageToTensor(resize(rgb(source), width, height)), model.files.latents.rim);
}

/** The VAE's moments of a fitted picture, kept for the next press of "again" or "stronger". */
export function encodeSource(model: LoadedModel, picture: Tensor): Promise<Tensor> {
  const { data, dims } = picture;
  const hash = createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
  return model.sources.get(`${dims.join('x')}:${hash}`, () => invertDecoder(model, picture));
}
