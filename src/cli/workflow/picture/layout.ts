/**
 * Where boxes stand and lines run, in layers (Sugiyama): loops are turned round, each box gets a rank below all that
 * lead to it, a line over several ranks gets a small box of its own in each, the boxes of a rank are ordered so that
 * few lines cross, and then moved to where their lines are straight. The label of a line is such a box, too, so that
 * nothing is ever written over anything.
 */

import { alignRanks } from './align.js';
import { orderRanks } from './order.js';

export interface Box {
  readonly key: string;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  /** Room that its label takes; 0 where it has none. */
  readonly labelWidth: number;
  /** The same where the line does not arrive, and the label names its target. */
  readonly farLabelWidth: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedLine {
  /** In pairs, one for each rank that it goes through: straight inside of the rank, curved to the next. */
  readonly points: readonly Point[];
  /** The middle of its label. */
  readonly label: Point | null;
  /** False where it would be so long that its label alone, which names its target, says it better. */
  readonly arrives: boolean;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The left upper corner of each box. */
  readonly boxes: ReadonlyMap<string, Point>;
  /** In the order in which they were given. A line from a box to itself has no points. */
  readonly lines: readonly PlacedLine[];
}

/** A box or a part of a line, in its rank. */
export interface Cell {
  readonly rank: number;
  readonly width: number;
  readonly height: number;
  readonly isBox: boolean;
  /** The middle. */
  x: number;
  readonly up: Cell[];
  readonly down: Cell[];
}

interface Chain {
  readonly cells: readonly Cell[];
  readonly labelAt: number | null;
  readonly isTurned: boolean;
  readonly arrives: boolean;
}

const rankGap = 36;
const labelHeight = 22;
const partWidth = 14;
const portGap = 22;
/** A line over more ranks ends at its label. */
const spanMax = 14;

/** The first of `boxes` is where everything begins. */
export function layoutOf(boxes: readonly Box[], lines: readonly Line[]): Layout {
  const turned = loopsOf(boxes, lines);
  const ranks = ranksOf(boxes, lines, turned);
  const cells = new Map(
    boxes.map(({ key, width, height }) => [key, cellOf(ranks.get(key) ?? 0, width, height, true)]),
  );
  const chains = lines.map((line, at) => chainOf(line, turned.has(at), cells));
  const all = new Set([...cells.values(), ...chains.flatMap((chain) => chain?.cells ?? [])]);
  const rows: Cell[][] = [];
  for (const cell of all) {
    while (rows.length <= cell.rank) rows.push([]);
    rows[cell.rank]?.push(cell);
  }
  orderRanks(rows);
  alignRanks(rows);
  return placed(boxes, cells, chains, rows);
}

/** The lines that lead back to where one came from, by a walk in depth that needs no stack of calls. */
function loopsOf(boxes: readonly Box[], lines: readonly Line[]): ReadonlySet<number> {
  const out = new Map<string, number[]>();
  for (const [at, { from }] of lines.entries()) {
    const list = out.get(from) ?? [];
    list.push(at);
    out.set(from, list);
  }
  const turned = new Set<number>();
  const state = new Map<string, 'open' | 'done'>();
  for (const { key } of boxes) {
    const path: { key: string; next: number }[] = state.has(key) ? [] : [{ key, next: 0 }];
    state.set(key, state.get(key) ?? 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const at = out.get(top.key)?.[top.next++];
      const to = at === undefined ? undefined : lines[at]?.to;
      if (at === undefined || to === undefined) {
        state.set(top.key, 'done');
        path.pop();
      } else if (state.get(to) === 'open') turned.add(at);
      else if (!state.has(to)) {
        state.set(to, 'open');
        path.push({ key: to, next: 0 });
      }
    }
  }
  return turned;
}

/** Each box below all that lead to it; a line with a label needs a rank between. */
function ranksOf(
  boxes: readonly Box[],
  lines: readonly Line[],
  turned: ReadonlySet<number>,
): ReadonlyMap<string, number> {
  const out = new Map<string, { to: string; length: number }[]>();
  const waiting = new Map<string, number>();
  for (const [at, line] of lines.entries()) {
    if (line.from === line.to) continue;
    const [from, to] = turned.has(at) ? [line.to, line.from] : [line.from, line.to];
    const list = out.get(from) ?? [];
    list.push({ to, length: line.labelWidth > 0 ? 2 : 1 });
    out.set(from, list);
    waiting.set(to, (waiting.get(to) ?? 0) + 1);
  }
  const ranks = new Map(boxes.map(({ key }) => [key, 0]));
  const ready = boxes.map(({ key }) => key).filter((key) => !waiting.get(key));
  for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
    for (const { to, length } of out.get(key) ?? []) {
      ranks.set(to, Math.max(ranks.get(to) ?? 0, (ranks.get(key) ?? 0) + length));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return ranks;
}

function cellOf(rank: number, width: number, height: number, isBox = false): Cell {
  return { rank, width, height, isBox, x: 0, up: [], down: [] };
}

function chainOf(
  { from, to, labelWidth: nearWidth, farLabelWidth }: Line,
  isTurned: boolean,
  cells: ReadonlyMap<string, Cell>,
): Chain | null {
  const source = cells.get(from);
  const target = cells.get(to);
  if (source === undefined || target === undefined || source === target) return null;
  const [upper, lower] = isTurned ? [target, source] : [source, target];
  const isShort = lower.rank - upper.rank <= spanMax;
  const labelWidth = isShort ? nearWidth : farLabelWidth;
  const chain: Cell[] = [upper];
  const last = isShort ? lower.rank : upper.rank + 2;
  // beside the source, wherever that is
  const labelRank = isTurned && isShort ? lower.rank - 1 : upper.rank + 1;
  for (let rank = upper.rank + 1; rank < last; rank++) {
    const isLabel = labelWidth > 0 && rank === labelRank;
    chain.push(isLabel ? cellOf(rank, labelWidth, labelHeight) : cellOf(rank, partWidth, 0));
  }
  if (isShort) chain.push(lower);
  for (const [at, cell] of chain.entries()) {
    const next = chain[at + 1];
    if (next === undefined) break;
    cell.down.push(next);
    next.up.push(cell);
  }
  const labelAt = labelWidth > 0 ? labelRank - upper.rank : null;
  return { cells: chain, labelAt, isTurned, arrives: isShort };
}

function placed(
  boxes: readonly Box[],
  cells: ReadonlyMap<string, Cell>,
  chains: readonly (Chain | null)[],
  rows: readonly (readonly Cell[])[],
): Layout {
  const tops: number[] = [];
  const heights = rows.map((row) => Math.max(0, ...row.map(({ height }) => height)));
  let y = 0;
  for (const height of heights) {
    tops.push(y);
    y += height + rankGap;
  }
  const top = ({ rank }: Cell): number => tops[rank] ?? 0;
  const bottom = (cell: Cell): number => top(cell) + (heights[cell.rank] ?? 0);
  const corner = ({ key, width }: Box): [string, Point] => {
    const cell = cells.get(key);
    return [key, { x: (cell?.x ?? 0) - width / 2, y: cell === undefined ? 0 : top(cell) }];
  };
  const ports = portsOf(chains);
  const lines = chains.map((chain): PlacedLine => {
    if (chain === null) return { points: [], label: null, arrives: true };
    const { cells: parts, labelAt, isTurned, arrives } = chain;
    const points = parts.flatMap((cell, at) => {
      const x = cell.isBox ? ports.get(chain)?.[at === 0 ? 0 : 1] : undefined;
      const isLast = at === parts.length - 1;
      // out of a box that is less high than its rank the line goes down first, past its neighbours
      const from = at === 0 ? top(cell) + cell.height : top(cell);
      return [
        { x: x ?? cell.x, y: from },
        { x: x ?? cell.x, y: isLast ? top(cell) : bottom(cell) },
      ];
    });
    const labelCell = labelAt === null ? undefined : parts[labelAt];
    const label =
      labelCell === undefined ? null : { x: labelCell.x, y: top(labelCell) + labelHeight / 2 };
    return { points: isTurned ? points.reverse() : points, label, arrives };
  });
  const right = Math.max(0, ...rows.flat().map(({ x, width }) => x + width / 2));
  return {
    width: right,
    height: Math.max(0, y - rankGap),
    boxes: new Map(boxes.map(corner)),
    lines,
  };
}

/** Where each line leaves its upper box and reaches its lower one: side by side, in the order of where they go. */
function portsOf(chains: readonly (Chain | null)[]): ReadonlyMap<Chain, readonly [number, number]> {
  const ends = new Map<Cell, { leave: [number, Chain][]; reach: [number, Chain][] }>();
  const endsOf = (cell: Cell) => {
    const found = ends.get(cell) ?? { leave: [], reach: [] };
    ends.set(cell, found);
    return found;
  };
  for (const chain of chains) {
    if (chain === null) continue;
    const { cells, arrives } = chain;
    const [first, second, last, beforeLast] = [cells[0], cells[1], cells.at(-1), cells.at(-2)];
    if (first === undefined || second === undefined) continue;
    endsOf(first).leave.push([second.x, chain]);
    if (arrives && last !== undefined && beforeLast !== undefined) {
      endsOf(last).reach.push([beforeLast.x, chain]);
    }
  }
  const found = new Map<Chain, [number, number]>();
  const spread = (cell: Cell, side: [number, Chain][], at: 0 | 1): void => {
    side.sort(([a], [b]) => a - b);
    const gap = Math.min(portGap, (cell.width - 24) / side.length);
    for (const [index, [, chain]] of side.entries()) {
      const pair = found.get(chain) ?? [0, 0];
      pair[at] = cell.x + (index - (side.length - 1) / 2) * gap;
      found.set(chain, pair);
    }
  };
  for (const [cell, { leave, reach }] of ends) {
    spread(cell, leave, 0);
    spread(cell, reach, 1);
  }
  return found;
}
