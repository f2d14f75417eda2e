import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentSealer, type FunctionRecord } from '../../src/catalog/index.js';

const variables = { TOKEN: 'very secret', ÜBER: 'ß' };
const sealerWith = (byte: number): EnvironmentSealer =>
  new EnvironmentSealer(() => Buffer.alloc(32, byte));
const recordOf = (name: string, sealedEnvironment: string): FunctionRecord =>
  ({ name, sealedEnvironment }) as FunctionRecord;

test('what was sealed opens to what it was, and shows neither names nor values', () => {
  const sealer = sealerWith(1);
  const sealed = sealer.seal('f', variables);
  assert.deepEqual(sealer.open(recordOf('f', sealed)), variables);
  const raw = Buffer.from(sealed, 'base64').toString('latin1');
  for (const secret of ['TOKEN', 'very secret', 'VERY']) {
    assert.ok(!raw.includes(secret) && !sealed.includes(secret));
  }
  assert.notEqual(sealer.seal('f', variables), sealed);
});

test('no variables are sealed as nothing', () => {
  const sealer = sealerWith(1);
  assert.equal(sealer.seal('f', null), '');
  assert.deepEqual(sealer.open(recordOf('f', '')), {});
});

test('another key, another function or a changed byte opens nothing, and says for which function', () => {
  const sealed = sealerWith(1).seal('f', variables);
  const changed = Buffer.from(sealed, 'base64');
  changed[20] = (changed[20] ?? 0) ^ 1;
  const cases: [EnvironmentSealer, FunctionRecord][] = [
    [sealerWith(2), recordOf('f', sealed)],
    [sealerWith(1), recordOf('g', sealed)],
    [sealerWith(1), recordOf('f', changed.toString('base64'))],
    [sealerWith(1), recordOf('f', 'AQ==')],
    [sealerWith(1), recordOf('f', Buffer.alloc(99, 2).toString('base64'))],
  ];
  for (const [sealer, record] of cases) {
    const message = new RegExp(`^The environment variables of the function ${record.name} cannot`);
    assert.throws(() => sealer.open(record), { code: 'storage', message });
  }
});

test('a record is opened once', () => {
  let asked = 0;
  const sealer = new EnvironmentSealer(() => {
    asked++;
    return Buffer.alloc(32, 1);
  });
  const record = recordOf('f', sealer.seal('f', variables));
  assert.equal(sealer.open(record), sealer.open(record));
  assert.equal(asked, 2);
});
