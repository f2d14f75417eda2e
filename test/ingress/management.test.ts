import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { createBody, functions, makeHarness, role, zip } from './harness.js';

const arn = 'arn:aws:lambda:us-east-1:123456789012:function';
const hash = createHash('sha256').update(zip).digest();

describe('CreateFunction', () => {
  it('answers with the members that AWS was recorded to answer with, and Pending', async () => {
    const answer = await makeHarness().call('POST', functions, { body: createBody('f') });
    assert.equal(answer.status, 201);
    const { RevisionId, RuntimeVersionConfig, ...rest } = answer.json();
    assert.match(RevisionId, /^[0-9a-f-]{36}$/);
    assert.match(
      RuntimeVersionConfig.RuntimeVersionArn,
      /^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/,
    );
    assert.deepEqual(rest, {
      Architectures: ['x86_64'],
      CodeSha256: hash.toString('base64'),
      CodeSize: zip.length,
      Description: '',
      EphemeralStorage: { Size: 512 },
      FunctionArn: `${arn}:f`,
      FunctionName: 'f',
      Handler: 'index.handler',
      LastModified: '2026-01-01T00:00:00.000+0000',
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/f' },
      MemorySize: 128,
      PackageType: 'Zip',
      Role: role,
      Runtime: 'nodejs20.x',
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      Timeout: 3,
      TracingConfig: { Mode: 'PassThrough' },
      Version: '$LATEST',
    });
  });

  it('keeps every setting that it is given', async () => {
    const harness = makeHarness();
    const given = {
      Description: 'what it does',
      Timeout: 900,
      MemorySize: 10_240,
      EphemeralStorage: { Size: 1024 },
      Environment: { Variables: { ONE: '1', TWO: 'zwei' } },
      Architectures: ['arm64'],
    };
    await harness.call('POST', functions, {
      body: createBody('f', { ...given, Tags: { a: 'b' } }),
    });
    const { Configuration, Tags } = (await harness.call('GET', `${functions}/f`)).json();
    for (const [member, value] of Object.entries(given)) {
      assert.deepEqual(Configuration[member], value, member);
    }
    assert.deepEqual(Tags, { a: 'b' });
  });

  const refused: readonly (readonly [string, Record<string, unknown>, string, string])[] = [
    [
      'a role that is no ARN',
      { Role: 'r1' },
      'ValidationException',
      "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
    ],
    [
      'two architectures',
      { Architectures: ['x86_64', 'arm64'] },
      'ValidationException',
      "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
    ],
    [
      'an unknown architecture',
      { Architectures: ['X86_64'] },
      'ValidationException',
      "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ],
    [
      'a retired runtime',
      { Runtime: 'nodejs14.x' },
      'InvalidParameterValueException',
      'The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    ],
    [
      'a runtime that AWS has and this cluster has not',
      { Runtime: 'java21' },
      'InvalidParameterValueException',
      'The runtime java21 is not offered by this cluster; use one of [nodejs20.x, python3.11].',
    ],
    [
      'a runtime that does not exist',
      { Runtime: 'PYTHON3.9' },
      'InvalidParameterValueException',
      "Value PYTHON3.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2] or be a valid ARN",
    ],
    [
      'no memory to speak of',
      { MemorySize: 1 },
      'ValidationException',
      "1 validation error detected: Value '1' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
    ],
    [
      'an endless timeout',
      { Timeout: 901 },
      'ValidationException',
      "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    [
      'too many tags',
      { Tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) },
      'InvalidParameterValueException',
      'Number of tags exceeds resource tag limit.',
    ],
    [
      'reserved environment variables',
      { Environment: { Variables: { AWS_REGION: 'x', MINE: 'y' } } },
      'InvalidParameterValueException',
      'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION',
    ],
    [
      'more than 4 KB of environment',
      { Environment: { Variables: { SMALL_VAR: 'ok', LARGE_VAR: 'x'.repeat(4064) } } },
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"SMALL_VAR":"ok","LARGE_VAR":"${'x'.repeat(4064)}"}`,
    ],
    [
      'an environment variable with a name that is none',
      { Environment: { Variables: { 'a-b': 'secret' } } },
      'ValidationException',
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    ],
    [
      'no code',
      { Code: {} },
      'InvalidParameterValueException',
      'Please provide a source for function code.',
    ],
    [
      'no runtime',
      { Runtime: undefined },
      'InvalidParameterValueException',
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    ],
    [
      'a number for a text',
      { Handler: 5 },
      'InvalidRequestContentException',
      'Could not parse request body into json: Handler: Invalid input: expected string, received number',
    ],
    [
      'a feature that is not there',
      { KMSKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/a' },
      'NotImplementedException',
      'The member KMSKeyArn asks for a feature that this release does not offer; leave it out.',
    ],
  ];
  for (const [what, members, type, message] of refused) {
    it(`refuses ${what}`, async () => {
      const harness = makeHarness();
      const answer = await harness.call('POST', functions, { body: createBody('f', members) });
      assert.equal(answer.headers['x-amzn-errortype'], type);
      const body = answer.json();
      assert.equal(body.message ?? body.Message, message);
      assert.equal(harness.catalog.list().length, 0);
    });
  }

  it('tells every broken constraint at once', async () => {
    const body = createBody('f', { Timeout: 0, MemorySize: 1, Role: undefined });
    const answer = await makeHarness().call('POST', functions, { body });
    assert.match(answer.json().message, /^3 validation errors detected: .*; .*; /);
  });

  it('refuses a body that is not JSON, and one above the limit', async () => {
    const harness = makeHarness();
    const broken = await harness.call('POST', functions, { body: '{"FunctionName"' });
    assert.equal(broken.headers['x-amzn-errortype'], 'InvalidRequestContentException');
    assert.match(broken.json().message, /^Could not parse request body into json: /);
    const large = await harness.call('POST', functions, { body: Buffer.alloc(70_167_212) });
    assert.deepEqual(
      [large.status, large.json()],
      [
        413,
        { message: 'Request must be smaller than 70167211 bytes for the CreateFunction operation' },
      ],
    );
    assert.equal(large.headers['x-amzn-errortype'], 'RequestEntityTooLargeException');
  });

  it('is a conflict where the name is taken', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const again = await harness.call('POST', functions, { body: createBody('f') });
    assert.deepEqual(
      [again.status, again.json()],
      [409, { Type: 'User', message: 'Function already exist: f' }],
    );
  });
});

describe('GetFunction', () => {
  it('tells state, last update and where the code can be fetched', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const { Code, Configuration } = (await harness.call('GET', `${functions}/f`)).json();
    assert.equal(Configuration.State, 'Active');
    assert.equal(Configuration.LastUpdateStatus, 'Successful');
    assert.equal(Configuration.FunctionArn, `${arn}:f`);
    assert.equal(Code.RepositoryType, 'S3');
    const path = `/_hearth/code/${hash.toString('hex')}`;
    assert.equal(Code.Location, `http://hearth.test:8080${path}`);
    assert.deepEqual((await harness.call('GET', path)).body, zip);
  });

  it('repeats the qualifier in the ARN', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const answer = await harness.call('GET', `${functions}/f?Qualifier=$LATEST`);
    assert.equal(answer.json().Configuration.FunctionArn, `${arn}:f:$LATEST`);
  });

  it('sees what another node has acknowledged', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    harness.catalog.hide('f');
    assert.equal((await harness.call('GET', `${functions}/f`)).status, 200);
  });

  it('gives no link to whatever a caller writes into the Host header', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const headers = { host: 'evil.test/path?' };
    const { Code } = (await harness.call('GET', `${functions}/f`, { headers })).json();
    assert.match(Code.Location, /^http:\/\/127\.0\.0\.1:0\/_hearth\/code\//);
  });
});

