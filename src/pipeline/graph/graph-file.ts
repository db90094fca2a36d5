import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { type GraphNode, type NewNode, newNode, nodeField, readNode } from './node.ts';
import { ENTRY, EXTERNAL_DATA, GRAPH, MODEL, OPSET, TENSOR, VALUE } from './onnx-fields.ts';
import { type Bytes, type Field, fieldsIn, joinBytes, lengthField, textOf, varintField } from './wire.ts';

/** Smaller weights stay in the graph: ONNX Runtime reads shapes from them. */
const INLINE_BYTES = 1024;

/** An ONNX graph whose operations can be changed without its weights being read. */
export interface GraphFile {
  readonly nodes: readonly GraphNode[];
  /** Names of what the graph gives. */
  readonly outputs: readonly string[];
  /** Puts an operation of ONNX Runtime's own (`com.microsoft`) into the place of another one, which goes. */
  replace(node: GraphNode, by: Omit<NewNode, 'domain'>): void;
  /**
   * The graph as it is now, without operations whose results nobody reads. Its weights are named by their place in the
   * original file, so it must be opened with that file's folder as the one for external weights.
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

const RUNTIME_DOMAIN = 'com.microsoft';
/** Says that a model uses ONNX Runtime's own operations. */
const RUNTIME_IMPORT = lengthField(
  MODEL.opsetImport,
  joinBytes([lengthField(OPSET.domain, RUNTIME_DOMAIN), varintField(OPSET.version, 1)]),
);

function readGraph(bytes: Bytes, size: number, location: string): GraphFile {
  const head: Uint8Array[] = [];
  const kept: Uint8Array[] = [];
  const nodes: GraphNode[] = [];
  const outputs: string[] = [];
  for (const field of fieldsIn(bytes, 0, size)) {
    if (field.number !== MODEL.graph) {
      head.push(bytes.read(field.start, field.end).slice());
      continue;
    }
    for (const inner of fieldsIn(bytes, field.valueStart, field.end)) {
      if (inner.number === GRAPH.node) nodes.push(readNode(bytes, inner));
      else if (inner.number === GRAPH.initializer) kept.push(outsourced(bytes, inner, location));
      else kept.push(bytes.read(inner.start, inner.end).slice());
      if (inner.number === GRAPH.output) outputs.push(nameOf(bytes, inner));
    }
  }
  return {
    nodes,
    outputs,
    replace(node, by) {
      nodes[nodes.indexOf(node)] = newNode({ ...by, domain: RUNTIME_DOMAIN });
      if (head.at(-1) !== RUNTIME_IMPORT) head.push(RUNTIME_IMPORT);
    },
    toBytes() {
      const graph = [...alive(nodes, outputs).map(nodeField), ...kept];
      return joinBytes([...head, lengthField(MODEL.graph, joinBytes(graph))]);
    },
  };
}

/** The operations of which a graph's outputs are made, in their order. */
function alive(nodes: readonly GraphNode[], outputs: readonly string[]): GraphNode[] {
  const wanted = new Set(outputs);
  const found = [...nodes].reverse().filter((node) => {
    if (!node.outputs.some((name) => wanted.has(name))) return false;
    for (const name of node.inputs) wanted.add(name);
    return true;
  });
  return found.reverse();
}

/** The name of an input or output. */
function nameOf(bytes: Bytes, { valueStart, end }: Field): string {
  const name = [...fieldsIn(bytes, valueStart, end)].find(({ number }) => number === VALUE.name);
  return name ? textOf(bytes.read(name.valueStart, name.end)) : '';
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
      varintField(TENSOR.dataLocation, EXTERNAL_DATA),
      entry('location', location),
      entry('offset', raw.valueStart),
      entry('length', raw.end - raw.valueStart),
    ]),
  );
}
