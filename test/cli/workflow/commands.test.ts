import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../run.js';
import { FakeStates, Refusal } from './fake-states.js';
import { HistoryMaker } from './history.js';

const inTime = { timeout: 20_000 };
const machineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:hello';
const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:hello:one';
const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';
const machine = {
  stateMachineArn: machineArn,
  name: 'hello',
  type: 'STANDARD',
  definition,
  roleArn: 'r',
};
const sound = () => ({ result: 'OK', diagnostics: [] });
const absent = () => {
  throw new Refusal('StateMachineDoesNotExist', 'no such machine');
};

async function begin(
  context: TestContext,
  answers: FakeStates['answers'],
  files: Record<string, string> = {},
) {
  const states = new FakeStates(answers);
  const endpoint = await states.start(context);
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const hearth = (argv: string[], stdin = '', env = {}) =>
    run(['workflow', ...argv], { stdin, env: { HEARTH_ENDPOINT: endpoint, ...env } });
  return { states, directory, hearth };
}

test(
  'deploy creates a state machine by the name of its file, over signed JSON 1.0',
  inTime,
  async (context) => {
    const { states, directory, hearth } = await begin(
      context,
      {
        DescribeStateMachine: absent,
        ValidateStateMachineDefinition: sound,
        CreateStateMachine: () => ({ stateMachineArn: machineArn, creationDate: 1 }),
      },
      { 'hello.asl.json': definition },
    );
    const keys = { HEARTH_ACCESS_KEY_ID: 'AKID', HEARTH_SECRET_ACCESS_KEY: 'secret' };
    const ran = await hearth(['deploy', join(directory, 'hello.asl.json')], '', keys);
    assert.deepEqual([ran.stderr, ran.code], ['', 0]);
    assert.equal(ran.stdout, `created hello (STANDARD)\n${machineArn}\n`);
    const created = states.asked.at(-1);
    assert.equal(created?.headers['content-type'], 'application/x-amz-json-1.0');
    assert.match(String(created?.headers.authorization), /\/us-east-1\/states\/aws4_request/);
    assert.equal(created?.body.definition, definition);
    assert.equal(created?.body.name, 'hello');
  },
);

test(
  'deploy takes YAML, updates what differs, and leaves alone what is the same',
  inTime,
  async (context) => {
    const { states, directory, hearth } = await begin(
      context,
      {
        DescribeStateMachine: () => machine,
        ValidateStateMachineDefinition: sound,
        UpdateStateMachine: () => ({ updateDate: 1 }),
      },
      {
        'same.yml': 'StartAt: A\nStates:\n  A: {End: true, Type: Pass}\n',
        'other.yml': 'StartAt: B\nStates:\n  B: {End: true, Type: Pass}\n',
      },
    );
    const same = await hearth(['deploy', join(directory, 'same.yml'), '--name', 'hello', '--json']);
    assert.equal(JSON.parse(same.stdout).action, 'unchanged');
    const other = await hearth(['deploy', join(directory, 'other.yml'), '--name', 'hello']);
    assert.match(other.stdout, /^updated hello/);
    assert.equal(JSON.parse(String(states.asked.at(-1)?.body.definition)).StartAt, 'B');
  },
);

test(
  'deploy tells what is wrong with a definition with its places, and creates nothing',
  inTime,
  async (context) => {
    const diagnostic = {
      severity: 'ERROR',
      code: 'MISSING_TRANSITION_TARGET',
      message: "Missing 'Next' target: B",
      location: '/States/A/Next',
    };
    const { states, directory, hearth } = await begin(
      context,
      {
        DescribeStateMachine: absent,
        ValidateStateMachineDefinition: () => ({ result: 'FAIL', diagnostics: [diagnostic] }),
      },
      { 'x.json': '{}', 'broken.json': '{', 'broken.yml': 'a: [', 'tag.yml': 'a: !GetAtt b' },
    );
    const ran = await hearth(['deploy', join(directory, 'x.json')]);
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /x\.json \/States\/A\/Next: Missing 'Next' target: B \(MISSING_TR/);
    assert.match(ran.stderr, /hearth: x was not deployed: its definition has an error/);
    assert.ok(!states.operations().includes('CreateStateMachine'));
    assert.match((await hearth(['deploy', join(directory, 'broken.json')])).stderr, /is not JSON/);
    assert.match((await hearth(['deploy', join(directory, 'broken.yml')])).stderr, /is not YAML/);
    const tag = await hearth(['deploy', join(directory, 'tag.yml')]);
    assert.match(tag.stderr, /Unresolved tag: !GetAtt at line 1/);
  },
);

