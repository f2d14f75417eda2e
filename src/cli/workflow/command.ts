/** `hearth workflow`: state machines and their executions, as on AWS Step Functions. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ClientOptions, client, withClient } from '../client-command.js';
import { CommandFailure } from '../failure.js';
import { type Io, print } from '../io.js';
import { readDefinition } from './definition-file.js';
import { deployMachine } from './deploy.js';
import { type ListOptions, listExecutions, listMachines } from './listing.js';
import { type LogsOptions, logs } from './logs.js';
import { executionArnOf, isQualified, machineArn } from './names.js';
import { type ShowOptions, showExecution } from './show.js';
import { type StartOptions, start } from './start.js';
import { StatesClient } from './states-client.js';
import { type TestOptions, testState } from './test-state.js';
import { listVersions, publish, setAlias } from './versions.js';

interface DeployOptions extends ClientOptions {
  readonly name?: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly role?: string;
}

const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];
const listedDefault = 50;
const listedMax = 1000;

export function addWorkflowCommands(program: Command, io: Io): void {
  const workflow = program
    .command('workflow')
    .description('State machines in the Amazon States Language, and their executions.')
    .addHelpText(
      'after',
      `
A state machine is meant by its name, NAME:VERSION, NAME:ALIAS or its ARN; an execution by its ARN, by
MACHINE:EXECUTION, or by MACHINE alone: then the newest one.

Examples:
  hearth workflow deploy order.asl.json
  hearth workflow publish order
  hearth workflow alias order live 1
  hearth workflow start order:live --data '{"id":7}' --wait
  hearth workflow list order --status FAILED
  hearth workflow show order
  hearth workflow show order --svg order.svg
  hearth workflow logs order
  hearth workflow test order.asl.json Charge --input '{"id":7}' --mock '{"paid":true}'`,
    );
  addMachines(workflow, io);
  addExecutions(workflow, io);
}

function addMachines(workflow: Command, io: Io): void {
  client(workflow.command('deploy <file>'))
    .description('Create a state machine, or update it, from a definition in JSON or YAML.')
    .option('--name <name>', 'its name (default: that of the file)')
    .addOption(
      new Option('--type <type>', 'what it is where it is new (default: STANDARD)').choices([
        'STANDARD',
        'EXPRESS',
      ]),
    )
    .option('--role <arn>', 'role; Hearth keeps it and never uses it')
    .addHelpText(
      'after',
      `
The file is NAME.asl.json, NAME.json, NAME.yml or NAME.yaml. What is wrong with it is told with its places.

Examples:
  hearth workflow deploy order.asl.json
  hearth workflow deploy flows/order.yml --name order-live --type EXPRESS`,
    )
    .action((file: string, options: DeployOptions) =>
      withStates(io, options, (states) => deploy(io, states, file, options)),
    );
  client(workflow.command('delete <name>'))
    .description('Delete a state machine, or one of its versions or aliases (NAME:QUALIFIER).')
    .action((name: string, options: ClientOptions) =>
      withStates(io, options, async (states) => {
        const arn = machineArn(name);
        // AWS calls it deleted, too, where there is none
        if (!isQualified(arn) && (await states.describe(arn)) === undefined) {
          throw new CommandFailure(
            `there is no state machine ${name}; \`hearth workflow list\` names those that there are.`,
          );
        }
        await states.delete(arn);
        print(io, options.json ? JSON.stringify({ name, action: 'deleted' }) : `deleted ${name}`);
      }),
    );
  addVersions(workflow, io);
  client(workflow.command('test <file> [state]'))
    .description('Try one state of a definition with an input, without deploying it.')
    .option('--input <json>', 'its input: JSON, @FILE, or - for standard input (default: {})')
    .option('--mock <json>', 'what its task answers, instead of calling it: JSON or @FILE')
    .option('--mock-error <name[:cause]>', 'how its task fails, instead of calling it')
    .option('--variables <json>', 'the variables that it sees')
    .option('--context <json>', 'the context object that it sees')
    .addOption(
      new Option('--level <level>', 'how much is told of what it did')
        .choices(['INFO', 'DEBUG', 'TRACE'])
        .default('DEBUG'),
    )
    .addHelpText(
      'after',
      `
The exit code is 1 where the state failed.

Examples:
  hearth workflow test order.asl.json Charge --input '{"id":7}'
  hearth workflow test order.asl.json Charge --input @order.json --mock '{"paid":true}'
  hearth workflow test order.asl.json Charge --mock-error 'CardDeclined:no money'`,
    )
    .action((file: string, state: string | undefined, options: ClientOptions & TestOptions) =>
      withStates(io, options, (states) => testState(io, states, file, state, options)),
    );
}

function addVersions(workflow: Command, io: Io): void {
  client(workflow.command('publish <name>'))
    .description('Publish a state machine as it is now as a version, which never changes.')
    .option('--description <text>', 'what the version is')
    .addHelpText(
      'after',
      '\nExamples:\n  hearth workflow publish order\n  hearth workflow start order:1 --wait',
    )
    .action((name: string, options: ClientOptions & { readonly description?: string }) =>
      withStates(io, options, (states) => publish(io, states, name, options)),
    );
  client(workflow.command('versions <name>'))
    .description('List the versions of a state machine, each with the aliases that lead to it.')
    .action((name: string, options: ClientOptions) =>
      withStates(io, options, (states) => listVersions(io, states, name, options.json)),
    );
  client(workflow.command('alias <name> <alias> <versions>'))
    .description('Let a name lead to a version of a state machine, or to two by weights.')
    .addHelpText(
      'after',
      `
Examples:
  hearth workflow alias order live 3
  hearth workflow alias order live 3=90,4=10    one execution of ten runs by version 4
  hearth workflow start order:live --wait`,
    )
    .action((name: string, alias: string, versions: string, options: ClientOptions) =>
      withStates(io, options, (states) =>
        setAlias(io, states, { name, alias, versions }, options.json),
      ),
    );
}

function addExecutions(workflow: Command, io: Io): void {
  client(workflow.command('start <name>'))
    .description('Begin an execution; prints its ARN.')
    .option('--data <json>', 'its input: JSON, @FILE, or - for standard input (default: {})')
    .option('--name <name>', 'its name, so that it is begun once only (default: a new one)')
    .option('--wait', 'follow its states until it has ended, and print its output')
    .option('--sync', 'of an EXPRESS machine: StartSyncExecution, and print the output')
    .addHelpText(
      'after',
      `
With --wait or --sync the output stands alone on standard output, and the exit code is 1 unless it succeeded.

Examples:
  hearth workflow start order --data '{"id":7}'
  hearth workflow start order --data @order.json --name order-7 --wait
  echo '{"id":7}' | hearth workflow start order:live --data - --wait`,
    )
    .action((target: string, options: ClientOptions & StartOptions) =>
      withStates(io, options, (states) => start(io, states, target, options)),
    );
  client(workflow.command('list [name]'))
    .description(
      'List the state machines, or the executions of one (or of a map run, by its ARN), the newest first.',
    )
    .addOption(new Option('--status <status>', 'only those executions').choices(statuses))
    .option('--limit <number>', 'at most so many executions', limitOf, listedDefault)
    .action((name: string | undefined, options: ClientOptions & ListOptions) =>
      withStates(io, options, (states) =>
        name === undefined
          ? listMachines(io, states, options.json)
          : listExecutions(io, states, name, options),
      ),
    );
  client(workflow.command('show <execution>'))
    .description('Show an execution: its states with status, times, attempts, input and output.')
    .option('--svg <file>', 'also write it as a picture: the graph, coloured by what happened')
    .option('--history', 'the events of its history instead of its states')
    .action((target: string, options: ClientOptions & ShowOptions) =>
      withStates(io, options, (states) => showExecution(io, states, target, options)),
    );
  client(workflow.command('logs <execution>'))
    .description('Print the history of an execution line by line, with what its functions printed.')
    .option('--no-functions', 'the history alone')
    .action((target: string, options: ClientOptions & LogsOptions) =>
      withClient(io, options, (lambda) => logs(io, lambda, target, options)),
    );
  client(workflow.command('stop <execution>'))
    .description('Stop an execution.')
    .option('--error <name>', 'the error that it ends with')
    .option('--cause <text>', 'the cause')
    .action(
      (
        target: string,
        options: ClientOptions & { readonly error?: string; readonly cause?: string },
      ) =>
        acted(io, options, target, 'stopped', async (states, arn) => {
          const { status } = await states.execution(arn);
          // AWS calls it stopped
          if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE') {
            throw new CommandFailure(`${arn} has ended before: ${status}.`);
          }
          await states.stop(arn, options.error, options.cause);
        }),
    );
  client(workflow.command('redrive <execution>'))
    .description('Let an execution that failed go on from where it did.')
    .action((target: string, options: ClientOptions) =>
      acted(io, options, target, 'redriven', (states, arn) => states.redrive(arn)),
    );
}

async function deploy(
  io: Io,
  states: StatesClient,
  file: string,
  options: DeployOptions,
): Promise<void> {
  const { name, definition } = await readDefinition(file);
  const done = await deployMachine(io, states, {
    name: options.name ?? name,
    definition,
    type: options.type ?? null,
    roleArn: options.role ?? null,
    tags: [],
    where: file,
  });
  if (options.json) print(io, JSON.stringify(done));
  else {
    print(io, `${done.action} ${done.name} (${done.type})`);
    print(io, done.stateMachineArn);
  }
}

function acted(
  io: Io,
  options: ClientOptions,
  target: string,
  action: string,
  act: (states: StatesClient, executionArn: string) => Promise<void>,
): Promise<void> {
  return withStates(io, options, async (states) => {
    const executionArn = await executionArnOf(states, target);
    await act(states, executionArn);
    print(
      io,
      options.json ? JSON.stringify({ executionArn, action }) : `${action} ${executionArn}`,
    );
  });
}

function withStates(
  io: Io,
  options: ClientOptions,
  use: (states: StatesClient) => Promise<void>,
): Promise<void> {
  return withClient(io, options, (lambda) => use(new StatesClient(lambda)));
}

function limitOf(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= listedMax) return limit;
  throw new InvalidArgumentError(`It must be a number from 1 to ${listedMax}.`);
}
