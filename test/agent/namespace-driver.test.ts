import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { noLogs } from '../../src/agent/index.js';
import { NamespaceDriver, probeNamespaces } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { driverConformance } from './driver-conformance.js';

const probe = await probeNamespaces();
const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
after(() => rmSync(data, { recursive: true, force: true }));
const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };

describe('in namespaces', { skip: probe.works ? false : probe.reason }, () => {
  const driver = new NamespaceDriver(deps, { manifestPath: join(data, 'with.json') });
  driverConformance('namespace driver', driver);
});