test('a type is not changed behind anybody', inTime, async (context) => {
  const { directory, hearth } = await begin(
    context,
    { DescribeStateMachine: () => machine },
    { 'hello.json': definition },
  );
  const ran = await hearth(['deploy', join(directory, 'hello.json'), '--type', 'EXPRESS']);
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, /hello is STANDARD and cannot become EXPRESS; delete it first/);
});

function ended(status: string, more = {}) {
  const history = new HistoryMaker();
  history.begin('{"a":1}');
  history.enter('Pass', 'A', { a: 1 }, 0);
  if (status === 'SUCCEEDED') {
    history.exit('Pass', 'A', { b: 2 });
    history.add('ExecutionSucceeded', { output: '{"b":2}' });
  } else history.add('ExecutionFailed', { error: 'Bad', cause: 'it is' });
  return {
    DescribeStateMachine: () => machine,
    StartExecution: () => ({ executionArn, startDate: 1 }),
    DescribeExecution: () => ({
      executionArn,
      stateMachineArn: machineArn,
      name: 'one',
      status,
      startDate: 1_790_000_000,
      stopDate: 1_790_000_001.5,
      input: '{"a":1}',
      ...more,
    }),
    DescribeStateMachineForExecution: () => ({ definition }),
    ListExecutions: () => ({
      executions: [
        { executionArn, name: 'one', status, startDate: 1_790_000_000, stopDate: 1_790_000_001.5 },
      ],
    }),
    GetExecutionHistory: () => ({ events: history.events }),
  };
}

test(
  'start prints the ARN, and with --wait the output alone once it has ended',
  inTime,
  async (context) => {
    const { states, hearth } = await begin(context, ended('SUCCEEDED', { output: '{"b":2}' }));
    const ran = await hearth(['start', 'hello:live', '--data', '-', '--name', 'one'], '{"a":1}');
    assert.equal(ran.stdout, `${executionArn}\n`);
    assert.deepEqual(states.asked[0]?.body, {
      stateMachineArn: `${machineArn}:live`,
      input: '{"a":1}',
      name: 'one',
    });
    const waited = await hearth(['start', 'hello', '--wait']);
    assert.equal(waited.stdout, '{"b":2}\n');
    assert.match(waited.stderr, /A: succeeded in 20 ms/);
    assert.equal(waited.code, 0);
  },
);

test(
  'start --wait of one that fails ends with its error and exit code 1',
  inTime,
  async (context) => {
    const { hearth } = await begin(context, ended('FAILED', { error: 'Bad', cause: 'it is' }));
    const ran = await hearth(['start', 'hello', '--wait']);
    assert.deepEqual([ran.code, ran.stdout], [1, '']);
    assert.match(ran.stderr, /hearth: the execution has failed with Bad: it is\n$/);
  },
);

test('start --wait of an express machine is a synchronous one', inTime, async (context) => {
  const { states, hearth } = await begin(context, {
    DescribeStateMachine: () => ({ ...machine, type: 'EXPRESS' }),
    StartSyncExecution: () => ({ executionArn, status: 'SUCCEEDED', output: '7' }),
  });
  assert.equal((await hearth(['start', 'hello', '--wait'])).stdout, '7\n');
  assert.deepEqual(states.operations(), ['DescribeStateMachine', 'StartSyncExecution']);
});

test('start --wait goes on where a node was gone for a moment', inTime, async (context) => {
  const answers = ended('SUCCEEDED', { output: '7' });
  let looks = 0;
  const { hearth } = await begin(context, {
    ...answers,
    DescribeExecution: () => {
      looks += 1;
      if (looks === 1) throw new Refusal('ServiceUnavailable', 'it is gone', 503);
      return answers.DescribeExecution();
    },
  });
  const ran = await hearth(['start', 'hello', '--wait']);
  assert.deepEqual([ran.stdout, ran.code], ['7\n', 0]);
  assert.match(ran.stderr, /it is gone \(ServiceUnavailable, status 503\) Trying again \.\.\./);
});

