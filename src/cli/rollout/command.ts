/** `hearth rollout`: the cluster's upgrade of itself, begun, followed, held and taken back by hand. */
import type { Command } from 'commander';
import { type ClientOptions, client, withClient } from '../client-command.js';
import { resolveEndpoint } from '../endpoint.js';
import { type Io, print, say, withProgress } from '../io.js';
import { requestSigner } from '../request-signer.js';
import { onEndSignal } from '../signals.js';
import { readManifest } from './manifest.js';
import { RolloutClient } from './pages.js';
import { asTerminal, Screen } from './screen.js';
import { historyText, statusLines } from './text.js';
import { AnyMember, watchRollout } from './watch.js';

interface StartOptions extends ClientOptions {
  readonly again: boolean;
}

interface StatusOptions extends ClientOptions {
  readonly watch: boolean;
}

const columnsDefault = 120;

export function addRolloutCommands(program: Command, io: Io): void {
  const rollout = program
    .command('rollout')
    .description('Upgrade the cluster to another release of Hearth, led by its Master.')
    .addHelpText(
      'after',
      `
New nodes start beside the old ones, are compared with them, take the lead, and the old ones are drained; what is worse
is taken back by itself. Nodes need \`rollout.provider\` in their configuration, which starts and stops them.

Examples:
  hearth rollout start ./releases           that of a directory with a manifest.json
  hearth rollout status --watch             follow it to its end
  hearth rollout abort                      back to the release before`,
    );
  addStart(rollout, io);
  addStatus(rollout, io);
  addTelling(rollout, io);
  client(rollout.command('history'))
    .description('List the rollouts of this cluster, the last first, and why they ended so.')
    .addHelpText('after', '\nExamples:\n  hearth rollout history\n  hearth rollout history --json')
    .action((options: ClientOptions) =>
      withClient(io, options, async (lambda) => {
        const page = await new RolloutClient(lambda).page();
        if (options.json) {
          const { current, past, refused } = page;
          print(io, JSON.stringify({ current, past, refused }, null, 2));
        } else if (page.current === null && page.past.length === 0) {
          say(io, 'no rollouts yet; begin one with: hearth rollout start MANIFEST');
        } else print(io, historyText(page));
      }),
    );
}

function addStart(rollout: Command, io: Io): void {
  client(rollout.command('start [manifest]'))
    .description(
      'Begin a rollout of a release: a manifest, a directory, or what the source offers.',
    )
    .option('--again', 'also a release that was rolled back before', false)
    .addHelpText(
      'after',
      `
The argument is a manifest, its http(s) address, a directory with a manifest.json, or oci://HOST/NAME:TAG; without one the cluster looks at the source of its configuration. The nodes fetch the artifact themselves, from where the
manifest says, and refuse a release that is signed by none of their keys.

Examples:
  hearth rollout start
  hearth rollout start ./releases/manifest.json
  hearth rollout start https://example.com/hearth/manifest.json --again`,
    )
    .action((address: string | undefined, options: StartOptions) =>
      withClient(io, options, async (lambda) => {
        const manifest = address === undefined ? null : await readManifest(io, address);
        const id = await withProgress(io, `asking ${lambda.endpoint}`, () =>
          new RolloutClient(lambda).start(manifest, options.again),
        );
        print(io, options.json ? JSON.stringify({ id }) : `rollout ${id} has begun`);
        if (!options.json) say(io, 'follow it with: hearth rollout status --watch');
      }),
    );
}

function addStatus(rollout: Command, io: Io): void {
  client(rollout.command('status'))
    .description('Show the step, the nodes by release, the comparison, and what is waited for.')
    .option('--watch', 'go on until it has ended', false)
    .addHelpText(
      'after',
      `
With --watch the exit code is 0 where the rollout is finalised and 1 where it was rolled back; where none is under way,
the next one is waited for. On a terminal it is drawn in place, elsewhere what changes is printed line by line. The node
that is asked may be replaced meanwhile: others of the cluster are asked then. --endpoint may name several, with commas.

Examples:
  hearth rollout status
  hearth rollout status --watch
  hearth rollout status --watch --json --endpoint http://10.0.0.1:8080,http://10.0.0.2:8080`,
    )
    .action((options: StatusOptions) => status(io, options));
}

async function status(io: Io, options: StatusOptions): Promise<void> {
  const sign = await requestSigner(options.secretFile, io);
  const named = (options.endpoint ?? io.env.HEARTH_ENDPOINT ?? '').split(',');
  const endpoints = named.map((one) => resolveEndpoint(one === '' ? undefined : one, {}));
  const members = new AnyMember(endpoints, sign);
  const terminal = asTerminal(io.stdout);
  if (!options.watch) {
    const seen = { ...(await members.look()), nowMs: io.clock.wallMs() };
    const columns = terminal?.columns ?? columnsDefault;
    const lines = statusLines(seen, { columns, nodesMax: 100, storyMax: 10 });
    print(io, options.json ? JSON.stringify(seen.page, null, 2) : lines.join('\n'));
    return;
  }
  const enough = new AbortController();
  const forgetSignals = onEndSignal(() => enough.abort());
  const isDrawn = terminal !== null && !options.json;
  const screen = isDrawn ? new Screen(terminal, !io.env.NO_COLOR) : null;
  const look = () => members.look();
  try {
    await watchRollout({ io, look, screen, json: options.json ?? false }, enough.signal);
  } finally {
    forgetSignals();
  }
}

const tellings = [
  ['pause', 'paused', 'Begin nothing more; what has begun is finished. Nodes go on as they are.'],
  ['resume', 'resumed', 'Go on with a rollout that was paused.'],
  ['abort', 'aborted', 'Go back to the release before, by the same steps in reverse.'],
] as const;

function addTelling(rollout: Command, io: Io): void {
  for (const [name, done, description] of tellings) {
    client(rollout.command(name))
      .description(description)
      .addHelpText('after', `\nExamples:\n  hearth rollout ${name}`)
      .action((options: ClientOptions) =>
        withClient(io, options, async (lambda) => {
          await new RolloutClient(lambda).tell(name);
          print(io, options.json ? JSON.stringify({ action: done }) : `the rollout is ${done}`);
        }),
      );
  }
}
