/** `hearth release`: makes releases of this program, signs them, and puts them where clusters look for them. */
import { type Command, InvalidArgumentError } from 'commander';
import { formatLevel, parseVersion } from '../types/index.js';
import type { Io } from './io.js';
import type {
  ImageOptions,
  PackOptions,
  PushOptions,
  ReleaseOptions,
  SignOptions,
  VerifyOptions,
} from './release-actions.js';

/** Only where they are wanted: what they bring with them takes other commands time to start. */
const actions = () => import('./release-actions.js');

export function addReleaseCommands(program: Command, io: Io): void {
  const release = program
    .command('release')
    .description('Make, sign, publish and check releases, to which clusters upgrade themselves.')
    .addHelpText(
      'after',
      `
A release is an artifact and a small manifest with its version, digest and format level, signed by a key that
the cluster trusts (rollout.keys of its configuration). A cluster finds it in a directory, at an http(s):// address,
or under a tag of an OCI registry (rollout.source).

Examples:
  hearth release keys release.key
  hearth release pack /srv/releases --key release.key
  hearth release push oci://registry.example/hearth:stable /srv/releases/hearth-0.2.0.tgz --key release.key
  hearth release verify oci://registry.example/hearth:stable --keys "$PUBLIC_KEY"`,
    );
  const add = (usage: string, description: string, examples: readonly string[]): Command =>
    release
      .command(usage)
      .description(description)
      .option('--json', 'print JSON')
      .addHelpText(
        'after',
        `\nExamples:\n${examples.map((line) => `  hearth ${line}`).join('\n')}`,
      );
  const keyOption = ['--key <file>', 'private key that signs it'] as const;

  add(
    'keys <file>',
    'Make a key pair: the private key into a file of its owner alone, the public one is printed.',
    ['release keys release.key'],
  ).action(async (file: string, options: ReleaseOptions) =>
    (await actions()).makeKeys(io, file, options),
  );
  add(
    'pack <directory>',
    'Pack this program with its packages, and write its manifest beside it.',
    ['release pack /srv/releases --key release.key', 'release pack . --root ../hearth-next'],
  )
    .option('--root <directory>', 'the built program (default: this one)')
    .option(...keyOption)
    .action(async (directory: string, options: PackOptions) =>
      (await actions()).pack(io, directory, options),
    );
  imageOptions(
    add('sign <manifest>', 'Sign a manifest, or an image in a registry.', [
      'release sign /srv/releases/manifest.json --key release.key',
      'release sign oci://registry.example/hearth-image:stable --key release.key --release 0.2.0',
    ]),
  )
    .requiredOption(...keyOption)
    .action(async (manifest: string, options: SignOptions & ImageOptions) =>
      (await actions()).sign(io, manifest, options),
    );
  add(
    'push <address> <file>',
    'Put a packed program and its signature under a tag of an OCI registry.',
    ['release push oci://127.0.0.1:5000/hearth:stable ./hearth-0.2.0.tgz --key release.key'],
  )
    .option('--manifest <file>', 'its manifest (default: manifest.json beside it)')
    .option(...keyOption)
    .action(async (address: string, file: string, options: PushOptions) =>
      (await actions()).push(io, address, file, options),
    );
  add('verify <manifest>', 'Check who signed what a file, a directory or an address offers.', [
    'release verify /srv/releases --keys "$PUBLIC_KEY" --artifact',
    'release verify https://releases.example/manifest.json --keys "$OLD_KEY" "$NEW_KEY"',
  ])
    .requiredOption('--keys <key...>', 'public keys, one of which must have signed it')
    .option('--artifact', 'fetch the artifact too, and check its digest')
    .action(async (manifest: string, options: VerifyOptions) =>
      (await actions()).verify(io, manifest, options),
    );
}

function imageOptions(command: Command): Command {
  return command
    .option('--release <version>', 'of an image: its version', releaseVersion)
    .option('--format-level <number>', 'of an image: its format level', level, formatLevel);
}

function releaseVersion(text: string): string {
  if (parseVersion(text) === null) throw new InvalidArgumentError('It must be MAJOR.MINOR.PATCH.');
  return text;
}

function level(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
