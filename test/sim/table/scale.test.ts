import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { replicaCount } from '../../../src/roles/index.js';
import type { Role } from '../../../src/types/index.js';
import { type NodeLoad, type Scale, scale } from './scale.js';

const forMs = 1000;
const sizes = [100, 400, 1000] as const;

const mean = (of: Scale, role: Role, value: (load: NodeLoad) => number): number => {
  const loads = of.loads.filter((load) => load.role === role).map(value);
  return loads.reduce((sum, each) => sum + each, 0) / loads.length;
};

test('from 100 to 1,000 nodes, lookups take one hop and nobody has more to do than it must', (context) => {
  const [small, , large] = sizes.map((size) => {
    const measured = scale(size, forMs, 1);
    const { replicas, loads, messagesPerBatch, batchesPerS } = measured;
    const line = (role: Role): string => {
      const of = (value: (load: NodeLoad) => number): string =>
        mean(measured, role, value).toFixed(0);
      const messages = `${of((load) => load.messagesSent)}/${of((load) => load.messagesReceived)}`;
      const bytes = `${of((load) => load.bytesSent)}/${of((load) => load.bytesReceived)}`;
      return `${role} ${messages} messages/s, ${bytes} B/s`;
    };
    const roles = (['master', 'replica', 'worker'] as const).map(line).join('; ');
    context.diagnostic(`${size} nodes (sent/received): ${roles}`);
    assert.equal(measured.messagesPerLookup, 2, 'one question, one answer');
    assert.equal(replicas, replicaCount(size));
    assert(messagesPerBatch.every((messages) => messages === replicas));
    assert(batchesPerS <= 1000 / 100 + 1, `${batchesPerS} batches/s`);
    const [master] = loads;
    assert(master !== undefined && master.role === 'master');
    // a batch to each replica, and an answer to each report: one a second from each node
    const sentMax = batchesPerS * replicas + 1.1 * size;
    assert(master.messagesSent <= sentMax, `the master sends ${master.messagesSent}/s`);
    return measured;
  }) as [Scale, Scale, Scale];
  for (const value of ['messagesSent', 'bytesSent', 'messagesReceived'] as const) {
    const [few, many] = [small, large].map((of) => mean(of, 'worker', (load) => load[value]));
    assert((many ?? 0) < 1.1 * (few ?? 0), `${value} of a worker: ${few} and ${many}`);
  }
  // batches as ever, and the questions of about sqrt(N) workers
  const messages = (of: Scale): number => mean(of, 'replica', (load) => load.messagesReceived);
  assert(messages(large) < 1.2 * Math.sqrt(10) * messages(small));
});
