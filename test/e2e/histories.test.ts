/**
 * Histories from real processes: clients write and read through all nodes while nodes are killed,
 * stopped, cut off, and lose or damage what they have on disk, and what the clients saw must be
 * what one register and one list per function could have answered. `HEARTH_HISTORY_SECONDS` makes
 * each run longer, `HEARTH_HISTORY_FIRST_SEED` repeats one's faults (the processes take their own
 * time). `HEARTH_HISTORY_KEEP` names a directory for what the nodes print.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/lib/index.js';
import { checkAppends } from '../linear/append-order.js';
import { checkRegisters } from '../linear/register.js';
import { seedsOf } from '../seeds.js';
import { eventually } from './cluster-harness.js';
import { createBody } from './histories/create-body.js';
import { nemesis } from './histories/nemesis.js';
import { functions } from './histories/settings.js';
import { Stage } from './histories/stage.js';
import type { StageNode } from './histories/stage-node.js';
import { lists, registers, Workload } from './histories/workload.js';

const runMs = Number(process.env.HEARTH_HISTORY_SECONDS ?? 12) * 1000;
const [seed = 1] = seedsOf({
  firstSeed: 'HEARTH_HISTORY_FIRST_SEED',
  seedCount: 'HEARTH_HISTORY_SEEDS',
  fixedSeeds: 1,
  freshSeeds: 0,
});
const writers = 8;
const publishers = 3;
const settleMs = 30_000;

/** Of five nodes the chaos run looks at the same, under more faults: they are for whoever asks for longer runs. */
const sizes = process.env.HEARTH_HISTORY_SECONDS === undefined ? [3] : [3, 5];

for (const size of sizes) {
  test(`what clients of ${size} nodes see is linearizable, whatever happens to the nodes`, async (t) => {
    t.diagnostic(`HEARTH_HISTORY_FIRST_SEED=${seed}`);
    const stage = await Stage.open(size);
    t.after(() => stage.close());
    await stage.node(1).start();
    // while the founder is alone: its code is where it was uploaded
    for (const name of [...registers, ...lists]) {
      const body = await createBody(name);
      const { status } = await stage.node(1).ask('POST', functions, body, settleMs);
      assert.equal(status, 201);
    }
    await Promise.all(stage.nodes.slice(1).map((node) => node.start()));
    await stage.agreed();

    const workload = new Workload(stage, seededRandom(seed + size));
    const working = workload.run(writers, publishers);
    try {
      t.diagnostic(
        (await nemesis(stage, seededRandom(seed - size), Date.now() + runMs)).join(', '),
      );
    } finally {
      workload.stop();
      await working;
    }
    await stage.agreed();
    for (const node of stage.nodes) {
      await eventually(
        () => workload.readAll(node),
        () => true,
        settleMs,
      );
    }
    t.diagnostic(JSON.stringify(workload.settings.counts));

    assert.equal(workload.settings.faults.join('\n'), '');
    const written = checkRegisters(workload.settings.registers.operations());
    assert.equal(written.kind, 'linearizable', JSON.stringify(written));
    const listed = checkAppends(workload.settings.lists.operations());
    assert.equal(listed.kind, 'linearizable', JSON.stringify(listed));
    const whole = (node: StageNode) =>
      eventually(
        () => workload.catalogue(node),
        () => true,
        settleMs,
      );
    const catalogues = await Promise.all(stage.nodes.map(whole));
    for (const catalogue of catalogues) assert.deepEqual(catalogue, catalogues[0]);
    for (const what of [
      'writes',
      'compare-and-sets',
      'mismatches',
      'versions',
      'confirmed reads',
    ]) {
      assert.ok(
        (workload.settings.counts[what] ?? 0) >= 8,
        `${what}: ${workload.settings.counts[what]}`,
      );
    }
  });
}
