import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHIPPED = fileURLToPath(new URL('../../models/overpaint-small', import.meta.url));
/** Latents a side: 320 × 320 pixels, a quarter of the area that the model asks for by itself. */
const SIDE = 40;
let folder: string | undefined;

/**
 * Settings with which the bundled model, of the same weights and name, paints a quarter of the area when a request names no
 * size. Most tests ask what happens to a painting and not how it looks.
 */
export function paintingSmall(): { OVERPAINT_MODELS: string; OVERPAINT_DEFAULT_MODEL: string } {
  folder ??= makeFolder();
  return { OVERPAINT_MODELS: folder, OVERPAINT_DEFAULT_MODEL: 'overpaint-small' };
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'overpaint-models-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const model = join(folder, 'overpaint-small');
  mkdirSync(join(model, 'unet'), { recursive: true });
  for (const name of readdirSync(SHIPPED)) {
    if (name !== 'unet') symlinkSync(join(SHIPPED, name), join(model, name));
  }
  symlinkSync(join(SHIPPED, 'unet', 'model.onnx'), join(model, 'unet', 'model.onnx'));
  const config = JSON.parse(readFileSync(join(SHIPPED, 'unet', 'config.json'), 'utf8')) as object;
  writeFileSync(join(model, 'unet', 'config.json'), JSON.stringify({ ...config, sample_size: SIDE }));
  return folder;
}
