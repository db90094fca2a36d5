type Range = [low: number, high: number, usual: number];

/** A style, as far as it can be mixed; see styles.ts. */
interface Style {
  id: string;
  name: string;
  emoji: string;
  aliases: string[];
  prompt: string;
  negative: string;
  strength: Range;
  guidance: Range;
  lora?: { id: string; weight: number } | undefined;
  model?: string | undefined;
}

/** A style and its share in a mix. */
interface Part<Mixed = Style> {
  style: Mixed;
  weight: number;
}

const MOST_PARTS = 3;
const round = (value: number) => Math.round(value * 100) / 100;

/** The parts of `oil + watercolor` or `oil:0.7+watercolor:0.3`; undefined for a text that is no mix. */
export function mixParts<Mixed>(
  text: string,
  find: (name: string) => Mixed | undefined,
): Part<Mixed>[] | undefined {
  const names = text.split('+');
  if (names.length < 2 || names.length > MOST_PARTS) return undefined;
  const parts: Part<Mixed>[] = [];
  for (const name of names) {
    const match = /^\s*(.*?)\s*(?::\s*(\d*[.,]?\d+)\s*)?$/.exec(name);
    const style = match ? find(match[1]!) : undefined;
    const weight = Number(match?.[2]?.replace(',', '.') ?? 1);
    if (!style || !(weight > 0)) return undefined;
    parts.push({ style, weight });
  }
  return parts;
}

/**
 * A mix of styles from its name, such as `oil + watercolor` (even) or `oil:0.7+watercolor:0.3`. Each one's words get
 * attention by its share (1 on average, in the syntax of weighted prompts); strength and guidance lie between them. Its id
 * names it completely, so a recipe that holds it can be asked for again.
 */
export function mixStyles(text: string, find: (name: string) => Style | undefined): Style | undefined {
  const parts = mixParts(text, find);
  if (!parts) return undefined;
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const even = parts.every(({ weight }) => weight === parts[0]!.weight);
  const share = ({ weight }: Part) => weight / total;
  const id = parts.map((part) => (even ? part.style.id : `${part.style.id}:${round(share(part))}`)).join('+');
  const attention = (part: Part) => round(share(part) * parts.length);
  const between = (pick: (style: Style) => number) =>
    round(parts.reduce((sum, part) => sum + share(part) * pick(part.style), 0));
  const range = (key: 'strength' | 'guidance'): Range => {
    const [low, high] = [between((style) => style[key][0]), between((style) => style[key][1])];
    return [
      low,
      high,
      Math.min(
        high,
        Math.max(
          low,
          between((style) => style[key][2]),
        ),
      ),
    ];
  };
  const strongest = parts.reduce((best, part) => (part.weight > best.weight ? part : best));
  return {
    id,
    name: parts.map(({ style }) => style.name).join(' + '),
    emoji: strongest.style.emoji,
    aliases: [],
    prompt: parts
      .map((part) => (even ? part.style.prompt : `(${part.style.prompt}:${attention(part)})`))
      .join(', '),
    negative: [...new Set(parts.map(({ style }) => style.negative).filter((words) => words !== ''))].join(
      ', ',
    ),
    strength: range('strength'),
    guidance: range('guidance'),
    ...(strongest.style.lora ? { lora: strongest.style.lora } : {}),
    ...(strongest.style.model === undefined ? {} : { model: strongest.style.model }),
  };
}
