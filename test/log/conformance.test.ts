import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { checks, conformance, keeps } from './conformance.js';
import { faults, raftEngines } from './raft-engines.js';

conformance('one voter', 1, raftEngines);
conformance('three voters', 3, raftEngines);

for (const fault of faults) {
  test(`the suite finds an engine that ${fault.name}`, async () => {
    const check = checks.find(({ promise }) => promise.startsWith(fault.breaks));
    assert(check !== undefined);
    const cluster = await raftEngines(3, fault);
    await assert.rejects(keeps(check, cluster), { name: 'AssertionError' });
  });
}
