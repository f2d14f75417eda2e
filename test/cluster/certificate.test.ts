import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { certificateOf } from '../../src/cluster/certificate.js';

const secret = Buffer.from('a secret of the test');

test('every holder of a secret derives the same certificate, and each secret has another', () => {
  assert.deepEqual(certificateOf(secret), certificateOf(Uint8Array.from(secret)));
  const other = certificateOf(Buffer.from('a secret of the tesu'));
  assert.notEqual(certificateOf(secret).certificate, other.certificate);
  assert.notEqual(certificateOf(secret).privateKey, other.privateKey);
  const subjects = [certificateOf(secret), other].map(
    ({ certificate }) => new X509Certificate(certificate).subject,
  );
  assert.notEqual(subjects[0], subjects[1]);
});

test('the certificate is well-formed, signed by its own key, and valid whatever the clock says', () => {
  const { certificate, privateKey } = certificateOf(secret);
  const x509 = new X509Certificate(certificate);
  assert.ok(x509.verify(createPublicKey(privateKey)));
  assert.ok(x509.checkIssued(x509));
  assert.equal(x509.ca, true);
  assert.equal(x509.subjectAltName, 'DNS:hearth');
  assert.equal(x509.checkHost('hearth'), 'hearth');
  assert.equal(x509.checkHost('example.org'), undefined);
  assert.match(x509.subject, /^CN=hearth [0-9a-f]{16}$/);
  assert.equal(Date.parse(x509.validFrom), 0);
  assert.equal(new Date(x509.validTo).getUTCFullYear(), 9999);
  assert.equal(createPublicKey(privateKey).asymmetricKeyType, 'ed25519');
});

test('the derivation is part of the wire: releases must agree on it', () => {
  const { fingerprint256 } = new X509Certificate(certificateOf(secret).certificate);
  assert.equal(
    fingerprint256,
    'EC:90:85:26:FD:E5:56:00:1B:86:CA:B9:18:34:77:34:A9:F9:77:74:97:BC:6A:24:E7:1D:2F:BD:8D:39:FC:36',
  );
});
