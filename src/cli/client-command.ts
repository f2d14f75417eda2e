/** What all commands share that ask a running cluster: the options, and a client that is closed at the end. */
import type { Command } from 'commander';
import { LambdaClient } from './api-client.js';
import { resolveEndpoint } from './endpoint.js';
import type { Io } from './io.js';
import { requestSigner } from './request-signer.js';

export interface ClientOptions {
  readonly endpoint?: string;
  readonly secretFile?: string;
  readonly json?: boolean;
}

/** Adds the options. */
export function client(command: Command, json = true): Command {
  command.option(
    '--endpoint <url>',
    'the cluster (default: HEARTH_ENDPOINT, else http://127.0.0.1:8080)',
  );
  command.option('--secret-file <file>', 'sign with the cluster secret instead of an access key');
  return json ? command.option('--json', 'print JSON') : command;
}

/** Hands `use` a client of the cluster that the options name. */
export async function withClient(
  io: Io,
  options: ClientOptions,
  use: (client: LambdaClient) => Promise<void>,
): Promise<void> {
  const sign = await requestSigner(options.secretFile, io);
  const lambda = new LambdaClient(resolveEndpoint(options.endpoint, io.env), undefined, sign);
  try {
    await use(lambda);
  } finally {
    await lambda.close();
  }
}
