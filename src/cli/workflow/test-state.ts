/** `hearth workflow test`: one state of a definition, tried by TestState without deploying it, and what it did with its input. */
import { CommandFailure, usageFailure } from '../failure.js';
import { type Io, print, withProgress } from '../io.js';
import { readDefinition } from './definition-file.js';
import { readInput } from './start.js';
import { defaultRoleArn, type StatesClient } from './states-client.js';
import type { Tested } from './states-pages.js';
import { shortened } from './words.js';

export interface TestOptions {
  readonly input?: string;
  readonly mock?: string;
  readonly mockError?: string;
  readonly variables?: string;
  readonly context?: string;
  readonly level: string;
  readonly json?: boolean;
}

const valueCharactersMax = 400;

export async function testState(
  io: Io,
  client: StatesClient,
  path: string,
  stateName: string | undefined,
  options: TestOptions,
): Promise<void> {
  const { definition } = await readDefinition(path);
  if (stateName === undefined && 'States' in JSON.parse(definition)) {
    throw usageFailure(
      `${path} is a whole state machine; name the state to try, such as ${firstState(definition)}.`,
    );
  }
  const asked = {
    definition,
    ...(stateName === undefined ? {} : { stateName }),
    ...(await given(io, 'variables', options.variables)),
    ...(await given(io, 'context', options.context)),
    ...(await mockOf(io, options)),
    input: await readInput(io, '--input', options.input),
    roleArn: defaultRoleArn,
    inspectionLevel: options.level,
  };
  const tested = await withProgress(io, 'trying the state', () => client.test(asked));
  print(io, options.json ? JSON.stringify(tested, null, 2) : testedText(tested));
  if (tested.status === 'FAILED') throw new CommandFailure('the state failed; see above.');
}

async function given(io: Io, name: string, data: string | undefined): Promise<object> {
  return data === undefined ? {} : { [name]: await readInput(io, `--${name}`, data) };
}

/** The error is `NAME` or `NAME:CAUSE`. */
async function mockOf(io: Io, { mock, mockError: error }: TestOptions): Promise<object> {
  if (mock !== undefined && error !== undefined) {
    throw usageFailure('--mock and --mock-error exclude each other; leave one of them out.');
  }
  if (mock !== undefined) return { mock: { result: await readInput(io, '--mock', mock) } };
  if (error === undefined) return {};
  // names of Step Functions have dots in them, and causes may hold anything
  const [, name = error, cause = ''] = /^([^:]*):(.*)$/s.exec(error) ?? [];
  return { mock: { errorOutput: { error: name, cause } } };
}

function firstState(definition: string): string {
  const { States } = JSON.parse(definition);
  return typeof States === 'object' && States !== null ? (Object.keys(States)[0] ?? '') : '';
}

function testedText(tested: Tested): string {
  const { status, output, error, cause, nextState, inspectionData } = tested;
  const lines: [string, unknown][] = [
    ['status', status],
    ['next', nextState],
    ['output', output],
    ['error', error],
    ['cause', cause],
    ...Object.entries(inspectionData ?? {}).map(([name, value]): [string, unknown] => [
      `  ${name}`,
      value,
    ]),
  ];
  const told = lines.filter(([, value]) => value !== undefined && value !== null);
  const width = Math.max(...told.map(([name]) => name.length)) + 2;
  return told.map(([name, value]) => `${name.padEnd(width)}${valueText(value)}`).join('\n');
}

function valueText(value: unknown): string {
  return shortened(typeof value === 'string' ? value : JSON.stringify(value), valueCharactersMax);
}
