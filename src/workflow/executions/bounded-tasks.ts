/**
 * Tasks that wait for an answer, at most so many at a time on this node; the others wait for their turn. What waits for
 * something else that may need a turn itself (another execution, the outside) takes none.
 */
import { isExpressArn } from '../arns.js';
import type { CancelTask, TaskReport, TaskRequest, TaskRunner } from '../tasks/types.js';

export class BoundedTasks implements TaskRunner {
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(
    private readonly tasks: TaskRunner,
    private readonly runningMax: number,
    /** Resolves when this node knows what the log holds: a task that has waited may have become another node's. */
    private readonly caughtUp: () => Promise<void>,
  ) {}

  get running(): number {
    return this.#running;
  }

  begin(request: TaskRequest, tell: (report: TaskReport) => void): CancelTask {
    if (!takesTurn(request)) return this.tasks.begin(request, tell);
    let cancel: CancelTask | null = null;
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      if (!this.#waiting.delete(next)) this.#done();
    };
    const next = (): void => {
      const isOwn = isExpressArn(request.executionArn) ? Promise.resolve() : this.caughtUp();
      void isOwn.then(() => {
        if (!isOver) start();
      });
    };
    const start = (): void => {
      cancel = this.tasks.begin(request, (report) => {
        if (isOver) return;
        if (report.kind === 'succeeded' || report.kind === 'failed') over();
        tell(report);
      });
    };
    if (this.#running < this.runningMax) {
      this.#running++;
      start();
    } else this.#waiting.add(next);
    return (why) => {
      over();
      cancel?.(why);
    };
  }

  #done(): void {
    const next = this.#waiting.values().next().value;
    if (next === undefined) {
      this.#running--;
      return;
    }
    // its turn goes to the next
    this.#waiting.delete(next);
    next();
  }
}

function takesTurn({ resource, taskToken }: TaskRequest): boolean {
  if (taskToken !== null || resource.kind === 'activity') return false;
  if (resource.kind === 'function') return true;
  return resource.mode === 'request-response' && !resource.service.endsWith('sfn');
}
