/** The command line itself: which commands and options there are, and what their help says. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ownVersion } from '../lib/index.js';
import { addAuditCommand } from './audit-command.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { addConcurrencyCommands } from './concurrency-commands.js';
import { deploy } from './deploy.js';
import { deployImage } from './deploy-image.js';
import { addEventsCommands } from './events-command.js';
import { addExecutionsCommand } from './executions-command.js';
import { asFailure, usageFailure } from './failure.js';
import type { FunctionSettingsInput } from './function-settings.js';
import { type InvokeOptions, invoke } from './invoke.js';
import { type Io, print, say } from './io.js';
import { addKeysCommands } from './keys-command.js';
import { addKillCommand } from './kill-command.js';
import { addLayerCommands, layerOption } from './layer-command.js';
import { listFunctions, listNodes } from './listings.js';
import { addLogsCommand } from './logs-command.js';
import { runNodeCommand } from './node-command.js';
import { loadRunNode, type RunNode } from './node-module.js';
import { type NodeOptions, nodeConfig, splitAddresses } from './node-options.js';
import { addReleaseCommands } from './release-command.js';
import { addRolloutCommands } from './rollout/command.js';
import { addSecretCommands } from './secret-command.js';
import type { ServiceOptions } from './serverless/command.js';
import { serverlessFile } from './serverless/file.js';
import { addStreamsCommand } from './streams-command.js';
import { formatBytes } from './table.js';
import { runUpCommand, type UpCommandOptions, type UpHooks } from './up-command.js';
import { addUrlCommands } from './url-command.js';
import { addUsageCommand } from './usage-command.js';
import { addVersionCommands } from './version-commands.js';
import { addWebhookSecretCommands } from './webhook-secret-command.js';
import { addWorkflowCommands } from './workflow/command.js';

export interface CliHooks extends UpHooks {
  readonly loadRunNode?: () => Promise<RunNode>;
}

interface DeployOptions extends ServiceOptions, FunctionSettingsInput {
  readonly image?: string;
  readonly layer?: readonly string[];
  readonly publish?: boolean;
  /** False with `--no-checks`. */
  readonly checks: boolean;
}

const sandboxKinds = ['auto', 'docker', 'namespace', 'process'] as const;

/** Runs one command line (without `node` and the script); resolves with the exit code, never rejects. */
export async function runCli(
  argv: readonly string[],
  io: Io,
  hooks: CliHooks = {},
): Promise<number> {
  try {
    await buildProgram(io, hooks).parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version were asked for; anything else has been told by commander.
      return thrown.exitCode === 0 ? 0 : 2;
    }
    const failure = asFailure(thrown);
    say(io, `hearth: ${failure.message}`);
    if (io.env.HEARTH_DEBUG && thrown instanceof Error) say(io, thrown.stack ?? '');
    return failure.exitCode;
  }
}

function buildProgram(io: Io, hooks: CliHooks): Command {
  const program = new Command('hearth')
    .description('Functions as a service on a cluster that needs nothing but itself.')
    .version(ownVersion(), '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'hearth: ')),
    })
    .showHelpAfterError('see `hearth --help`')
    .addHelpText(
      'after',
      `
Examples:
  hearth up                              a cluster of three nodes on http://127.0.0.1:8080
  hearth deploy ./my-function            deploy a directory
  hearth invoke my-function --data '{}'  call it
  hearth logs my-function -f             see what it prints, as it comes
  hearth nodes                           who is in the cluster`,
    );
  addUp(program, io, hooks);
  addNode(program, io, hooks);
  addDeploy(program, io);
  addInvoke(program, io);
  addVersionCommands(program, io);
  addConcurrencyCommands(program, io);
  addLayerCommands(program, io);
  addUrlCommands(program, io);
  addLogsCommand(program, io);
  addEventsCommands(program, io);
  addStreamsCommand(program, io);
  addWebhookSecretCommands(program, io);
  addWorkflowCommands(program, io);
  addExecutionsCommand(program, io);
  addUsageCommand(program, io);
  addListings(program, io);
  addKillCommand(program, io);
  addRolloutCommands(program, io);
  addReleaseCommands(program, io);
  addDelete(program, io);
  addKeysCommands(program, io);
  addAuditCommand(program, io);
  addSecretCommands(program, io);
  return program;
}

