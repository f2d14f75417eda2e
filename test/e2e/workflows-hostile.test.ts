/**
 * A node that is harmed on purpose through workflows: endless loops, data without end, requests of every wrong form. Each
 * ends as AWS ends it, and an ordinary invocation is answered in time meanwhile.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Cluster } from './cluster-harness.js';
import { deploy, role } from './functions.js';
import { Nodes } from './nodes.js';

/** Ten times what an invocation takes on a busy machine while twenty loops run (9 ms; 320 ms where nothing divides the turns). */
const invokeMsMax = 100;
const states = 'arn:aws:states:us-east-1:123456789012:';

interface Answer {
  readonly status: number;
  /** Of an error. */
  readonly type: string;
  readonly message: string;
  readonly body: Readonly<Record<string, string>>;
}

let nodes: Nodes;
let made = 0;

before(async () => {
  nodes = await Nodes.start({ count: 1, config: {} });
  const client = Cluster.prototype.client.call(null, nodes.url(1));
  await deploy(client, 'echo', 'exports.handler = async (event) => event;');
});
after(async () => {
  // whatever was done, it answers, and stops in order
  assert.ok((await invoked()) < 10 * invokeMsMax);
  assert.deepEqual(await nodes.stop(1), { code: 0, signal: null });
  await nodes.end();
});

async function send(
  body: string | Uint8Array,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer> {
  const init = { method: 'POST', headers, body, ...(signal === undefined ? {} : { signal }) };
  const answer = await fetch(nodes.url(1), init);
  const text = await answer.text();
  const parsed = JSON.parse(text) as Record<string, string>;
  return {
    status: answer.status,
    type: (parsed.__type ?? '').replace(/^.*#/, ''),
    message: parsed.message ?? '',
    body: parsed,
  };
}

function ask(operation: string, input: unknown, signal?: AbortSignal): Promise<Answer> {
  const target = `AWSStepFunctions.${operation}`;
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
  return send(JSON.stringify(input), headers, signal);
}

async function machine(definition: object, type: 'STANDARD' | 'EXPRESS'): Promise<string> {
  const name = `m${made++}`;
  const given = { name, definition: JSON.stringify(definition), roleArn: role, type };
  const { body, message } = await ask('CreateStateMachine', given);
  assert.ok(body.stateMachineArn, message);
  return body.stateMachineArn;
}

/** How an Express execution ends: its status, its error or output. */
async function express(definition: object, input: unknown = {}): Promise<readonly string[]> {
  const stateMachineArn = await machine(definition, 'EXPRESS');
  const { body, message } = await ask('StartSyncExecution', {
    stateMachineArn,
    input: JSON.stringify(input),
  });
  return [body.status ?? message, body.error ?? body.output ?? '', body.cause ?? ''];
}

async function standard(definition: object, input: unknown = {}): Promise<readonly string[]> {
  const stateMachineArn = await machine(definition, 'STANDARD');
  const given = { stateMachineArn, input: JSON.stringify(input) };
  const { executionArn } = (await ask('StartExecution', given)).body;
  for (;;) {
    const { body } = await ask('DescribeExecution', { executionArn });
    if (body.status !== 'RUNNING') {
      return [body.status ?? '', body.error ?? body.output ?? '', body.cause ?? ''];
    }
  }
}

/** Milliseconds. */
async function invoked(): Promise<number> {
  const beganMs = performance.now();
  const url = `${nodes.url(1)}/2015-03-31/functions/echo/invocations`;
  const answer = await fetch(url, { method: 'POST', body: '{"a":1}' });
  assert.equal(await answer.text(), '{"a":1}');
  return performance.now() - beganMs;
}

/** The median of invocations during `work`. */
async function invokedDuring(work: Promise<unknown>): Promise<number> {
  const times: number[] = [];
  const over = work.then(() => true);
  const pause = () =>
    new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), 20);
    });
  do times.push(await invoked());
  while (!(await Promise.race([over, pause()])));
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

const pass = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

