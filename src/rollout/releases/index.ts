/** Releases: manifests and their signatures, where they are looked for, and how they are made. */
export { artifactFetcher, type FetchArtifact } from './fetch-artifact.js';
export {
  manifestBytesMax,
  manifestJson,
  manifestName,
  newReleaseKeys,
  parseManifest,
  parsePrivateKey,
  parseUnsigned,
  publicKeyOf,
  type ReleaseKeys,
  signManifest,
  verifyManifest,
} from './manifest.js';
export {
  fileDigest,
  ownFiles,
  packageFiles,
  packFiles,
  programFormatLevel,
  programVersion,
} from './pack.js';
export { pushRelease, signImage } from './push.js';
export { type OciReference, parseReference } from './reference.js';
export { type Looked, openSource, type ReleaseSource } from './source.js';
export { SourceWatch, type SourceWatchDeps, type SourceWatchOptions } from './watch.js';
export { ReleaseWeb, type WebOptions } from './web.js';
