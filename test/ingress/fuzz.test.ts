/** Bad input is normal: whatever comes in, an answer goes out, and it is never a 500. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { layerArn } from '../../src/types/index.js';
import { createBody, functions, makeHarness, role, zip } from './harness.js';

const seed = 20260101;
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('__proto__', 'constructor', '', 'a'.repeat(5000), '\0', '$LATEST', 'é', '💥'),
);
const anything = fc.oneof(
  fc.jsonValue(),
  text,
  fc.constantFrom(null, true, 0, -1, 1e308, Number.MAX_SAFE_INTEGER, 0.5, [], {}, [[]]),
);

function mostly<Value>(value: Value): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: anything });
}

const right = createBody('f');
const members: Record<string, fc.Arbitrary<unknown>> = {
  ...Object.fromEntries(Object.entries(right).map(([name, value]) => [name, mostly(value)])),
  Code: fc.oneof(
    mostly(right.Code),
    fc.record({ ZipFile: anything }),
    fc.record({ S3Bucket: anything }),
    fc.record({ ImageUri: mostly('app:1') }),
  ),
  ZipFile: mostly(zip.toString('base64')),
  Role: mostly(role),
  Timeout: mostly(3),
  MemorySize: mostly(128),
  Description: mostly('text'),
  Environment: fc.oneof(anything, fc.record({ Variables: fc.dictionary(text, anything) })),
  EphemeralStorage: fc.oneof(anything, fc.record({ Size: anything })),
  Architectures: fc.oneof(anything, fc.array(anything)),
  Tags: fc.oneof(anything, fc.dictionary(text, anything)),
  PackageType: fc.oneof(mostly('Zip'), mostly('Image')),
  Publish: anything,
  DryRun: anything,
  RevisionId: anything,
  VpcConfig: anything,
  Layers: fc.oneof(anything, fc.array(fc.oneof(anything, fc.constant(layerArn('l', 1))))),
  ImageConfig: fc.oneof(anything, fc.record({ Command: anything, WorkingDirectory: anything })),
  ImageUri: anything,
  Content: fc.oneof(mostly(right.Code), fc.record({ ZipFile: anything })),
  CompatibleRuntimes: fc.oneof(mostly(['nodejs20.x']), fc.array(anything)),
  CompatibleArchitectures: fc.oneof(mostly(['arm64']), fc.array(anything)),
  LicenseInfo: anything,
  SnapStart: fc.oneof(anything, fc.record({ ApplyOn: mostly('PublishedVersions') })),
  ReservedConcurrentExecutions: mostly(1),
  ProvisionedConcurrentExecutions: mostly(1),
  Schedules: fc.oneof(
    anything,
    fc.array(
      fc.record({
        Start: mostly('0 8 * * *'),
        End: mostly('0 9 * * *'),
        TimeZone: mostly('Europe/Berlin'),
        ProvisionedConcurrentExecutions: mostly(1),
      }),
    ),
  ),
  LoggingConfig: anything,
};
/** A right body with up to two members made wild: most of these reach what lies behind the checks. */
const nearlyRight = fc
  .uniqueArray(fc.constantFrom(...Object.keys(members)), { maxLength: 2 })
  .chain((wild) => fc.record(Object.fromEntries(wild.map((at) => [at, members[at] ?? anything]))))
  .map((wild) => ({ ...right, ...wild }));
