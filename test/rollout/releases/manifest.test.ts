import { strict as assert } from 'node:assert';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import {
  newReleaseKeys,
  parseManifest,
  parsePrivateKey,
  publicKeyOf,
  verifyManifest,
} from '../../../src/rollout/index.js';
import { digest, keys, manifestOf } from './scratch.js';

const manifest = manifestOf('0.3.0', 'https://releases.example/hearth.tgz');
const base = 'https://releases.example/stable/manifest.json';

function refuses(work: () => unknown, text: RegExp): void {
  assert.throws(work, { name: 'HearthError', code: 'release-refused', message: text });
}

test('what is signed is version, digest and format level, each on its line', () => {
  const text = `hearth release\n0.3.0\n${digest}\n2\n`;
  const key = createPublicKey(keys.privateKey);
  assert.ok(verify(null, Buffer.from(text), key, Buffer.from(manifest.signature, 'base64')));
});

test('a manifest that a trusted key has signed is taken, wherever its artifact lies', () => {
  verifyManifest(manifest, [newReleaseKeys().publicKey, keys.publicKey]);
  verifyManifest({ ...manifest, artifact: 'https://mirror.example/other.tgz' }, [keys.publicKey]);
});

test('one that was changed, or signed with another key, is refused', () => {
  const trusted = [keys.publicKey];
  const changed = [
    { ...manifest, version: '0.3.1' },
    { ...manifest, digest: `sha256:${'b'.repeat(64)}` },
    { ...manifest, formatLevel: 3 },
    { ...manifest, signature: manifestOf('0.4.0').signature },
  ];
  for (const one of changed) refuses(() => verifyManifest(one, trusted), /no trusted key/);
  refuses(() => verifyManifest(manifest, [newReleaseKeys().publicKey]), /no trusted key/);
});

test('without a trusted key everything is refused, and so is a key that is none', () => {
  refuses(() => verifyManifest(manifest, []), /trusts no key; name one under rollout.keys/);
  refuses(() => verifyManifest(manifest, ['c2hvcnQ=']), /not the base64 of 32 bytes: c2hvcnQ=/);
});

test('an artifact is found relative to its manifest', () => {
  const found = (artifact: string, from: string) =>
    parseManifest({ ...manifest, artifact }, from).artifact;
  assert.equal(found('h.tgz', base), 'https://releases.example/stable/h.tgz');
  assert.equal(found('../h.tgz', '/srv/stable/manifest.json'), 'file:///srv/h.tgz');
  assert.equal(found('https://b.example/h.tgz', '/srv/manifest.json'), 'https://b.example/h.tgz');
  const layer = `oci://r.example:5000/hearth@${digest}`;
  assert.equal(found(layer, base), layer);
});

test('what is no manifest is refused with what is wrong with it', () => {
  const wrong: readonly [unknown, RegExp][] = [
    [null, /not valid: it: /],
    ['text', /not valid: it: /],
    [[], /not signed/],
    [{ ...manifest, signature: undefined }, /not valid: signature: /],
    [{ ...manifest, signature: 'AAAA' }, /signature: is no ed25519 signature in base64/],
    [{ ...manifest, version: '1' }, /version: is no MAJOR.MINOR.PATCH/],
    [{ ...manifest, version: '../../etc' }, /version: is no MAJOR.MINOR.PATCH/],
    [{ ...manifest, digest: 'md5:aa' }, /digest: is no sha256:HEX/],
    [{ ...manifest, formatLevel: 0 }, /formatLevel: /],
    [{ ...manifest, formatLevel: '2' }, /formatLevel: /],
    [{ ...manifest, artifact: '' }, /artifact: /],
    [{ ...manifest, artifact: 'ftp://host/file' }, /artifact that is no address: ftp/],
    [{ ...manifest, artifact: 'http://[' }, /artifact that is no address/],
    [{ ...manifest, artifact: 'file:///etc/shadow' }, /names a file of this host/],
  ];
  for (const [json, text] of wrong) refuses(() => parseManifest(json, base), text);
  const { signature: _, ...unsigned } = manifest;
  refuses(() => parseManifest(unsigned, base), /manifest\.json is not signed/);
});

test('a private key comes back from its PEM, and another kind of key is refused', () => {
  const { privatePem, publicKey } = newReleaseKeys();
  assert.equal(publicKeyOf(parsePrivateKey(privatePem, 'file')), publicKey);
  assert.match(publicKey, /^[A-Za-z0-9+/]{43}=$/);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const pem of ['nothing', other]) {
    assert.throws(() => parsePrivateKey(pem, 'file'), { code: 'invalid-parameter' });
  }
});
