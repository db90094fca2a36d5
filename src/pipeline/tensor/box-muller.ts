/**
 * Box–Muller as torch's vectorised CPU kernel does it: logarithm, sine and cosine are the Cephes polynomials in
 * float32 with fused multiply-adds, so that the normal numbers are torch's to the last bit.
 * @see Moshier, Cephes Mathematical Library, `logf.c` and `sinf.c`; torch `normal_fill`
 */

const f32 = Math.fround;
const TWO_PI = f32(2 * Math.PI);

/** a·b + c with one rounding: the product of two float32 values is exact in double precision. */
const fused = (a: number, b: number, c: number) => f32(a * b + c);

/** Horner's rule from the highest power down. */
function polynomial(coefficients: Float32Array, x: number): number {
  let sum = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) sum = fused(sum, x, coefficients[i]!);
  return sum;
}

const LOG = Float32Array.of(
  7.0376836292e-2,
  -1.151461031e-1,
  1.167699874e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
);
const COSINE = Float32Array.of(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
const SINE = Float32Array.of(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1);
/** ln 2 in two parts, and π/4 in three, so that products with small whole numbers lose nothing. */
const [LN2_SMALL, LN2_LARGE] = [f32(-2.1219444e-4), f32(0.693359375)];
const QUARTER_PI = [f32(0.78515625), f32(2.4187564849853516e-4), f32(3.774894977445941e-8)] as const;
const SQRT_HALF = f32(Math.SQRT1_2);

const view = new DataView(new ArrayBuffer(4));

/** Natural logarithm of a float32 above zero. */
function log(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getInt32(0);
  let exponent = (bits >>> 23) - 126;
  view.setInt32(0, (bits & 0x807fffff) | 0x3f000000);
  const mantissa = view.getFloat32(0);
  let x = f32(mantissa - 1);
  if (mantissa < SQRT_HALF) {
    exponent -= 1;
    x = f32(x + mantissa);
  }
  const square = f32(x * x);
  const bend = fused(f32(polynomial(LOG, x) * x), square, f32(exponent * LN2_SMALL));
  return fused(exponent, LN2_LARGE, f32(x + fused(-square, 0.5, bend)));
}

/** Sine and cosine of a float32 from 0 to 2π. */
function sineAndCosine(angle: number): [number, number] {
  const octant = (Math.trunc(f32(angle * f32(4 / Math.PI))) + 1) & ~1;
  const x = QUARTER_PI.reduce((rest, part) => fused(octant, -part, rest), angle);
  const square = f32(x * x);
  const even = f32(polynomial(COSINE, square) * square);
  const nearOne = f32(fused(even, square, -f32(square * 0.5)) + 1);
  const nearZero = fused(f32(polynomial(SINE, square) * square), x, x);
  const swapped = (octant & 2) !== 0;
  const sine = swapped ? nearOne : nearZero;
  const cosine = swapped ? nearZero : nearOne;
  return [octant & 4 ? -sine : sine, (octant - 2) & 4 ? cosine : -cosine];
}

/** Turns 16 uniform numbers in [0, 1) into 16 normal ones, in place: number j pairs with number j + 8. */
export function boxMuller(data: Float32Array, at: number): void {
  for (let j = at; j < at + 8; j++) {
    const radius = f32(Math.sqrt(f32(-2 * log(f32(1 - data[j]!)))));
    const [sine, cosine] = sineAndCosine(f32(TWO_PI * data[j + 8]!));
    data[j] = radius * cosine;
    data[j + 8] = radius * sine;
  }
}