const body = fc.oneof(
  { weight: 5, arbitrary: nearlyRight },
  { weight: 3, arbitrary: fc.record(members, { requiredKeys: [] }) },
  { weight: 1, arbitrary: anything },
);
const rawBody = fc.oneof(
  { weight: 4, arbitrary: body.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 1, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{"__proto__":{"FunctionName":"f"},"constructor":{"prototype":1}}',
      `{"FunctionName":"f","Tags":{"__proto__":"x"},"Environment":{"Variables":{"__proto__":"y"}}}`,
      '{"Timeout":1e999}',
      '['.repeat(100_000),
      '[]',
      'null',
      '"',
    ),
  },
);
const name = fc.oneof(
  fc.constantFrom('f', 'f:$LATEST', 'f:1', '__proto__', '%', '%00', 'a/b', '..', '%2e%2e', 'a:b:c'),
  text.map(encodeURIComponentSafely),
);
const path = fc.oneof(
  fc.constant(functions),
  name.map((one) => `${functions}/${one}`),
  fc
    .tuple(name, fc.constantFrom('code', 'configuration', 'invocations', 'versions', ''))
    .map(([one, rest]) => `${functions}/${one}/${rest}`),
  fc.constant('/2018-10-31/layers'),
  name.map((one) => `/2018-10-31/layers/${one}/versions`),
  fc.tuple(name, name).map(([one, number]) => `/2018-10-31/layers/${one}/versions/${number}`),
  fc
    .tuple(
      name,
      fc.constantFrom('2017-10-31', '2019-09-30'),
      fc.constantFrom('concurrency', 'provisioned-concurrency'),
    )
    .map(([one, date, what]) => `/${date}/functions/${one}/${what}`),
  name.map((one) => `/_hearth/warm/${one}`),
  name.map((one) => `/fn/${one}`),
  fc.tuple(name, text).map(([one, rest]) => `/fn/f/${one}/${encodeURIComponentSafely(rest)}`),
  name.map((one) => `/_hearth/bundles/${one}`),
  name.map((one) => `/_hearth/${one}`),
  text.map((one) => `/${one}`),
  text,
);
const query = fc.oneof(
  fc.constant(''),
  fc.constantFrom(
    '?Qualifier=1&Qualifier=2',
    '?Qualifier=',
    '?MaxItems=99999999999999999999',
    '?MaxItems=-1&MaxItems=1',
    '?MaxItems=1e3',
    '?Marker=%FF',
    '?Qualifier=1',
    '?List=ALL',
    '?find=LayerVersion&Arn=arn',
    '?function=f&version=1&version=__proto__',
    '?CompatibleRuntime=nodejs20.x&CompatibleArchitecture=%00',
    '?__proto__=1&__proto__=2',
    '?%',
    '?&&==',
  ),
  text.map((one) => `?Qualifier=${encodeURIComponentSafely(one)}`),
  text.map((one) => `?Marker=${one}`),
);
const headers = fc.record(
  {
    'x-amz-invocation-type': mostly('RequestResponse').map(String),
    'x-amz-log-type': mostly('Tail').map(String),
    'x-amz-client-context': text,
    'content-type': text,
    cookie: text,
    host: text,
  },
  { requiredKeys: [] },
);
const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'BREW');

describe('whatever comes in', () => {
  it('is answered, never with a 500, and always with a request id', async () => {
    const harness = makeHarness();
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(
        method,
        path,
        query,
        headers,
        rawBody,
        async (verb, at, ask, given, sent) => {
          const init = { headers: given as Record<string, string>, body: sent };
          const answer = await harness.call(verb, at + ask, init);
          seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
          assert.notEqual(answer.status, 500, `${verb} ${at}${ask}: ${answer.text}`);
          assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/);
        },
      ),
      { seed, numRuns: 3000 },
    );
    for (const status of [200, 400, 404, 501]) {
      assert.ok(seen.has(status), `no ${status} among ${[...seen.keys()]}`);
    }
  });

  it('as a body of CreateFunction is 201, 400, 409, 413 or 501', async () => {
    const harness = makeHarness();
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(rawBody, async (sent) => {
        const answer = await harness.call('POST', functions, { body: sent });
        seen.add(answer.status);
        assert.ok([201, 400, 409, 413, 501].includes(answer.status), answer.text);
      }),
      { seed, numRuns: 3000 },
    );
    assert.ok(seen.has(201) || seen.has(409));
  });

  it('as a layer is 201, 400 or 501, and leaves sound layers', async () => {
    const harness = makeHarness();
    const path = '/2018-10-31/layers/l/versions';
    const seen = new Set<number>();
    const layer = fc.record(
      {
        Content: members.Content ?? anything,
        CompatibleRuntimes: members.CompatibleRuntimes ?? anything,
        Description: mostly('text'),
        LicenseInfo: mostly('MIT'),
      },
      { requiredKeys: ['Content'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(layer, body), async (sent) => {
        const answer = await harness.call('POST', path, { body: JSON.stringify(sent) });
        seen.add(answer.status);
        assert.ok([201, 400, 501].includes(answer.status), answer.text);
      }),
      { seed, numRuns: 1000 },
    );
    assert.ok(seen.has(201));
    const { LayerVersions } = (await harness.call('GET', path)).json();
    for (const { Version } of LayerVersions) assert.ok(Number.isInteger(Version));
  });

  it('as an update of settings is 200, 400, 412 or 501, and leaves a sound function', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const answer = await harness.call('PUT', `${functions}/f/configuration`, { body: sent });
        assert.ok([200, 400, 412, 501].includes(answer.status), answer.text);
        const record = harness.catalog.get('f');
        assert.ok(record && Number.isInteger(record.timeoutS) && record.timeoutS >= 1);
        assert.equal(typeof record.handler, 'string');
        for (const value of Object.values(harness.catalog.environment(record))) {
          assert.equal(typeof value, 'string');
        }
      }),
      { seed, numRuns: 2000 },
    );
  });
});

function encodeURIComponentSafely(part: string): string {
  return encodeURIComponent(Buffer.from(part).toString());
}
