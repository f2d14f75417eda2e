/** Which inspector looks at which runtime, and how many look at a time: uploads do not get all processors. */
import type { Clock } from '../../lib/index.js';
import { CustomInspector } from './custom.js';
import {
  type Inspection,
  type InspectionSettings,
  type UploadedCode,
  UploadInspection,
} from './inspection.js';
import { JavaScriptInspector } from './javascript.js';
import { Lanes } from './lanes.js';
import { PythonInspector } from './python.js';
import { type CodeInspector, type CodeToInspect, type Finding, unseen } from './types.js';

/** Each takes as much as `bounds` says at most, so one that needs all of it leaves room for the others. */
const lanes = 2;
/** For a turn: who deploys waits for an answer. */
const waitMaxMs = 20_000;

export class Inspector {
  readonly #javascript: CodeInspector;
  readonly #python = new PythonInspector();
  readonly #custom = new CustomInspector();
  readonly #lanes: Lanes;

  constructor(
    clock: Clock,
    private readonly settings: InspectionSettings,
  ) {
    this.#javascript = new JavaScriptInspector(clock);
    this.#lanes = new Lanes(clock, lanes, waitMaxMs);
  }

  /** For one upload. `strict`: the caller wants what is broken to be refused, whatever the operator says. */
  begin(code: UploadedCode, strict: boolean): Inspection {
    const { codeChecks, codePolicy } = this.settings;
    const settings = { codeChecks: strict ? ('refuse' as const) : codeChecks, codePolicy };
    return new UploadInspection((each) => this.#inTurn(each), code, settings);
  }

  async #inTurn(code: CodeToInspect): Promise<readonly Finding[]> {
    const findings = await this.#lanes.run(() => this.#inspect(code));
    return findings ?? [unseen(`other uploads took longer than ${waitMaxMs / 1000} s`)];
  }

  /** A layer is looked at by all that may be in it. */
  async #inspect(code: CodeToInspect): Promise<readonly Finding[]> {
    const { runtime } = code;
    if (runtime.startsWith('nodejs')) return this.#javascript.inspect(code);
    if (runtime.startsWith('python')) return this.#python.inspect(code);
    if (runtime !== '') return this.#custom.inspect(code);
    if (!code.wanted.dangerous) return [];
    const [scripts, modules] = [
      await this.#javascript.inspect(code),
      await this.#python.inspect(code),
    ];
    return [...scripts, ...modules];
  }
}
