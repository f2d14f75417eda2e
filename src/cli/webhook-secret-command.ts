/** `hearth webhook-secret`: what receivers of webhooks check signatures with. */
import type { Command } from 'commander';
import { type ClientOptions, client, withClient } from './client-command.js';
import { EventsClient, type WebhookSecret } from './events-client.js';
import { type Io, print, say } from './io.js';

export function addWebhookSecretCommands(program: Command, io: Io): void {
  const secret = program
    .command('webhook-secret')
    .description('Show or replace the secret that signs webhooks of the cluster.')
    .addHelpText(
      'after',
      `
Webhooks are signed by the Standard Webhooks specification (headers webhook-id, webhook-timestamp and
webhook-signature); its libraries take the secret as it is printed. For a day after it was replaced the
secret before signs as well.

Examples:
  hearth webhook-secret show
  hearth webhook-secret rotate`,
    );
  client(secret.command('show'))
    .description('Print the secret in use; the first call makes it.')
    .action((options: ClientOptions) =>
      withClient(io, options, async (lambda) =>
        tell(io, await new EventsClient(lambda).webhookSecret(), options),
      ),
    );
  client(secret.command('rotate'))
    .description('Put a new secret in use, and print it.')
    .action((options: ClientOptions) =>
      withClient(io, options, async (lambda) =>
        tell(io, await new EventsClient(lambda).rotateWebhookSecret(), options),
      ),
    );
}

function tell(io: Io, secret: WebhookSecret, { json }: ClientOptions): void {
  if (json) {
    print(io, JSON.stringify(secret));
    return;
  }
  print(io, secret.current);
  if (secret.previous !== null)
    say(io, `until a day after ${secret.since}, this signs as well: ${secret.previous}`);
}
