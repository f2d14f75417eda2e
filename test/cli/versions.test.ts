/** `hearth publish` and `hearth alias`, against the real listener over a catalogue in memory. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { createBody, functions, makeHarness, options } from '../ingress/harness.js';
import { run } from './run.js';

const harness = makeHarness();
const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
let endpoint = '';

before(async () => {
  const { port } = await server.start();
  endpoint = `http://127.0.0.1:${port}`;
  await harness.call('POST', functions, { body: createBody('hello') });
});
after(() => server.stop(1000));

async function hearth(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args, { env: { HEARTH_ENDPOINT: endpoint } });
  return code === 0 ? stdout.trimEnd() : `${code}: ${stderr.trimEnd()}`;
}

test('publish prints the version, the same again where nothing has changed', async () => {
  assert.equal(await hearth('publish', 'hello', '--description', 'first'), 'hello:1');
  assert.equal(await hearth('publish', 'hello', '--json'), '{"name":"hello","version":"1"}');
  assert.equal(harness.catalog.get('hello', '1')?.description, 'first');
  assert.match(await hearth('publish', 'none'), /^1: hearth: Function not found: .*:none/);
});

test('alias makes a name or lets it point elsewhere, and to one version only', async () => {
  await harness.catalog.updateSettings('hello', { timeoutS: 9 });
  await hearth('publish', 'hello');
  assert.equal(await hearth('alias', 'hello', 'live', '1'), 'hello:live is hello:1');
  const additional = { version: '2', weight: 0.5 };
  await harness.catalog.updateAlias('hello', 'live', { additional });
  await hearth('alias', 'hello', 'live', '2');
  const { version, additional: second } = harness.catalog.alias('hello', 'live') ?? {};
  assert.deepEqual([version, second], ['2', null]);
  assert.match(await hearth('alias', 'hello', 'live', '9'), /^1: .*Function not found: .*hello:9/);
});

test('invoke takes the alias behind the name', async () => {
  await hearth('invoke', 'hello:live');
  assert.equal(harness.invocations.at(-1)?.qualifier, 'live');
});
