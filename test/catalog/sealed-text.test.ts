import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openText, sealText } from '../../src/catalog/sealed-text.js';

const key = Buffer.alloc(32, 1);

test('a sealed text opens only with the key, for what it is bound to, and unchanged', () => {
  const sealed = sealText(key, 'access key A', 'sécret');
  assert.equal(openText(key, 'access key A', sealed), 'sécret');
  assert.equal(openText(Buffer.alloc(32, 2), 'access key A', sealed), null);
  assert.equal(openText(key, 'access key B', sealed), null);
  assert.equal(openText(key, 'access key A', sealed.slice(4)), null);
  assert.equal(openText(key, 'access key A', ''), null);
  assert.notEqual(sealText(key, 'access key A', 'sécret'), sealed);
  assert.ok(!Buffer.from(sealed, 'base64').includes('cret'));
});
