import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { NoSnapshotError } from '../../../src/agent/index.js';
import type { FunctionRecord, Provisioned, ProvisionedWindow } from '../../../src/catalog/index.js';
import { CapacityKeeper } from '../../../src/executor/capacity/keeper.js';
import type { CapacityCatalog } from '../../../src/executor/capacity/wishes.js';
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { type NodeId, nodeId, type SnapshotState } from '../../../src/types/index.js';

const self = nodeId('0'.repeat(32));
const other = nodeId('1'.repeat(32));

class FakeCatalog implements CapacityCatalog {
  readonly records = new Map<string, FunctionRecord>();
  readonly reserved = new Map<string, number>();
  readonly wanted = new Map<string, Map<string, Provisioned>>();
  readonly aliases = new Map<string, string>();

  add(name: string, version: string, changes: Partial<FunctionRecord> = {}): FunctionRecord {
    const record = { name, version, revision: 1, snapStart: false, codeHash: name, ...changes };
    this.records.set(`${name}:${version}`, record as unknown as FunctionRecord);
    return record as unknown as FunctionRecord;
  }

  provision(
    name: string,
    qualifier: string,
    executions: number,
    windows: readonly ProvisionedWindow[] = [],
  ): void {
    const wanted = this.wanted.get(name) ?? new Map<string, Provisioned>();
    wanted.set(qualifier, { executions, windows, lastModified: '' });
    this.wanted.set(name, wanted);
  }

  *functionsWithCapacity(): Generator<string> {
    const names = [...this.records.values()].map(({ name }) => name);
    yield* new Set([...names, ...this.reserved.keys()]);
  }

  reservedConcurrency(name: string): number | null {
    return this.reserved.get(name) ?? null;
  }

  provisioned(name: string): ReadonlyMap<string, Provisioned> {
    return this.wanted.get(name) ?? new Map();
  }

  get(name: string, version = '$LATEST'): FunctionRecord | undefined {
    return this.records.get(`${name}:${version}`);
  }

  alias(name: string, alias: string): ReturnType<CapacityCatalog['alias']> {
    const version = this.aliases.get(`${name}:${alias}`);
    if (version === undefined) return undefined;
    return { functionName: name, name: alias, version } as ReturnType<CapacityCatalog['alias']>;
  }

  versions(name: string): FunctionRecord[] {
    return [...this.records.values()].filter((record) => record.name === name);
  }
}

function keeperOf() {
  const catalog = new FakeCatalog();
  const clock = new SimulatedClock();
  const done: string[] = [];
  const nodes = { list: [self] as NodeId[] };
  const pool = { idle: 0, busy: 0, starting: 0 };
  const snapshots: { fails: Error | null; state: SnapshotState } = {
    fails: null,
    state: { kind: 'making', reason: '' },
  };
  const keeper = new CapacityKeeper(
    {
      catalog,
      clock,
      logger: silentLogger,
      nodes: () => ({ self, nodes: nodes.list }),
      rank: (_key, among) => [...among].sort(),
      keyOf: ({ codeHash }) => codeHash,
      pools: {
        keep: ({ name, version, revision }, { total, spare }) =>
          done.push(`keep ${name}:${version}@${revision} ${total}+${spare}`),
        limit: (name, share) => done.push(`limit ${name} ${share}`),
        figures: () => pool,
      },
      snapshots: {
        keep: ({ name, version }) => {
          done.push(`copy ${name}:${version}`);
          return snapshots.fails === null ? Promise.resolve() : Promise.reject(snapshots.fails);
        },
        drop: ({ name, version }) => done.push(`drop ${name}:${version}`),
        state: () => snapshots.state,
      },
    },
    { snapshotsMax: 10 },
  );
  const heard = (): string[] => done.splice(0);
  return { catalog, clock, heard, keeper, nodes, pool, snapshots };
}

