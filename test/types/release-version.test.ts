import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compareVersions, parseVersion } from '../../src/types/index.js';

test('a version is three numbers, with a suffix or not', () => {
  assert.deepEqual(parseVersion('10.0.3'), { major: 10, minor: 0, patch: 3, suffix: [] });
  assert.deepEqual(parseVersion('1.2.3-rc.1')?.suffix, ['rc', '1']);
  const wrong = ['', '1', '1.2', '1.2.3.4', 'v1.2.3', '01.2.3', '1.2.3-', '1.2.3-a..b', '1.2.3-01'];
  for (const text of [...wrong, '1.2.3+build', ' 1.2.3', '1.2.3\n', `1.2.3-${'a'.repeat(64)}`]) {
    assert.equal(parseVersion(text), null, JSON.stringify(text));
  }
});

test('versions are ordered by their numbers, and a suffix comes before the version itself', () => {
  const inOrder = [
    ...[
      'no version',
      '0.9.9',
      '0.10.0-1',
      '0.10.0-2',
      '0.10.0-10',
      '0.10.0-alpha',
      '0.10.0-alpha.1',
    ],
    ...['0.10.0-beta', '0.10.0', '0.10.1', '0.11.0', '1.0.0', '10.0.0'],
  ];
  for (const [index, version] of inOrder.entries()) {
    for (const [otherIndex, other] of inOrder.entries()) {
      const order = Math.sign(compareVersions(version, other));
      assert.equal(order, Math.sign(index - otherIndex), `${version} and ${other}`);
    }
  }
});
