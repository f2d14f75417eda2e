/** The map runs of executions, and which executions are their children. */
import type { EndMapRunCommand, StartMapRunCommand, UpdateMapRunCommand } from './command.js';
import type { StoredMapRun } from './stored.js';

export class MapRuns {
  readonly #runs = new Map<string, StoredMapRun>();
  readonly #ofExecution = new Map<string, Set<string>>();
  readonly #children = new Map<string, Set<string>>();

  get(arn: string): StoredMapRun | undefined {
    return this.#runs.get(arn);
  }

  all(): Iterable<StoredMapRun> {
    return this.#runs.values();
  }

  /** In the order in which they were started. */
  *of(executionArn: string): Iterable<StoredMapRun> {
    for (const arn of this.#ofExecution.get(executionArn) ?? []) {
      const run = this.#runs.get(arn);
      if (run !== undefined) yield run;
    }
  }

  /** ARNs of executions. */
  children(arn: string): Iterable<string> {
    return this.#children.get(arn) ?? [];
  }

  /** One that is there already is left as it is, unless it is redriven. */
  start(mapRun: StartMapRunCommand['mapRun'], sequence: number, wallMs: number): boolean {
    const known = this.#runs.get(mapRun.arn);
    if (known !== undefined && known.redriveCount >= mapRun.redriveCount) return false;
    const { redriveCount, redrivenAtMs } = mapRun;
    const nothing = { endedAtMs: 0, resultsWritten: 0, express: null };
    const begun = { status: 'RUNNING', ...nothing, redriveCount, redrivenAtMs } as const;
    this.put({ ...mapRun, ...{ sequence, startedAtMs: wallMs }, ...known, ...begun });
    return true;
  }

  put(run: StoredMapRun): void {
    this.#runs.set(run.arn, run);
    addTo(this.#ofExecution, run.executionArn, run.arn);
  }

  update(arn: string, changes: UpdateMapRunCommand['changes']): boolean {
    const run = this.#runs.get(arn);
    if (run?.status !== 'RUNNING') return false;
    this.put({ ...run, ...changes });
    return true;
  }

  /** True where it ends by this. */
  end(
    { arn, status, redriveCount, resultsWritten, express }: Omit<EndMapRunCommand, 'kind'>,
    wallMs: number,
  ): boolean {
    const run = this.#runs.get(arn);
    if (run?.redriveCount !== redriveCount) return false;
    const isRunning = run.status === 'RUNNING';
    this.put({
      ...run,
      resultsWritten: Math.max(run.resultsWritten, resultsWritten),
      express: express ?? run.express,
      ...(isRunning ? { status, endedAtMs: wallMs } : {}),
    });
    return isRunning;
  }

  addChild(arn: string, executionArn: string): void {
    addTo(this.#children, arn, executionArn);
  }

  forgetChild(arn: string, executionArn: string): void {
    const children = this.#children.get(arn);
    children?.delete(executionArn);
    if (children?.size === 0) this.#children.delete(arn);
  }

  /** Those of an execution that is forgotten. */
  forgetAllOf(executionArn: string): void {
    for (const arn of this.#ofExecution.get(executionArn) ?? []) this.#runs.delete(arn);
    this.#ofExecution.delete(executionArn);
  }
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const present = sets.get(key);
  if (present === undefined) sets.set(key, new Set([value]));
  else present.add(value);
}