function output(expression: string): object {
  const A = { Type: 'Pass', Output: `{% ${expression} %}`, End: true };
  return { QueryLanguage: 'JSONata', StartAt: 'A', States: { A } };
}

function read(path: string): object {
  const A = { Type: 'Pass', Parameters: { 'x.$': path }, End: true };
  return { StartAt: 'A', States: { A } };
}

/** Its input never leaves it. */
function loop(step: object): object {
  const Choices = [{ Variable: '$.never', IsPresent: true, Next: 'C' }];
  return {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', ...step, Next: 'B' },
      B: { Type: 'Choice', Choices, Default: 'A' },
      C: { Type: 'Succeed' },
    },
  };
}

const jsonataLoop = {
  QueryLanguage: 'JSONata',
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, Next: 'B' },
    B: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.n < 0 %}', Next: 'C' }],
      Default: 'A',
    },
    C: { Type: 'Succeed' },
  },
};

describe('endless loops', () => {
  for (const [what, definition, input] of [
    ['Pass', loop({}), { a: 1 }],
    ['Pass over large data', loop({ Parameters: { 'x.$': '$.x' } }), { x: 'x'.repeat(200_000) }],
    ['JSONata', jsonataLoop, { n: 1 }],
  ] as const) {
    it(`of ${what} in 20 Express executions leave an invocation its time`, async () => {
      const stateMachineArn = await machine(definition, 'EXPRESS');
      const given = { stateMachineArn, input: JSON.stringify(input) };
      const gone = new AbortController();
      const running = Array.from({ length: 20 }, () =>
        assert.rejects(ask('StartSyncExecution', given, gone.signal), { name: 'AbortError' }),
      );
      const time = new Promise((resolve) => {
        setTimeout(resolve, 1500);
      });
      const median = await invokedDuring(time);
      gone.abort();
      await Promise.all(running);
      assert.ok(median < invokeMsMax, `${median} ms`);
    });
  }

  it('of a Standard execution end by their history', async () => {
    const [status, error, cause] = await standard(loop({}));
    assert.deepEqual([status, error], ['FAILED', 'States.Runtime']);
    assert.match(cause ?? '', /maximum number of history events \(25000\)/);
  });

  it('of a Standard execution over large data end by its size, and memory is not filled', async () => {
    const [status, error, cause] = await standard(loop({ Parameters: { 'x.$': '$.x' } }), {
      x: 'x'.repeat(200_000),
    });
    assert.deepEqual([status, error], ['FAILED', 'States.Runtime']);
    assert.match(cause ?? '', /maximum size of its history/);
    const ofProcess = await readFile(`/proc/${nodes.pid(1)}/status`, 'utf8');
    const residentMb = Number(/VmRSS:\s+(\d+)/.exec(ofProcess)?.[1]) / 1024;
    assert.ok(residentMb < 2048, `${residentMb} MB`);
  });
});

