/** Bad input at a running cluster: the AWS code and shape, and nothing lost or left half done. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaServiceException,
} from '@aws-sdk/client-lambda';
import { makeZip, renamed } from '../catalog/zips.js';
import { Cluster, eventually, pidsOf } from './cluster-harness.js';
import { call, deploy, nodeZip, role } from './functions.js';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.up(['--no-examples']);
});
after(async () => {
  // whatever the tests did, every node is alive and answers
  const client = cluster.client();
  await deploy(client, 'afterwards', 'exports.handler = async () => "fine";');
  for (const i of [1, 2, 3]) {
    const answer = await call(cluster.client(cluster.nodeUrl(i)), 'afterwards');
    assert.equal(answer.value, 'fine');
  }
  assert.deepEqual(await cluster.stop(), { code: 0, signal: null });
});

async function refusedCreate(
  changes: Partial<CreateFunctionCommandInput>,
  name: string,
  httpStatus: number,
  message: RegExp,
): Promise<void> {
  const client = cluster.client();
  const input: CreateFunctionCommandInput = {
    FunctionName: 'refused',
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: role,
    Code: { ZipFile: await nodeZip('exports.handler = async () => 1;') },
    ...changes,
  };
  await assert.rejects(client.send(new CreateFunctionCommand(input)), (error) => {
    assert.ok(error instanceof LambdaServiceException, String(error));
    assert.equal(error.name, name);
    assert.equal(error.$metadata.httpStatusCode, httpStatus);
    assert.match(error.message, message);
    return true;
  });
  if (/^[a-z]+$/.test(input.FunctionName ?? '')) {
    const get = new GetFunctionCommand({ FunctionName: input.FunctionName });
    await assert.rejects(client.send(get), { name: 'ResourceNotFoundException' });
  }
}

test('a zip that is no zip', () =>
  refusedCreate(
    { Code: { ZipFile: Buffer.from('no zip at all') } },
    'InvalidParameterValueException',
    400,
    /Could not unzip uploaded file/,
  ));

test('a zip with an entry that leads out', async () => {
  const zip = renamed(await makeZip([{ name: 'xxxevil.js', content: '1' }]), 'xxxevil', '../evil');
  await refusedCreate(
    { Code: { ZipFile: zip } },
    'InvalidParameterValueException',
    400,
    /Could not unzip uploaded file/,
  );
});

test('a zip bomb', async () => {
  const part = Buffer.alloc(66 * 1024 * 1024);
  const names = ['a', 'b', 'c', 'd'];
  const zip = await makeZip(names.map((name) => ({ name, content: part })));
  await refusedCreate(
    { Code: { ZipFile: zip } },
    'InvalidParameterValueException',
    400,
    /Unzipped size must be smaller than 262144000 bytes/,
  );
});

for (const [runtime, file, source, found] of [
  [
    'nodejs20.x',
    'index.js',
    'exports.handler = async () => {',
    'index.js:1 Unexpected token (syntax)',
  ],
  ['python3.11', 'index.py', 'def other(): pass', /^index.py nothing named 'handler' is defined/],
] as const) {
  test(`${runtime}: code that cannot run is told of, and refused where that is asked for`, async () => {
    const Code = { ZipFile: (await makeZip([{ name: file, content: source }])).toString('base64') };
    const wanted = {
      FunctionName: 'broken',
      Runtime: runtime,
      Handler: 'index.handler',
      Role: role,
      Code,
    };
    const ask = (headers: Record<string, string>) =>
      fetch(`${cluster.url}/2015-03-31/functions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(wanted),
      });
    const strict = await ask({ 'x-hearth-checks': 'strict' });
    assert.equal(strict.status, 400);
    assert.equal(strict.headers.get('x-amzn-errortype'), 'InvalidParameterValueException');
    const taken = await ask({});
    assert.equal(taken.status, 201, 'as on AWS');
    const [count, text] = (taken.headers.get('x-hearth-findings') ?? '').split('; ');
    assert.equal(count, '1');
    if (typeof found === 'string') assert.equal(text, found);
    else assert.match(text ?? '', found);
    await cluster.client().send(new DeleteFunctionCommand({ FunctionName: 'broken' }));
  });
}

test('a bad name', () =>
  refusedCreate({ FunctionName: 'no spaces!' }, 'ValidationException', 400, /functionName/));

test('an unknown runtime', () =>
  refusedCreate(
    { Runtime: 'cobol85' as 'nodejs20.x' },
    'InvalidParameterValueException',
    400,
    /Value cobol85 at 'runtime' failed to satisfy constraint/,
  ));

test('a body that is no JSON', async () => {
  const create = await fetch(`${cluster.url}/2015-03-31/functions`, {
    method: 'POST',
    body: '{"FunctionName": ',
  });
  assert.equal(create.status, 400);
  assert.match(create.headers.get('x-amzn-errortype') ?? '', /Exception/);
  await deploy(cluster.client(), 'json', 'exports.handler = async (event) => event;');
  const invoke = await fetch(`${cluster.url}/2015-03-31/functions/json/invocations`, {
    method: 'POST',
    body: '{"a": ',
  });
  assert.equal(invoke.status, 400);
  assert.equal(invoke.headers.get('x-amzn-errortype'), 'InvalidRequestContentException');
  const body = (await invoke.json()) as { Type: string; message: string };
  assert.equal(body.Type, 'User');
  assert.match(body.message, /Could not parse request body into json/);
});

test('a body over 6 MB is refused, one just below goes through', async () => {
  const client = cluster.client();
  await deploy(client, 'big', 'exports.handler = async (event) => event.length;');
  const fits = JSON.stringify('x'.repeat(6 * 1024 * 1024 - 2));
  const answer = await client.send(new InvokeCommand({ FunctionName: 'big', Payload: fits }));
  assert.equal(answer.Payload?.transformToString(), String(6 * 1024 * 1024 - 2));
  const tooBig = new InvokeCommand({ FunctionName: 'big', Payload: `${fits} ` });
  await assert.rejects(client.send(tooBig), (error) => {
    assert.ok(error instanceof LambdaServiceException, String(error));
    assert.equal(error.name, 'RequestTooLargeException');
    assert.equal(error.$metadata.httpStatusCode, 413);
    return true;
  });
});

for (const runtime of ['nodejs20.x', 'python3.11'] as const) {
  const isNode = runtime.startsWith('node');
  const source = (node: string, python: string): string => (isNode ? node : python);

  test(`${runtime}: a handler that does not exist`, async () => {
    const name = `nohandler-${isNode ? 'n' : 'p'}`;
    const client = cluster.client();
    await deploy(client, name, source('exports.other = 1;', 'other = 1'), { runtime });
    const { value, functionError } = await call(client, name);
    assert.equal(functionError, 'Unhandled');
    assert.equal((value as { errorType: string }).errorType, 'Runtime.HandlerNotFound');
  });

  test(`${runtime}: an error that is thrown keeps its type, message and trace`, async () => {
    const name = `throws-${isNode ? 'n' : 'p'}`;
    const client = cluster.client();
    await deploy(
      client,
      name,
      source(
        'exports.handler = async () => { throw new RangeError("too far"); };',
        'def handler(event, context):\n    raise ValueError("too far")\n',
      ),
      { runtime },
    );
    const { value, functionError } = await call(client, name);
    assert.equal(functionError, 'Unhandled');
    const error = value as Record<string, unknown>;
    assert.equal(error.errorType, isNode ? 'RangeError' : 'ValueError');
    assert.equal(error.errorMessage, 'too far');
    assert.ok(Array.isArray(isNode ? error.trace : error.stackTrace));
  });

  test(`${runtime}: megabytes of output neither block nor fail, and the tail is kept`, async () => {
    const name = `prints-${isNode ? 'n' : 'p'}`;
    const client = cluster.client();
    await deploy(
      client,
      name,
      source(
        `exports.handler = async () => {
           for (let i = 0; i < 40000; i++) console.log('x'.repeat(200));
           console.log('the last line');
           return 'printed';
         };`,
        'def handler(event, context):\n    for i in range(40000):\n        print("x" * 200)\n    print("the last line")\n    return "printed"\n',
      ),
      { runtime, timeoutS: 30 },
    );
    const { value, log } = await call(client, name);
    assert.equal(value, 'printed');
    assert.match(log, /the last line/);
    assert.match(log, /REPORT RequestId: /);
    assert.ok(log.length <= 4096);
  });

  test(`${runtime}: a process that exits`, async () => {
    const name = `exits-${isNode ? 'n' : 'p'}`;
    const client = cluster.client();
    await deploy(
      client,
      name,
      source(
        'exports.handler = async () => process.exit(3);',
        'import os\ndef handler(event, context):\n    os._exit(3)\n',
      ),
      { runtime },
    );
    for (let round = 0; round < 3; round++) {
      const { value, functionError } = await call(client, name);
      assert.equal(functionError, 'Unhandled');
      const error = value as { errorType: string; errorMessage: string };
      assert.equal(error.errorType, 'Runtime.ExitError');
      assert.match(
        error.errorMessage,
        /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
      );
    }
  });

  test(`${runtime}: one that ignores its timeout is ended, with the children it forked`, async () => {
    const name = `late-${isNode ? 'n' : 'p'}`;
    const client = cluster.client();
    const mark = `7${isNode ? 1 : 2}${process.pid % 10_000}`;
    await deploy(
      client,
      name,
      source(
        `const { spawn } = require('node:child_process');
         exports.handler = async () => {
           spawn('setsid', ['sleep', '${mark}'], { detached: true, stdio: 'ignore' }).unref();
           for (;;);
         };`,
        `import subprocess
def handler(event, context):
    subprocess.Popen(["setsid", "sleep", "${mark}"])
    while True:
        pass
`,
      ),
      { runtime, timeoutS: 1 },
    );
    const { value, functionError } = await call(client, name);
    assert.equal(functionError, 'Unhandled');
    const error = value as { errorType: string; errorMessage: string };
    assert.equal(error.errorType, 'Sandbox.Timedout');
    assert.match(
      error.errorMessage,
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
    );
    await eventually(
      async () => pidsOf(`sleep ${mark}`).length,
      (count) => count === 0,
    );
  });
}
