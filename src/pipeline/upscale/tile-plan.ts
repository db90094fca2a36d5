/**
 * Tiles that give the picture of one pass. A convolution's output depends on its input up to a fixed reach; what lies
 * within that reach of a tile's edge is thrown away, unless the edge is the picture's own.
 */

/** One tile along an axis. */
export interface Span {
  /** First pixel that the network sees. */
  start: number;
  /** Pixels that are kept, from (included) and to (excluded). */
  from: number;
  to: number;
}

/** All tiles along an axis; each is `tile` pixels long. */
export interface AxisPlan {
  tile: number;
  spans: readonly Span[];
}

/** What a network asks of its tiles. */
export interface TileRule {
  /** Pixels at a tile's inner edge that are not to be trusted. */
  overlap: number;
  /** Tile lengths and starts divide by this. */
  multiple: number;
  /** The longest tile. */
  longest: number;
  /** True when every tile must be of the longest length. */
  fixed: boolean;
}

export const ceilTo = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple;

/**
 * Lays tiles of one length over an axis, as few and as short as the longest allowed length lets them be. The last ones
 * may reach beyond the picture by less than a multiple (or, with a fixed length, by more); the edge is repeated there.
 * @param size pixels of the picture along the axis, at least 1
 */
export function planAxis(size: number, rule: TileRule): AxisPlan {
  const { multiple, fixed } = rule;
  const overlap = ceilTo(rule.overlap, multiple);
  const longest = Math.max(Math.floor(rule.longest / multiple) * multiple, 2 * overlap + multiple);
  const padded = ceilTo(size, multiple);
  if (padded <= longest) return { tile: fixed ? longest : padded, spans: [{ start: 0, from: 0, to: size }] };
  const count = Math.ceil((padded - 2 * overlap) / (longest - 2 * overlap));
  const tile = fixed ? longest : ceilTo((padded - 2 * overlap) / count + 2 * overlap, multiple);
  const spans: Span[] = [];
  let from = 0;
  while (from < size) {
    const start = Math.min(Math.max(0, from - overlap), padded - tile);
    const to = start + tile >= padded ? size : start + tile - overlap;
    spans.push({ start, from, to });
    from = to;
  }
  return { tile, spans };
}
