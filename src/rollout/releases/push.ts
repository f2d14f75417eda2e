/** Puts releases into an OCI registry: a packed program as an artifact of one layer, and the signature of whatever is there. */
import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Manifest, Release } from '../types.js';
import { refused, signManifest } from './manifest.js';
import { fileDigest } from './pack.js';
import { formatReference, type OciReference, signatureTag } from './reference.js';
import { type Descriptor, digestOf, ociManifestType, Registry } from './registry.js';
import { type ReleaseWeb, unavailable } from './web.js';

const programType = 'application/vnd.hearth.release.v1.tar+gzip';
const signatureType = 'application/vnd.hearth.release.manifest.v1+json';

/**
 * Puts a packed program and its manifest under a tag; resolves with the manifest as the registry has it. The tag comes
 * last: who looks finds it signed.
 */
export async function pushRelease(
  web: ReleaseWeb,
  reference: OciReference,
  file: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Manifest> {
  const digest = await fileDigest(file);
  if (digest !== manifest.digest) {
    throw refused(`${file} has the digest ${digest}, its manifest says ${manifest.digest}.`);
  }
  const registry = new Registry(web, reference);
  const layer = { mediaType: programType, digest, size: (await stat(file)).size };
  await registry.putBlob(file, layer, signal);
  const content = await artifactOf(registry, 'application/vnd.hearth.release.v1', layer, signal);
  const contentDigest = digestOf(Buffer.from(JSON.stringify(content)));
  const signed = await putSignature(registry, reference, contentDigest, manifest, signal);
  await registry.putManifest(reference.target, content, signal);
  return signed;
}

/** Signs an image that is in a registry; resolves with its manifest. */
export async function signImage(
  web: ReleaseWeb,
  reference: OciReference,
  { version, formatLevel }: Pick<Release, 'version' | 'formatLevel'>,
  key: KeyObject,
  signal: AbortSignal,
): Promise<Manifest> {
  const registry = new Registry(web, reference);
  const digest = await registry.digestOf(reference.target, signal);
  if (digest === null) {
    throw unavailable(formatReference(reference), new Error('there is no such image'));
  }
  const manifest = signManifest({ version, digest, formatLevel, artifact: '' }, key);
  return putSignature(registry, reference, digest, manifest, signal);
}

async function putSignature(
  registry: Registry,
  reference: OciReference,
  contentDigest: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Manifest> {
  const artifact = formatReference({ ...reference, target: manifest.digest });
  const told = { ...manifest, artifact };
  const bytes = Buffer.from(JSON.stringify(told));
  const layer = { mediaType: signatureType, digest: digestOf(bytes), size: bytes.length };
  await registry.putBlob(bytes, layer, signal);
  const content = await artifactOf(registry, signatureType, layer, signal);
  await registry.putManifest(signatureTag(contentDigest), content, signal);
  return told;
}

/** The manifest of an artifact with one layer (OCI image specification 1.1, guidelines for artifacts). */
async function artifactOf(
  registry: Registry,
  artifactType: string,
  layer: Descriptor,
  signal: AbortSignal,
): Promise<object> {
  const empty = Buffer.from('{}');
  const config = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: digestOf(empty),
    size: empty.length,
  };
  await registry.putBlob(empty, config, signal);
  return { schemaVersion: 2, mediaType: ociManifestType, artifactType, config, layers: [layer] };
}
