import { type Tensor, tensor } from '../tensor/tensor.ts';

/** How far a network looks, in input pixels. */
export interface Reach {
  overlap: number;
  tilesExactly: boolean;
}

interface Probe {
  channels: number;
  scale: number;
  margin: number;
  multiple: number;
  white: number;
  fixed: { width: number; height: number } | undefined;
}

/** Beyond this the overlap would cost more than the tile; the rest of such a network's reach hardly shows. */
const LONGEST_REACH = 48;
const STRIP = 224;

/** A fixed sequence of numbers from 0 to 1 (mulberry32), so that a network measures the same every time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Finds how far an output pixel depends on its surroundings. One half of a strip is exchanged for NaN, which every
 * weighted sum hands on however small its weights, and for other noise, in case an activation swallows NaN; what of the
 * other half changes has seen it. Across and down.
 */
export async function measureReach(run: (feed: Tensor) => Promise<Tensor>, probe: Probe): Promise<Reach> {
  let reach = 0;
  for (const across of [true, false]) {
    for (const fill of ['nan', 'noise'] as const) {
      reach = Math.max(reach, await reachAlong(run, probe, across, fill));
    }
  }
  // What the network cuts off at its edges is context already.
  const overlap = Math.max(0, reach - probe.margin);
  return overlap > LONGEST_REACH
    ? { overlap: LONGEST_REACH, tilesExactly: false }
    : { overlap, tilesExactly: true };
}

async function reachAlong(
  run: (feed: Tensor) => Promise<Tensor>,
  probe: Probe,
  across: boolean,
  fill: 'nan' | 'noise',
): Promise<number> {
  const length = (side: number) => Math.ceil(side / probe.multiple) * probe.multiple;
  const short = length(2 * probe.margin + 16);
  const long = length(STRIP);
  const width = probe.fixed?.width ?? (across ? long : short);
  const height = probe.fixed?.height ?? (across ? short : long);
  const random = sequence(1);
  const plain = tensor([1, probe.channels, height, width]);
  for (let i = 0; i < plain.data.length; i++) plain.data[i] = random() * probe.white;
  const before = await run(plain);
  const middle = Math.floor((across ? width : height) / 2 / probe.multiple) * probe.multiple;
  const reaches: number[] = [];
  for (const far of [true, false]) {
    const changed = tensor(plain.dims, plain.data.slice());
    for (let i = 0; i < changed.data.length; i++) {
      const at = across ? i % width : Math.floor(i / width) % height;
      if (at >= middle === far) changed.data[i] = fill === 'nan' ? NaN : random() * probe.white;
    }
    const after = await run(changed);
    reaches.push(
      furthest(before, after, middle * probe.scale - probe.margin * probe.scale, across, far) / probe.scale,
    );
  }
  return Math.ceil(Math.max(...reaches));
}

/** How many output pixels on the untouched side of the line differ, counted from it. */
function furthest(before: Tensor, after: Tensor, line: number, across: boolean, far: boolean): number {
  const [, , height, width] = before.dims as [number, number, number, number];
  let most = 0;
  for (let i = 0; i < before.data.length; i++) {
    if (Object.is(before.data[i], after.data[i])) continue;
    const at = across ? i % width : Math.floor(i / width) % height;
    most = Math.max(most, far ? line - at : at - line + 1);
  }
  return most;
}
