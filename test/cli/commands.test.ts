import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FakeLambda } from './fake-lambda.js';
import { run } from './run.js';

const inTime = { timeout: 20_000 };

async function begin(context: TestContext, files: Record<string, string> = {}) {
  const lambda = new FakeLambda();
  const endpoint = await lambda.start(context);
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const hearth = (argv: string[], stdin = '') =>
    run(argv, { stdin, env: { HEARTH_ENDPOINT: endpoint } });
  return { lambda, endpoint, directory, hearth };
}

test(
  'deploy creates a function with what hearth.json and the flags say',
  inTime,
  async (context) => {
    const { lambda, endpoint, directory, hearth } = await begin(context, {
      'index.mjs': 'export const handler = async () => 1;',
      'hearth.json': '{"name":"one","memory":256,"timeout":5,"env":{"A":"1"}}',
    });
    const ran = await hearth([
      'deploy',
      directory,
      '--timeout',
      '9',
      '--env',
      'B=x=y',
      '--env',
      'C=',
    ]);
    assert.deepEqual(ran.stderr, '');
    assert.match(ran.stdout, /^created one \(nodejs20\.x, index\.handler, \d+ B\)\n/);
    assert.ok(ran.stdout.endsWith(`\n${endpoint}/fn/one/\n`));
    const {
      CodeSha256: _,
      CodeSize: __,
      Role,
      ...configuration
    } = lambda.functions.get('one')?.configuration ?? {};
    assert.equal(typeof Role, 'string');
    assert.deepEqual(configuration, {
      FunctionName: 'one',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      MemorySize: 256,
      Timeout: 9,
      Environment: { Variables: { A: '1', B: 'x=y', C: '' } },
    });
  },
);

test('deploy again sends only what has changed', inTime, async (context) => {
  const { lambda, directory, hearth } = await begin(context, { 'index.js': '1' });
  const deploy = ['deploy', directory, '--name', 'f'];
  await hearth(deploy);
  lambda.requests.length = 0;
  const again = await hearth(deploy);
  assert.match(again.stdout, /^unchanged f /);
  assert.deepEqual(lambda.writes(), []);
  await hearth([...deploy, '--memory', '512']);
  assert.deepEqual(lambda.writes(), ['PUT /2015-03-31/functions/f/configuration']);
  const same = await hearth([...deploy, '--memory', '512']);
  assert.match(same.stdout, /^unchanged f /);
  await writeFile(join(directory, 'index.js'), '2');
  const both = await hearth([...deploy, '--memory', '1024', '--json']);
  assert.equal(JSON.parse(both.stdout).action, 'updated');
  assert.deepEqual(lambda.writes().slice(1), [
    'PUT /2015-03-31/functions/f/code',
    'PUT /2015-03-31/functions/f/configuration',
  ]);
});

test(
  'deploy switches the runtime when the code has changed its language',
  inTime,
  async (context) => {
    const { lambda, directory, hearth } = await begin(context, { 'index.js': '' });
    await hearth(['deploy', directory, '--name', 'f', '--runtime', 'nodejs22.x']);
    await writeFile(join(directory, 'more.js'), '');
    await hearth(['deploy', directory, '--name', 'f']);
    assert.equal(lambda.functions.get('f')?.configuration.Runtime, 'nodejs22.x');
    await rm(join(directory, 'index.js'));
    await writeFile(join(directory, 'lambda_function.py'), '');
    await hearth(['deploy', directory, '--name', 'f']);
    assert.equal(lambda.functions.get('f')?.configuration.Runtime, 'python3.11');
  },
);

test('deploy says what it needs to know', inTime, async (context) => {
  const { directory, hearth } = await begin(context, { 'main.go': '' });
  const untold = await hearth(['deploy', directory, '--name', 'f']);
  assert.equal(untold.code, 1);
  assert.match(untold.stderr, /^hearth: the files of .* give --runtime and --handler/);
  const named = await hearth(['deploy', directory, '--name', 'a b']);
  assert.match(named.stderr, /'a b' cannot name a function/);
});

