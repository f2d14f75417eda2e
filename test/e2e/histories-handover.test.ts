/** A node that is told to stop leaves in order: its lead first, so that nobody has to miss it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from './histories/stage.js';

test('a leader that is told to stop has another one elected before it is gone', async (t) => {
  const stage = await Stage.open(3);
  t.after(() => stage.close());
  for (const node of stage.nodes) await node.start();
  await stage.agreed();
  for (let turn = 1; turn <= 2; turn++) {
    const leader = await stage.leader();
    await leader.end('SIGTERM');
    const terms = [...leader.log.matchAll(/"state":"(\w+)","term":(\d+)/g)];
    const led = terms.findLast(([, state]) => state === 'leader')?.[2];
    assert.ok(Number(terms.at(-1)?.[2]) > Number(led), leader.log);
    await leader.start();
    await stage.agreed();
  }
});
