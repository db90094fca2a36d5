/**
 * The wire format of Protocol Buffers, as far as ONNX files use it: a message is a row of fields, each a number, a kind
 * and a value. Source: protobuf.dev/programming-guides/encoding.
 */

/** Bytes that are fetched when they are asked for: a file's, or some in memory. */
export interface Bytes {
  /** Bytes from `start` up to `end`. */
  read(start: number, end: number): Uint8Array;
}

export const inMemory = (bytes: Uint8Array): Bytes => ({ read: (start, end) => bytes.subarray(start, end) });

const VARINT = 0;
const FIXED64 = 1;
export const LENGTH = 2;
const FIXED32 = 5;

/** One field: where it begins and ends with its tag, and where its value does. A varint's value stands in `varint`. */
export interface Field {
  number: number;
  wireType: number;
  start: number;
  valueStart: number;
  end: number;
  varint: number;
}

/** The longest that a tag with a length can be. */
const HEAD = 20;

/** Reads a varint; values beyond 2^53 lose their last digits (none that matter here come close). */
function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  let factor = 1;
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i]!;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: i + 1 };
    factor *= 128;
  }
  throw new RangeError('Expected a whole number in a protobuf message, but it ends in the middle');
}

/**
 * The fields of the message that lies between two places. Values of a length are not read.
 * @throws RangeError where these bytes are no such message
 */
export function* fieldsIn(bytes: Bytes, start: number, end: number): Generator<Field> {
  let at = start;
  while (at < end) {
    const head = bytes.read(at, Math.min(end, at + HEAD));
    const tag = readVarint(head, 0);
    const wireType = tag.value & 7;
    const field = { number: Math.floor(tag.value / 8), wireType, start: at, varint: 0 };
    let valueStart = at + tag.next;
    let next = valueStart;
    if (wireType === VARINT) {
      const read = readVarint(head, tag.next);
      field.varint = read.value;
      next = at + read.next;
    } else if (wireType === LENGTH) {
      const length = readVarint(head, tag.next);
      valueStart = at + length.next;
      next = valueStart + length.value;
    } else if (wireType === FIXED64) next = valueStart + 8;
    else if (wireType === FIXED32) next = valueStart + 4;
    else throw new RangeError(`Expected a protobuf message, but found wire type ${wireType}`);
    if (field.number === 0 || next > end)
      throw new RangeError('Expected a protobuf message, but a field does not fit into it');
    yield { ...field, valueStart, end: next };
    at = next;
  }
}

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let left = value;
  while (left >= 128) {
    out.push((left % 128) | 0x80);
    left = Math.floor(left / 128);
  }
  return Uint8Array.from([...out, left]);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A field whose value is a string or a message. */
export function lengthField(number: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return joinBytes([varint(number * 8 + LENGTH), varint(bytes.length), bytes]);
}

export const varintField = (number: number, value: number): Uint8Array =>
  joinBytes([varint(number * 8 + VARINT), varint(value)]);

const decoder = new TextDecoder();
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);
