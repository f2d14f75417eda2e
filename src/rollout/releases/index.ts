/** Releases: manifests and their signatures, where they are looked for, and how they are made. */
export {
  manifestBytesMax,
  manifestName,
  newReleaseKeys,
  parseManifest,
  parsePrivateKey,
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
