import { z } from 'zod';

/** What a ComfyUI graph says about the picture that it made, as far as it can be found. */
export interface ComfyRecipe {
  prompt?: string;
  negative?: string;
  seed?: number;
  steps?: number;
  guidance?: number;
  strength?: number;
  sampler?: string;
  scheduler?: string;
  width?: number;
  height?: number;
  model?: string;
  /** Name of the source picture's file. */
  source?: string;
  loras?: { name: string; weight: number; clipWeight: number }[];
}

const Graph = z.record(
  z.string(),
  z.looseObject({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) }),
);
type Graph = z.infer<typeof Graph>;
type Node = Graph[string];

const MAX_TEXT = 4 * 1024 * 1024;

/** Python writes NaN and Infinity bare; JSON.parse refuses them. */
function parseJson(text: string): unknown {
  for (const candidate of [text, text.replaceAll(/([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, '$1null')]) {
    try {
      return JSON.parse(candidate);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

/** The id at the other end of a link `[id, output]`. */
function linkedId(value: unknown): string | undefined {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number'
    ? value[0]
    : undefined;
}

/** Nodes that feed a node, nearest first, each once: graphs of strangers may run in circles. */
function* upstream(graph: Graph, from: readonly unknown[]): Generator<Node> {
  const seen = new Set<string>();
  let level = from.map(linkedId).filter((id) => id !== undefined);
  while (level.length > 0) {
    const next: string[] = [];
    for (const id of level) {
      const node = graph[id];
      if (seen.has(id) || !node) continue;
      seen.add(id);
      yield node;
      next.push(
        ...Object.values(node.inputs)
          .map(linkedId)
          .filter((linked) => linked !== undefined),
      );
    }
    level = next;
  }
}

const isSampler = (node: Node) => /^(KSampler(?!Select)|SamplerCustom)/.test(node.class_type);
const isOutput = (node: Node) => /^(Save|Preview)Image/.test(node.class_type);

/** The sampler nearest to a saved picture; without one, a sampler that feeds no other. */
function mainSampler(graph: Graph): Node | undefined {
  const nodes = Object.values(graph);
  for (const output of nodes.filter(isOutput)) {
    for (const node of upstream(graph, Object.values(output.inputs))) if (isSampler(node)) return node;
  }
  const samplers = nodes.filter(isSampler);
  const feeding = new Set(samplers.flatMap((node) => [...upstream(graph, Object.values(node.inputs))]));
  return samplers.find((node) => !feeding.has(node)) ?? samplers[0];
}

/** The literal value behind an input: itself, or what a primitive node on its link holds. */
function literal<T extends 'string' | 'number'>(
  graph: Graph,
  value: unknown,
  type: T,
): (T extends 'string' ? string : number) | undefined {
  const matches = (candidate: unknown): candidate is T extends 'string' ? string : number =>
    typeof candidate === type;
  if (matches(value)) return value;
  for (const node of upstream(graph, [value])) {
    const found = Object.values(node.inputs).find(matches);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first of some inputs that a node or what feeds it has. */
function find<T extends 'string' | 'number'>(graph: Graph, sampler: Node, keys: readonly string[], type: T) {
  const links = Object.values(sampler.inputs);
  for (const node of [sampler, ...upstream(graph, links)]) {
    const key = keys.find((name) => name in node.inputs);
    if (key !== undefined) return literal(graph, node.inputs[key], type);
  }
  return undefined;
}

/** All texts that a conditioning is made of. */
function texts(graph: Graph, conditioning: unknown): string | undefined {
  const found: string[] = [];
  for (const node of upstream(graph, [conditioning])) {
    const input = node.inputs.text ?? node.inputs.text_g;
    const text = input === undefined ? undefined : literal(graph, input, 'string');
    if (text !== undefined) found.push(text);
  }
  return found.length === 0 ? undefined : found.join('\n');
}

function loras(graph: Graph, sampler: Node): ComfyRecipe['loras'] {
  const found = [...upstream(graph, [sampler.inputs.model])].flatMap(({ inputs }) =>
    typeof inputs.lora_name === 'string'
      ? [
          {
            name: inputs.lora_name,
            weight: literal(graph, inputs.strength_model, 'number') ?? 1,
            clipWeight: literal(graph, inputs.strength_clip, 'number') ?? 1,
          },
        ]
      : [],
  );
  return found.length === 0 ? undefined : found.reverse();
}

/**
 * Reads the `prompt` graph of a ComfyUI picture.
 * @returns undefined when the text is no graph; an empty object for a graph without a sampler
 */
export function parseComfyGraph(text: string): ComfyRecipe | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const parsed = Graph.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const graph = parsed.data;
  const sampler = mainSampler(graph);
  if (!sampler) return {};
  const { inputs } = sampler;
  const latents = [...upstream(graph, [inputs.latent_image])];
  const empty = latents.find(({ class_type }) => /^Empty.*Latent/.test(class_type));
  const loaded = latents.find(({ class_type }) => class_type.startsWith('LoadImage'));
  const all = {
    prompt: texts(graph, inputs.positive ?? inputs.guider),
    negative: texts(graph, inputs.negative),
    seed: find(graph, sampler, ['seed', 'noise_seed'], 'number'),
    steps: find(graph, sampler, ['steps'], 'number'),
    guidance: find(graph, sampler, ['cfg', 'guidance'], 'number'),
    strength: find(graph, sampler, ['denoise'], 'number'),
    sampler: find(graph, sampler, ['sampler_name'], 'string'),
    scheduler: find(graph, sampler, ['scheduler'], 'string'),
    width: empty && literal(graph, empty.inputs.width, 'number'),
    height: empty && literal(graph, empty.inputs.height, 'number'),
    model: find(graph, sampler, ['ckpt_name', 'unet_name'], 'string'),
    source: loaded && literal(graph, loaded.inputs.image, 'string'),
    loras: loras(graph, sampler),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
