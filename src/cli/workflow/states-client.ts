/** The Step Functions API, as far as the command needs it, over the client of the Lambda API: the same address, the same signatures. */
import * as z from 'zod';
import { ApiFailure, type LambdaClient } from '../api-client.js';
import {
  type Alias,
  alias,
  aliasPage,
  type Diagnostic,
  diagnostics,
  type Execution,
  type ExecutionSummary,
  execution,
  executionPage,
  type HistoryEvent,
  historyPage,
  type ItemCounts,
  type Machine,
  type MachineSummary,
  machine,
  machinePage,
  mapRun,
  type Route,
  type SyncExecution,
  started,
  syncExecution,
  type Tested,
  tested,
  versionPage,
} from './states-pages.js';

/** AWS requires one; Hearth keeps it and never uses it. */
export const defaultRoleArn = 'arn:aws:iam::123456789012:role/hearth';

/** What to do about an error (of one operation), where its message does not say. */
const hints: Readonly<Record<string, string>> = {
  StateMachineDoesNotExist: '`hearth workflow list` names those that there are.',
  ExecutionDoesNotExist: '`hearth workflow list MACHINE` names those that there are.',
  ResourceNotFound: '`hearth workflow versions MACHINE` lists versions and aliases.',
  'StartSyncExecution StateMachineTypeNotSupported':
    '--sync is for EXPRESS machines; `hearth workflow start NAME --wait` waits for a STANDARD one.',
  StateMachineTypeNotSupported:
    'executions of EXPRESS machines keep no history; `hearth workflow start NAME --sync` prints what one gives.',
};

/** The most that one page of a history or a list holds. */
const pageMax = 1000;
/** Of a history, whose limit is 25,000 events, and of a list: beyond this nobody reads on. */
const pagesMax = 100;

export interface NewMachine {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

export class StatesClient {
  constructor(private readonly lambda: LambdaClient) {}

  get endpoint(): string {
    return this.lambda.endpoint;
  }

  /** What is wrong with a definition, and what is odd. */
  async validate(definition: string, type: string): Promise<readonly Diagnostic[]> {
    const asked = { definition, type, maxResults: 100 };
    return (await this.#call('ValidateStateMachineDefinition', asked, diagnostics)).diagnostics;
  }

  async create({ tags, ...wanted }: NewMachine): Promise<string> {
    const asked = tags.length === 0 ? wanted : { ...wanted, tags };
    const answer = z.object({ stateMachineArn: z.string() });
    return (await this.#call('CreateStateMachine', asked, answer)).stateMachineArn;
  }

  async update(stateMachineArn: string, definition: string, roleArn: string): Promise<void> {
    await this.#call('UpdateStateMachine', { stateMachineArn, definition, roleArn }, z.unknown());
  }

  async tag(resourceArn: string, tags: NewMachine['tags']): Promise<void> {
    await this.#call('TagResource', { resourceArn, tags }, z.unknown());
  }

  async createActivity(name: string): Promise<string> {
    const answer = z.object({ activityArn: z.string() });
    return (await this.#call('CreateActivity', { name }, answer)).activityArn;
  }

  /** Undefined where there is none. */
  describe(stateMachineArn: string): Promise<Machine | undefined> {
    return this.#found('StateMachineDoesNotExist', () =>
      this.#call('DescribeStateMachine', { stateMachineArn }, machine),
    );
  }

  /** The definition that an execution runs by, which is not always that of its machine. */
  async definitionOf(executionArn: string): Promise<string> {
    const answer = z.object({ definition: z.string() });
    const asked = { executionArn };
    return (await this.#call('DescribeStateMachineForExecution', asked, answer)).definition;
  }

  /** Of a state machine, a version or an alias: what its ARN says. */
  async delete(arn: string): Promise<void> {
    const qualifier = arn.split(':')[7];
    if (qualifier === undefined) {
      await this.#call('DeleteStateMachine', { stateMachineArn: arn }, z.unknown());
    } else if (/^\d+$/.test(qualifier)) {
      await this.#call('DeleteStateMachineVersion', { stateMachineVersionArn: arn }, z.unknown());
    } else await this.#call('DeleteStateMachineAlias', { stateMachineAliasArn: arn }, z.unknown());
  }

  /** The ARN of the version. */
  async publish(stateMachineArn: string, description: string | undefined): Promise<string> {
    const asked = { stateMachineArn, ...(description === undefined ? {} : { description }) };
    const answer = z.object({ stateMachineVersionArn: z.string() });
    return (await this.#call('PublishStateMachineVersion', asked, answer)).stateMachineVersionArn;
  }

  /** The newest first. */
  versions(stateMachineArn: string): Promise<z.output<typeof versionPage>['stateMachineVersions']> {
    const asked = { stateMachineArn };
    return this.#pages('ListStateMachineVersions', asked, versionPage, (page) => {
      return page.stateMachineVersions;
    });
  }

  async aliases(stateMachineArn: string): Promise<Alias[]> {
    const asked = { stateMachineArn };
    const listed = await this.#pages('ListStateMachineAliases', asked, aliasPage, (page) => {
      return page.stateMachineAliases;
    });
    const found: Alias[] = [];
    for (const { stateMachineAliasArn } of listed) {
      found.push(await this.#call('DescribeStateMachineAlias', { stateMachineAliasArn }, alias));
    }
    return found;
  }

  /** Made where there is none of that name. */
  async setAlias(
    stateMachineArn: string,
    name: string,
    routingConfiguration: readonly Route[],
  ): Promise<void> {
    const stateMachineAliasArn = `${stateMachineArn}:${name}`;
    const known = await this.#found('ResourceNotFound', () =>
      this.#call('DescribeStateMachineAlias', { stateMachineAliasArn }, alias),
    );
    const [operation, named] =
      known === undefined
        ? ['CreateStateMachineAlias', { name }]
        : ['UpdateStateMachineAlias', { stateMachineAliasArn }];
    await this.#call(operation, { ...named, routingConfiguration }, z.unknown());
  }

