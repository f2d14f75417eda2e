/** Numbers from a node's metrics page (Prometheus text). */

/** Values by series, labels included: `hearth_pool_events_total{event="cold"}`. */
export type Metrics = ReadonlyMap<string, number>;

export function parseMetrics(text: string): Metrics {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ');
    if (space > 0 && !line.startsWith('#')) {
      values.set(line.slice(0, space), Number(line.slice(space + 1)));
    }
  }
  return values;
}

/** One series of several nodes together. */
export function sum(pages: readonly Metrics[], series: string): number {
  return pages.reduce((total, page) => total + (page.get(series) ?? 0), 0);
}

/** How the series of one family grew on all nodes together: by label value, only what grew. */
export function growth(
  before: readonly Metrics[],
  after: readonly Metrics[],
  family: string,
): Map<string, number> {
  const grown = new Map<string, number>();
  const names = new Set(after.flatMap((page) => [...page.keys()]));
  for (const name of names) {
    if (!name.startsWith(`${family}{`)) continue;
    const by = sum(after, name) - sum(before, name);
    if (by !== 0) grown.set(/="(.*)"/.exec(name)?.[1] ?? name, by);
  }
  return grown;
}

/** `3 ran, 1 busy`, the most first; `none` where there is nothing. */
export function listed(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${count} ${name}`).join(', ') || 'none';
}
