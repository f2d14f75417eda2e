/** The README's drill, word for word but for the port: the Master is killed under load, and what is promised there happens. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Cluster, eventually, hearthBin, missing, root } from './cluster-harness.js';

interface View {
  readonly master: string;
  readonly nodes: readonly { id: string; status: string; role: string; rank: number }[];
}

/** The lines of shell that follow a heading. */
function linesBelow(readme: string, heading: string): string[] {
  const [, below = ''] = readme.split(`\n${heading}\n`);
  const block = /^```sh\n([\s\S]*?)^```$/m.exec(below)?.[1] ?? '';
  return block.split('\n').filter((line) => line !== '');
}

async function viewOf(url: string): Promise<View> {
  return (await (await fetch(`${url}/_hearth/cluster`)).json()) as View;
}

test('the drill in the README loses at most one request, and the Master comes back as a replica', {
  skip: missing('bash', 'curl'),
}, async (t) => {
  const cluster = await Cluster.up(['--no-examples', '--restart']);
  const directory = await mkdtemp(join(tmpdir(), 'drill-'));
  t.after(async () => {
    await cluster.stop();
    await rm(directory, { recursive: true });
  });
  // what the README does by an alias
  await writeFile(join(directory, 'hearth'), `#!/bin/sh\nexec "${hearthBin}" "$@"\n`);
  await chmod(join(directory, 'hearth'), 0o755);
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const before = linesBelow(readme, '## Deploy your own').slice(0, 1);
  const drill = linesBelow(readme, '### Kill the Master');
  assert.equal(drill.length, 5);
  const script = [...before, ...drill, 'wait'].join('\n').replaceAll(':8080/', `:${cluster.port}/`);
  const old = (await viewOf(cluster.url)).master;

  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', script], {
    cwd: directory,
    env: {
      ...process.env,
      PATH: `${directory}:${process.env.PATH}`,
      HEARTH_ENDPOINT: cluster.url,
    },
  });

  const killed = /^killed node (\w{8}), the master: /m.exec(stdout)?.[1] ?? '';
  assert.ok(killed !== '' && old.startsWith(killed), stdout);
  assert.match(stdout, /^updated hello /m);
  const master = /^0 +master +alive .* (\w{8})/m.exec(stdout)?.[1];
  assert.ok(master !== undefined && master !== killed, stdout);
  const counts = [...stdout.matchAll(/^ *(\d+) (\d{3})$/gm)].map(([, count, status]) => ({
    count: Number(count),
    status,
  }));
  const lost = counts.filter(({ status }) => status !== '200').map(({ count }) => count);
  const answered = counts.find(({ status }) => status === '200')?.count ?? 0;
  const [lostCount = 0] = lost;
  assert.ok(lost.length <= 1 && lostCount <= 1, stdout);
  assert.equal(answered + lostCount, 5000, stdout);

  assert.match(
    cluster.command.stderr,
    /^node \d ended \(signal SIGKILL\); .* is started again\.$/m,
  );
  const back = await eventually(
    () => viewOf(cluster.url),
    ({ nodes }) => nodes.filter(({ status }) => status === 'alive').length === 3,
  );
  assert.equal(back.nodes.find(({ id }) => id === old)?.role, 'replica');
  assert.equal(back.nodes.find(({ id }) => id === old)?.rank, 2);
});
