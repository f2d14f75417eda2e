/** `hearth publish` and `hearth alias`: a version of a function, and a name that points to one. */
import type { Command } from 'commander';
import { type ClientOptions, client, withClient } from './client-command.js';
import { type Io, print } from './io.js';

export function addVersionCommands(program: Command, io: Io): void {
  client(program.command('publish <name>'))
    .description('Publish a function as it is now as a version, which never changes.')
    .option('--description <text>', 'what the version is')
    .addHelpText('after', '\nExamples:\n  hearth publish hello\n  hearth invoke hello:1')
    .action((name: string, options: ClientOptions & { readonly description?: string }) =>
      withClient(io, options, async (lambda) => {
        const { Version: version } = await lambda.publish(name, options.description);
        print(io, options.json ? JSON.stringify({ name, version }) : `${name}:${version}`);
      }),
    );
  client(program.command('alias <name> <alias> <version>'))
    .description('Let a name point to a version of a function, such as live to 3.')
    .addHelpText('after', '\nExamples:\n  hearth alias hello live 3\n  hearth invoke hello:live')
    .action((name: string, alias: string, version: string, options: ClientOptions) =>
      withClient(io, options, async (lambda) => {
        await lambda.setAlias(name, alias, version);
        const done = { name, alias, version };
        print(io, options.json ? JSON.stringify(done) : `${name}:${alias} is ${name}:${version}`);
      }),
    );
}