describe('the updates', () => {
  it('answer InProgress, and are Successful at the next read', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const updates = [
      ['code', { ZipFile: zip.toString('base64'), Architectures: ['arm64'] }],
      ['configuration', { Timeout: 7, Handler: 'other.handler' }],
    ] as const;
    for (const [path, body] of updates) {
      const answer = await harness.call('PUT', `${functions}/f/${path}`, { body });
      assert.equal(answer.status, 200, answer.text);
      const { State, LastUpdateStatus, LastUpdateStatusReason } = answer.json();
      assert.deepEqual(
        [State, LastUpdateStatus, LastUpdateStatusReason],
        ['Active', 'InProgress', 'The function is being created.'],
      );
    }
    const read = (await harness.call('GET', `${functions}/f/configuration`)).json();
    assert.equal(read.LastUpdateStatus, 'Successful');
    assert.deepEqual(
      [read.Timeout, read.Handler, read.Architectures],
      [7, 'other.handler', ['arm64']],
    );
    assert.equal(read.MemorySize, 128);
  });

  it('hold a RevisionId against the function', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const body = { Timeout: 7, RevisionId: 'wrong' };
    const answer = await harness.call('PUT', `${functions}/f/configuration`, { body });
    assert.deepEqual(
      [answer.status, answer.headers['x-amzn-errortype']],
      [412, 'PreconditionFailedException'],
    );
  });

  it('change nothing as a dry run', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const before = harness.catalog.get('f');
    const body = { ZipFile: zip.toString('base64'), Architectures: ['arm64'], DryRun: true };
    const answer = await harness.call('PUT', `${functions}/f/code`, { body });
    assert.deepEqual(answer.json().Architectures, ['arm64']);
    assert.deepEqual(harness.catalog.get('f'), before);
  });

  it('name a revision that is over once they have settled, as on AWS', async () => {
    const harness = makeHarness();
    const created = await harness.call('POST', functions, { body: createBody('f') });
    const read = await harness.call('GET', `${functions}/f/configuration`);
    const [passing, settled] = [created.json().RevisionId, read.json().RevisionId];
    assert.notEqual(passing, settled);
    for (const [RevisionId, status] of [
      [passing, 412],
      [settled, 200],
    ]) {
      const body = { Timeout: 5, RevisionId };
      const answer = await harness.call('PUT', `${functions}/f/configuration`, { body });
      assert.equal(answer.status, status);
    }
  });

  it('tell an environment without variables from none', async () => {
    const harness = makeHarness();
    const body = { ...createBody('f'), Environment: { Variables: {} } };
    const created = await harness.call('POST', functions, { body });
    assert.deepEqual(created.json().Environment, { Variables: {} });
    await harness.call('POST', functions, { body: { ...createBody('g'), Environment: {} } });
    const read = await harness.call('GET', `${functions}/g/configuration`);
    assert.equal(read.json().Environment, undefined);
  });

  it('of a function that does not exist are not found', async () => {
    const harness = makeHarness();
    for (const [path, body] of [
      ['configuration', {}],
      ['code', { ZipFile: zip.toString('base64') }],
    ] as const) {
      const answer = await harness.call('PUT', `${functions}/nope/${path}`, { body });
      assert.deepEqual(
        [answer.status, answer.json().Message],
        [404, `Function not found: ${arn}:nope`],
      );
    }
  });
});

