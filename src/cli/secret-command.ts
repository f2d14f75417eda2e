/** `hearth secret`: makes the cluster secret, and changes it while the cluster runs. Never shows one. */
import type { Command } from 'commander';
import { CommandFailure } from './failure.js';
import { type Io, print } from './io.js';
import {
  addSecret,
  createSecretFile,
  listSecrets,
  removeSecret,
  useSecret,
} from './secret-file.js';
import { formatTable } from './table.js';

interface SecretOptions {
  readonly json?: boolean;
}

const rotation = `
To change the secret while the cluster runs:
  1 add      on one machine, then copy the file to every node: all of them take both secrets
  2 use      on every node: each proves itself with the new one
  3 remove   on every node: the old one is worth nothing
End each step on all nodes before the next. Nodes notice the changed file by themselves. An ID names a
secret in public and does not tell it.
`;

export function addSecretCommands(program: Command, io: Io): void {
  const secret = program
    .command('secret')
    .description('Make the secret that all members share (--secret-file), and change it.')
    .addHelpText(
      'after',
      `${rotation}
Examples:
  hearth secret new cluster.secret
  hearth secret add cluster.secret
  hearth secret list cluster.secret
  hearth secret use cluster.secret 1f2e3d4c
  hearth secret remove cluster.secret 5a6b7c8d`,
    );
  const add = (usage: string, description: string, example: string): Command =>
    secret
      .command(usage)
      .description(description)
      .option('--json', 'print JSON')
      .addHelpText('after', `${rotation}\nExamples:\n  hearth secret ${example}`);
  const done = (options: SecretOptions, action: string, id: string): void =>
    print(io, options.json ? JSON.stringify({ id, action }) : `${action} ${id}`);

  add(
    'new <file>',
    'Make a file with one new secret, readable by its owner alone; never overwrites.',
    'new cluster.secret',
  ).action(async (file: string, options: SecretOptions) => {
    const id = await createSecretFile(file);
    if (id === null) {
      throw new CommandFailure(
        `${file} is there already and is not overwritten; 'hearth secret add' adds a secret to it.`,
      );
    }
    done(options, 'created', id);
  });
  add(
    'add <file>',
    'Add a new secret, which is taken but not yet used.',
    'add cluster.secret',
  ).action(async (file: string, options: SecretOptions) =>
    done(options, 'added', await addSecret(file)),
  );
  add(
    'use <file> <id>',
    'Use this secret; the others are still taken.',
    'use cluster.secret 1f2e3d4c',
  ).action(async (file: string, id: string, options: SecretOptions) => {
    await useSecret(file, id);
    done(options, 'using', id);
  });
  add(
    'remove <file> <id>',
    'Remove a secret that is not in use.',
    'remove cluster.secret 5a6b7c8d',
  ).action(async (file: string, id: string, options: SecretOptions) => {
    await removeSecret(file, id);
    done(options, 'removed', id);
  });
  add(
    'list <file>',
    'List the secrets by their ids, and which is in use.',
    'list cluster.secret --json',
  ).action(async (file: string, options: SecretOptions) => {
    const secrets = (await listSecrets(file)).map((id, index) => ({ id, inUse: index === 0 }));
    if (options.json) print(io, JSON.stringify(secrets, null, 2));
    else {
      const rows = secrets.map(({ id, inUse }) => [id, inUse ? 'in use' : 'taken']);
      print(io, formatTable(['ID', 'STATE'], rows));
    }
  });
}
