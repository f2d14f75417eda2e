/** Where map runs are kept: beside their executions, on the log. */
import { HearthError } from '../../types/index.js';
import type {
  EndMapRunCommand,
  ExecutionCommand,
  StartMapRunCommand,
} from '../executions/command.js';
import type { Ledger } from '../executions/ledger.js';

export type NewMapRun = StartMapRunCommand['mapRun'];

/** Changes throw HearthError where the log does not take them; they can be repeated. */
export interface MapRunBook {
  /** One that is there already is left as it is. */
  start(run: NewMapRun): Promise<void>;
  /** Children that still run are stopped. */
  end(ended: Omit<EndMapRunCommand, 'kind'>): Promise<void>;
  /** As this node knows it, with what was changed since it began. */
  settings(
    arn: string,
  ):
    | Pick<NewMapRun, 'maxConcurrency' | 'toleratedFailureCount' | 'toleratedFailurePercentage'>
    | undefined;
  /** ARNs of the children that were started, as far as this node knows: those of Express are in no book. */
  children(arn: string): Iterable<string>;
}

export function bookOf(ledger: Ledger): MapRunBook {
  const ask = async (command: ExecutionCommand): Promise<void> => {
    const result = await ledger.ask(command);
    if (result.kind === 'refused') throw new HearthError(result.code, result.message);
  };
  return {
    start: (mapRun) => ask({ kind: 'start-map-run', mapRun }),
    end: (ended) => ask({ kind: 'end-map-run', ...ended }),
    settings: (arn) => ledger.core().mapRuns.get(arn),
    children: (arn) => ledger.core().mapRuns.children(arn),
  };
}
