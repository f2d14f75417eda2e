import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { FunctionRecord } from '../../../src/catalog/index.js';
import { Snapshots } from '../../../src/executor/index.js';
import { bundleHash } from '../../../src/types/index.js';

const record = {
  name: 'slow',
  version: '3',
  revision: 7,
  runtime: 'python3.11',
  handler: 'index.handler',
  codeHash: bundleHash('a'.repeat(64)),
  image: null,
  layers: [],
  snapStart: true,
} as unknown as FunctionRecord;

function snapshotsOf(taskRoot: () => Promise<string> = () => Promise.resolve('/code')) {
  const done: string[] = [];
  const snapshots = new Snapshots({
    catalog: { taskRoot, layersRoot: () => Promise.resolve(null), environment: () => ({}) },
    source: {
      keepZygote: (key, { initialization, taskRoot: root }) => {
        done.push(`keep ${key.split('@')[0]} ${root} ${initialization}`);
        return Promise.resolve();
      },
      dropZygote: (key) => done.push(`drop ${key.split('@')[0]}`),
      zygoteState: () => ({ kind: 'ready', reason: '' }),
    },
  });
  return { done, snapshots };
}

describe('the snapshots of a node', () => {
  it('are made of the version as its sandboxes are', async () => {
    const { done, snapshots } = snapshotsOf();
    assert.equal(snapshots.state(record).kind, 'making');
    await snapshots.keep(record);
    assert.deepEqual(done, ['keep slow:3 /code snap-start']);
    assert.equal(snapshots.state(record).kind, 'ready');
    snapshots.drop(record);
    assert.deepEqual(done.slice(1), ['drop slow:3']);
    assert.equal(snapshots.state(record).kind, 'making');
  });

  it('are not made of a version that was deleted while its code was fetched', async () => {
    let fetched: (path: string) => void = () => undefined;
    const code = new Promise<string>((resolve) => {
      fetched = resolve;
    });
    const { done, snapshots } = snapshotsOf(() => code);
    const kept = snapshots.keep(record);
    snapshots.drop(record);
    fetched('/code');
    await kept;
    assert.deepEqual(done, []);
  });

  it('stay where an older revision of the version is dropped', async () => {
    const { done, snapshots } = snapshotsOf();
    await snapshots.keep(record);
    snapshots.drop({ ...record, revision: 6 });
    assert.equal(done.length, 1);
  });

  it('tell of code that cannot be had', async () => {
    const { snapshots } = snapshotsOf(() => Promise.reject(new Error('no node has it')));
    await assert.rejects(snapshots.keep(record), /no node has it/);
  });
});
