import { z } from 'zod';
import { OperatorError } from '../../errors.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/**
 * The safetensors format: eight bytes of header length, a JSON header, then the values.
 * @see https://github.com/huggingface/safetensors (format description)
 */
const Header = z.record(
  z.string(),
  z.looseObject({
    dtype: z.string().optional(),
    shape: z.array(z.int().min(0)).optional(),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)]).optional(),
  }),
);
const MAX_HEADER = 100_000_000;

/** Writes named float32 tensors. */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  let offset = 0;
  const header: Record<string, object> = {};
  for (const [name, { dims, data }] of tensors) {
    header[name] = { dtype: 'F32', shape: dims, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify(header);
  const padded = json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8);
  const headerBytes = Buffer.from(padded);
  const out = Buffer.alloc(8 + headerBytes.length + offset);
  out.writeBigUInt64LE(BigInt(headerBytes.length), 0);
  headerBytes.copy(out, 8);
  let at = 8 + headerBytes.length;
  for (const { data } of tensors.values()) {
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).copy(out, at);
    at += data.byteLength;
  }
  return out;
}

/**
 * Reads the float32 and int64 tensors of a file.
 * @throws OperatorError `bad-safetensors` when lengths and offsets do not fit the file
 */
export function readSafetensors(bytes: Uint8Array): Map<string, Tensor> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bad = (why: string) =>
    new OperatorError('bad-safetensors', `Expected a safetensors file, but ${why}`);
  if (file.length < 8) throw bad('it is shorter than its header');
  const length = Number(file.readBigUInt64LE(0));
  if (length > MAX_HEADER || 8 + length > file.length) throw bad('its header is longer than the file');
  const header = Header.safeParse(JSON.parse(file.toString('utf8', 8, 8 + length)));
  if (!header.success) throw bad('its header is not one');
  const out = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header.data)) {
    if (name === '__metadata__' || !entry.shape || !entry.data_offsets) continue;
    const [from, to] = entry.data_offsets;
    if (to < from || 8 + length + to > file.length) throw bad(`${name} lies outside of it`);
    const data = file.buffer.slice(file.byteOffset + 8 + length + from, file.byteOffset + 8 + length + to);
    if (entry.dtype === 'F32') out.set(name, tensor(entry.shape, new Float32Array(data)));
    else if (entry.dtype === 'I64')
      out.set(name, tensor(entry.shape, Float32Array.from(new BigInt64Array(data), Number)));
  }
  return out;
}
