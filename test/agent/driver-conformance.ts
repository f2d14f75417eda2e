/** What every sandbox driver must do, run with real processes in both runtimes. */
import { after, before, describe } from 'node:test';
import type { SandboxDriver } from '../../src/agent/index.js';
import { breachConformance } from './conformance/breaches.js';
import { endingConformance } from './conformance/endings.js';
import { nodeConformance } from './conformance/node-handlers.js';
import { outputConformance } from './conformance/output.js';
import { pythonConformance } from './conformance/python-handlers.js';

export function driverConformance(title: string, driver: SandboxDriver): void {
  describe(`${title}: sandbox driver`, () => {
    before(() => driver.start());
    after(() => driver.stop());
    nodeConformance(driver);
    pythonConformance(driver);
    outputConformance(driver);
    endingConformance(driver);
    breachConformance(driver);
  });
}