  machines(): Promise<MachineSummary[]> {
    return this.#pages('ListStateMachines', {}, machinePage, (page) => page.stateMachines);
  }

  /** Of a state machine, a version or an alias, or the items of a map run: what the ARN says. */
  async executions(
    arn: string,
    statusFilter: string | undefined,
    limit: number,
  ): Promise<ExecutionSummary[]> {
    const filter = statusFilter === undefined ? {} : { statusFilter };
    const isMapRun = arn.split(':')[5] === 'mapRun';
    const asked = { ...(isMapRun ? { mapRunArn: arn } : { stateMachineArn: arn }), ...filter };
    const all = await this.#pages(
      'ListExecutions',
      asked,
      executionPage,
      (page) => page.executions,
      limit,
    );
    return all.slice(0, limit);
  }

  async start(stateMachineArn: string, input: string, name: string | undefined): Promise<string> {
    const asked = { stateMachineArn, input, ...(name === undefined ? {} : { name }) };
    return (await this.#call('StartExecution', asked, started)).executionArn;
  }

  startSync(
    stateMachineArn: string,
    input: string,
    name: string | undefined,
  ): Promise<SyncExecution> {
    const asked = { stateMachineArn, input, ...(name === undefined ? {} : { name }) };
    return this.#call('StartSyncExecution', asked, syncExecution);
  }

  execution(executionArn: string): Promise<Execution> {
    return this.#call('DescribeExecution', { executionArn }, execution);
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    return this.#pages('GetExecutionHistory', { executionArn }, historyPage, (page) => page.events);
  }

  /** Of a map run. */
  async itemCounts(mapRunArn: string): Promise<ItemCounts> {
    return (await this.#call('DescribeMapRun', { mapRunArn }, mapRun)).itemCounts;
  }

  async stop(executionArn: string, error?: string, cause?: string): Promise<void> {
    const why = {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
    await this.#call('StopExecution', { executionArn, ...why }, z.unknown());
  }

  async redrive(executionArn: string): Promise<void> {
    await this.#call('RedriveExecution', { executionArn }, z.unknown());
  }

  test(asked: Readonly<Record<string, unknown>>): Promise<Tested> {
    return this.#call('TestState', asked, tested);
  }

  async #call<Schema extends z.ZodType>(
    operation: string,
    asked: object,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    };
    const body = JSON.stringify(asked);
    try {
      return await this.lambda.ask({ method: 'POST', path: '/', body, headers }, schema);
    } catch (thrown) {
      if (!(thrown instanceof ApiFailure)) throw thrown;
      const hint = hints[`${operation} ${thrown.errorType}`] ?? hints[thrown.errorType];
      if (hint === undefined) throw thrown;
      throw new ApiFailure(`${thrown.message}; ${hint}`, thrown.status, thrown.errorType);
    }
  }

  async #pages<Page extends { readonly nextToken?: string | null | undefined }, Item>(
    operation: string,
    asked: object,
    schema: z.ZodType<Page>,
    itemsOf: (page: Page) => readonly Item[],
    itemsMax = Number.POSITIVE_INFINITY,
  ): Promise<Item[]> {
    const all: Item[] = [];
    let more: { nextToken?: string } = {};
    for (let count = 0; count < pagesMax && all.length < itemsMax; count++) {
      const maxResults = Math.min(pageMax, itemsMax);
      const page: Page = await this.#call(operation, { ...asked, maxResults, ...more }, schema);
      all.push(...itemsOf(page));
      if (!page.nextToken) break;
      more = { nextToken: page.nextToken };
    }
    return all;
  }

  async #found<Value>(lacking: string, ask: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await ask();
    } catch (thrown) {
      if (thrown instanceof ApiFailure && thrown.errorType === lacking) return undefined;
      throw thrown;
    }
  }
}
