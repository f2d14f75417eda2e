/**
 * The engine alone as the world of the scenarios, in simulated time: what needs no function, no other machine and no API
 * but that which starts an execution and tells its history. For whoever works on the engine.
 */
import type { JsonObject } from '../../../src/workflow/json.js';
import { parseDefinition } from '../../../src/workflow/language/index.js';
import { apiEvents, runLab } from '../../workflow/lab.js';
import type { Outcome, Params, Service, Told } from '../replay.js';
import type { ClearableWorld } from '../run.js';
import type { Members, TransformerSpec, Value } from '../scenario.js';
import { derive } from './derived.js';
import { withMapRuns } from './map-runs.js';

const arnPrefix = 'arn:aws:states:us-east-1:123456789012';

interface Machine {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
}

export class LabWorld implements ClearableWorld {
  readonly origin = { account: '123456789012', region: 'us-east-1' };
  readonly services: Readonly<Record<string, Service>>;
  readonly #machines = new Map<string, Machine>();
  readonly #histories = new Map<string, Value>();
  #executions = 0;

  constructor() {
    this.services = {
      stepfunctions: { call: (op, params) => this.#call(op, params), wait: async () => {} },
    };
  }

  readonly derive = derive;

  completed(specs: readonly TransformerSpec[], history: readonly Told[]) {
    return withMapRuns(specs, history);
  }

  createFunction(): Promise<Outcome> {
    throw new Error('the lab has no functions');
  }

  http(): Promise<Value> {
    throw new Error('the lab has no HTTP');
  }

  blob(): Promise<Uint8Array> {
    throw new Error('the lab has no archives');
  }

  async await(): Promise<void> {}

  async clear(): Promise<void> {}

  alone(): boolean {
    return false;
  }

  has(): boolean {
    return true;
  }

  async #call(op: string, params: Params): Promise<Outcome> {
    switch (op) {
      case 'CreateStateMachine':
        return this.#create(params as unknown as Machine);
      case 'StartExecution':
        return this.#start(String(params.stateMachineArn), String(params.input ?? '{}'));
      case 'GetExecutionHistory': {
        const events = this.#histories.get(String(params.executionArn)) ?? [];
        return answered({ events });
      }
      default:
        throw new Error(`the lab does not know ${op}`);
    }
  }

  #create(machine: Machine): Outcome {
    const parsed = parseDefinition(machine.definition, 'STANDARD');
    if (parsed.kind === 'invalid') return refused('InvalidDefinition', parsed.message);
    const stateMachineArn = `${arnPrefix}:stateMachine:${machine.name}`;
    this.#machines.set(stateMachineArn, machine);
    return answered({ stateMachineArn });
  }

  async #start(stateMachineArn: string, input: string): Promise<Outcome> {
    const {
      definition,
      roleArn,
      name: stateMachineName,
    } = this.#machines.get(stateMachineArn) ?? {
      definition: '',
      roleArn: '',
      name: '',
    };
    const name = `cccccccc-0000-4000-8000-${String(++this.#executions).padStart(12, '0')}`;
    const executionArn = `${arnPrefix}:execution:${stateMachineName}:${name}`;
    const { records } = await runLab({
      definition: JSON.parse(definition) as JsonObject,
      input,
      roleArn,
      name,
      stateMachineName,
    });
    const events = apiEvents(records).map(
      (event): Value => ({ ...(event as Members), timestamp: new Date(0) }),
    );
    this.#histories.set(executionArn, events);
    return answered({ executionArn });
  }
}

function answered(members: Members): Outcome {
  const answer = { ...members, ResponseMetadata: { HTTPStatusCode: 200 } };
  return { answer, failed: false };
}

function refused(code: string, message: string): Outcome {
  const answer = {
    Error: { Code: code, Message: message },
    message,
    ResponseMetadata: { HTTPStatusCode: 400 },
  };
  return { answer, failed: true };
}