test('invoke prints the payload alone and the log beside it', inTime, async (context) => {
  const { lambda, hearth } = await begin(context);
  const log = Buffer.from('START\nhello\n').toString('base64');
  lambda.invokeAnswer = { status: 200, headers: { 'x-amz-log-result': log }, body: '{"a":1}' };
  const ran = await hearth(['invoke', 'f:$LATEST', '--data', '{"x":1}', '--tail']);
  assert.deepEqual(ran, { code: 0, stdout: '{"a":1}\n', stderr: 'START\nhello\n' });
  const [request] = lambda.requests;
  assert.equal(request?.path, '/2015-03-31/functions/f/invocations?Qualifier=%24LATEST');
  assert.equal(request?.headers['x-amz-log-type'], 'Tail');
  assert.equal(request?.body.toString(), '{"x":1}');
});

test(
  'invoke takes its data from a file, from standard input, or not at all',
  inTime,
  async (context) => {
    const { lambda, directory, hearth } = await begin(context, { 'event.json': '"file"' });
    await hearth(['invoke', 'f', '--data', `@${directory}/event.json`]);
    await hearth(['invoke', 'f', '--data', '-'], '"stdin"');
    await hearth(['invoke', 'f']);
    const bodies = lambda.requests.map(({ body }) => body.toString());
    assert.deepEqual(bodies, ['"file"', '"stdin"', '']);
    const missing = await hearth(['invoke', 'f', '--data', '@/none.json']);
    assert.match(missing.stderr, /^hearth: --data @\/none\.json cannot be read/);
  },
);

test(
  'a function error is exit code 1 with the payload on standard output',
  inTime,
  async (context) => {
    const { lambda, hearth } = await begin(context);
    const headers = { 'x-amz-function-error': 'Unhandled' };
    lambda.invokeAnswer = { status: 200, headers, body: '{"errorType":"E"}' };
    const ran = await hearth(['invoke', 'f']);
    assert.equal(ran.code, 1);
    assert.equal(ran.stdout, '{"errorType":"E"}\n');
    assert.match(ran.stderr, /^hearth: the function answered an error \(Unhandled\)[^\n]*\n$/);
  },
);

test('the message of a refused request is shown, as for --async now', inTime, async (context) => {
  const { lambda, hearth } = await begin(context);
  lambda.invokeAnswer = {
    status: 501,
    headers: { 'x-amzn-errortype': 'NotImplementedException' },
    body: '{"Type":"Service","Message":"Not yet."}',
  };
  const ran = await hearth(['invoke', 'f', '--async']);
  assert.equal(ran.code, 1);
  assert.equal(ran.stderr, 'hearth: Not yet. (NotImplementedException, status 501)\n');
  assert.equal(lambda.requests[0]?.headers['x-amz-invocation-type'], 'Event');
});

test('functions lists every page as a table or as JSON', inTime, async (context) => {
  const { directory, hearth } = await begin(context, { 'index.js': '' });
  assert.match((await hearth(['functions'])).stderr, /no functions yet/);
  for (const name of ['a', 'b', 'c']) await hearth(['deploy', directory, '--name', name]);
  const table = (await hearth(['functions'])).stdout.trimEnd().split('\n');
  assert.match(table[0] ?? '', /^NAME +RUNTIME +HANDLER +MEMORY +TIMEOUT +CODE +CHANGED$/);
  assert.match(table[3] ?? '', /^c +nodejs20\.x +index\.handler +128 MB +3 s +\d+ B$/);
  const listed = JSON.parse((await hearth(['functions', '--json'])).stdout);
  assert.deepEqual(
    listed.map((item: { FunctionName: string }) => item.FunctionName),
    ['a', 'b', 'c'],
  );
});

