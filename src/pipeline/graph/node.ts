import { ATTRIBUTE, GRAPH, INT_ATTRIBUTE, NODE, TENSOR } from './onnx-fields.ts';
import {
  type Bytes,
  type Field,
  fieldsIn,
  inMemory,
  joinBytes,
  LENGTH,
  lengthField,
  textOf,
  varintField,
} from './wire.ts';

/** One operation of a graph. `inputs` may be changed; empty names are inputs left out. */
export interface GraphNode {
  readonly name: string;
  readonly opType: string;
  inputs: string[];
  readonly outputs: readonly string[];
  /** The message that it was read from, or that it is. */
  readonly bytes: Uint8Array;
}

const fieldsOf = (bytes: Uint8Array): Field[] => [...fieldsIn(inMemory(bytes), 0, bytes.length)];
const valueOf = (bytes: Uint8Array, { valueStart, end }: Field) => bytes.subarray(valueStart, end);
const textsUnder = (bytes: Uint8Array, wanted: number): string[] =>
  fieldsOf(bytes)
    .filter(({ number }) => number === wanted)
    .map((field) => textOf(valueOf(bytes, field)));

/** @param bytes where the node's message lies */
export function readNode(bytes: Bytes, { valueStart, end }: Field): GraphNode {
  const own = bytes.read(valueStart, end).slice();
  return {
    name: textsUnder(own, NODE.name)[0] ?? '',
    opType: textsUnder(own, NODE.opType)[0] ?? '',
    inputs: textsUnder(own, NODE.input),
    outputs: textsUnder(own, NODE.output),
    bytes: own,
  };
}

/** An operation to be put into a graph. */
export interface NewNode {
  name: string;
  opType: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Attributes that are whole numbers. */
  ints: Readonly<Record<string, number>>;
}

export function newNode({ name, opType, domain, inputs, outputs, ints }: NewNode): GraphNode {
  const bytes = joinBytes([
    ...outputs.map((output) => lengthField(NODE.output, output)),
    lengthField(NODE.name, name),
    lengthField(NODE.opType, opType),
    ...Object.entries(ints).map(([key, value]) =>
      lengthField(
        NODE.attribute,
        joinBytes([
          lengthField(ATTRIBUTE.name, key),
          varintField(ATTRIBUTE.int, value),
          varintField(ATTRIBUTE.type, INT_ATTRIBUTE),
        ]),
      ),
    ),
    lengthField(NODE.domain, domain),
  ]);
  return { name, opType, inputs: [...inputs], outputs, bytes };
}

/** A node as a field of its graph, with its inputs as they are now. */
export function nodeField({ bytes, inputs }: GraphNode): Uint8Array {
  const rest = fieldsOf(bytes)
    .filter(({ number }) => number !== NODE.input)
    .map(({ start, end }) => bytes.subarray(start, end));
  return lengthField(
    GRAPH.node,
    joinBytes([...inputs.map((name) => lengthField(NODE.input, name)), ...rest]),
  );
}

function attributeOf({ bytes }: GraphNode, wanted: string): Uint8Array | undefined {
  return fieldsOf(bytes)
    .filter(({ number }) => number === NODE.attribute)
    .map((field) => valueOf(bytes, field))
    .find((attribute) => textsUnder(attribute, ATTRIBUTE.name)[0] === wanted);
}

/** The axes that an attribute such as a Transpose's `perm` lists; undefined where the node has no such. */
export function intsOf(node: GraphNode, attribute: string): number[] | undefined {
  const found = attributeOf(node, attribute);
  if (!found) return undefined;
  return fieldsOf(found)
    .filter(({ number }) => number === ATTRIBUTE.ints)
    .flatMap((field) =>
      // Packed beside each other, numbers below 128 take a byte each; axes are no larger.
      field.wireType === LENGTH ? [...valueOf(found, field)] : [field.varint],
    );
}

const INT64_BYTES = 8;

/** The 64-bit whole number that a Constant holds; undefined for anything else. */
export function wholeConstantOf(node: GraphNode): number | undefined {
  const value = node.opType === 'Constant' ? attributeOf(node, 'value') : undefined;
  const tensor = value && fieldsOf(value).find(({ number }) => number === ATTRIBUTE.tensor);
  if (!value || !tensor) return undefined;
  const own = valueOf(value, tensor);
  const raw = fieldsOf(own).find(({ number }) => number === TENSOR.rawData);
  if (!raw || raw.end - raw.valueStart !== INT64_BYTES) return undefined;
  const bytes = valueOf(own, raw);
  return Number(new DataView(bytes.buffer, bytes.byteOffset, INT64_BYTES).getBigInt64(0, true));
}