function addUp(program: Command, io: Io, hooks: CliHooks): void {
  program
    .command('up')
    .description(
      'Start a cluster on this machine with a round-robin balancer; stays in the foreground.',
    )
    .option('--nodes <number>', 'how many nodes', wholeNumber, 3)
    .option(
      '--http <port>',
      'port of the balancer; node i answers on this plus i',
      wholeNumber,
      8080,
    )
    .option(
      '--data <dir>',
      'keep the data here (default: a temporary directory, removed at the end)',
    )
    .addOption(new Option('--sandbox <kind>', 'isolation').choices(sandboxKinds).default('auto'))
    .option('--no-examples', 'do not deploy the example functions')
    .option('--restart', 'start nodes again that crashed or were killed', false)
    .option(
      '--releases <source>',
      'where the cluster looks for releases of Hearth: a directory, the address of a manifest, or oci://...',
    )
    .option('--config <file>', 'JSON with further settings of the nodes, as hearth node takes them')
    .option('--release-key <key>', 'who may sign releases, in base64; may be repeated', repeated)
    .option('--json', 'print one line of JSON when ready', false)
    .addHelpText(
      'after',
      `
Prints \`ready http://127.0.0.1:8080\` on standard output when the cluster takes requests; SIGINT
(Ctrl-C) or SIGTERM ends everything that it started. With --http 8080 node i uses ports 8080 + i
(HTTP) and 9080 + i (cluster, TCP and UDP). There is one such place more than nodes: rollouts start
the first node of a new release there.

Examples:
  hearth up
  hearth up --restart                    and in another terminal: hearth kill master
  hearth up --nodes 5 --http 9000 --data ./cluster --no-examples
  hearth up --data ./cluster --releases ./releases --release-key "$(cat hearth.pub)"`,
    )
    .action((options: UpCommandOptions) => runUpCommand(io, options, hooks));
}

function addNode(program: Command, io: Io, hooks: CliHooks): void {
  program
    .command('node')
    .description('Run one member of a cluster in the foreground.')
    .option('--data <dir>', 'data directory of this node')
    .option('--http <host:port>', 'where it answers HTTP')
    .option('--cluster <host:port>', 'gossip (UDP) and gRPC (TCP) on one number')
    .option('--advertise <host:port>', 'what others dial instead of --cluster')
    .option(
      '--join <host:port,...>',
      'members to join; the first node of a cluster has none',
      addresses,
    )
    .option('--secret-file <file>', 'secret that all members share; see `hearth secret`')
    .addOption(
      new Option(
        '--auth <when>',
        'whether callers need an access key; auto: unless --http is loopback',
      ).choices(['auto', 'on', 'off']),
    )
    .addOption(new Option('--sandbox <kind>', 'isolation').choices(sandboxKinds))
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent')
    .option('--config <file>', 'JSON with the same names; the command line wins')
    .addHelpText(
      'after',
      `
On SIGTERM the health page says 503 at once, and requests are taken for drainNoticeMs of the configuration more (3500;
a moment where nobody asks for health), so that balancers leave the node out before it closes. Then, and on Ctrl-C at
once, it finishes what it runs. A second signal ends it.

Examples:
  hearth node --data ./n1 --http 127.0.0.1:8081 --cluster 127.0.0.1:9081
  hearth node --data ./n2 --http 127.0.0.1:8082 --cluster 127.0.0.1:9082 --join 127.0.0.1:9081
  hearth node --config node.json`,
    )
    .action(async (options: NodeOptions) => {
      const config = await nodeConfig(options);
      await runNodeCommand(io, config, await (hooks.loadRunNode ?? loadRunNode)());
    });
}

function addDeploy(program: Command, io: Io): void {
  client(program.command('deploy <path>'))
    .description(
      'Create a function, or update it, from a directory, a .zip, or one .js, .mjs or .py file; or all that a serverless.yml holds.',
    )
    .option('--name <name>', 'name of the function (default: hearth.json, else that of the path)')
    .option('--runtime <runtime>', 'such as nodejs20.x or python3.11 (default: from the files)')
    .option('--handler <handler>', 'such as index.handler (default: from the files)')
    .option('--memory <MB>', 'memory', wholeNumber)
    .option('--timeout <seconds>', 'how long one invocation may take', wholeNumber)
    .option('--env <K=V>', 'environment variable; may be repeated', variable)
    .addOption(
      new Option('--network <kind>', 'what it reaches; default none').choices(['none', 'outbound']),
    )
    .option('--layer <arn|name:version>', 'layer; may be repeated', layerOption)
    .option('--snap-start', 'start published versions from a snapshot of their initialisation')
    .option('--no-snap-start', 'start them as any other')
    .option(
      '--no-checks',
      'upload code that cannot run, too: wrong syntax, a handler that is not there',
    )
    .option('--publish', 'also publish a version of what comes of it')
    .option('--image <uri>', 'a container image instead of files: the argument is then the name')
    .option('--stage <name>', 'of a serverless.yml (default: what it says, else dev)')
    .option('--opt <K=V>', 'what opt:K is in a serverless.yml; may be repeated', variable)
    .allowExcessArguments()
    .addHelpText(
      'after',
      `
Settings may stand in hearth.json beside the code: name, runtime, handler, memory, timeout, env,
network, layers, snapStart. A directory with a serverless.yml is deployed by that: its functions, and its state machines
under stepFunctions; what of it means nothing here is told.

Examples:
  hearth deploy examples/thumbnail
  hearth deploy examples/map-reduce
  hearth deploy service/serverless.yml --stage live
  hearth deploy hello.mjs --name hello --timeout 10 --env GREETING=hi --env LANGUAGE=en
  hearth deploy fetcher.mjs --network outbound --layer tools:1
  hearth deploy slow-to-start.mjs --snap-start --publish
  hearth deploy --image registry:5000/app:1 app`,
    )
    .action(async (path: string, options: DeployOptions, self: Command) => {
      const file = options.image === undefined ? await serverlessFile(path) : undefined;
      if (file !== undefined) {
        const { deployServiceCommand } = await import('./serverless/command.js');
        return deployServiceCommand(io, file, options);
      }
      const more = withMoreVariables(options, self.args.slice(1));
      const { stage: ___, opt: ____, ...rest } = more;
      const { endpoint: _, secretFile: __, json, image, layer, publish, checks, ...given } = rest;
      const flags = layer === undefined ? given : { ...given, layers: layer };
      await withClient(io, options, async (lambda) => {
        if (!checks) lambda.skipChecks();
        const done =
          image === undefined
            ? await deploy(io, lambda, path, flags)
            : await deployImage(io, lambda, flags.name ?? path, image, flags);
        const { Version: version } = publish ? await lambda.publish(done.name) : {};
        const published = version === undefined ? {} : { version };
        if (lambda.findings !== '') say(io, `found in the code: ${lambda.findings}`);
        if (json) print(io, JSON.stringify({ ...done, ...published }));
        else {
          const size = image === undefined ? `, ${formatBytes(done.codeBytes)}` : '';
          print(io, `${done.action} ${done.name} (${done.runtime}, ${done.handler}${size})`);
          print(io, done.url);
          if (version !== undefined) print(io, `published ${done.name}:${version}`);
        }
      });
    });
}

