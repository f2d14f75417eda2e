/** The shipping of logs against a real server that speaks S3; `signed-bucket.ts` stands in for it in the usual tests. */
import { strict as assert } from 'node:assert';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { S3Bucket } from '../../../src/agent/logs/bucket.js';
import { LogShipper } from '../../../src/agent/logs/shipper.js';
import { seededRandom, silentLogger, systemClock } from '../../../src/lib/index.js';
import { credentials, startS3 } from '../../s3-server.js';
import { report, StoreFixture, source } from './fixture.js';

const node = 'a'.repeat(32);

test('a real server takes what is shipped, and refuses what is signed wrongly', async (context) => {
  const { endpoint, root, directory, credentialsFile } = await startS3(context, ['logs']);
  const objects = join(root, 'logs');
  const wrongFile = join(directory, 'wrong');
  await writeFile(wrongFile, credentials('wrong'));
  const options = { bucket: 'logs', endpoint, region: 'us-east-1', credentialsFile };
  const wrong = new S3Bucket({ ...options, credentialsFile: wrongFile }, systemClock);
  await assert.rejects(wrong.put('a', Buffer.from('b')), { name: 'SignatureDoesNotMatch' });
  wrong.close();

  const logs = await StoreFixture.make(context);
  const { store, reader, clock } = logs;
  const deps = { store, reader, clock, random: seededRandom(1), logger: silentLogger };
  const bucket = new S3Bucket(options, systemClock);
  const shipper = new LogShipper(
    { ...deps, bucket, node: () => node },
    { directory: logs.directory, prefix: 'hearth' },
  );
  await shipper.start();
  for (let number = 0; number < 2000; number++) {
    logs.print(source('one'), `request-${number}`, `line ${number}\n`);
    store.report(source('one'), report(`request-${number}`));
  }
  await logs.written();
  clock.advance(60_000);
  await logs.until(() => store.counters.shippedObjects === 1 || store.counters.shipRetries > 0);
  assert.equal(store.counters.shipRetries, 0);
  await logs.done(shipper.stop());
  const [day = ''] = await readdir(join(objects, 'hearth', node));
  const [name = ''] = await readdir(join(objects, 'hearth', node, day));
  const text = gunzipSync(await readFile(join(objects, 'hearth', node, day, name))).toString();
  assert.equal(text.trimEnd().split('\n').length, 8000);
  assert.match(text, /"text":"line 1999"/);
});
