/** The identity of a node on disk: one generation per start, and saves that outlive a bad moment. */
import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { IdentityFile } from '../../src/cluster/index.js';

test('a save works again once the disk does, whatever failed before', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-identity-'));
  t.after(() => rm(directory, { recursive: true }));
  const data = join(directory, 'data');
  const file = new IdentityFile(data);
  const { generation } = await file.open();
  await rename(data, join(directory, 'gone'));
  await assert.rejects(file.save({ members: ['127.0.0.1:1'] }));
  await mkdir(data);
  await file.save({ members: ['127.0.0.1:2'] });
  const again = await new IdentityFile(data).open();
  assert.deepEqual([again.members, again.generation], [['127.0.0.1:2'], generation + 1]);
});
