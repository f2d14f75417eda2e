/** What every provider must do, run with real processes, containers and programs. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeProvider, type Provider, type Release } from '../../../src/rollout/index.js';
import type { ErrorCode, ProviderConfig } from '../../../src/types/index.js';
import { eventually } from '../../e2e/cluster-harness.js';
import { depsOf, type OwnProgram } from './provider-deps.js';
import type { Start } from './starter.js';

/** A host with the places `one`, `two` and `three`, where nothing runs. */
export interface Stage {
  readonly config: ProviderConfig;
  readonly own: OwnProgram;
  /** Of `fakeProgram`, 1.0.0 and 1.1.0. */
  readonly old: Release;
  readonly next: Release;
  /** 1.2.0, which ends at once. */
  readonly broken: Release;
  /** The same version as `next`, and not its bytes. */
  readonly wrong: Release;
  /** The code of the error for it. */
  readonly refusal: ErrorCode;
  /** The data directory of a place. */
  data(place: string): string;
  /** Kills what runs in a place. */
  crash(place: string): Promise<void>;
  end(): Promise<void>;
}

const starter = fileURLToPath(new URL('./starter.js', import.meta.url));
const deadline = { timeout: 60_000 };
const never = new AbortController().signal;

export function providerConformance(kind: string, setUp: () => Promise<Stage>): void {
  describe(`${kind}: provider`, () => {
    let stage: Stage;
    /** Of two nodes of the host. */
    let provider: Provider;
    let another: Provider;

    before(async () => {
      stage = await setUp();
      provider = makeProvider(stage.config, depsOf(stage.own));
      another = makeProvider(stage.config, depsOf(stage.own));
    });
    // a provider's own timers keep no process alive
    const awake = setInterval(() => undefined, 1000);
    after(async () => {
      clearInterval(awake);
      await stage.end();
    });

    const running = async (place: string): Promise<string | null> => {
      const places = await provider.list();
      const found = places.find(({ name }) => name === place);
      assert.ok(found, place);
      return found.running?.version ?? null;
    };
    const events = async (place: string): Promise<string[]> => {
      const text = await readFile(join(stage.data(place), 'events'), 'utf8').catch(() => '');
      return text.split('\n').slice(0, -1);
    };
    const happened = (place: string, ...lines: readonly string[]): Promise<string[]> =>
      eventually(
        () => events(place),
        (seen) => JSON.stringify(seen) === JSON.stringify(lines),
      );
    const free = (place: string): Promise<string | null> =>
      eventually(
        () => running(place),
        (version) => version === null,
      );
    /** Starts it in a place where nothing has happened yet, and waits until it is there. */
    const begin = async (place: string, version: string): Promise<void> => {
      await forget(place);
      await provider.start(place, version);
      await happened(place, `started ${version}`);
    };
    const forget = (place: string): Promise<void> =>
      rm(join(stage.data(place), 'events'), { force: true });
    const prepare = async (release: Release): Promise<void> => provider.prepare(release, never);

    it(
      'refuses a release that is not what its digest says, and keeps nothing of it',
      deadline,
      async () => {
        await assert.rejects(prepare(stage.wrong), { code: stage.refusal, message: /1\.1\.0/ });
        assert.deepEqual(await provider.prepared(), []);
      },
    );

    it(
      'prepares a release once, also when two nodes do so at the same time',
      deadline,
      async () => {
        await Promise.all([
          prepare(stage.old),
          prepare(stage.old),
          another.prepare(stage.old, never),
          prepare(stage.next),
          another.prepare(stage.next, never),
        ]);
        await prepare(stage.next);
        assert.deepEqual([...(await another.prepared())].sort(), ['1.0.0', '1.1.0']);
      },
    );

    it('refuses another release under a version that is prepared', deadline, async () => {
      await assert.rejects(prepare(stage.wrong), { code: stage.refusal });
      assert.deepEqual([...(await provider.prepared())].sort(), ['1.0.0', '1.1.0']);
    });

    it('lists its places with their addresses and what runs there', deadline, async () => {
      const place = (name: string, port: number, running: { version: string } | null = null) => ({
        name,
        http: `127.0.0.1:${port}`,
        cluster: `127.0.0.1:${port + 1000}`,
        running,
      });
      const others = [place('three', 8003), place('two', 8002)];
      const listed = async (asked: Provider) =>
        [...(await asked.list())].sort((a, b) => a.name.localeCompare(b.name));
      assert.deepEqual(await listed(provider), [place('one', 8001), ...others]);
      await begin('one', '1.0.0');
      const now = [place('one', 8001, { version: '1.0.0' }), ...others];
      assert.deepEqual(await listed(provider), now);
      assert.deepEqual(await listed(another), now);
      await provider.stop('one', 'kill');
    });

    it('starts a node with its place, its settings and others to join', deadline, async () => {
      await begin('two', '1.0.0');
      const words = JSON.parse(await readFile(join(stage.data('two'), 'words'), 'utf8'));
      assert.deepEqual(words.slice(0, 3), ['node', ...stage.own.nodeArguments.slice(1)]);
      const value = (option: string): string => words[words.indexOf(option) + 1];
      assert.equal(value('--data'), stage.data('two'));
      assert.equal(value('--http'), '127.0.0.1:8002');
      assert.equal(value('--cluster'), '127.0.0.1:9002');
      assert.match(value('--join'), /^127\.0\.0\.1:9001,127\.0\.0\.1:9003(,|$)/);
      await provider.stop('two', 'kill');
    });

    it(
      'starts one node where it is asked twice, and by two nodes at the same time',
      deadline,
      async () => {
        await forget('one');
        await Promise.all([
          provider.start('one', '1.0.0'),
          another.start('one', '1.0.0'),
          provider.start('one', '1.0.0'),
        ]);
        assert.equal(await running('one'), '1.0.0');
        await happened('one', 'started 1.0.0');
        await another.start('one', '1.0.0');
        assert.deepEqual(await events('one'), ['started 1.0.0']);
        await provider.stop('one', 'kill');
      },
    );

    it('starts no second release in a place', deadline, async () => {
      await begin('one', '1.0.0');
      await assert.rejects(another.start('one', '1.1.0'), {
        code: 'place-taken',
        message: /Release 1\.1\.0 cannot be started in the place one: release 1\.0\.0 runs there/,
      });
      assert.equal(await running('one'), '1.0.0');
      await provider.stop('one', 'kill');
    });

    it(
      'asks a node to leave once, whoever drains it how often, and the place with its data is free when it has ended',
      deadline,
      async () => {
        await begin('one', '1.0.0');
        const hold = join(stage.data('one'), 'hold');
        await writeFile(hold, '');
        await Promise.all([
          provider.stop('one', 'drain'),
          another.stop('one', 'drain'),
          provider.stop('one', 'drain'),
        ]);
        await happened('one', 'started 1.0.0', 'SIGTERM');
        await another.stop('one', 'drain');
        await makeProvider(stage.config, depsOf(stage.own)).stop('one', 'drain');
        assert.equal(await running('one'), '1.0.0', 'it still finishes');
        await rm(hold);
        await free('one');
        assert.deepEqual(await events('one'), ['started 1.0.0', 'SIGTERM', 'ended']);

        await provider.start('one', '1.1.0');
        await happened('one', 'started 1.0.0', 'SIGTERM', 'ended', 'started 1.1.0');
        await another.stop('one', 'drain');
        await free('one');
        assert.equal((await events('one')).filter((line) => line === 'SIGTERM').length, 2);
      },
    );

    it('kills a node that finishes, at once, and the place is free', deadline, async () => {
      await begin('one', '1.0.0');
      const hold = join(stage.data('one'), 'hold');
      await writeFile(hold, '');
      await provider.stop('one', 'drain');
      await happened('one', 'started 1.0.0', 'SIGTERM');
      await another.stop('one', 'kill');
      assert.equal(await running('one'), null);
      await rm(hold);
      assert.deepEqual(await events('one'), ['started 1.0.0', 'SIGTERM']);
    });

    it('does nothing where nothing is to be stopped', deadline, async () => {
      await forget('three');
      await provider.stop('three', 'drain');
      await provider.stop('three', 'kill');
      await begin('three', '1.1.0');
      assert.deepEqual(await events('three'), ['started 1.1.0']);
      await provider.stop('three', 'kill');
    });

    it('shows a place as free whose node died, and starts the next there', deadline, async () => {
      await begin('one', '1.0.0');
      await stage.crash('one');
      await free('one');
      await begin('one', '1.1.0');
      assert.equal(await running('one'), '1.1.0');
      await provider.stop('one', 'kill');
    });

    it('shows a place as free whose node ended as soon as it was started', deadline, async () => {
      await prepare(stage.broken);
      await provider.start('two', '1.2.0');
      await free('two');
      await begin('two', '1.0.0');
      await provider.stop('two', 'kill');
    });

    it('says which place or version it does not know', deadline, async () => {
      const noPlace = { code: 'invalid-parameter', message: /There is no place five on this host/ };
      await assert.rejects(provider.start('five', '1.0.0'), noPlace);
      await assert.rejects(provider.stop('five', 'drain'), noPlace);
      await assert.rejects(provider.stop('five', 'kill'), noPlace);
      const noRelease = { code: 'invalid-parameter', message: /Release 7\.0\.0 is not on this/ };
      await assert.rejects(provider.start('one', '7.0.0'), noRelease);
      await assert.rejects(provider.start('one', '../../1.0.0'), { code: 'invalid-parameter' });
      assert.equal(await running('one'), null);
    });

    it('starts nodes that live on when the one that started them is killed', deadline, async () => {
      await forget('three');
      const { config, own } = stage;
      const start: Start = { config, own, place: 'three', version: '1.0.0' };
      const child = spawn(process.execPath, [starter, JSON.stringify(start)], {
        stdio: ['ignore', 'inherit', 'inherit'],
        detached: true,
      });
      const [, signal] = await once(child, 'exit');
      assert.equal(signal, 'SIGKILL');
      try {
        // as a service manager ends what is left of the group
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // nothing is
      }
      await happened('three', 'started 1.0.0');
      assert.equal(await running('three'), '1.0.0');
      await provider.stop('three', 'drain');
      await happened('three', 'started 1.0.0', 'SIGTERM', 'ended');
      await free('three');
    });
  });
}
