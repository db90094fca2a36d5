/**
 * The few numpy and torch functions whose rounding decides a schedule's values.
 */

const f32 = Math.fround;

/** Rounds halves to the even neighbour, as numpy and torch do (`Math.round` rounds them up). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `numpy.linspace` in double precision. */
export function linspace(start: number, stop: number, count: number): number[] {
  if (count === 1) return [start];
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? stop : start + i * step));
}

/**
 * `torch.linspace` in float32: the second half is counted from the end, and product and sum round once together
 * (a fused multiply-add).
 */
export function linspaceFloat32(start: number, stop: number, count: number): Float32Array {
  const from = f32(start);
  const to = f32(stop);
  const step = f32(f32(to - from) / (count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < count / 2 ? from + step * i : to - step * (count - i - 1),
  );
}

/** `numpy.arange(start, 0, -step)`: descending and above zero. */
export function arangeDown(start: number, step: number): number[] {
  const count = Math.ceil(start / step);
  const delta = start - step - start;
  return Array.from({ length: count }, (_, i) => start + i * delta);
}

/** `numpy.interp` over the table's indices: linear, held at the ends. */
export function interpolate(table: ArrayLike<number>, at: number): number {
  if (at <= 0) return table[0]!;
  const last = table.length - 1;
  if (at >= last) return table[last]!;
  const low = Math.floor(at);
  return table[low]! + (table[low + 1]! - table[low]!) * (at - low);
}
