import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DockerDriver, noLogs } from '../../../src/agent/index.js';
import { silentLogger, systemClock, systemRandom } from '../../../src/lib/index.js';
import { bundle, specOf, temporaryDirectory } from '../fixture.js';
import { type FakeDaemon, fakeDaemon, refuse } from './fake-daemon.js';

/** A daemon that does what is asked, but for starting sandboxes, which `start` answers. */
function daemonWith(
  t: TestContext,
  start: (response: ServerResponse) => void,
): Promise<FakeDaemon> {
  return fakeDaemon(t, ({ method, url = '' }, response) => {
    const answer = (body: unknown): unknown => response.end(JSON.stringify(body));
    if (url === '/info') answer({ OSType: 'linux', CgroupDriver: 'none' });
    else if (url.startsWith('/containers/json') || url.startsWith('/images/json')) answer([]);
    else if (url.startsWith('/containers/create')) {
      response.statusCode = 201;
      answer({ Id: url.includes('name=') ? 'sandbox' : 'probe' });
    } else if (url === '/containers/probe/start' || method === 'DELETE') {
      response.writeHead(204).end();
    } else if (url.endsWith('/start')) start(response);
    else if (url.includes('/attach')) response.writeHead(200).flushHeaders();
    else answer({});
  });
}

function driverOf(t: TestContext, socketPath: string): DockerDriver {
  return new DockerDriver(
    { clock: systemClock, logger: silentLogger, logs: noLogs, random: systemRandom() },
    {
      manifestPath: join(temporaryDirectory(t), 'm'),
      socketPath,
      initTimeoutMs: 100,
      images: { 'nodejs20.x': 'any:1' },
    },
  );
}

describe('a docker daemon that has much to do', () => {
  it('makes a container anew whose init may not be run', { timeout: 30_000 }, async (t) => {
    const { socketPath, requests } = await daemonWith(t, (response) =>
      refuse(response, 400, 'exec: "/sbin/docker-init": stat /sbin/docker-init: permission denied'),
    );
    const driver = driverOf(t, socketPath);
    await driver.start();
    await assert.rejects(driver.create(specOf(bundle(t, {}))), {
      code: 'sandbox-unavailable',
      message: /refused to start a container: .*permission denied; see the daemon's own log/,
    });
    const made = requests.filter((request) => request.startsWith('POST /containers/create?name='));
    assert.equal(made.length, 2);
    await driver.stop();
  });

  it('is what a late sandbox is put down to, not the function', { timeout: 30_000 }, async (t) => {
    const unanswered: ServerResponse[] = [];
    let isSlow = true;
    const { socketPath } = await daemonWith(t, (response) => {
      if (isSlow) unanswered.push(response);
      else response.writeHead(204).end();
    });
    const driver = driverOf(t, socketPath);
    await driver.start();
    const created = driver.create(specOf(bundle(t, {})));
    await assert.rejects(created, {
      code: 'sandbox-unavailable',
      message: /makes containers too slowly; try again/,
    });
    isSlow = false;
    for (const response of unanswered) response.writeHead(204).end();
    // while there is still a daemon to tell
    await driver.stop();
  });
});
