/** `hearth layers` and `hearth layer`: what functions share, published once and laid under /opt in each. */
import { type Command, InvalidArgumentError } from 'commander';
import { layerArn } from '../types/index.js';
import type { LambdaClient } from './api-client.js';
import { readBundle } from './bundle.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { type Io, print, say, withProgress } from './io.js';
import { formatBytes, formatTable } from './table.js';

interface PublishOptions extends ClientOptions {
  readonly runtime?: readonly string[];
  readonly architecture?: readonly string[];
  readonly description?: string;
  readonly license?: string;
}

export function addLayerCommands(program: Command, io: Io): void {
  client(program.command('layers'))
    .description('List the layers, each with its newest version.')
    .addHelpText('after', '\nExamples:\n  hearth layers\n  hearth layers --json')
    .action((options: ClientOptions) =>
      withClient(io, options, (lambda) => listLayers(io, lambda, options.json ?? false)),
    );
  const layer = program.command('layer').description('Publish or delete a version of a layer.');
  client(layer.command('publish <name> <path>'))
    .description('Publish the next version of a layer, from a directory or a .zip; prints its ARN.')
    .option('--runtime <runtime...>', 'runtimes that it is for, such as nodejs20.x')
    .option('--architecture <architecture...>', 'x86_64, arm64')
    .option('--description <text>', 'what it brings')
    .option('--license <text>', 'under which licence')
    .addHelpText(
      'after',
      `
What the directory holds stands under /opt: modules are found in nodejs/node_modules, python and
python/lib/python3.11/site-packages, programs in bin, shared libraries in lib.

Examples:
  hearth layer publish tools ./tools-layer --runtime nodejs20.x
  hearth deploy ./my-function --layer tools:1`,
    )
    .action((name: string, path: string, options: PublishOptions) =>
      withClient(io, options, (lambda) => publish(io, lambda, name, path, options)),
    );
  client(layer.command('delete <name> <version>'))
    .description('Delete a version of a layer; functions that have it keep it.')
    .addHelpText('after', '\nExamples:\n  hearth layer delete tools 1')
    .action((name: string, version: string, options: ClientOptions) =>
      withClient(io, options, async (lambda) => {
        await lambda.deleteLayerVersion(name, version);
        const done = { name, version, action: 'deleted' };
        print(io, options.json ? JSON.stringify(done) : `deleted ${name}:${version}`);
      }),
    );
}

/** An ARN, or NAME:VERSION; for an option that may be repeated. */
export function layerOption(text: string, before: readonly string[] = []): readonly string[] {
  if (text.startsWith('arn:')) return [...before, text];
  const [, name, version] = /^([a-zA-Z0-9-_]+):(\d{1,15})$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be an ARN or NAME:VERSION.');
  return [...before, layerArn(name, Number(version))];
}

async function publish(
  io: Io,
  lambda: LambdaClient,
  name: string,
  path: string,
  options: PublishOptions,
): Promise<void> {
  const { zip } = await withProgress(io, `zipping ${path}`, () => readBundle(path));
  const what = `uploading ${name} (${formatBytes(zip.length)}) to ${lambda.endpoint}`;
  const { runtime, architecture, description, license } = options;
  const published = await withProgress(io, what, () =>
    lambda.publishLayer(name, zip, {
      ...(runtime === undefined ? {} : { CompatibleRuntimes: runtime }),
      ...(architecture === undefined ? {} : { CompatibleArchitectures: architecture }),
      ...(description === undefined ? {} : { Description: description }),
      ...(license === undefined ? {} : { LicenseInfo: license }),
    }),
  );
  print(io, options.json ? JSON.stringify(published) : published.LayerVersionArn);
}

async function listLayers(io: Io, lambda: LambdaClient, json: boolean): Promise<void> {
  const layers = await withProgress(io, `asking ${lambda.endpoint}`, () => lambda.layers());
  if (json) {
    print(io, JSON.stringify(layers, null, 2));
    return;
  }
  if (layers.length === 0) {
    say(io, 'no layers yet; publish one with: hearth layer publish NAME PATH');
    return;
  }
  const rows = layers.map(({ LayerName, LatestMatchingVersion: newest }) => [
    LayerName,
    newest.Version,
    newest.CompatibleRuntimes.join(', '),
    newest.CreatedDate.replace(/\.\d+\+0000$/, 'Z'),
    newest.LayerVersionArn,
  ]);
  print(io, formatTable(['NAME', 'VERSION', 'RUNTIMES', 'CREATED', 'ARN'], rows));
}
