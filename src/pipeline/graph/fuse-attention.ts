import type { GraphFile } from './graph-file.ts';
import { type GraphNode, intsOf, wholeConstantOf } from './node.ts';

const HEADS_FIRST = '0,2,1,3';
const HEADS_FIRST_TURNED = '0,2,3,1';

/**
 * Puts ONNX Runtime's own attention into a graph in the place of each one that an exporter has written out as two matrix
 * products around a softmax. The sums are the same but for their order; the table of every pixel against every other, whose
 * size grows with the square of the area, is then never held as a whole.
 *
 * What is found is torch's `scaled_dot_product_attention` as its exporter decomposes it: queries and keys are each
 * multiplied with the root of the scale, and nothing is masked. Anything else stays as it is.
 * @returns how many were found
 * @see Dao et al. 2022, https://arxiv.org/abs/2205.14135; ONNX Runtime's `MultiHeadAttention`
 */
export function fuseAttention(graph: GraphFile): number {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const consumers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes)
    for (const name of node.inputs) consumers.set(name, [...(consumers.get(name) ?? []), node]);
  const wiring: Wiring = {
    from: (name) => (name === undefined ? undefined : producers.get(name)),
    onlyReader: (node) => {
      const readers = consumers.get(node.outputs[0]!) ?? [];
      return readers.length === 1 && !graph.outputs.includes(node.outputs[0]!) ? readers[0] : undefined;
    },
  };
  const found = graph.nodes
    .filter(({ opType }) => opType === 'Softmax')
    .map((softmax) => attentionAround(softmax, wiring))
    .filter((attention) => attention !== undefined);
  for (const { end, query, key, value, heads } of found) {
    graph.replace(end, {
      name: `${end.name}/MultiHeadAttention`,
      opType: 'MultiHeadAttention',
      inputs: [query, key, value],
      outputs: end.outputs,
      ints: { num_heads: heads },
    });
  }
  return found.length;
}

interface Wiring {
  /** The operation that makes a value. */
  from: (name: string | undefined) => GraphNode | undefined;
  /** The one operation that reads what a node makes; undefined where there are several. */
  onlyReader: (node: GraphNode) => GraphNode | undefined;
}

interface Attention {
  /** The operation that gives the result, [batch, length, width]. */
  end: GraphNode;
  query: string;
  key: string;
  value: string;
  heads: number;
}

function attentionAround(softmax: GraphNode, wiring: Wiring): Attention | undefined {
  const scores = wiring.from(softmax.inputs[0]);
  const mixed = wiring.onlyReader(softmax);
  if (scores?.opType !== 'MatMul' || mixed?.opType !== 'MatMul') return undefined;
  if (mixed.inputs[0] !== softmax.outputs[0]) return undefined;
  const query = headsOf(scaled(scores.inputs[0], wiring), HEADS_FIRST, wiring);
  const key = headsOf(scaled(scores.inputs[1], wiring), HEADS_FIRST_TURNED, wiring);
  const value = headsOf(mixed.inputs[1], HEADS_FIRST, wiring);
  const end = joined(mixed, wiring);
  if (!end || !query || !key || !value) return undefined;
  if (key.heads !== query.heads || value.heads !== query.heads) return undefined;
  return { end, query: query.name, key: key.name, value: value.name, heads: query.heads };
}

/** The operation that puts the heads beside each other again. */
function joined(mixed: GraphNode, { onlyReader }: Wiring): GraphNode | undefined {
  const turned = onlyReader(mixed);
  if (turned?.opType !== 'Transpose' || permOf(turned) !== HEADS_FIRST) return undefined;
  const end = onlyReader(turned);
  return end?.opType === 'Reshape' ? end : undefined;
}

const permOf = (node: GraphNode) => intsOf(node, 'perm')?.join(',');

/** What is multiplied with the root of the scale, which is one through the root of a head's width. */
function scaled(name: string | undefined, { from }: Wiring): string | undefined {
  const product = from(name);
  if (product?.opType !== 'Mul') return undefined;
  const through = (node: GraphNode | undefined): GraphNode | undefined =>
    node?.opType === 'Cast' ? through(from(node.inputs[0])) : node;
  const root = from(product.inputs[1]);
  if (root?.opType !== 'Sqrt') return undefined;
  const share = through(from(root.inputs[0]));
  const divisor = share?.opType === 'Div' ? through(from(share.inputs[1])) : undefined;
  return divisor?.opType === 'Sqrt' ? product.inputs[0] : undefined;
}

/** The value of [batch, length, heads × width] behind one whose heads were brought forward, and how many heads. */
function headsOf(
  name: string | undefined,
  perm: string,
  { from }: Wiring,
): { name: string; heads: number } | undefined {
  const turned = from(name);
  if (turned?.opType !== 'Transpose' || permOf(turned) !== perm) return undefined;
  const shaped = from(turned.inputs[0]);
  const shape = shaped?.opType === 'Reshape' ? from(shaped.inputs[1]) : undefined;
  if (!shaped || shape?.opType !== 'Concat' || shape.inputs.length !== 4) return undefined;
  const heads = from(shape.inputs[2]);
  const count = heads && wholeConstantOf(heads);
  return count === undefined || count < 1 ? undefined : { name: shaped.inputs[0]!, heads: count };
}