describe('DeleteFunction', () => {
  it('answers 204 without a body, and 404 the second time', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const first = await harness.call('DELETE', `${functions}/f`);
    assert.deepEqual([first.status, first.text], [204, '']);
    assert.equal((await harness.call('DELETE', `${functions}/f`)).status, 404);
  });

  it('of a version leaves the function alone', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    assert.equal((await harness.call('DELETE', `${functions}/f?Qualifier=1233`)).status, 204);
    const latest = await harness.call('DELETE', `${functions}/f?Qualifier=$LATEST`);
    assert.equal(
      latest.json().message,
      '$LATEST version cannot be deleted without deleting the function.',
    );
    assert.ok(harness.catalog.get('f'));
  });
});

describe('ListFunctions', () => {
  it('pages through all functions, each once and in order', async () => {
    const harness = makeHarness();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (const name of names) await harness.call('POST', functions, { body: createBody(name) });
    const seen: string[] = [];
    let marker = '';
    do {
      const query = `MaxItems=3${marker === '' ? '' : `&Marker=${encodeURIComponent(marker)}`}`;
      const page = (await harness.call('GET', `${functions}/?${query}`)).json();
      seen.push(...page.Functions.map((entry: { FunctionName: string }) => entry.FunctionName));
      marker = page.NextMarker ?? '';
    } while (marker !== '');
    assert.deepEqual(seen, names);
  });

  it('leaves state out of its entries, and qualifies ARNs for FunctionVersion=ALL', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const [plain] = (await harness.call('GET', functions)).json().Functions;
    assert.equal(plain.FunctionArn, `${arn}:f`);
    for (const member of ['State', 'LastUpdateStatus', 'RuntimeVersionConfig']) {
      assert.equal(plain[member], undefined, member);
    }
    const all = (await harness.call('GET', `${functions}?FunctionVersion=ALL`)).json();
    assert.equal(all.Functions[0].FunctionArn, `${arn}:f:$LATEST`);
  });

  it('refuses what it does not know in the query', async () => {
    const harness = makeHarness();
    const version = await harness.call('GET', `${functions}?FunctionVersion=invalid`);
    assert.equal(
      version.json().message,
      "1 validation error detected: Value 'invalid' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]",
    );
    assert.equal((await harness.call('GET', `${functions}?MaxItems=0`)).status, 400);
    assert.equal((await harness.call('GET', `${functions}?Marker=%00`)).status, 400);
  });
});

describe('the rest of the Lambda API', () => {
  it('is not offered, and other paths are not found', async () => {
    const harness = makeHarness();
    for (const [method, path, status] of [
      ['POST', '/2019-09-30/functions/f/provisioned-concurrency', 501],
      ['GET', '/2017-10-31/functions/f/concurrency', 501],
      ['POST', '/2015-03-31/event-source-mappings/', 501],
      ['PATCH', functions, 501],
      ['GET', '/', 404],
      ['GET', '/2015-03-31/nothing', 404],
      ['GET', '/_hearth/nothing', 404],
      ['OPTIONS', '*', 404],
      ['GET', '/fn/', 404],
    ] as const) {
      const answer = await harness.call(method, path);
      assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    }
  });
});
