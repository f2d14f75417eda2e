/**
 * What clients call: functions that write down themselves what they run, and others that are never run,
 * whose settings are registers and lists.
 */

export interface CalledFunction {
  readonly name: string;
  readonly runtime: 'nodejs20.x' | 'python3.11';
  /** It is called by its alias `live`, which moves to newer versions; others are called as they are. */
  readonly isSwitched: boolean;
}

export const aliasName = 'live';
/** Names the file in which functions write down what they run. */
export const ledgerVariable = 'CHAOS_LEDGER';
export const outcomeStream = 'outcomes';
/** How long a function may be told to take. */
export const workMsMax = 5;

/** The most called ones first. */
export const calledFunctions: readonly CalledFunction[] = [
  node('orders'),
  switched('prices'),
  node('carts'),
  node('search'),
  switched('stock'),
  python('reports'),
  node('letters'),
  switched('taxes'),
  python('forecast'),
];

export const switchedFunctions: readonly string[] = calledFunctions
  .filter(({ isSwitched }) => isSwitched)
  .map(({ name }) => name);

/** The outcomes of this one's asynchronous invocations go to the stream. */
export const toldFunction = 'letters';

export const registers: readonly string[] = ['reg-a', 'reg-b', 'reg-c', 'reg-d', 'reg-e', 'reg-f'];
export const lists: readonly string[] = ['list-a', 'list-b', 'list-c'];
/** All that have versions. */
export const listed: readonly string[] = [...lists, ...switchedFunctions];

/** What version 1 of a function with an alias is called: later ones count from 1. */
export function firstLabel(name: string): number {
  return 1_000_000 + switchedFunctions.indexOf(name);
}

/** One line a run, written by one write at the end of the file, so that lines never mix. */
export const sources: Readonly<Record<CalledFunction['runtime'], string>> = {
  'nodejs20.x': `const { openSync, writeSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');
const { AWS_LAMBDA_FUNCTION_NAME: functionName, AWS_LAMBDA_FUNCTION_VERSION } = process.env;
const version = Number(AWS_LAMBDA_FUNCTION_VERSION.replace('$LATEST', '0'));
const ledger = openSync(process.env.${ledgerVariable}, 'a');
exports.handler = async ({ id, ms }) => {
  const atMs = Number(process.hrtime.bigint()) / 1e6;
  writeSync(ledger, JSON.stringify({ id, functionName, version, atMs }) + '\\n');
  if (ms > 0) await delay(ms);
  return { id, version, pid: process.pid };
};
`,
  'python3.11': `import json, os, time
name = os.environ['AWS_LAMBDA_FUNCTION_NAME']
version = int(os.environ['AWS_LAMBDA_FUNCTION_VERSION'].replace('$LATEST', '0'))
ledger = os.open(os.environ['${ledgerVariable}'], os.O_WRONLY | os.O_APPEND)
def handler(event, context):
    at_ms = time.monotonic_ns() / 1e6
    line = json.dumps({'id': event['id'], 'functionName': name, 'version': version, 'atMs': at_ms})
    os.write(ledger, line.encode() + b'\\n')
    time.sleep(event['ms'] / 1000)
    return {'id': event['id'], 'version': version, 'pid': os.getpid()}
`,
};

function node(name: string): CalledFunction {
  return { name, runtime: 'nodejs20.x', isSwitched: false };
}

function switched(name: string): CalledFunction {
  return { name, runtime: 'nodejs20.x', isSwitched: true };
}

function python(name: string): CalledFunction {
  return { name, runtime: 'python3.11', isSwitched: false };
}
