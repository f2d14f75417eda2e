import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DockerDriver, noLogs } from '../../../src/agent/index.js';
import { silentLogger, systemClock, systemRandom } from '../../../src/lib/index.js';
import { bundle, specOf, temporaryDirectory } from '../fixture.js';
import { fakeDaemon } from './fake-daemon.js';

describe('a docker daemon that is slow', () => {
  it('is what a late sandbox is put down to, not the function', { timeout: 30_000 }, async (t) => {
    const unanswered: ServerResponse[] = [];
    let isSlow = true;
    const { socketPath } = await fakeDaemon(t, ({ method, url = '' }, response) => {
      const answer = (body: unknown): unknown => response.end(JSON.stringify(body));
      if (url === '/info') answer({ OSType: 'linux', CgroupDriver: 'none' });
      else if (url.startsWith('/containers/json') || url.startsWith('/images/json')) answer([]);
      else if (url.startsWith('/containers/create')) {
        response.statusCode = 201;
        answer({ Id: url.includes('name=') ? 'sandbox' : 'probe' });
      } else if (url === '/containers/probe/start' || method === 'DELETE') {
        response.writeHead(204).end();
      } else if (url.endsWith('/start') && isSlow) unanswered.push(response);
      else if (url.includes('/attach')) response.writeHead(200).flushHeaders();
      else answer({});
    });
    const driver = new DockerDriver(
      { clock: systemClock, logger: silentLogger, logs: noLogs, random: systemRandom() },
      {
        manifestPath: join(temporaryDirectory(t), 'm'),
        socketPath,
        initTimeoutMs: 100,
        images: { 'nodejs20.x': 'any:1' },
      },
    );
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
