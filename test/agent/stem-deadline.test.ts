import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { noLogs, ProcessDriver, SandboxInitError } from '../../src/agent/index.js';
import { NamespaceDriver, probeNamespaces } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { stemOf } from './conformance/stem-cells.js';
import { bundle, specOf, temporaryDirectory } from './fixture.js';

const deadline = { timeout: 30_000 };
/** Long enough for the boot of a stem cell, which has the same deadline. */
const initTimeoutMs = 2000;
const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };
const probe = await probeNamespaces();
const isRoot = process.getuid?.() === 0;
const drivers = [
  { Driver: ProcessDriver, skip: false },
  {
    Driver: NamespaceDriver,
    skip: !isRoot ? 'root only' : probe.works ? false : probe.reason,
  },
];

describe('a stem cell with a function that never finishes loading', { concurrency: true }, () => {
  for (const { Driver, skip } of drivers) {
    it(`is ended when its time is over: ${Driver.name}`, { ...deadline, skip }, async (t) => {
      const manifestPath = `${temporaryDirectory(t)}/sandboxes.json`;
      const driver = new Driver(deps, { manifestPath, initTimeoutMs });
      await driver.start();
      t.after(() => driver.stop());
      const code = 'await new Promise((resolve) => setTimeout(resolve, 60_000));';
      const spec = specOf(bundle(t, { 'index.mjs': code }));
      const stem = await stemOf(t, driver, spec);
      await assert.rejects(stem.become(spec), (error) => {
        assert(error instanceof SandboxInitError);
        return /did not start in time/.test(error.message);
      });
      assert.equal(stem.alive, false);
    });
  }
});
