import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { noLogs } from '../../src/agent/index.js';
import { NamespaceDriver } from '../../src/agent/namespace/driver.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { driverConformance } from './driver-conformance.js';

const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
after(() => rmSync(data, { recursive: true, force: true }));
const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };

driverConformance(
  'namespace driver',
  new NamespaceDriver(deps, { manifestPath: join(data, 'with.json') }),
);
