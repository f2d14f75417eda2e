/** Plays one scenario against real services, and compares what it answers with what was recorded. */
import { Buffer } from 'node:buffer';
import { setTimeout as delay } from 'node:timers/promises';
import { type Difference, differing } from './differing.js';
import { normalise, type Origin } from './normalise.js';
import type {
  AwaitStep,
  CallStep,
  FunctionStep,
  HttpStep,
  MatchStep,
  Members,
  Scenario,
  Step,
  TransformerSpec,
  Value,
} from './scenario.js';
import { isMembers } from './scenario.js';
import { settled } from './settled.js';
import { Substitution } from './substitution.js';

/** An answer as the recorder's client (botocore) gives it; of a refusal `{Error, ...}`. */
export interface Outcome {
  readonly answer: Value;
  readonly failed: boolean;
}

/** An outcome with the operation that was asked, where one was. */
export interface Told extends Outcome {
  readonly op?: string;
}

/** Parameters with bytes in place of what the sets say of bytes. */
export type Params = Record<string, unknown>;

export interface Service {
  call(op: string, params: Params): Promise<Outcome>;
  wait(waiter: string, params: Params): Promise<void>;
}

/** What a scenario is played against. */
export interface World {
  readonly origin: Origin;
  /** By the names that scenarios use; of others the recorder's made-up answers are taken. */
  readonly services: Readonly<Record<string, Service>>;
  createFunction(step: FunctionStep, code: Uint8Array | undefined): Promise<Outcome>;
  http(step: HttpStep): Promise<Value>;
  await(step: AwaitStep): Promise<void>;
  /** Bytes of which only a hash and the length are known; `beside` are all parameters of the call. */
  blob(hash: string, length: number, beside: Members): Promise<Uint8Array>;
  /** What a match computed from several answers compares; undefined where that is not known. */
  derive(match: string, history: readonly Told[], expected: Value): Value | undefined;
  /** A scenario's transformers, completed by what only the answers tell. */
  completed(
    specs: readonly TransformerSpec[],
    history: readonly Told[],
  ): readonly TransformerSpec[];
}

export interface Played {
  readonly differences: readonly Difference[];
  /** How many answers were compared. */
  readonly compared: number;
}

export async function replay(scenario: Scenario, world: World): Promise<Played> {
  return new Replay(scenario, world).run();
}

/** What transformers call the account in which everything happens that names no other; in ARNs it is another number. */
const recordersAccount = '0'.repeat(12);
const pollMs = 100;
const pollTries = 15;

class Replay {
  readonly #substitution = new Substitution();
  readonly #outcomes = new Map<number, Told>();
  readonly #observed: Members = {};

  constructor(
    private readonly scenario: Scenario,
    private readonly world: World,
  ) {}

