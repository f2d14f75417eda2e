/** The order of cells within their ranks: each moves to the mean place of its neighbours, down and up again, and the best order seen stays. */
import type { Cell } from './layout.js';

const sweeps = 12;

/** Sorts each row in place. */
export function orderRanks(rows: Cell[][]): void {
  let best = rows.map((row) => [...row]);
  let fewest = crossings(rows);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const way = isDown ? rows : [...rows].reverse();
    for (const row of way) sortByNeighbours(row, isDown, placesIn(rows, row, isDown));
    const now = crossings(rows);
    if (now >= fewest) continue;
    fewest = now;
    best = rows.map((row) => [...row]);
  }
  for (const [at, row] of best.entries()) rows[at] = row;
}

function sortByNeighbours(row: Cell[], isDown: boolean, places: ReadonlyMap<Cell, number>): void {
  const wanted = new Map<Cell, number>();
  for (const [at, cell] of row.entries()) {
    const near = (isDown ? cell.up : cell.down).flatMap((other) => places.get(other) ?? []);
    const mean = near.reduce((sum, place) => sum + place, 0) / near.length;
    wanted.set(cell, near.length === 0 ? at : mean);
  }
  row.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
}

/** Of the rank above or below `row`. */
function placesIn(
  rows: readonly (readonly Cell[])[],
  row: readonly Cell[],
  isDown: boolean,
): ReadonlyMap<Cell, number> {
  const rank = row[0]?.rank ?? 0;
  return new Map(rows[isDown ? rank - 1 : rank + 1]?.map((cell, at) => [cell, at]) ?? []);
}

function crossings(rows: readonly (readonly Cell[])[]): number {
  let count = 0;
  for (const [rank, row] of rows.entries()) {
    const below = new Map(rows[rank + 1]?.map((cell, at) => [cell, at]) ?? []);
    const ends = row.flatMap((cell) =>
      cell.down.flatMap((other) => below.get(other) ?? []).sort((a, b) => a - b),
    );
    count += inversions(ends, below.size);
  }
  return count;
}

/** Pairs in the wrong order, by a tree of sums (Fenwick 1994). */
function inversions(values: readonly number[], size: number): number {
  const tree = new Array<number>(size + 1).fill(0);
  let count = 0;
  for (const [seen, value] of values.entries()) {
    let notGreater = 0;
    for (let at = value + 1; at > 0; at -= at & -at) notGreater += tree[at] ?? 0;
    count += seen - notGreater;
    for (let at = value + 1; at <= size; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
  }
  return count;
}
