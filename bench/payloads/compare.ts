/** One size of body, sent to each who takes part in turn. */
import {
  alternately,
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  type Running,
  ratios,
  wrk,
} from '../harness/index.js';

export type Target = Pick<Running, 'origin' | 'path'>;

export interface Case {
  readonly name: string;
  readonly body: string;
  /** What one request moves: its body and that of its answer. */
  readonly bytes: number;
  readonly connections: number;
  /** By their names; `wanted`: the promised share of what the first floor moves. */
  readonly mine: Readonly<Record<string, Target & { readonly wanted: number }>>;
  readonly floors: Readonly<Record<string, Target>>;
}

export async function compare(
  { name, body, bytes, connections, mine, floors }: Case,
  { count, short }: MeasureOptions,
): Promise<Line[]> {
  const targets: Readonly<Record<string, Target>> = { ...mine, ...floors };
  const names = Object.keys(targets);
  const seconds = short ? 1 : 4;
  let errors = 0;
  // until there are as many sandboxes as the load asks for
  for (const { origin, path } of Object.values(mine)) {
    await wrk({ origin, path, body, connections, seconds: short ? 2 : 5 });
  }
  const found = await alternately(names, { warmUps: 1, rounds: count }, async (who) => {
    const { origin, path } = targets[who] ?? { origin: '', path: '' };
    const result = await wrk({ origin, path, body, connections, seconds });
    errors += result.errors;
    const mbPerS = (result.requestsPerS * bytes) / 1e6;
    progress(
      `${name}, ${who}: ${Math.round(mbPerS)} MB/s, ${result.errors} errors, ` +
        `wrk ${result.loaderCores.toFixed(2)} cores`,
    );
    return mbPerS;
  });
  const of = (who: string): readonly number[] => found[who] ?? [];
  const lines = names.map((who) => lineOf(`${name}, ${who}`, 'MB/s', of(who)));
  for (const [who, { wanted }] of Object.entries(mine)) {
    Object.keys(floors).forEach((floor, index) => {
      const shares = ratios(of(who), of(floor));
      const promised = index === 0 ? (['>=', wanted] as const) : undefined;
      lines.push(lineOf(`${name}, ${who} / ${floor}`, 'ratio', shares, promised));
    });
  }
  const [bare = '', ...dearer] = Object.keys(floors);
  for (const floor of dearer) {
    lines.push(lineOf(`${name}, ${floor} / ${bare}`, 'ratio', ratios(of(floor), of(bare))));
  }
  return [...lines, lineOf(`${name}: errors`, 'answers', [errors], ['<=', 0])];
}
