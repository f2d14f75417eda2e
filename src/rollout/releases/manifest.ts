/**
 * Manifests: the small JSON that tells a release, signed by who made it. The signature is ed25519 over version, digest
 * and format level; where the artifact lies is not signed, for its digest is.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { HearthError, parseVersion } from '../../types/index.js';
import type { Manifest, Release } from '../types.js';

/** No manifest is larger. */
export const manifestBytesMax = 64 * 1024;
/** Under which a directory holds its manifest. */
export const manifestName = 'manifest.json';

const unsignedSchema = z.object({
  version: z.string().refine((text) => parseVersion(text) !== null, 'is no MAJOR.MINOR.PATCH'),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no sha256:HEX'),
  formatLevel: z.number().int().min(1).max(1_000_000),
  artifact: z.string().min(1).max(4096),
});
const schema = unsignedSchema.extend({
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, 'is no ed25519 signature in base64'),
});

/**
 * A manifest as it was found. `base` is where: the `file:`, `http(s):` address of the manifest, or `oci://HOST/NAME`;
 * `artifact` may be relative to it. Throws `release-refused`. Says nothing of whether the signature is right.
 */
export function parseManifest(json: unknown, base: string): Manifest {
  if (typeof json === 'object' && json !== null && !('signature' in json)) {
    throw refused(`The manifest at ${base} is not signed; sign it with 'hearth release sign'.`);
  }
  return absolute(schema.safeParse(json), base);
}

/** The same of one that may still have to be signed; what signature it has is left away. */
export function parseUnsigned(json: unknown, base: string): Release {
  return absolute(unsignedSchema.safeParse(json), base);
}

/** From the bytes of a manifest; throws `release-refused` where they are no JSON. */
export function manifestJson(bytes: Uint8Array, base: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw refused(`What is at ${base} is no manifest: it is not JSON.`);
  }
}

/** Throws `release-refused` unless one of the keys (raw 32 bytes in base64) has signed it. */
export function verifyManifest(manifest: Manifest, keys: readonly string[]): void {
  const { version } = manifest;
  if (keys.length === 0) {
    throw refused(
      `Release ${version} is refused: this node trusts no key; name one under rollout.keys.`,
    );
  }
  const signature = Buffer.from(manifest.signature, 'base64');
  const message = signedText(manifest);
  if (keys.some((key) => verify(null, message, publicKey(key), signature))) return;
  throw refused(
    `Release ${version} is refused: no trusted key has signed its version, digest and format level.`,
  );
}

/** With its signature by the private key. */
export function signManifest(release: Release, key: KeyObject): Manifest {
  const { version, digest, formatLevel, artifact } = release;
  const signature = sign(null, signedText(release), key).toString('base64');
  return { version, digest, formatLevel, artifact, signature };
}

export interface ReleaseKeys {
  readonly privateKey: KeyObject;
  /** PKCS#8. */
  readonly privatePem: string;
  /** As configurations name it. */
  readonly publicKey: string;
}

export function newReleaseKeys(): ReleaseKeys {
  const { privateKey } = generateKeyPairSync('ed25519');
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privateKey, privatePem, publicKey: publicKeyOf(privateKey) };
}

/** From PKCS#8 PEM; throws `invalid-parameter`, naming `where` it was from. */
export function parsePrivateKey(pem: string, where: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // told below
  }
  throw new HearthError(
    'invalid-parameter',
    `${where} holds no ed25519 private key; make one with 'hearth release keys'.`,
  );
}

/** Base64 of the raw 32 bytes. */
export function publicKeyOf(privateKey: KeyObject): string {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('base64');
}

export function refused(message: string): HearthError {
  return new HearthError('release-refused', message);
}

function publicKey(base64: string): KeyObject {
  const raw = Buffer.from(base64, 'base64');
  if (raw.length !== 32) {
    throw refused(
      `A trusted key is not the base64 of 32 bytes: ${base64.slice(0, 60)}; 'hearth release keys' prints such.`,
    );
  }
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

function signedText({ version, digest, formatLevel }: Release): Buffer {
  return Buffer.from(`hearth release\n${version}\n${digest}\n${formatLevel}\n`);
}

function absolute<Found extends Release>(parsed: z.ZodSafeParseResult<Found>, base: string): Found {
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'it';
    throw refused(`The manifest at ${base} is not valid: ${where}: ${issue?.message}.`);
  }
  return { ...parsed.data, artifact: absoluteArtifact(parsed.data.artifact, base) };
}

const artifactSchemes = ['file:', 'http:', 'https:', 'oci:'];

function absoluteArtifact(artifact: string, base: string): string {
  const from = base.startsWith('/') ? pathToFileURL(base).href : base;
  const url = URL.canParse(artifact, from) ? new URL(artifact, from) : null;
  if (url === null || !artifactSchemes.includes(url.protocol)) {
    throw refused(
      `The manifest at ${base} names an artifact that is no address: ${artifact.slice(0, 200)}.`,
    );
  }
  // what is not on this host names nothing on this host
  if (url.protocol === 'file:' && !from.startsWith('file:')) {
    throw refused(`The manifest at ${base} names a file of this host, which is not taken.`);
  }
  return url.href;
}