  async run(): Promise<Played> {
    const { expected, transformers, localstackMessage = false } = this.scenario;
    for (const step of this.scenario.steps) await this.#step(step);
    const compared = Object.keys(this.#observed);
    const real = transformers.map((spec) =>
      spec.regex === undefined ? spec : { ...spec, regex: this.#pattern(spec.regex) },
    );
    const specs = this.world.completed(real, [...this.#outcomes.values()]);
    const observed = settled(normalise(this.#observed, specs, this.world.origin), specs);
    const recorded = settled(expected, specs);
    const differences = compared.flatMap((key) => {
      const [wanted, given] = [recorded[key], observed[key]];
      return localstackMessage
        ? differing(errorCode(wanted), errorCode(given), key)
        : differing(wanted, given, key);
    });
    return { differences, compared: compared.length };
  }

  #pattern(regex: string): string {
    return regex === recordersAccount ? this.world.origin.account : this.#substitution.apply(regex);
  }

  async #step(step: Step): Promise<void> {
    if ('match' in step) this.#match(step);
    else if ('await' in step) {
      const args = this.#substitution.apply(step.args);
      await this.world.await({ await: step.await, args });
    } else if ('op' in step) this.#done(step.i, step.synth, await this.#call(step), step.op);
    else if ('waiter' in step) {
      const params = await this.#decoded(this.#substitution.apply(step.params));
      await this.world.services[step.svc]?.wait(step.waiter, params);
    } else if ('lambda' in step) {
      const made = this.#substitution.apply({ ...step } as unknown as Members);
      const asked = made as unknown as FunctionStep;
      const code = step.zip === undefined ? undefined : await this.#bytes(step.zip, made);
      const outcome = await this.world.createFunction(asked, code);
      this.#done(step.i, step.synth, outcome);
    } else if ('http' in step) {
      const asked = this.#substitution.apply({ ...step } as unknown as Members);
      const answer = await this.world.http(asked as unknown as HttpStep);
      this.#done(step.i, undefined, { answer, failed: false });
    } else if ('sleep' in step) await delay(step.sleep * 1000);
  }

  async #call({ svc, op, params, synth, poll, region }: CallStep): Promise<Outcome> {
    const service = this.world.services[svc];
    const elsewhere = region !== undefined && region !== this.world.origin.region;
    if (service === undefined || elsewhere) return { answer: synth ?? null, failed: false };
    const decoded = await this.#decoded(this.#substitution.apply(params));
    let outcome = await service.call(op, decoded);
    for (let tries = 0; poll === true && outcome.failed && tries < pollTries; tries++) {
      await delay(pollMs);
      outcome = await service.call(op, decoded);
    }
    return outcome;
  }

  #done(index: number, synth: Value | undefined, outcome: Outcome, op?: string): void {
    const { answer, failed } = outcome;
    const named = op === undefined ? {} : { op };
    this.#outcomes.set(index, { answer: withNames(answer, synth), failed, ...named });
    this.#substitution.learn(synth, answer);
  }

  #match({ match, of, path, derived }: MatchStep): void {
    const expected = this.scenario.expected[match] ?? null;
    const history = [...this.#outcomes.values()];
    const found =
      derived === true || of === undefined
        ? this.world.derive(match, history, expected)
        : at(this.#outcomes.get(of)?.answer, path);
    if (found !== undefined) this.#observed[match] = structuredClone(found);
  }

  async #decoded(params: Members, beside = params): Promise<Params> {
    const decoded: Params = {};
    for (const [name, value] of Object.entries(params)) {
      const bytes = isMembers(value) ? await this.#bytes(value, beside) : undefined;
      if (bytes !== undefined) decoded[name] = bytes;
      else decoded[name] = isMembers(value) ? await this.#decoded(value, beside) : value;
    }
    return decoded;
  }

  async #bytes(value: Members, beside: Members): Promise<Uint8Array | undefined> {
    if (typeof value.$bytes === 'string') return Buffer.from(value.$bytes);
    if (typeof value.$blob !== 'string') return undefined;
    return this.world.blob(value.$blob, Number(value.len), beside);
  }
}

function at(answer: Value | undefined, path: string | undefined): Value | undefined {
  if (path === undefined || path === '') return answer;
  let found = answer;
  for (const name of path.split(/[.[\]'"]+/).filter((part) => part !== '' && part !== '$')) {
    if (Array.isArray(found)) found = found[Number(name)];
    else found = isMembers(found) ? found[name] : undefined;
  }
  return found;
}

/** Where the recorder kept a list of names, it had put it in the place of the members of these names. */
function withNames(answer: Value, synth: Value | undefined): Value {
  if (!isMembers(answer) || !isMembers(synth)) return answer;
  const kept = { ...answer };
  for (const [name, value] of Object.entries(answer)) {
    if (Array.isArray(synth[name]) && isMembers(value)) kept[name] = Object.keys(value).sort();
  }
  return kept;
}

/** An error without its text. */
function errorCode(answer: Value | undefined): Value | undefined {
  return isMembers(answer) && isMembers(answer.Error)
    ? { Code: answer.Error.Code ?? null }
    : answer;
}
