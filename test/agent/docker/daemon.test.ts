import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DockerDaemon, DockerRefusal, dockerSocketPath } from '../../../src/agent/docker/daemon.js';
import { SimulatedClock } from '../../../src/lib/index.js';
import { temporaryDirectory } from '../fixture.js';
import { fakeDaemon, refuse } from './fake-daemon.js';

const deadline = { timeout: 30_000 };
const ping = (daemon: DockerDaemon): Promise<unknown> =>
  daemon.call('say that it lives', (docker, abortSignal) => docker.listContainers({ abortSignal }));

describe('the docker daemon', () => {
  it('is where DOCKER_HOST says, and must be on this host', () => {
    assert.equal(dockerSocketPath(undefined), '/var/run/docker.sock');
    assert.equal(dockerSocketPath(''), '/var/run/docker.sock');
    assert.equal(dockerSocketPath('unix:///a/b'), '/a/b');
    assert.equal(dockerSocketPath('/a/b'), '/a/b');
    assert.throws(() => dockerSocketPath('tcp://10.0.0.1:2375'), {
      code: 'invalid-parameter',
      message: /tcp:\/\/10\.0\.0\.1:2375.*unset it/,
    });
  });

  it('is named in one sentence where nothing answers', deadline, async (t) => {
    const socketPath = join(temporaryDirectory(t), 'none');
    const daemon = new DockerDaemon({ clock: new SimulatedClock() }, { socketPath });
    await assert.rejects(ping(daemon), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'sandbox-unavailable');
      assert.match(error.message, /^The Docker daemon at unix:\/\/.*none was to say that it lives/);
      assert.match(error.message, /ENOENT/);
      return true;
    });
  });

  it('is told no by in its own words', deadline, async (t) => {
    const { socketPath } = await fakeDaemon(t, (_, response) => refuse(response, 500, 'not today'));
    const daemon = new DockerDaemon({ clock: new SimulatedClock() }, { socketPath });
    await assert.rejects(ping(daemon), (error) => {
      assert(error instanceof DockerRefusal);
      assert.deepEqual([error.statusCode, error.reason], [500, 'not today']);
      return true;
    });
  });

  it('has a deadline for every call, also one that waits for its turn', deadline, async (t) => {
    const clock = new SimulatedClock();
    const silent: ServerResponse[] = [];
    const { socketPath, received } = await fakeDaemon(t, (_, response) => {
      if (silent.length < 2) silent.push(response);
      else response.end('OK');
    });
    const daemon = new DockerDaemon({ clock }, { socketPath, callsAtOnce: 2 });
    const calls = [ping(daemon), ping(daemon), ping(daemon)];
    const outcomes = Promise.allSettled(calls);
    await received(2);
    clock.advance(30_000);
    for (const outcome of await outcomes) {
      assert.equal(outcome.status, 'rejected');
      assert.match(String(outcome.reason), /no answer within 30 s/);
    }
    // and gives its place to the next
    await ping(daemon);
  });

  it('may break off in the middle of an answer', deadline, async (t) => {
    const clock = new SimulatedClock();
    const { socketPath, received } = await fakeDaemon(t, (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    });
    const daemon = new DockerDaemon({ clock }, { socketPath });
    const call = assert.rejects(ping(daemon), { code: 'sandbox-unavailable' });
    await received(1);
    clock.advance(30_000);
    await call;
  });

  it('is asked so much at once and no more', deadline, async (t) => {
    const waiting: ServerResponse[] = [];
    const fake = await fakeDaemon(t, ({ url }, response) => {
      if (url === '/after') response.end();
      else waiting.push(response);
    });
    const { socketPath } = fake;
    const daemon = new DockerDaemon(
      { clock: new SimulatedClock() },
      { socketPath, callsAtOnce: 3 },
    );
    const calls = Promise.all(Array.from({ length: 9 }, () => ping(daemon)));
    for (let round = 1; round <= 3; round++) {
      // counted with those from here, each after what the daemon has been asked meanwhile
      await fake.received(4 * round - 1);
      await answered(get({ socketPath, path: '/after', agent: false }));
      assert.equal(waiting.length, 3);
      for (const response of waiting.splice(0)) response.end('[]');
    }
    await calls;
  });
});

async function answered(request: ClientRequest): Promise<void> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
}