test(
  'Ctrl-C ends start --wait as a signal does, and says that the execution goes on',
  inTime,
  async (context) => {
    const states = new FakeStates({
      ...ended('RUNNING'),
      GetExecutionHistory: () => ({ events: [] }),
    });
    const endpoint = await states.start(context);
    const bin = fileURLToPath(new URL('../../../../bin/hearth', import.meta.url));
    const argv = ['workflow', 'start', 'hello', '--wait', '--endpoint', endpoint];
    const child = spawn(process.execPath, [bin, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    for await (const piece of child.stderr) {
      said += piece;
      if (said.trim() === executionArn) child.kill('SIGINT');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.equal(child.signalCode, 'SIGINT');
    assert.match(said, /it goes on; `hearth workflow show arn:\S+:one` tells what becomes of it\./);
  },
);

test(
  'what is not JSON is told with its option before anything is begun',
  inTime,
  async (context) => {
    const { states, directory, hearth } = await begin(context, {}, { 'x.json': definition });
    const file = join(directory, 'x.json');
    const wrong: [argv: string[], message: RegExp][] = [
      [['start', 'hello', '--data', 'text'], /^hearth: --data is not JSON \(/],
      [['test', file, 'A', '--input', '{'], /^hearth: --input is not JSON \(/],
      [['test', file, 'A', '--mock', '{'], /^hearth: --mock is not JSON \(/],
      [['test', file, 'A', '--variables', ''], /^hearth: --variables is not JSON \(/],
      [
        ['test', file, 'A', '--context', `@${file}.not`],
        /^hearth: --context @\S+ cannot be read: ENOENT/,
      ],
    ];
    for (const [argv, message] of wrong) {
      const ran = await hearth(argv);
      assert.match(ran.stderr, message);
      assert.notEqual(ran.code, 0);
    }
    assert.deepEqual(states.asked, []);
  },
);

test('what is not there, or has ended, is neither deleted nor stopped', inTime, async (context) => {
  const { states, hearth } = await begin(context, {
    ...ended('SUCCEEDED'),
    DescribeStateMachine: absent,
  });
  const deleted = await hearth(['delete', 'hello']);
  assert.equal(deleted.code, 1);
  assert.match(deleted.stderr, /there is no state machine hello; `hearth workflow list` names/);
  const stopped = await hearth(['stop', 'hello:one']);
  assert.equal(stopped.code, 1);
  assert.match(stopped.stderr, /hello:one has ended before: SUCCEEDED\./);
  assert.deepEqual(states.operations(), ['DescribeStateMachine', 'DescribeExecution']);
});

test(
  'a machine that is not known is told with the way to those that are',
  inTime,
  async (context) => {
    const wrongType = () => {
      throw new Refusal('StateMachineTypeNotSupported', 'This operation is not supported');
    };
    const { hearth } = await begin(context, {
      StartExecution: absent,
      StartSyncExecution: wrongType,
      ListExecutions: wrongType,
    });
    const sync = await hearth(['start', 'hello', '--sync']);
    assert.match(
      sync.stderr,
      /; --sync is for EXPRESS machines; `hearth workflow start NAME --wait`/,
    );
    assert.match(
      (await hearth(['list', 'hello'])).stderr,
      /; executions of EXPRESS machines keep no/,
    );
    const ran = await hearth(['start', 'hello']);
    assert.match(
      ran.stderr,
      /\(StateMachineDoesNotExist, status 400\); `hearth workflow list` names/,
    );
  },
);

test('list shows machines, and the executions of one, page after page', inTime, async (context) => {
  const summary = { stateMachineArn: machineArn, name: 'hello', type: 'STANDARD', creationDate: 1 };
  const { states, hearth } = await begin(context, {
    ...ended('FAILED'),
    ListStateMachines: ({ nextToken }) =>
      nextToken === undefined
        ? { stateMachines: [summary], nextToken: 'more' }
        : { stateMachines: [{ ...summary, name: 'second' }] },
  });
  assert.match((await hearth(['list'])).stdout, /hello .*STANDARD[\s\S]*second/);
  const executions = await hearth(['list', 'hello', '--status', 'FAILED']);
  assert.match(executions.stdout, /one +FAILED +2026-\S+ +1\.50 s/);
  assert.equal(states.asked.at(-1)?.body.statusFilter, 'FAILED');
});

test(
  'show prints the states of the newest execution, and writes the picture',
  inTime,
  async (context) => {
    const { directory, hearth } = await begin(context, ended('SUCCEEDED', { output: '{"b":2}' }));
    const svg = join(directory, 'one.svg');
    const ran = await hearth(['show', 'hello', '--svg', svg]);
    assert.match(ran.stdout, /status +SUCCEEDED\n/);
    assert.match(ran.stdout, /A +Pass +succeeded +\S+ +20 ms +- +\{"a":1\} +\{"b":2\}/);
    assert.match(await readFile(svg, 'utf8'), /^<svg [\s\S]*class="box succeeded/);
    const history = await hearth(['show', executionArn, '--history']);
    assert.match(history.stdout, /3 {2}2026-\S+ {2}PassStateExited {2}\{"name":"A"/);
  },
);

test(
  'show fits a narrow terminal, and shortens huge values above its table',
  inTime,
  async (context) => {
    const answers = ended('SUCCEEDED', { output: JSON.stringify('x'.repeat(100_000)) });
    const history = new HistoryMaker();
    history.begin();
    history.pass('A', 'y'.repeat(100), 0);
    const states = new FakeStates({
      ...answers,
      GetExecutionHistory: () => ({ events: history.events }),
    });
    const env = { HEARTH_ENDPOINT: await states.start(context) };
    const widest = async (columns?: number): Promise<number> => {
      const asked = columns === undefined ? { env } : { env, columns };
      const { stdout } = await run(['workflow', 'show', 'hello'], asked);
      assert.ok(stdout.length < 5000);
      const [, table = ''] = stdout.split('\n\n');
      return Math.max(...table.split('\n').map((line) => line.length));
    };
    assert.ok([99, 100].includes(await widest(100)));
    assert.equal(await widest(), await widest(1000));
  },
);

test('stop and redrive name the execution by machine and name', inTime, async (context) => {
  const { states, hearth } = await begin(context, {
    DescribeExecution: ended('RUNNING').DescribeExecution,
    StopExecution: () => ({ stopDate: 1 }),
    RedriveExecution: () => {
      throw new Refusal('ExecutionNotRedrivable', 'Execution is not redrivable.');
    },
  });
  const stopped = await hearth(['stop', 'hello:one', '--error', 'E']);
  assert.equal(stopped.stdout, `stopped ${executionArn}\n`);
  assert.deepEqual(states.asked.at(-1)?.body, { executionArn, error: 'E' });
  const refused = await hearth(['redrive', 'hello:one']);
  assert.match(
    refused.stderr,
    /Execution is not redrivable\. \(ExecutionNotRedrivable, status 400\)/,
  );
});

test(
  'test tries a state with a mock, prints what it did, and fails where the state does',
  inTime,
  async (context) => {
    const { states, directory, hearth } = await begin(
      context,
      {
        TestState: ({ mock }) =>
          JSON.stringify(mock).includes('errorOutput')
            ? { status: 'FAILED', error: 'Declined', cause: 'no money' }
            : {
                status: 'SUCCEEDED',
                output: '{"paid":true}',
                nextState: 'B',
                inspectionData: { input: '{}' },
              },
      },
      { 'x.json': definition },
    );
    const file = join(directory, 'x.json');
    const ran = await hearth(['test', file, 'A', '--mock', '{"paid":true}']);
    assert.match(
      ran.stdout,
      /status +SUCCEEDED\nnext +B\noutput +\{"paid":true\}\n {2}input +\{\}/,
    );
    assert.deepEqual(states.asked[0]?.body.mock, { result: '{"paid":true}' });
    assert.equal(states.asked[0]?.body.stateName, 'A');
    const failed = await hearth(['test', file, 'A', '--mock-error', 'Declined:no money']);
    assert.equal(failed.code, 1);
    assert.deepEqual(states.asked[1]?.body.mock, {
      errorOutput: { error: 'Declined', cause: 'no money' },
    });
    const unnamed = await hearth(['test', file]);
    assert.equal(unnamed.code, 2);
    assert.match(unnamed.stderr, /name the state to try, such as A\./);
  },
);