describe('data without end', () => {
  for (const expression of [
    '($f := function(){$f()}; $f())',
    '($f := function($n){$f($n + 1) + 1}; $f(0))',
    '$map([1..9999999], function($x){[1..9999999]})',
    '$pad("x", 1e9)',
    '$match($states.input.s, /(a+)+$/)',
  ]) {
    it(`of ${expression} fails its execution, while others go on`, async () => {
      const ends = express(output(expression), { s: `${'a'.repeat(40)}!` });
      assert.ok((await invokedDuring(ends)) < invokeMsMax);
      const [status, error] = await ends;
      assert.deepEqual([status, error], ['FAILED', 'States.QueryEvaluationError']);
      assert.deepEqual((await express(output('1 + 1'))).slice(0, 2), ['SUCCEEDED', '2']);
    });
  }

  it('is not looked through by paths', async () => {
    const input = { x: Array.from({ length: 20_000 }, (_, n) => n) };
    for (const path of ['$.x[?(@ in $.x)]', '$.x[?($.x subsetof $.x)]']) {
      const [status, error] = await express(read(path), input);
      assert.ok(status === 'FAILED' && /^States\.(Runtime|DataLimit)/.test(error ?? ''), path);
    }
  });

  it('is not made by templates, branches or variables', async () => {
    const text = { x: 'x'.repeat(200_000) };
    const names = Array.from({ length: 60 }, (_, n) => `S${n}`);
    const template = Object.fromEntries(names.map((name) => [`${name}.$`, '$']));
    const A = { Type: 'Pass', Parameters: template, End: true };
    const bomb = { StartAt: 'A', States: { A } };
    const assigning = names.map((name, n) => {
      const next = names[n + 1];
      const goOn = next === undefined ? { End: true } : { Next: next };
      return [name, { Type: 'Pass', Assign: { [`${name}.$`]: '$' }, ...goOn }];
    });
    const variables = { StartAt: 'S0', States: Object.fromEntries(assigning) };
    const branches = names.map((name) => ({
      StartAt: name,
      States: { [name]: { Type: 'Pass', End: true } },
    }));
    const P = { Type: 'Parallel', Branches: branches, End: true };
    const parallel = { StartAt: 'P', States: { P } };
    for (const definition of [bomb, variables, parallel]) {
      assert.deepEqual((await standard(definition, text)).slice(0, 2), [
        'FAILED',
        'States.DataLimitExceeded',
      ]);
    }
  });

  it('of 40,000 items goes through a Map of an Express execution', async () => {
    const M = { Type: 'Map', ItemProcessor: pass, End: true };
    const items = Array.from({ length: 40_000 }, () => 1);
    const [status, all] = await express({ StartAt: 'M', States: { M } }, items);
    assert.deepEqual([status, all], ['SUCCEEDED', JSON.stringify(items)]);
  });

  it('in names that objects have themselves stays data', async () => {
    const input = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"b":2}}}';
    const stateMachineArn = await machine(pass, 'EXPRESS');
    const { body } = await ask('StartSyncExecution', { stateMachineArn, input });
    assert.equal(body.output, input);
    const merged = await express(output('$merge([$states.input, {"__proto__": {"b": 1}}])'), {});
    assert.deepEqual(merged.slice(0, 2), ['SUCCEEDED', '{"__proto__":{"b":1}}']);
    assert.deepEqual((await express(read('$.constructor'))).slice(0, 2), [
      'FAILED',
      'States.Runtime',
    ]);
  });
});

