import { strict as assert } from 'node:assert';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import yauzl from 'yauzl';
import { LambdaClient } from '../../../src/cli/api-client.js';
import { deployExamples } from '../../../src/cli/examples.js';
import { systemClock } from '../../../src/lib/index.js';
import { run } from '../run.js';
import { FakeService } from './fake-service.js';

const inTime = { timeout: 20_000 };
const example = fileURLToPath(new URL('../../../../examples/map-reduce', import.meta.url));

async function begin(context: TestContext) {
  const node = new FakeService();
  const endpoint = await node.start(context);
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const hearth = (argv: string[]) => run(argv, { env: { HEARTH_ENDPOINT: endpoint } });
  return { node, directory, endpoint, hearth };
}

async function namesIn(zip: Buffer): Promise<string[]> {
  const opened = await yauzl.fromBufferPromise(zip, { lazyEntries: true });
  const names: string[] = [];
  for await (const entry of opened.eachEntry()) names.push(entry.fileName);
  return names;
}

test(
  'the example deploys as two functions and the state machine that calls them',
  inTime,
  async (context) => {
    const { node, hearth } = await begin(context);
    const ran = await hearth(['deploy', example]);
    assert.deepEqual([ran.stderr, ran.code], ['', 0]);
    assert.deepEqual(ran.stdout.trim().split('\n'), [
      'created map-reduce-dev-wordLength (nodejs20.x, handler.wordLength)',
      'created map-reduce-dev-totalLength (nodejs20.x, handler.totalLength)',
      'created mapReduce (state machine, STANDARD)',
    ]);
    const stored = node.lambda.functions.get('map-reduce-dev-wordLength');
    assert.equal(stored?.configuration.Description, 'The length of a word');
    assert.deepEqual(await namesIn(stored?.zip ?? Buffer.alloc(0)), ['handler.mjs']);
    const { States } = JSON.parse(node.machines.get('mapReduce')?.definition ?? '');
    const prefix = 'arn:aws:lambda:us-east-1:123456789012:function:map-reduce-dev';
    const { WordLength } = States.WordLengths.ItemProcessor.States;
    assert.equal(WordLength.Resource, `${prefix}-wordLength`);
    assert.equal(States.TotalLength.Resource, `${prefix}-totalLength`);
    const again = await hearth(['deploy', join(example, 'serverless.yml'), '--json']);
    const { functions, stateMachines } = JSON.parse(again.stdout);
    const actions = [...functions, ...stateMachines].map(({ action }) => action);
    assert.deepEqual(actions, ['unchanged', 'unchanged', 'unchanged']);
  },
);

test(
  '--stage gives names of its own, and options of one function are refused',
  inTime,
  async (context) => {
    const { node, directory, hearth } = await begin(context);
    await cp(example, directory, { recursive: true });
    await hearth(['deploy', directory, '--stage', 'live']);
    assert.ok(node.lambda.functions.has('map-reduce-live-wordLength'));
    const ran = await hearth(['deploy', directory, '--memory', '128']);
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /--memory is for one function/);
  },
);

test(
  'with useExactVersion a definition names the versions that are published with it',
  inTime,
  async (context) => {
    const { node, directory, hearth } = await begin(context);
    await writeFile(join(directory, 'index.js'), 'exports.handler = async () => 1;');
    await writeFile(
      join(directory, 'serverless.yml'),
      `service: a
provider: {name: aws, runtime: nodejs20.x}
functions:
  one: {name: one, handler: index.handler}
  also: {name: also-one, handler: index.handler}
stepFunctions:
  stateMachines:
    exact:
      useExactVersion: true
      definition: {StartAt: !GetAtt one.Arn, Comment: !Ref also}
    newest: {definition: {StartAt: !GetAtt one.Arn}}
`,
    );
    const ran = await hearth(['deploy', directory]);
    assert.equal(ran.stderr, '');
    assert.match(ran.stdout, /published one:1\npublished also-one:1\ncreated exact /);
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:one';
    assert.deepEqual(JSON.parse(node.machines.get('exact')?.definition ?? ''), {
      StartAt: `${arn}:1`,
      Comment: 'also-one:1',
    });
    assert.equal(JSON.parse(node.machines.get('newest')?.definition ?? '').StartAt, arn);
  },
);

test('what is left out is told beside what is done', inTime, async (context) => {
  const { directory, hearth } = await begin(context);
  await writeFile(join(directory, 'index.js'), 'exports.handler = async () => 1;');
  await writeFile(
    join(directory, 'serverless.yml'),
    `service: a
provider: {name: aws, runtime: nodejs20.x, vpc: {}}
functions: {one: {handler: index.handler, events: [{sqs: x}]}}
`,
  );
  const ran = await hearth(['deploy', directory]);
  assert.equal(ran.stdout, 'created a-dev-one (nodejs20.x, index.handler)\n');
  assert.match(ran.stderr, /note: provider\.vpc is left out: there is one network/);
  assert.match(ran.stderr, /note: functions\.one\.events\[0\] \(sqs\) is left out/);
});

test('hearth up has the example among those that it deploys', inTime, async (context) => {
  const { node, directory, endpoint } = await begin(context);
  await cp(example, join(directory, 'map-reduce'), { recursive: true });
  const stderr = new PassThrough();
  const io = {
    stdin: Readable.from([]),
    stdout: new PassThrough(),
    stderr,
    env: {},
    clock: systemClock,
  };
  const client = new LambdaClient(endpoint);
  await deployExamples(io, client, new AbortController().signal, directory);
  await client.close();
  assert.match(
    String(stderr.read()),
    /example map-reduce: created mapReduce \(state machine, STANDARD\)\n$/,
  );
  assert.deepEqual([...node.machines.keys()], ['mapReduce']);
});
