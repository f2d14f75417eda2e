/** The workflow among the examples, as its README shows it: deployed, run, looked at. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Cluster, Command, root } from './cluster-harness.js';

const example = join(root, 'examples/map-reduce');

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.up(['--no-examples']);
});
after(async () => {
  assert.deepEqual(await cluster.stop(), { code: 0, signal: null });
});

async function hearth(...args: string[]): Promise<Command> {
  const command = Command.hearth([...args, '--endpoint', cluster.url]);
  assert.deepEqual(await command.ended(), { code: 0, signal: null }, command.stderr);
  return command;
}

test('seven words are mapped two at a time and reduced to 39', async () => {
  await hearth('deploy', example);
  const data = `@${join(example, 'words.json')}`;
  const ran = await hearth('workflow', 'start', 'mapReduce', '--data', data, '--wait');
  assert.equal(ran.stdout, '{"totalLength":39}\n');
  assert.match(ran.stderr, /WordLengths\[6\] \/ WordLength: succeeded/);
});

test('the execution is shown as a table, as a picture and as lines', async (context) => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'map-reduce.svg');
  const shown = await hearth('workflow', 'show', 'mapReduce', '--svg', file);
  assert.match(shown.stdout, /status +SUCCEEDED/);
  assert.match(shown.stdout, /WordLengths\[0\] \/ WordLength +Task +succeeded/);
  const picture = await readFile(file, 'utf8');
  assert.match(picture, /7 of 7 items/);
  assert.match(picture, /totalLength&quot;:39/);
  const logs = await hearth('workflow', 'logs', 'mapReduce');
  assert.match(logs.stdout, /ExecutionStarted[\s\S]*MapStateEntered[\s\S]*ExecutionSucceeded/);
  const requests = logs.stdout.match(/ START RequestId: /g) ?? [];
  assert.equal(requests.length, 8, 'of seven words and of their sum');
  assert.match((await hearth('workflow', 'list', 'mapReduce')).stdout, /SUCCEEDED/);
});