describe('requests of every wrong form', () => {
  it('get the error of AWS', async () => {
    const json = 'application/x-amz-json-1.0';
    const target = 'AWSStepFunctions.ListStateMachines';
    const refused: readonly [Uint8Array | string, Record<string, string>][] = [
      ['{}', { 'content-type': json, 'x-amz-target': 'AWSStepFunctions.Nothing' }],
      ['{}', { 'content-type': json, 'x-amz-target': 'AWSStepFunctions.constructor' }],
      ['{}', { 'content-type': json, 'x-amz-target': 'AWSStepFunctions.__proto__' }],
      ['{', { 'content-type': json, 'x-amz-target': target }],
      ['[]', { 'content-type': json, 'x-amz-target': target }],
      ['null', { 'content-type': json, 'x-amz-target': target }],
      ['['.repeat(100_000), { 'content-type': json, 'x-amz-target': target }],
      [Buffer.from([0x7b, 0xff, 0xfe]), { 'content-type': json, 'x-amz-target': target }],
      ['{"maxResults":"ten"}', { 'content-type': json, 'x-amz-target': target }],
    ];
    for (const [body, headers] of refused) {
      const { status, type } = await send(body, headers);
      const what = `${headers['x-amz-target']} ${body.slice(0, 20)}`;
      assert.ok(status >= 400 && status < 500, `${what}: ${status}`);
      assert.match(type, /^(UnknownOperation|Serialization|Validation)Exception$/, what);
    }
  });

  it('as ARNs, names and tokens, too', async () => {
    for (const arn of [
      '',
      'x',
      `${states}stateMachine:`,
      `${states}execution:a`,
      'a'.repeat(300),
    ]) {
      const { status, type } = await ask('StartExecution', { stateMachineArn: arn });
      assert.equal(status, 400, arn);
      assert.match(type, /^(InvalidArn|ValidationException|StateMachineDoesNotExist)$/, arn);
    }
    for (const name of ['', 'a b', 'a/b', '<', 'a\u0000', 'a'.repeat(81)]) {
      const definition = JSON.stringify(pass);
      const { type } = await ask('CreateStateMachine', { name, definition, roleArn: role });
      assert.match(type, /^(InvalidName|ValidationException)$/, JSON.stringify(name));
    }
    for (const [taskToken, expected] of [
      ['forged', 'InvalidToken'],
      ['A'.repeat(2049), 'ValidationException'],
    ]) {
      const { type } = await ask('SendTaskSuccess', { taskToken, output: '1' });
      assert.equal(type, expected);
    }
  });

  it('as inputs and definitions that are too large or too deep', async () => {
    const stateMachineArn = await machine(pass, 'STANDARD');
    for (const [input, expected] of [
      [JSON.stringify('x'.repeat(262_143)), 'ValidationException'],
      [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'InvalidExecutionInput'],
      ['{', 'InvalidExecutionInput'],
    ]) {
      assert.equal((await ask('StartExecution', { stateMachineArn, input })).type, expected);
    }
    for (const [definition, expected] of [
      ['x'.repeat(1_048_577), 'ValidationException'],
      [`{"StartAt":${'['.repeat(400_000)}`, 'InvalidDefinition'],
      ['{"StartAt":"A","States":{"A":{"Type":"__proto__","End":true}}}', 'InvalidDefinition'],
    ]) {
      const given = { name: `m${made++}`, definition, roleArn: role };
      assert.equal((await ask('CreateStateMachine', given)).type, expected);
    }
  });
});

describe('a token', () => {
  it('ends its task once, and pollers that went away take none', async () => {
    const { activityArn } = (await ask('CreateActivity', { name: 'work' })).body;
    const gone = new AbortController();
    const pollers = Array.from({ length: 1001 }, () =>
      ask('GetActivityTask', { activityArn }, gone.signal).then(
        ({ type }) => type,
        () => 'gone',
      ),
    );
    assert.equal(await Promise.race(pollers), 'ActivityWorkerLimitExceeded');
    gone.abort();
    await Promise.all(pollers);
    const T = { Type: 'Task', Resource: activityArn, End: true };
    const stateMachineArn = await machine({ StartAt: 'T', States: { T } }, 'STANDARD');
    const { executionArn } = (await ask('StartExecution', { stateMachineArn })).body;
    const { taskToken } = (await ask('GetActivityTask', { activityArn })).body;
    const success = { taskToken, output: '"ok"' };
    assert.equal((await ask('SendTaskSuccess', { ...success, output: '{' })).type, 'InvalidOutput');
    assert.equal((await ask('SendTaskSuccess', success)).status, 200);
    assert.equal((await ask('SendTaskSuccess', success)).type, 'TaskTimedOut');
    for (;;) {
      const { body } = await ask('DescribeExecution', { executionArn });
      if (body.status === 'RUNNING') continue;
      assert.deepEqual([body.status, body.output], ['SUCCEEDED', '"ok"']);
      break;
    }
    const redrive = await ask('RedriveExecution', { executionArn });
    assert.equal(redrive.type, 'ExecutionNotRedrivable');
  });
});

describe('http:invoke', () => {
  for (const url of [
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:169.254.169.254]/',
    'http://2852039166/',
    'http://[fd00:ec2::254]/',
  ]) {
    it(`sends nothing to ${url}`, async () => {
      const Parameters = { ApiEndpoint: url, Method: 'GET' };
      const A = { Type: 'Task', Resource: 'arn:aws:states:::http:invoke', Parameters, End: true };
      const [status, error, cause] = await express({ StartAt: 'A', States: { A } });
      assert.deepEqual([status, error], ['FAILED', 'States.Http.Socket']);
      assert.match(cause ?? '', /link-local/);
    });
  }
});
