/** What every sandbox driver must do, run with real processes in both runtimes. */
import { after, before, describe } from 'node:test';
import type { SandboxDriver } from '../../src/agent/index.js';
import { breachConformance } from './conformance/breaches.js';
import { endingConformance } from './conformance/endings.js';
import { freezingConformance } from './conformance/freezing.js';
import { nodeConformance } from './conformance/node-handlers.js';
import { outputConformance } from './conformance/output.js';
import { ownRuntimeConformance } from './conformance/own-runtime.js';
import { pythonConformance } from './conformance/python-handlers.js';
import { stemCellConformance } from './conformance/stem-cells.js';
import { streamingConformance } from './conformance/streaming.js';

/** `freezes`: false where the driver is told to do without cgroups. */
export function driverConformance(title: string, driver: SandboxDriver, freezes = true): void {
  describe(`${title}: sandbox driver`, () => {
    before(() => driver.start());
    after(() => driver.stop());
    nodeConformance(driver);
    pythonConformance(driver);
    outputConformance(driver);
    endingConformance(driver);
    breachConformance(driver);
    streamingConformance(driver);
    ownRuntimeConformance(driver);
    if (freezes) freezingConformance(driver);
    if (driver.kind !== 'docker') stemCellConformance(driver, freezes);
  });
}
