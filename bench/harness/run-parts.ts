/** The frame of a benchmark of parts: reads the command line, runs the parts that it names, prints one table. */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { failedLine, type Line, tableOf } from './report.js';

export interface Part {
  /** How many are measured where the command line does not say. */
  readonly count: number;
}

export interface MeasureOptions {
  readonly count: number;
  /** As little as shows whether something is badly wrong. */
  readonly short: boolean;
  /** A file for the picture, of parts that draw one. */
  readonly picture?: string | undefined;
}

/** Ends the process: with an error where a promise did not hold. `script` is its name in package.json. */
export async function runParts<Kind extends Part>(
  script: string,
  parts: Readonly<Record<string, Kind>>,
  measure: (part: Kind, options: MeasureOptions) => Promise<Line[]>,
): Promise<never> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string' },
      short: { type: 'boolean', default: false },
      picture: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const names = positionals.length === 0 ? Object.keys(parts) : positionals;
  const count = values.count === undefined ? null : Number(values.count);
  if (names.some((name) => parts[name] === undefined) || (count !== null && !(count >= 1))) {
    console.error(
      `usage: npm run ${script} -- [${Object.keys(parts).join('|')} ...] [--count N] [--short] [--picture FILE] [--json]`,
    );
    process.exit(2);
  }
  const { short, picture } = values;
  const load = (): string => loadavg()[0]?.toFixed(2) ?? '';
  const machine = `Node.js ${process.version}, ${cpus().length} cores`;
  const lines: Line[] = [];
  const loads: string[] = [load()];
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) continue;
    if (!values.json) console.log(`${name} ...`);
    const options = { count: count ?? part.count, short, picture };
    try {
      lines.push(...(await measure(part, options)));
    } catch (error) {
      console.error(error);
      lines.push(failedLine(name));
    }
    loads.push(load());
  }
  if (values.json) console.log(JSON.stringify({ machine, loads, lines }, null, 2));
  else
    console.log(
      `${machine}, load before and after each part ${loads.join(' ')}\n${tableOf(lines)}`,
    );
  process.exit(lines.every(({ held }) => held) ? 0 : 1);
}