describe('the keeper of capacity', () => {
  it('tells the pools what changes, and nothing else', () => {
    const { catalog, heard, keeper } = keeperOf();
    catalog.add('a', '1');
    catalog.provision('a', '1', 3);
    catalog.reserved.set('a', 5);
    keeper.tick();
    assert.deepEqual(heard(), ['limit a 5', 'keep a:1@1 3+0']);
    keeper.changed();
    keeper.tick();
    assert.deepEqual(heard(), []);
    catalog.reserved.delete('a');
    catalog.wanted.clear();
    keeper.changed();
    keeper.tick();
    assert.deepEqual(heard(), ['limit a null', 'keep a:1@1 0+0']);
  });

  it('takes over what a node kept that has gone', () => {
    const { catalog, heard, keeper, nodes } = keeperOf();
    nodes.list = [self, other];
    catalog.add('a', '1');
    catalog.provision('a', '1', 4);
    keeper.tick();
    assert.deepEqual(heard(), ['keep a:1@1 2+0']);
    nodes.list = [self];
    keeper.changed();
    keeper.tick();
    assert.deepEqual(heard(), ['keep a:1@1 4+0']);
  });

  it('looks at the windows again when the minute changes', () => {
    const { catalog, clock, heard, keeper } = keeperOf();
    catalog.add('a', '1');
    const toNoonMs = Date.UTC(2026, 0, 1, 12) - clock.wallMs();
    const window = { start: '0 12 * * *', end: '1 12 * * *', timeZone: 'UTC', executions: 10 };
    catalog.provision('a', '1', 2, [window]);
    keeper.start();
    clock.advance(toNoonMs - 5000);
    assert.deepEqual(heard(), ['keep a:1@1 2+0']);
    clock.advance(6000);
    assert.deepEqual(heard(), ['keep a:1@1 10+0']);
    assert.equal(keeper.requested('a', '1'), 10);
    clock.advance(60_000);
    assert.deepEqual(heard(), ['keep a:1@1 2+0']);
    keeper.stop();
    clock.advance(86_400_000);
    assert.deepEqual(heard(), []);
  });

  it('keeps the version that an alias names, and the next one when the alias moves', () => {
    const { catalog, heard, keeper } = keeperOf();
    catalog.add('a', '1');
    catalog.add('a', '2', { revision: 2 });
    catalog.aliases.set('a:live', '1');
    catalog.provision('a', 'live', 1);
    keeper.tick();
    assert.deepEqual(heard(), ['keep a:1@1 1+0']);
    catalog.aliases.set('a:live', '2');
    keeper.changed();
    keeper.tick();
    assert.deepEqual(heard(), ['keep a:1@1 0+0', 'keep a:2@2 1+0']);
  });

  it('keeps a spare sandbox of what cannot be copied, and says why', async () => {
    const { catalog, heard, keeper, pool, snapshots } = keeperOf();
    const record = catalog.add('a', '1', { snapStart: true });
    snapshots.fails = new NoSnapshotError('It has threads.');
    keeper.tick();
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(heard(), ['copy a:1', 'keep a:1@1 0+0', 'keep a:1@1 0+1']);
    const reason = 'It has threads.';
    assert.deepEqual(keeper.local(record).snapshot, { kind: 'making', reason });
    pool.idle = 1;
    assert.deepEqual(keeper.local(record).snapshot, { kind: 'ready', reason });
    catalog.records.clear();
    keeper.changed();
    keeper.tick();
    assert.deepEqual(heard(), ['drop a:1', 'keep a:1@1 0+0']);
  });

  it('keeps nothing of a version whose initialisation fails', async () => {
    const { catalog, heard, keeper, snapshots } = keeperOf();
    const record = catalog.add('a', '1', { snapStart: true });
    snapshots.fails = new Error('no such module');
    keeper.tick();
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(heard(), ['copy a:1', 'keep a:1@1 0+0']);
    assert.equal(keeper.local(record).snapshot.kind, 'refused');
  });

  it('tells of what is provisioned only what is of it', () => {
    const { catalog, keeper, pool } = keeperOf();
    const record = catalog.add('a', '1');
    catalog.provision('a', '1', 3);
    keeper.tick();
    pool.idle = 1;
    pool.starting = 1;
    assert.deepEqual(keeper.local(record), {
      allocated: 2,
      available: 1,
      snapshot: { kind: 'none', reason: '' },
    });
    pool.busy = 9;
    assert.equal(keeper.local(record).available, 3);
    assert.deepEqual(keeper.shares('a'), null);
    catalog.reserved.set('a', 2);
    assert.deepEqual([...(keeper.shares('a') ?? [])], [[self, 2]]);
  });
});
