/**
 * The release before this one and this one in one cluster, on the data of each other: on the wire, in the log and its
 * snapshots, whoever leads. Wider apart, a node is refused.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fillLog, keepState, keptState } from '../upgrade/kept-state.js';
import { missingRelease, unpackLanded } from '../upgrade/landed-release.js';
import { clientOf, Mixed } from '../upgrade/mixed.js';
import { Command, eventually, hearthBin, nodeArguments, root } from './cluster-harness.js';
import { Nodes } from './nodes.js';

const previous = '0.2.0';
const present: string = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version;
const skip = await missingRelease(previous);
const config = { asyncAdoptAfterMs: 500 };

test(`nodes of ${previous} are replaced by ${present} one by one, and back while both are there`, {
  skip,
  timeout: 200_000,
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'compat-'));
  t.after(() => rm(directory, { recursive: true }));
  const old = await unpackLanded(previous, join(directory, previous));
  const nodes = await Nodes.start({ count: 3, config, bin: old });
  t.after(() => nodes.end());
  const mixed = new Mixed(nodes, new Map(nodes.numbers.map((i) => [i, previous])));
  assert.equal(await mixed.agreed(), previous);

  await keepState(clientOf(nodes.url(1)), nodes.url(1));
  await fillLog(nodes.url(2));
  for (const i of nodes.numbers) await snapshotMade(nodes.data(i));
  const kept = await keptState(nodes.url(1));
  await mixed.works(kept);

  // one is new, then two; the oldest node is the Master and leads the log
  await mixed.replace(1, present, hearthBin);
  await mixed.works(kept);
  await mixed.replace(2, present, hearthBin);
  assert.equal(await mixed.agreed(), previous);
  await mixed.works(kept);
  await mixed.forwards();

  // the last old one goes and comes again: now a new one leads it
  await mixed.replace(3, previous, old);
  assert.equal(await mixed.agreed(), present);
  await mixed.works(kept);
  await mixed.forwards();

  // a step back, on data that the new release has written
  await mixed.replace(2, previous, old);
  await mixed.works(kept);

  for (const i of [2, 3]) await mixed.replace(i, present, hearthBin);
  assert.equal(await mixed.agreed(), present);
  await mixed.works(kept);
});

test('a node that is two minor versions ahead of a member is refused, and says what to do', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'compat-'));
  t.after(() => rm(directory, { recursive: true }));
  const nodes = await Nodes.start({ count: 1, config });
  t.after(() => nodes.end());
  const [major, minor] = present.split('.').map(Number);
  const ahead = `${major}.${(minor ?? 0) + 2}.0`;
  const bin = await renamed(directory, ahead);
  const port = Number(new URL(nodes.url(1)).port);
  const args = nodeArguments(
    2,
    port - 1,
    directory,
    '--sandbox',
    'process',
    '--join',
    `127.0.0.1:${port + 1000}`,
  );
  const refused = new Command(spawn(process.execPath, [bin, ...args]));
  assert.equal((await refused.ended(15_000)).code, 1);
  for (const words of [present, ahead, 'one minor version at a time']) {
    assert.ok(refused.stderr.includes(words), `${words} is missing in: ${refused.stderr}`);
  }
});

/** This program under another version. */
async function renamed(directory: string, version: string): Promise<string> {
  const to = join(directory, 'program');
  for (const name of ['bin', 'dist/src', 'src/agent/runtimes', 'proto']) {
    await cp(join(root, name), join(to, name), { recursive: true });
  }
  const described = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(join(to, 'package.json'), JSON.stringify({ ...described, version }));
  await symlink(join(root, 'node_modules'), join(to, 'node_modules'));
  return join(to, 'bin/hearth');
}

function snapshotMade(data: string): Promise<string[]> {
  return eventually(
    () => readdir(data, { recursive: true }),
    (files) => files.some((file) => /snapshot-\d{16}$/.test(file)),
  );
}
