/**
 * IEEE 754 half precision, by hand: `Float16Array` is missing from Node 22, and ONNX Runtime does not take it as input.
 */

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

function toHalf(value: number): number {
  scratch[0] = value;
  const x = bits[0]!;
  const sign = (x >>> 16) & 0x8000;
  const exponent = (x >>> 23) & 0xff;
  const fraction = x & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const power = exponent - 112;
  if (power >= 31) return sign | 0x7c00;
  if (power <= 0) {
    if (power < -10) return sign;
    const shifted = fraction | 0x800000;
    const shift = 14 - power;
    const half = shifted >>> shift;
    const rest = shifted & ((1 << shift) - 1);
    const middle = 1 << (shift - 1);
    return sign | (half + (rest > middle || (rest === middle && half & 1) ? 1 : 0));
  }
  const half = (power << 10) | (fraction >>> 13);
  const rest = fraction & 0x1fff;
  return sign | (half + (rest > 0x1000 || (rest === 0x1000 && half & 1) ? 1 : 0));
}

/** Rounds to half precision, halves to even. */
export function toHalves(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, toHalf);
}

/** Every half as its float32: 65,536 entries, made on first use. */
let table: Float32Array | undefined;

function makeTable(): Float32Array {
  const out = new Float32Array(0x10000);
  for (let half = 0; half < out.length; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 31) out[half] = fraction ? NaN : sign * Infinity;
    else if (exponent === 0) out[half] = sign * fraction * 2 ** -24;
    else out[half] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return out;
}

/** Widens halves, exactly. */
export function fromHalves(halves: Uint16Array): Float32Array {
  table ??= makeTable();
  const known = table;
  return Float32Array.from(halves, (half) => known[half]!);
}