test('nodes lists the members by rank and tells a lost majority', inTime, async (context) => {
  const { lambda, hearth } = await begin(context);
  const node = (id: string, rank: number, role: string, status = 'alive', degraded = false) => {
    const addresses = { http: '127.0.0.1:8081', cluster: '127.0.0.1:9081', release: '0.1.0' };
    return {
      id: id.repeat(32),
      rank,
      role,
      status,
      ...addresses,
      joinedAt: 1,
      load: 0.126,
      degraded,
    };
  };
  const nodes = [
    node('c', -1, 'worker', 'dead'),
    node('b', 1, 'replica', 'alive', true),
    node('a', 0, 'master'),
  ];
  lambda.cluster = { self: 'b'.repeat(32), master: null, term: 3, quorum: false, nodes };
  const ran = await hearth(['nodes']);
  const lines = ran.stdout.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^RANK +ROLE +STATUS +HTTP +CLUSTER +LOAD +NODE$/);
  assert.match(
    lines[1] ?? '',
    /^0 +master +alive +127\.0\.0\.1:8081 +127\.0\.0\.1:9081 +13 % +a{8}$/,
  );
  assert.match(lines[2] ?? '', /^1 +replica +alive \(degraded\) .* b{8} \(answers\)$/);
  assert.match(lines[3] ?? '', /^- +worker +dead/);
  assert.match(ran.stderr, /no majority/);
  assert.deepEqual(JSON.parse((await hearth(['nodes', '--json'])).stdout), lambda.cluster);
});

test('kill hits the Master, and nothing that is not a node here', inTime, async (context) => {
  const { lambda, endpoint, hearth } = await begin(context);
  // with the command line of a node
  const node = spawn(
    process.execPath,
    ['-e', 'setInterval(() => {}, 1e6)', 'bin/hearth', 'node', '-'],
    { stdio: 'pipe' },
  );
  const ended = once(node, 'exit');
  context.after(() => node.kill());
  const member = { status: 'alive', cluster: '127.0.0.1:9081', joinedAt: 1, load: 0 };
  const http = endpoint.replace('http://', '');
  const nodes = [
    { id: 'ab'.repeat(16), rank: 0, role: 'master', http, ...member },
    { id: 'ac'.repeat(16), rank: 1, role: 'replica', http, ...member },
  ];
  const page = { self: 'ab'.repeat(16), master: 'ab'.repeat(16), term: 1, quorum: true, nodes };
  const refused = async (asked: string, why: RegExp) => {
    const ran = await hearth(['kill', asked]);
    assert.deepEqual([ran.code, ran.stdout], [1, '']);
    assert.match(ran.stderr, why);
  };
  lambda.cluster = { ...page, process: process.pid };
  await refused('master', /is not a process of this machine/);
  await refused('a', /'a' is the beginning of 2 ids/);
  await refused('b', /'b' is no node/);
  await refused('ac', /is answered by another node than acac/);
  lambda.cluster = { ...page, master: null, process: node.pid };
  await refused('master', /nobody is the Master at this moment/);
  lambda.cluster = page;
  await refused('master', /does not tell its process/);
  lambda.cluster = { ...page, process: node.pid };
  const ran = await hearth(['kill', 'master']);
  const where = `HTTP ${http}, process ${node.pid}`;
  assert.equal(ran.stdout, `killed node abababab, the master: ${where}\n`);
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  await refused('master', /is not a process of this machine/);
});

test('delete removes a function and tells one that is not there', inTime, async (context) => {
  const { lambda, directory, hearth } = await begin(context, { 'index.js': '' });
  await hearth(['deploy', directory, '--name', 'f']);
  assert.equal((await hearth(['delete', 'f'])).stdout, 'deleted f\n');
  assert.equal(lambda.functions.size, 0);
  const ran = await hearth(['delete', 'f']);
  assert.equal(ran.code, 1);
  assert.match(
    ran.stderr,
    /^hearth: Function not found: f \(ResourceNotFoundException, status 404\)/,
  );
});

test('an answer of something else than a node is told as such', inTime, async (context) => {
  const { lambda, hearth } = await begin(context);
  lambda.cluster = 'hello';
  assert.match((await hearth(['nodes'])).stderr, /did not answer like a Hearth node/);
});
