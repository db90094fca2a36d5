import { UserError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { createPredictor } from './denoise/predictor.ts';
import { fitSize, MAX_SIDE } from './image/fit-image.ts';
import { imageToTensor, maskToTensor, shrinkMask } from './image/image-tensor.ts';
import { cropAndFill, cropRegion, pasteBack, type Region } from './image/mask-crop.ts';
import { resize } from './image/pillow-resize.ts';
import { type GrayImage, gray, type RgbImage, rgb } from './image/rgb-image.ts';
import { addRim } from './image/rim.ts';
import { encodeSource } from './img2img.ts';
import { encodeMoments, sampleLatents } from './latents/vae.ts';
import type { LoadedModel } from './load-model.ts';
import { type Hooks, type Painted, startRun } from './paint.ts';
import { knownAfter, sample } from './samplers/sampler.ts';
import { samplerOf } from './samplers/schedulers.ts';
import { addNoise, type Schedule } from './schedule/schedule.ts';
import type { TorchGenerator } from './tensor/random.ts';
import { concatChannels, mix, type Tensor, tensor } from './tensor/tensor.ts';

/**
 * Repaints where the mask is white and keeps the rest.
 *
 * A denoiser with 4 (or the VAE's number of) channels gets the known part put back after each step; one with 9 sees mask
 * and masked picture as further channels. With `paddingMaskCrop` only the mask's surroundings are worked on, at full
 * size, and put back by the soft mask.
 *
 * Order of draws: the VAE's posterior of the picture (from the first picture's generator, shared by all; not at strength 1
 * with 9 channels), each picture's noise, the posterior of the masked picture (first generator), then each step's noise.
 * @param mask white is repainted; of the source's size, or stretched to it
 * @throws UserError `empty-mask` when nothing is white
 * @see diffusers `StableDiffusionInpaintPipeline`
 */
export async function inpaint(
  model: LoadedModel,
  source: RgbImage,
  mask: GrayImage,
  recipe: Recipe,
  hooks: Hooks = {},
): Promise<Painted> {
  if (mask.data.every((value) => value < 128)) {
    throw new UserError(
      'empty-mask',
      'Expected a mask that is white where the picture is to be repainted, but it is all black',
    );
  }
  // 1. Schedule, picture and mask.
  const run = startRun(model, recipe, hooks);
  const { schedule } = run;
  const fitted = withRim(fitWithMask(model, source, mask, recipe), model.files.latents.rim);
  hooks.trace?.add('image', fitted.picture);
  hooks.trace?.add('mask', fitted.mask);

  // 2. Prompts, and the latents of picture and mask.
  const conditioning = await run.encodePrompts();
  const prepared = await run.stage('encode', () => prepareLatents(model, recipe, fitted, run.generators));
  const { known, noises, further, mask: latentMask } = prepared;
  const [, , height, width] = noises[0]!.dims as [number, number, number, number];

  const pictures: RgbImage[] = [];
  const plainly = createPredictor(model, recipe, conditioning, { height, width }, further);
  for (const [index, generator] of run.generators.entries()) {
    // 3. Start from pure noise at full strength, else from the noised picture.
    const noise = noises[index]!;
    const start = startOf(schedule, recipe, known, noise);
    if (known) hooks.trace?.add('image_latents', known);
    hooks.trace?.add('noise', noise);
    hooks.trace?.add('latents.0', start);

    const predict = further || !known ? plainly : run.keepSource(plainly, { latents: known, noise });

    // 4. Denoise; a denoiser without the extra channels gets the known part back after each step.
    const painted = await run.stage('denoise', () =>
      sample(samplerOf(schedule.config), start, {
        schedule,
        predict,
        noise: () => tensor(noise.dims, generator.normals(noise.data.length)),
        onStep: async (step) => {
          const latents =
            further || !known
              ? step.latents
              : blend(step.latents, knownAfter(schedule, known, noise, step.index), latentMask);
          await run.report(index, { ...step, latents });
          return latents;
        },
      }),
    );

    // 5. Decode, and put the region back where only a part was worked on.
    const image = await run.finish(painted);
    pictures.push(fitted.region ? pasteBack(source, fitted.sourceMask, image, fitted.region) : image);
  }
  return run.done(pictures);
}

interface Prepared {
  /** The picture's latents; absent where the run starts from noise and the denoiser sees the picture by other channels. */
  known: Tensor | undefined;
  /** Start noise, one a picture. */
  noises: Tensor[];
  /** Mask and masked picture as further channels of the denoiser, where it has them. */
  further: Tensor | undefined;
  mask: Tensor;
}

/** Encodes picture and masked picture, and draws in the order that the function above promises. */
async function prepareLatents(
  model: LoadedModel,
  recipe: Recipe,
  fitted: Fitted,
  generators: readonly TorchGenerator[],
): Promise<Prepared> {
  const first = generators[0]!;
  const moments = await encodeSource(model, fitted.picture);
  const channels = model.files.latents.channels ?? moments.dims[1]! / 2;
  const hasFurther = (model.files.unetChannels ?? unetChannels(model) ?? channels) > channels;
  const known = recipe.strength === 1 && hasFurther ? undefined : sampleLatents(model, moments, first);
  const dims = [1, channels, moments.dims[2]!, moments.dims[3]!];
  const draw = (generator: TorchGenerator) =>
    tensor(dims, generator.normals(dims.reduce((a, b) => a * b, 1)));
  const noises = generators.map(draw);
  const mask = shrinkMask(fitted.mask, dims[2]!, dims[3]!);
  if (!hasFurther) {
    // diffusers encodes the masked picture in any case, and so draws its posterior.
    draw(first);
    return { known, noises, further: undefined, mask };
  }
  const masked = sampleLatents(model, await encodeMoments(model, blank(fitted.picture, fitted.mask)), first);
  return { known, noises, further: concatChannels([mask, masked]), mask };
}

/** Pure noise at full strength, else the noised picture. */
function startOf(schedule: Schedule, recipe: Recipe, known: Tensor | undefined, noise: Tensor): Tensor {
  if (recipe.strength === 1 || !known) return mix([schedule.initNoiseSigma, noise]);
  return addNoise(schedule, known, noise, schedule.begin);
}

function unetChannels(model: LoadedModel): number | undefined {
  const channels = model.unetInputs.find((port) => port.name === 'sample')?.shape[1];
  return typeof channels === 'number' ? channels : undefined;
}

interface Fitted {
  picture: Tensor;
  /** [1, 1, height, width], 0 or 1. */
  mask: Tensor;
  /** The mask at the source's size, soft as it was given. */
  sourceMask: GrayImage;
  region: Region | undefined;
}

function fitWithMask(model: LoadedModel, source: RgbImage, mask: GrayImage, recipe: Recipe): Fitted {
  const { sideMultiple, nativePixels } = model.files;
  const sameSize = mask.width === source.width && mask.height === source.height;
  const sourceMask = sameSize ? mask : resize(gray(mask), source.width, source.height);
  const { width, height } = fitSize(source, recipe.size, { multiple: sideMultiple, nativePixels }, MAX_SIDE);
  if (recipe.paddingMaskCrop === undefined) {
    return {
      picture: imageToTensor(resize(rgb(source), width, height)),
      mask: maskToTensor(resize(gray(mask), width, height)),
      sourceMask,
      region: undefined,
    };
  }
  const region = cropRegion(sourceMask, width, height, recipe.paddingMaskCrop);
  return {
    picture: imageToTensor(cropAndFill(rgb(source), region, width, height)),
    mask: maskToTensor(cropAndFill(gray(sourceMask), region, width, height)),
    sourceMask,
    region,
  };
}

function withRim(fitted: Fitted, rim: number): Fitted {
  return { ...fitted, picture: addRim(fitted.picture, rim), mask: addRim(fitted.mask, rim) };
}

/** The picture with 0 (mid grey) where the mask is white. */
function blank(picture: Tensor, mask: Tensor): Tensor {
  const area = mask.data.length;
  return {
    dims: picture.dims,
    data: picture.data.map((value, i) => (mask.data[i % area]! < 0.5 ? value : 0)),
  };
}

/** The known part where the mask is black, the painted one where it is white. */
function blend(painted: Tensor, known: Tensor, mask: Tensor): Tensor {
  const area = mask.data.length;
  return {
    dims: painted.dims,
    data: painted.data.map((value, i) => {
      const share = mask.data[i % area]!;
      return (1 - share) * known.data[i]! + share * value;
    }),
  };
}
