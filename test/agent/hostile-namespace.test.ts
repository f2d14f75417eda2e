import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { noLogs } from '../../src/agent/index.js';
import { NamespaceDriver, probeNamespaces } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { hostileSuite } from './hostile/suite.js';

const probe = await probeNamespaces();
const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
after(() => rmSync(data, { recursive: true, force: true }));

describe('in namespaces', { skip: probe.works ? false : probe.reason }, () => {
  const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };
  const driver = new NamespaceDriver(deps, { manifestPath: join(data, 'sandboxes.json') });
  hostileSuite('namespace driver', { driver, data });
});
