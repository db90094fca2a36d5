import { finishSheet, framed, thumbnail } from './contact-sheet.ts';
import { fitText, lineHeight, strokeText, textWidth } from './stroke-letters.ts';

/** A painting in the picture of its family. */
export interface FamilyNode {
  id: string;
  /** The node that it was made from; the first of the family has none. */
  parent: string | undefined;
  /** A picture file; without one only a frame is drawn. */
  picture: Uint8Array | undefined;
  label: string;
  note: string;
  /** Drawn with a frame. */
  chosen?: boolean;
}

const MARGIN = 24;
const GAP = { across: 56, down: 18 };
const LABEL = 13;
const NOTE = 10;
const MANY = 14;

interface Placed {
  node: FamilyNode;
  left: number;
  top: number;
}

/**
 * A family as one picture, from the left: each painting in the column of its generation, joined to what it was made from.
 * @param nodes parents before their children
 * @returns a JPEG with the mark of painted pictures
 */
export async function familyTree(nodes: readonly FamilyNode[]): Promise<Uint8Array> {
  const side = nodes.length > MANY ? 112 : 160;
  const height = side * 0.75 + lineHeight(LABEL) + lineHeight(NOTE) + 12;
  const placed = place(nodes, side + GAP.across, height + GAP.down);
  const total = {
    width: Math.ceil(Math.max(...placed.map(({ left }) => left)) + side + MARGIN),
    height: Math.ceil(Math.max(...placed.map(({ top }) => top)) + height + MARGIN),
  };
  const thumbs = await Promise.all(
    placed.map(async ({ node }) =>
      node.picture ? thumbnail(node.picture, { width: side, height: Math.round(side * 0.75) }) : undefined,
    ),
  );
  const layers = placed.flatMap(({ left, top }, i) => {
    const thumb = thumbs[i];
    if (!thumb) return [];
    return [
      {
        input: thumb.data,
        left: Math.round(left + (side - thumb.width) / 2),
        top: Math.round(top + (side * 0.75 - thumb.height) / 2),
      },
    ];
  });
  const at = new Map(placed.map((one) => [one.node.id, one]));
  const drawn = placed.map((one) => joint(one, at.get(one.node.parent ?? ''), side) + words(one, side));
  return finishSheet(total, drawn.join(''), layers);
}

/** Leaves below each other, parents in the middle of their children. */
function place(nodes: readonly FamilyNode[], across: number, down: number): Placed[] {
  const children = new Map<string | undefined, FamilyNode[]>();
  for (const node of nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  const placed: Placed[] = [];
  let leaves = 0;
  const visit = (node: FamilyNode, depth: number): number => {
    const own = (children.get(node.id) ?? []).map((child) => visit(child, depth + 1));
    const row = own.length === 0 ? leaves++ : (own[0]! + own.at(-1)!) / 2;
    placed.push({ node, left: MARGIN + depth * across, top: MARGIN + row * down });
    return row;
  };
  for (const root of children.get(undefined) ?? []) visit(root, 0);
  return placed;
}

function joint(to: Placed, from: Placed | undefined, side: number): string {
  const frame = to.node.chosen
    ? framed({ left: to.left, top: to.top, width: side, height: side * 0.75 })
    : '';
  const hollow = to.node.picture
    ? ''
    : `<rect x="${to.left}" y="${to.top}" width="${side}" height="${side * 0.75}" rx="6" fill="none" stroke="#5b5f6b" stroke-width="2"/>`;
  if (!from) return frame + hollow;
  const [x, y] = [from.left + side + 4, from.top + side * 0.375];
  const [endX, endY] = [to.left - 6, to.top + side * 0.375];
  const middle = (x + endX) / 2;
  return `${frame}${hollow}<path d="M${x} ${y}C${middle} ${y} ${middle} ${endY} ${endX} ${endY}" fill="none" stroke="#6d7280" stroke-width="2"/>`;
}

function words({ node, left, top }: Placed, side: number): string {
  const line = (text: string, size: number, below: number, colour: string) => {
    const short = fitText(text, size, side + GAP.across / 2);
    const middle = left + (side - textWidth(short, size)) / 2;
    return strokeText(short, middle, top + side * 0.75 + below, size, colour);
  };
  return line(node.label, LABEL, 8, '#f4f1ea') + line(node.note, NOTE, 12 + lineHeight(LABEL), '#a9adb8');
}
