/** The command against the API itself: layers, container images, and the network of functions. */
import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { makeHarness, options } from '../ingress/harness.js';
import { run } from './run.js';

const arn = 'arn:aws:lambda:us-east-1:123456789012:layer';
const inTime = { timeout: 20_000 };

async function begin(context: TestContext) {
  const harness = makeHarness();
  const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
  const { port } = await server.start();
  context.after(() => server.stop(0));
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'nodejs'));
  await writeFile(join(directory, 'nodejs', 'tool.js'), '1');
  const file = join(directory, 'index.mjs');
  await writeFile(file, 'export const handler = async () => 1;');
  const hearth = async (...argv: string[]) => {
    const ran = await run(argv, { env: { HEARTH_ENDPOINT: `http://127.0.0.1:${port}` } });
    return { ...ran, text: ran.stdout.trimEnd() };
  };
  return { harness, directory, file, hearth };
}

test('a layer is published, listed, given to functions, and deleted', inTime, async (context) => {
  const { harness, directory, file, hearth } = await begin(context);
  assert.match((await hearth('layers')).stderr, /no layers yet/);
  const publish = ['layer', 'publish', 'tools', directory];
  const first = await hearth(...publish, '--runtime', 'nodejs20.x', 'nodejs22.x');
  assert.deepEqual([first.stderr, first.text], ['', `${arn}:tools:1`]);
  const second = await hearth(...publish, '--license', 'MIT', '--json');
  assert.equal(JSON.parse(second.text).LicenseInfo, 'MIT');
  await hearth('layer', 'publish', 'other', directory, '--architecture', 'arm64');
  const lines = (await hearth('layers')).text.split('\n');
  assert.match(lines[0] ?? '', /^NAME +VERSION +RUNTIMES +CREATED +ARN$/);
  assert.match(lines[2] ?? '', /^tools +2 +2026-01-01T00:00:00Z +arn:.*:tools:2$/);
  const newest = JSON.parse((await hearth('layers', '--json')).text);
  assert.deepEqual(newest[0].LatestMatchingVersion.CompatibleArchitectures, ['arm64']);

  const layers = () => harness.catalog.get('f')?.layers.map((layer) => layer.arn);
  const deploy = ['deploy', file, '--name', 'f'];
  const made = await hearth(...deploy, '--layer', 'tools:1', '--layer', `${arn}:other:1`);
  assert.match(made.text, /^created f /);
  assert.deepEqual(layers(), [`${arn}:tools:1`, `${arn}:other:1`]);
  const same = await hearth(...deploy, '--layer', 'tools:1', '--layer', 'other:1');
  assert.match(same.text, /^unchanged f /);
  const changed = await hearth(...deploy, '--layer', 'tools:2');
  assert.match(changed.text, /^updated f /);
  assert.deepEqual(layers(), [`${arn}:tools:2`]);
  await hearth('layer', 'delete', 'tools', '2');
  assert.deepEqual([...(harness.catalog.layer('tools')?.versions.keys() ?? [])], [1]);
  assert.match((await hearth(...deploy, '--layer', 'tools')).stderr, /an ARN or NAME:VERSION/);
});

test(
  'an image is deployed by name, and again whenever its tag may have moved',
  inTime,
  async (context) => {
    const { harness, hearth } = await begin(context);
    const image = () => harness.catalog.get('app')?.image?.uri;
    const made = await hearth('deploy', '--image', 'app:1', 'app', '--memory', '512');
    assert.deepEqual(made.stderr, '');
    assert.match(made.text, /^created app \(image, app:1\)\nhttp.*\/fn\/app\/$/);
    const again = await hearth('deploy', '--image', 'app:1', 'app', '--timeout', '9');
    assert.match(again.text, /^updated app /);
    assert.match((await hearth('deploy', '--image', 'app:1', 'app')).text, /^updated app /);
    assert.equal(harness.catalog.get('app')?.timeoutS, 9);
    const fixed = `app@sha256:${'d'.repeat(64)}`;
    assert.match((await hearth('deploy', '--image', fixed, 'app')).text, /^updated app /);
    assert.match((await hearth('deploy', '--image', fixed, 'app')).text, /^unchanged app /);
    assert.equal(image(), fixed);
    assert.match((await hearth('functions')).text, /\napp +image +512 MB +9 s/);
    const wrong = await hearth('deploy', '--image', 'app:1', 'app', '--runtime', 'nodejs20.x');
    assert.match(wrong.stderr, /an image has its own runtime/);
  },
);

test(
  'the network is set beside the variables, and stays until it is changed',
  inTime,
  async (context) => {
    const { harness, file, hearth } = await begin(context);
    const deploy = ['deploy', file, '--name', 'f'];
    const variables = () => {
      const record = harness.catalog.get('f');
      return record && harness.catalog.environment(record);
    };
    const made = await hearth(...deploy, '--env', 'A1=1', '--network', 'outbound');
    assert.deepEqual(made.stderr, '');
    assert.deepEqual(variables(), { A1: '1', HEARTH_NETWORK: 'outbound' });
    await hearth(...deploy, '--env', 'B2=2');
    assert.deepEqual(variables(), { B2: '2', HEARTH_NETWORK: 'outbound' });
    await hearth(...deploy, '--network', 'none');
    assert.deepEqual(variables(), { B2: '2' });
    const same = await hearth(...deploy, '--network', 'none');
    assert.match(same.text, /^unchanged f /);
    const wrong = await hearth(...deploy, '--network', 'all');
    assert.match(wrong.stderr, /Allowed choices are none, outbound/);
  },
);
