/**
 * The certificate of a cluster secret. Every holder of the secret derives the same Ed25519 key and the same
 * self-signed X.509 certificate from it, so two nodes that trust exactly the certificates of the secrets
 * they hold know each other by the secret, and nothing has to be issued, copied or renewed.
 *
 * Shapes: RFC 5280 (certificates), RFC 8410 (Ed25519 in them).
 */
import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';
import { der } from './der.js';

export interface SecretCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM (PKCS #8). As secret as the secret. */
  readonly privateKey: string;
}

/** The name that every such certificate is for; nodes ask for it instead of the address they dialled. */
export const certificateName = 'hearth';

const seedBytes = 32;
/** `PrivateKeyInfo` of an Ed25519 key, up to its 32-byte seed. */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

const algorithm = der.sequence(der.identifier('2b6570'));
/** Always valid: a node's clock may be anywhere, and it is the secret that is replaced. */
const validity = der.sequence(der.utcTime('700101000000Z'), der.time('99991231235959Z'));

const extensions = der.sequence(
  // basicConstraints, critical: a CA, for it signs itself
  der.sequence(der.identifier('551d13'), der.true, der.octets(der.sequence(der.true))),
  // keyUsage, critical: digitalSignature and keyCertSign
  der.sequence(
    der.identifier('551d0f'),
    der.true,
    der.octets(der.bits(Uint8Array.of(0b1000_0100), 2)),
  ),
  // subjectAltName: dNSName
  der.sequence(
    der.identifier('551d11'),
    der.octets(der.sequence(der.implicit(2, Buffer.from(certificateName)))),
  ),
);

/** The same for the same secret, on every machine and for ever: changing this is changing the wire. */
export function certificateOf(secret: Uint8Array): SecretCertificate {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'hearth tls v1', seedBytes));
  const privateKey = createPrivateKey({
    key: Buffer.concat([privateKeyPrefix, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const name = nameOf(publicKey);
  const content = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(1),
    algorithm,
    name,
    validity,
    name,
    publicKey,
    der.explicit(3, extensions),
  );
  const signature = sign(null, content, privateKey);
  return {
    certificate: pem(der.sequence(content, algorithm, der.bits(signature))),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/**
 * CN=hearth and the key's fingerprint: OpenSSL looks issuers up by name, and two certificates of one name
 * would be taken for each other while both are trusted.
 */
function nameOf(publicKey: Uint8Array): Uint8Array {
  const fingerprint = createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
  const commonName = der.identifier('550403');
  return der.sequence(
    der.set(der.sequence(commonName, der.text(`${certificateName} ${fingerprint}`))),
  );
}

function pem(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
