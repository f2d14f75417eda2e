import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../src/lib/index.js';
import { emptyModel, held, type Life, LogLife, life, type Model, newStorage } from './power-cut.js';
import { PowerCut, SimulatedDisk } from './simulated-disk.js';
import { partsIn, write } from './writes.js';

const numRuns = Number(process.env.HEARTH_STORAGE_RUNS ?? 30);

test('after a power cut at any step of any life, all that was acknowledged is there', async () => {
  await fc.assert(
    fc.asyncProperty(life, fc.nat(1000), async (drawn, seed) => {
      const steps = await stepsOf(drawn);
      for (let cutAt = 1; cutAt <= steps; cutAt++) {
        const { disk, acceptable } = await liveUntil(new SimulatedDisk(), drawn, cutAt, emptyModel);
        await goOn(disk.crash(seededRandom(seed + cutAt)), drawn, acceptable, seed);
      }
    }),
    { numRuns },
  );
});

test('a power cut while a log is opened after a power cut loses nothing either', async () => {
  await fc.assert(
    fc.asyncProperty(life, fc.nat(1000), fc.nat(1000), async (drawn, seed, where) => {
      const cutAt = 1 + (where % (await stepsOf(drawn)));
      const { disk, acceptable } = await liveUntil(new SimulatedDisk(), drawn, cutAt, emptyModel);
      let found = disk.crash(seededRandom(seed));
      for (let openCutAt = 1; openCutAt < 12; openCutAt++) {
        found.onOperation = cutter(openCutAt);
        await newStorage(found, drawn.segmentBytes).open().catch(ignorePowerCut);
        found = found.crash(seededRandom(seed + openCutAt));
      }
      await goOn(found, drawn, acceptable, seed);
    }),
    { numRuns: 10 * numRuns },
  );
});

test('what a start finds after the process was killed stays there in a power cut', async () => {
  await fc.assert(
    fc.asyncProperty(life, fc.nat(1000), async (drawn, seed) => {
      const steps = await stepsOf(drawn);
      for (let cutAt = 1; cutAt <= steps; cutAt++) {
        const { disk, acceptable } = await liveUntil(new SimulatedDisk(), drawn, cutAt, emptyModel);
        const found = disk.killed();
        const model = held(await newStorage(found, drawn.segmentBytes).open(), acceptable);
        await goOn(found.crash(seededRandom(seed + cutAt)), drawn, [model], seed);
      }
    }),
    { numRuns },
  );
});

test('a write that reached the disk only up to any byte is there whole or not at all', async () => {
  const disk = new SimulatedDisk();
  const storage = newStorage(disk, 1 << 20);
  await storage.open();
  await storage.append(write(1, 1, ['kept']));
  const path = '/log/segment-000000000001';
  const before = disk.contentOf(path).length;
  await storage.append(write(2, 2, ['x'.repeat(700), '\0'.repeat(1200), 'z']));
  const whole = Buffer.from(disk.contentOf(path));
  for (let bytes = before; bytes <= whole.length; bytes++) {
    for (const rest of [0, whole.length - bytes]) {
      const found = new SimulatedDisk();
      found.put(path, Buffer.concat([whole.subarray(0, bytes), Buffer.alloc(rest)]));
      const { entries } = await newStorage(found, 1 << 20).open();
      const isWhole = bytes === whole.length || (rest > 0 && bytes >= whole.length - 1);
      assert.equal(entries.length, isWhole ? 4 : 1, `${bytes} of ${whole.length}, then ${rest}`);
    }
  }
});

async function stepsOf(drawn: Life): Promise<number> {
  const disk = new SimulatedDisk();
  await new LogLife(disk, drawn.segmentBytes, emptyModel).run(drawn.steps);
  return disk.operations;
}

async function liveUntil(disk: SimulatedDisk, drawn: Life, cutAt: number, model: Model) {
  disk.onOperation = cutter(cutAt);
  const logLife = new LogLife(disk, drawn.segmentBytes, model);
  await logLife.run(drawn.steps).catch(ignorePowerCut);
  return { disk, acceptable: logLife.acceptable };
}

/** What is found is acceptable, and a log can live on with it. */
async function goOn(
  disk: SimulatedDisk,
  { segmentBytes, steps }: Life,
  acceptable: readonly Model[],
  seed: number,
): Promise<void> {
  const storage = newStorage(disk, segmentBytes);
  const model = held(await storage.open(), acceptable);
  if (model.snapshot !== null) {
    assert.deepEqual(await partsIn(storage, model.snapshot.meta.index), model.snapshot.parts);
  }
  await storage.close();
  const logLife = new LogLife(disk, segmentBytes, model);
  await logLife.run(steps.slice(seed % 3, (seed % 3) + 4));
  held(await newStorage(disk.crash(seededRandom(seed)), segmentBytes).open(), logLife.acceptable);
}

function cutter(at: number): () => void {
  let operations = 0;
  return () => {
    if (++operations === at) throw new PowerCut('the power is cut');
  };
}

/** A storage says in its own words that it failed, and is not asked any more. */
function ignorePowerCut(thrown: unknown): void {
  const isCut = thrown instanceof PowerCut || String(thrown).includes('the power is');
  if (!isCut) throw thrown;
}
