import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CatalogBridge } from '../../src/cluster/catalog-bridge.js';
import { CatalogParts } from '../../src/cluster/catalog-parts.js';
import type { Admission } from '../../src/cluster/core.js';
import { ClusterCore, type ToControl, type ToData } from '../../src/cluster/index.js';
import { encodeNodeInfo } from '../../src/cluster/node-info.js';
import { ReplicatedState } from '../../src/cluster/replicated-state.js';
import { type ErrorCode, HearthError, nodeId } from '../../src/types/index.js';

const info = { id: nodeId('1'.repeat(32)), generation: 3, http: 'h', cluster: 'c', release: 'r' };

/** Both ends of the channel between the threads, with a catalogue that is a list of texts. */
function makeState() {
  const toControl: ToControl[] = [];
  const catalog = {
    parts: ['one', 'two'],
    restored: [] as string[],
    refuses: '',
    code: 'log-damaged' as ErrorCode,
    returned: false,
  };
  const parts = new CatalogParts((message) => toControl.push(message), {
    snapshot: () => ({
      async *[Symbol.asyncIterator]() {
        try {
          for (const part of [...catalog.parts]) yield Buffer.from(part);
        } finally {
          catalog.returned = true;
        }
      },
    }),
    restore: (step) => {
      if (catalog.refuses === step.kind) throw new HearthError(catalog.code, `no ${step.kind}`);
      catalog.restored.push(step.kind === 'part' ? Buffer.from(step.data).toString() : step.kind);
    },
  });
  const committed: unknown[] = [];
  const bridge: CatalogBridge = new CatalogBridge((message: ToData) => {
    const done =
      message.kind === 'snapshot'
        ? parts.snapshot(message)
        : message.kind === 'restore'
          ? parts.restore(message)
          : Promise.resolve();
    void done.then(() => {
      for (const answer of toControl.splice(0)) {
        if (answer.kind === 'part' || answer.kind === 'restore-taken') bridge.take(answer);
      }
    });
  });
  const core = new ClusterCore(info);
  const admitted: Admission[] = [];
  const state = new ReplicatedState(
    core,
    bridge,
    (message) => committed.push(...message.entries),
    (admission) => {
      admitted.push(admission);
      core.admitted(admission.joinedAt, admission);
    },
  );
  return { state, core, catalog, committed, admitted };
}

async function all(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const list: Uint8Array[] = [];
  for await (const part of parts) list.push(part);
  return list;
}

async function* each(parts: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* parts;
}

test('commands go to the catalogue, and admissions to the cluster, under their index', () => {
  const { state, committed, admitted } = makeState();
  const data = encodeNodeInfo(info);
  state.committed([
    { index: 4, term: 1, kind: 'member', data },
    { index: 5, term: 1, kind: 'command', data: Buffer.from('c') },
    { index: 6, term: 1, kind: 'noop', data: new Uint8Array() },
  ]);
  assert.deepEqual(admitted, [{ ...info, joinedAt: 4 }]);
  assert.deepEqual(committed, [
    { index: 4, command: null },
    { index: 5, command: Buffer.from('c') },
    { index: 6, command: null },
  ]);
});

test('a snapshot has the admissions and every part of the catalogue, and restores both', async () => {
  const one = makeState();
  one.core.admitted(4, info);
  const parts = await all(one.state.snapshot());
  assert.equal(parts.length, 3);
  const other = makeState();
  await other.state.restore(9, each(parts));
  assert.deepEqual(other.admitted, [{ ...info, joinedAt: 4 }]);
  assert.deepEqual(other.catalog.restored, ['begin', 'one', 'two', 'end']);
});

test('a snapshot that is given up is closed in the data thread, too', async () => {
  const { state, catalog } = makeState();
  const parts = state.snapshot()[Symbol.asyncIterator]();
  await parts.next();
  await parts.next();
  await parts.return?.();
  await new Promise(setImmediate);
  assert.equal(catalog.returned, true);
});

test('parts that the catalogue does not take are refused as it says, and nobody is admitted by them', async () => {
  const one = makeState();
  one.core.admitted(4, info);
  const parts = await all(one.state.snapshot());
  const other = makeState();
  other.catalog.refuses = 'part';
  await assert.rejects(other.state.restore(9, each(parts)), { code: 'log-damaged' });
  assert.deepEqual(other.admitted, []);
  other.catalog.code = 'storage';
  await assert.rejects(other.state.restore(9, each(parts)), { code: 'storage' });
});

test('a snapshot that is empty, unreadable or of a newer release is refused', async () => {
  const { state } = makeState();
  await assert.rejects(state.restore(9, each([])), { code: 'log-damaged' });
  await assert.rejects(state.restore(9, each([Buffer.from('{')])), { code: 'log-damaged' });
  const newer = Buffer.from(JSON.stringify({ format: 99, admissions: [] }));
  await assert.rejects(state.restore(9, each([newer])), { code: 'storage' });
});