function addInvoke(program: Command, io: Io): void {
  client(program.command('invoke <name[:qualifier]>'), false)
    .description('Call a function; prints its answer alone on standard output.')
    .option('--data <json>', 'the event: JSON, @FILE, or - for standard input (default: none)')
    .option('--tail', 'print the end of the log on standard error')
    .option('--stream', 'print what the function writes as it comes, bytes as they are')
    .option('--async', 'queue the event, print its request id, and do not wait')
    .option('--idempotency-key <key>', 'with --async: the same key within a day is the same event')
    .addHelpText(
      'after',
      `
The exit code is 1 where the function answered an error.

Examples:
  hearth invoke word-length-map --data '"apple banana cherry"'
  hearth invoke log-stats --data @event.json --tail
  hearth invoke hello:live
  hearth invoke chat --stream --data '{"say":"hi"}'
  hearth events show --wait "$(hearth invoke hello --async)"
  echo '{"name":"you"}' | hearth invoke hello --data -`,
    )
    .action((target: string, options: ClientOptions & InvokeOptions) =>
      withClient(io, options, (lambda) => invoke(io, lambda, target, options)),
    );
}

function addListings(program: Command, io: Io): void {
  client(program.command('functions'))
    .description('List the functions.')
    .addHelpText('after', '\nExamples:\n  hearth functions\n  hearth functions --json')
    .action((options: ClientOptions) =>
      withClient(io, options, (lambda) => listFunctions(io, lambda, options.json ?? false)),
    );
  client(program.command('nodes'))
    .description('List the members of the cluster, as the node that answers sees them.')
    .addHelpText(
      'after',
      '\nExamples:\n  hearth nodes\n  hearth nodes --endpoint http://127.0.0.1:8082',
    )
    .action((options: ClientOptions) =>
      withClient(io, options, (lambda) => listNodes(io, lambda, options.json ?? false)),
    );
}

function addDelete(program: Command, io: Io): void {
  client(program.command('delete <name>'))
    .description('Delete a function.')
    .addHelpText('after', '\nExamples:\n  hearth delete hello')
    .action((name: string, options: ClientOptions) =>
      withClient(io, options, async (lambda) => {
        await lambda.delete(name);
        print(io, options.json ? JSON.stringify({ name, action: 'deleted' }) : `deleted ${name}`);
      }),
    );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function addresses(text: string, before: string[] = []): string[] {
  return [...before, ...splitAddresses(text)];
}

function repeated(text: string, before: string[] = []): string[] {
  return [...before, text];
}

function variable(text: string, before: Record<string, string> = {}): Record<string, string> {
  const match = /^([^=]+)=(.*)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError('It must be NAME=VALUE.');
  const [, name = '', value = ''] = match;
  return { ...before, [name]: value };
}

/** `--env A=1 B=2` is the same as `--env A=1 --env B=2`: what is left over must be such a pair. */
function withMoreVariables<Options extends FunctionSettingsInput>(
  options: Options,
  rest: readonly string[],
): Options {
  if (rest.length === 0) return options;
  const odd = rest.find((text) => !text.includes('='));
  if (options.env === undefined || odd !== undefined) {
    throw usageFailure(`'${odd ?? rest[0]}' is one argument too many; deploy takes one PATH.`);
  }
  return { ...options, env: rest.reduce((all, text) => variable(text, all), { ...options.env }) };
}
