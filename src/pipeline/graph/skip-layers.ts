import type { GraphFile } from './graph-file.ts';
import type { GraphNode } from './node.ts';

/** The operations that a layer normalisation begins with: one of its own, or the first of those that it is made of. */
const NORM_STARTS = new Set(['LayerNormalization', 'ReduceMean']);

/**
 * Leaves out the last layers of a text encoder: its final norm then reads what an earlier layer gave, as diffusers does
 * for `clip_skip`.
 *
 * A layer adds to the stream of hidden states twice, once after its attention and once after its feed-forward part, and
 * a norm reads the stream before each. So from the final norm the stream is followed back through its additions.
 * @param output name of the state after the final norm
 * @param layersBack how many layers, from 1
 * @returns false when the graph is not built so, or has fewer layers; it is then as it was
 */
export function skipLastLayers(graph: GraphFile, output: string, layersBack: number): boolean {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const consumers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) consumers.set(name, [...(consumers.get(name) ?? []), node]);

  /** A tensor of the stream is what a norm reads. */
  const isStream = (name: string) =>
    (consumers.get(name) ?? []).some(({ opType }) => NORM_STARTS.has(opType));
  /** What the stream was before this addition. */
  const before = (name: string): string | undefined => {
    const node = producers.get(name);
    return node?.opType === 'Add' ? node.inputs.find(isStream) : undefined;
  };

  const last = streamBehind(output, producers, isStream);
  let earlier = last;
  for (let step = 0; step < 2 * layersBack && earlier !== undefined; step++) earlier = before(earlier);
  if (last === undefined || earlier === undefined) return false;
  for (const node of consumers.get(last) ?? [])
    node.inputs = node.inputs.map((name) => (name === last ? earlier : name));
  return true;
}

/** The stream's last tensor: the nearest one behind the output, through the operations of the final norm. */
function streamBehind(
  output: string,
  producers: ReadonlyMap<string, GraphNode>,
  isStream: (name: string) => boolean,
): string | undefined {
  let row = [output];
  const seen = new Set<string>();
  while (row.length > 0) {
    const inputs = row.flatMap((name) => producers.get(name)?.inputs ?? []).filter((name) => !seen.has(name));
    const found = inputs.find((name) => isStream(name) && producers.get(name)?.opType === 'Add');
    if (found !== undefined) return found;
    for (const name of inputs) seen.add(name);
    row = inputs;
  }
  return undefined;
}
