import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  errorTable,
  formatHostPort,
  HearthError,
  isLoopback,
  parseHostPort,
  type RawNodeConfig,
  resolveNodeConfig,
} from '../../src/types/index.js';
import { workflowErrorNames } from '../../src/types/workflow-errors.js';

const least: RawNodeConfig = { data: '/d', http: '127.0.0.1:1', cluster: '127.0.0.1:2' };

test('every setting that is given arrives, and what is not has its default', () => {
  const given = {
    ...least,
    advertise: '127.0.0.2:3',
    join: ['127.0.0.1:4', '[::1]:5'],
    secretFile: '/s',
    auth: 'on',
    sandbox: 'process',
    codeChecks: 'off',
    codePolicy: 'refuse',
    sandboxesMax: 7,
    memoryReserveMb: 300,
    snapshotsMax: 5,
    startsMax: 3,
    stemCellsMax: 0,
    sandboxIdleMs: 11,
    queueWaitMs: 12,
    routing: 'none',
    spreadForwardsPerS: 5,
    codeDiskMb: 64,
    sandboxLingerMs: 0,
    dockerSocket: '/run/d.sock',
    dockerImages: { 'nodejs20.x': 'node:20' },
    logDiskMb: 9,
    recordDiskMb: 10,
    recordHours: 11,
    otlpEndpoint: 'http://10.0.0.9:4318',
    traceShare: 0.5,
    tracesPerSMax: 100,
    logBucket: {
      bucket: 'b',
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-1',
      prefix: 'p',
      credentialsFile: '/c',
    },
    workflowObjects: {
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-1',
      buckets: ['b'],
      credentialsFile: '/c',
    },
    drainNoticeMs: 9,
    asyncRetryBaseMs: 100,
    asyncRunningMax: 9,
    asyncQueueMax: 50,
    asyncQueueMb: 3,
    asyncQueuePerFunctionMax: 20,
    asyncAdoptAfterMs: 700,
    drainMs: 0,
    rollout: {
      provider: {
        kind: 'process',
        places: [
          { name: 'a', http: '127.0.0.1:1', cluster: '127.0.0.1:2', data: '/a' },
          { name: 'b', http: '127.0.0.1:3', cluster: '127.0.0.1:4', data: '/b' },
        ],
        releases: '/r',
      },
      host: 'h',
      source: 'https://releases.example/manifest.json',
      keys: [`${'k'.repeat(43)}=`],
      pollMs: 500,
      canaries: 2,
      bakeMs: 9,
      requestsMin: 8,
      batchShare: 0.5,
      startTimeoutMs: 7,
      crashStarts: 4,
      crashWindowMs: 6,
    },
    logLevel: 'warn',
  } satisfies Omit<RawNodeConfig, 'data' | 'http' | 'cluster'>;
  const config = resolveNodeConfig({ ...given, join: [...given.join] });
  const { auth: _, ...rest } = given;
  assert.deepEqual(config, {
    ...rest,
    authenticate: true,
    http: { host: '127.0.0.1', port: 1 },
    cluster: { host: '127.0.0.1', port: 2 },
    advertise: { host: '127.0.0.2', port: 3 },
    join: [
      { host: '127.0.0.1', port: 4 },
      { host: '::1', port: 5 },
    ],
  });
  const defaults = resolveNodeConfig(least);
  assert.deepEqual(defaults.advertise, defaults.cluster);
  assert.equal(defaults.sandbox, 'auto');
  assert.equal(defaults.routing, 'tiered');
  assert.equal(defaults.secretFile, null);
});

test('a wrong setting is refused by its name', () => {
  const cases: readonly [object, RegExp][] = [
    [{ http: 'nonsense' }, /--http is 'nonsense', which is not HOST:PORT/],
    [{ http: '127.0.0.1:99999' }, /--http/],
    [{ http: '0.0.0.0:80' }, /With --http 0\.0\.0\.0:80 callers .*'hearth secret new FILE'/],
    [{ auth: 'on' }, /With --http 127\.0\.0\.1:1 callers .* --secret-file/],
    [{ http: '0.0.0.0:80', secretFile: '/s', auth: 'off' }, /--auth off .* 0\.0\.0\.0:80 is reach/],
    [{ auth: 'maybe' }, /'auth'/],
    [{ cluster: '10.0.0.1:80' }, /--cluster 10\.0\.0\.1:80 is .*'hearth secret new FILE'/],
    [{ cluster: '0.0.0.0:80', secretFile: '/s' }, /0\.0\.0\.0:80 is no address .* --advertise/],
    [{ cluster: '[0::0]:80', secretFile: '/s' }, /\[0::0\]:80 is no address .* --advertise/],
    [{ advertise: '[::]:80' }, /\[::\]:80 is no address .* --advertise/],
    [{ cluster: '127.0.0.1:1' }, /--http and --cluster are both/],
    [{ join: ['x'] }, /--join is 'x'/],
    [{ sandbox: 'jail' }, /'sandbox'/],
    [{ drainMs: -1 }, /'drainMs'/],
    [{ drainNoticeMs: -1 }, /'drainNoticeMs'/],
    [{ logBucket: { bucket: 'b', endpoint: 'nowhere' } }, /'logBucket\.endpoint'/],
    [{ logBucket: { bucket: 'b', secret: 's' } }, /'logBucket'/],
    [{ workflowObjects: { buckets: [] } }, /'workflowObjects\.buckets'/],
    [{ rollout: { keys: ['abc'] } }, /'rollout\.keys\.0' .* ed25519/],
    [{ colour: 'red' }, /colour/],
  ];
  for (const [change, message] of cases) {
    const raw = { ...least, ...change } as RawNodeConfig;
    assert.throws(
      () => resolveNodeConfig(raw),
      (error) => {
        assert.ok(error instanceof HearthError);
        assert.equal(error.code, 'invalid-parameter');
        assert.match(error.message, message);
        return true;
      },
    );
  }
});

test('with a secret a node may be reached from other machines', () => {
  const secretFile = '/s';
  const one = resolveNodeConfig({ ...least, cluster: '10.0.0.1:80', secretFile });
  assert.deepEqual(one.advertise, { host: '10.0.0.1', port: 80 });
  const advertise = 'node-1.example.org:80';
  const other = resolveNodeConfig({ ...least, cluster: '0.0.0.0:80', advertise, secretFile });
  assert.deepEqual(other.advertise, { host: 'node-1.example.org', port: 80 });
  assert.equal(one.authenticate, false);
  assert.equal(resolveNodeConfig({ ...least, http: '10.0.0.1:81', secretFile }).authenticate, true);
});

test('addresses survive being written and read, IPv6 in brackets', () => {
  for (const text of ['127.0.0.1:80', '[::1]:8080', 'localhost:0']) {
    assert.equal(formatHostPort(parseHostPort(text, 'it')), text);
  }
});

test('loopback is what other machines cannot reach', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) assert.ok(isLoopback(host));
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'example.org']) {
    assert.ok(!isLoopback(host), host);
  }
});

test('every error has an HTTP status of an error and an AWS name', () => {
  for (const [code, row] of Object.entries(errorTable)) {
    assert.ok(row.http >= 400 && row.http < 600, code);
    // Step Functions leaves the ending out of most names
    const name = code in workflowErrorNames ? /^[A-Z][A-Za-z]+$/ : /^[A-Z][A-Za-z]+Exception$/;
    assert.match(row.aws, name, code);
  }
});
