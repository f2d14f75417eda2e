/** How far to the right each cell stands, in the order that its rank has: as near to its neighbours as there is room. */
import type { Cell } from './layout.js';

const cellGap = 18;
const sweeps = 16;
const sideWeight = 0.15;

/** Sets `x` of each cell; the leftmost edge is at 0. */
export function alignRanks(rows: readonly (readonly Cell[])[]): void {
  for (const row of rows) {
    let x = 0;
    for (const cell of row) {
      cell.x = x + cell.width / 2;
      x += cell.width + cellGap;
    }
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows : [...rows].reverse()) alignRow(row, sweep, isDown);
  }
  const left = Math.min(...rows.flat().map(({ x, width }) => x - width / 2));
  for (const cell of rows.flat()) cell.x -= left;
}

interface Block {
  /** Of the first cell, and how much it is worth. */
  sum: number;
  weight: number;
  readonly cells: { cell: Cell; offset: number }[];
}

/** The nearest places with room between them: the least squares under an order (pool adjacent violators). */
function alignRow(row: readonly Cell[], sweep: number, isDown: boolean): void {
  const blocks: Block[] = [];
  let offset = 0;
  let before: Cell | null = null;
  for (const cell of row) {
    if (before !== null) offset += (before.width + cell.width) / 2 + cellGap;
    before = cell;
    const { wanted, weight } = wish(cell, sweep, isDown);
    blocks.push({ sum: (wanted - offset) * weight, weight, cells: [{ cell, offset }] });
    for (;;) {
      const last = blocks.at(-1);
      const other = blocks.at(-2);
      if (last === undefined || other === undefined) break;
      if (other.sum / other.weight <= last.sum / last.weight) break;
      other.sum += last.sum;
      other.weight += last.weight;
      other.cells.push(...last.cells);
      blocks.pop();
    }
  }
  for (const { sum, weight, cells } of blocks) {
    for (const { cell, offset: own } of cells) cell.x = sum / weight + own;
  }
}

/** The boxes first, that they stand in a column; then lines, that they are straight; their ends bend anyway. */
function wish(cell: Cell, sweep: number, isDown: boolean): { wanted: number; weight: number } {
  const both = sweep >= sweeps - 4;
  const near = both ? [...cell.up, ...cell.down] : isDown ? cell.up : cell.down;
  if (near.length === 0) return { wanted: cell.x, weight: 0.1 };
  let sum = 0;
  let weights = 0;
  for (const other of near) {
    // what leads from box to box is what one reads along
    const weight = cell.isBox && !other.isBox ? sideWeight : 1;
    sum += other.x * weight;
    weights += weight;
  }
  const wanted = sum / weights;
  const isInner = !cell.isBox && near.every((other) => !other.isBox);
  return { wanted, weight: cell.isBox ? 4 : isInner ? 3 : 0.4 };
}
