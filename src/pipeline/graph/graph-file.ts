import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { type Bytes, type Field, fieldsIn, inMemory, joinBytes, lengthField, varintField } from './wire.ts';

/** Field numbers of onnx.proto3. */
const MODEL = { graph: 7 };
const GRAPH = { node: 1, initializer: 5, output: 12 };
const NODE = { input: 1, output: 2, name: 3, opType: 4 };
const VALUE = { name: 1 };
const TENSOR = { rawData: 9, externalData: 13, dataLocation: 14 };
const ENTRY = { key: 1, value: 2 };
const EXTERNAL = 1;

/** Smaller weights stay in the graph: ONNX Runtime reads shapes from them. */
const INLINE_BYTES = 1024;

/** One operation of a graph. `inputs` may be changed; empty names are inputs left out. */
export interface GraphNode {
  readonly name: string;
  readonly opType: string;
  inputs: string[];
  readonly outputs: readonly string[];
}

/** An ONNX graph whose wiring can be changed without its weights being read. */
export interface GraphFile {
  readonly nodes: readonly GraphNode[];
  /** Names of what the graph gives. */
  readonly outputs: readonly string[];
  /**
   * The graph as it is wired now. Its weights are named by their place in the original file, so it must be opened with
   * that file's folder as the one for external weights.
   */
  toBytes(): Uint8Array;
}

const WINDOW = 1 << 16;

/** A file's bytes through a window, so that neighbours cost one read. */
function windowed(file: number, size: number): Bytes {
  let from = 0;
  let held = new Uint8Array(0);
  return {
    read(start, end) {
      if (start >= from && end <= from + held.length) return held.subarray(start - from, end - from);
      const length = Math.min(size - start, Math.max(end - start, WINDOW));
      const fresh = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const read = readSync(file, fresh, filled, length - filled, start + filled);
        if (read === 0) throw new RangeError('Expected more bytes in a model file, but it ends');
        filled += read;
      }
      from = start;
      held = fresh;
      return held.subarray(0, end - start);
    },
  };
}

const decoder = new TextDecoder();

/**
 * Reads a graph's wiring.
 * @param path of an `.onnx` file
 * @throws RangeError where it is none
 */
export function readGraphFile(path: string): GraphFile {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    return readGraph(windowed(file, size), size, basename(path));
  } finally {
    closeSync(file);
  }
}

/** A part of the file as it will be written: kept bytes, or a node. */
type Part = { kept: Uint8Array } | { node: GraphNode; bytes: Uint8Array };

function readGraph(bytes: Bytes, size: number, location: string): GraphFile {
  const before: Uint8Array[] = [];
  const parts: Part[] = [];
  const outputs: string[] = [];
  for (const field of fieldsIn(bytes, 0, size)) {
    if (field.number !== MODEL.graph) before.push(bytes.read(field.start, field.end).slice());
    else
      for (const inner of fieldsIn(bytes, field.valueStart, field.end)) {
        parts.push(readPart(bytes, inner, location));
        if (inner.number === GRAPH.output) outputs.push(...textsIn(bytes, inner, VALUE.name));
      }
  }
  return {
    outputs,
    nodes: parts.flatMap((part) => ('node' in part ? [part.node] : [])),
    toBytes() {
      const graph = parts.map((part) => ('node' in part ? rewired(part.bytes, part.node) : part.kept));
      return joinBytes([...before, lengthField(MODEL.graph, joinBytes(graph))]);
    },
  };
}

function readPart(bytes: Bytes, field: Field, location: string): Part {
  if (field.number === GRAPH.initializer) return { kept: outsourced(bytes, field, location) };
  if (field.number !== GRAPH.node) return { kept: bytes.read(field.start, field.end).slice() };
  const own = bytes.read(field.valueStart, field.end).slice();
  const texts = (number: number) => textsIn(bytes, field, number);
  const node = {
    name: texts(NODE.name)[0] ?? '',
    opType: texts(NODE.opType)[0] ?? '',
    inputs: texts(NODE.input),
    outputs: texts(NODE.output),
  };
  return { node, bytes: own };
}

/** The strings that a message has under one number. */
const textsIn = (bytes: Bytes, { valueStart, end }: Field, wanted: number): string[] =>
  [...fieldsIn(bytes, valueStart, end)]
    .filter(({ number }) => number === wanted)
    .map((text) => decoder.decode(bytes.read(text.valueStart, text.end)));

/** A node with its inputs as they are now. */
function rewired(bytes: Uint8Array, { inputs }: GraphNode): Uint8Array {
  const rest = [...fieldsIn(inMemory(bytes), 0, bytes.length)]
    .filter(({ number }) => number !== NODE.input)
    .map(({ start, end }) => bytes.subarray(start, end));
  return lengthField(
    GRAPH.node,
    joinBytes([...inputs.map((name) => lengthField(NODE.input, name)), ...rest]),
  );
}

/** A weight that is named by its place in the file instead of being carried along; small ones are carried. */
function outsourced(bytes: Bytes, field: Field, location: string): Uint8Array {
  const raw = [...fieldsIn(bytes, field.valueStart, field.end)].find(
    ({ number }) => number === TENSOR.rawData,
  );
  if (!raw || raw.end - raw.valueStart <= INLINE_BYTES) return bytes.read(field.start, field.end).slice();
  const entry = (key: string, value: string | number) =>
    lengthField(
      TENSOR.externalData,
      joinBytes([lengthField(ENTRY.key, key), lengthField(ENTRY.value, String(value))]),
    );
  return lengthField(
    GRAPH.initializer,
    joinBytes([
      bytes.read(field.valueStart, raw.start).slice(),
      bytes.read(raw.end, field.end).slice(),
      varintField(TENSOR.dataLocation, EXTERNAL),
      entry('location', location),
      entry('offset', raw.valueStart),
      entry('length', raw.end - raw.valueStart),
    ]),
  );
}
