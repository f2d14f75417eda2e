/** Recorded scenarios as the sets hold them (`../shared/suites/README.md`), and how a set is read. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/** Values of answers: JSON, and what clients make of it. */
export type Value = null | boolean | number | string | Date | Value[] | Members;
export interface Members {
  [member: string]: Value;
}

export interface CallStep {
  readonly svc: string;
  readonly op: string;
  readonly params: Members;
  readonly synth?: Value;
  readonly expectError?: boolean;
  /** Asked again until it is answered without an error. */
  readonly poll?: boolean;
  /** Where it was asked, if not where all the others were. */
  readonly region?: string;
}

export interface WaiterStep {
  readonly svc: string;
  readonly waiter: string;
  readonly params: Members;
}

export interface FunctionStep {
  readonly lambda: string;
  readonly runtime: string;
  readonly handlerFile: string | null;
  readonly handler: string | null;
  readonly zip?: Members;
  readonly env?: Members;
  readonly timeout?: number;
  readonly extra?: Members;
  readonly synth?: Value;
}

export interface HttpStep {
  readonly http: string;
  readonly url: string;
  readonly kwargs: Members;
}

/** Until something has come to pass, such as the end of an execution. */
export interface AwaitStep {
  readonly await: string;
  readonly args: Members;
}

export interface MatchStep {
  readonly match: string;
  readonly of?: number;
  readonly path?: string;
  readonly derived?: boolean;
}

export type Step = { readonly i: number } & (
  | CallStep
  | WaiterStep
  | FunctionStep
  | HttpStep
  | MatchStep
  | AwaitStep
  | { readonly sleep: number }
  | { readonly warn: string }
);

export interface TransformerSpec {
  readonly type: string;
  readonly key?: string;
  readonly matchFn?: string;
  readonly regex?: string;
  readonly jsonpath?: string;
  readonly fn?: string;
  readonly replacement?: string;
  readonly reference?: boolean;
  readonly priority?: number;
}

export interface Scenario {
  readonly id: string;
  readonly transformers: readonly TransformerSpec[];
  readonly steps: readonly Step[];
  readonly expected: Members;
  /** Services without which it cannot be replayed. */
  readonly needs: readonly string[];
  /** The texts of errors are not AWS's own. */
  readonly localstackMessage?: boolean;
}

/**
 * The scenarios of a set, or undefined where it is not on this machine. The names that the recorder made up
 * (`fn-uid00001`) begin anew in each scenario; here no two scenarios share one, nor do those of another set that
 * is told how many came `before`. Names keep their lengths.
 */
export function readSet(path: string, before = 0): Scenario[] | undefined {
  if (!existsSync(path)) return undefined;
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line, index) =>
      line.replace(
        /uid\d{2}(?=\d{3})/g,
        `uid${(before + index).toString(numberBase).padStart(2, '0')}`,
      ),
    )
    .map((line) => JSON.parse(line) as Scenario);
}

/** Two digits for 1,296 scenarios. */
const numberBase = 36;

/** What a scenario is called in reports: without the folder of its test. */
export function shortId(scenario: Scenario): string {
  return scenario.id.replace(/^.*?::/, '');
}

export function isMembers(value: unknown): value is Members {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}
