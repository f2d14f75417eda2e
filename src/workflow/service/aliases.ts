/** Operations on aliases of state machines. */
import { stateMachineArn } from '../arns.js';
import type { StateMachine, StateMachineAlias } from '../registry/index.js';
import { changed } from './changes.js';
import type { Operations, WorkflowDeps } from './deps.js';
import { cut, nextTokenOf, pageAsked } from './pages.js';
import { invalid, noResource, noStateMachine } from './refusals.js';
import { seconds } from './settings.js';
import type { Input } from './shapes.js';
import { aliasTarget, isVersion, target } from './targets.js';

type AliasOperation =
  | 'CreateStateMachineAlias'
  | 'UpdateStateMachineAlias'
  | 'DescribeStateMachineAlias'
  | 'ListStateMachineAliases'
  | 'DeleteStateMachineAlias';

export function aliasOperations({ registry }: WorkflowDeps): Operations<AliasOperation> {
  return {
    CreateStateMachineAlias: async ({ name, description = '', routingConfiguration }) => {
      const { stateMachine, routing } = routingOf(routingConfiguration);
      const { atMs } = await changed(registry, {
        kind: 'create-alias',
        stateMachine,
        name,
        description,
        routing,
      });
      return {
        stateMachineAliasArn: stateMachineArn(stateMachine, name),
        creationDate: seconds(atMs),
      };
    },
    UpdateStateMachineAlias: async ({
      stateMachineAliasArn: arn,
      description,
      routingConfiguration: routes,
    }) => {
      const { name: stateMachine, alias: name } = aliasTarget(arn);
      if (description === undefined && routes === undefined) {
        throw invalid('Either the description or the routing configuration must be specified');
      }
      const routed = routes && routingOf(routes);
      if (routed !== undefined && routed.stateMachine !== stateMachine) throw noResource();
      const { atMs } = await changed(registry, {
        ...{ kind: 'update-alias', stateMachine, name },
        ...(description === undefined ? {} : { description }),
        ...(routed === undefined ? {} : { routing: routed.routing }),
      });
      return { updateDate: seconds(atMs) };
    },
    DescribeStateMachineAlias: async ({ stateMachineAliasArn: arn }) => {
      const { name, alias } = aliasTarget(arn);
      await registry.catchUp();
      const machine = registry.core.stateMachine(name);
      const found = machine?.aliases.find((known) => known.name === alias);
      if (machine === undefined || found === undefined) throw noResource();
      return described(machine, found);
    },
    ListStateMachineAliases: async (input) => {
      const { name, qualifier } = target(input.stateMachineArn, 'stateMachine');
      const list = `aliases ${name} ${qualifier ?? ''}`;
      const asked = pageAsked(input, list);
      await registry.catchUp();
      const machine = registry.core.stateMachine(name);
      if (machine === undefined) throw noStateMachine(input.stateMachineArn);
      const page = cut(routedTo(machine, qualifier), asked, (alias) => alias.name);
      return {
        stateMachineAliases: page.items.map((alias) => ({
          stateMachineAliasArn: stateMachineArn(name, alias.name),
          creationDate: seconds(alias.createdAtMs),
        })),
        nextToken: nextTokenOf(page.next, list),
      };
    },
    DeleteStateMachineAlias: async ({ stateMachineAliasArn: arn }) => {
      const { name: stateMachine, alias: name } = aliasTarget(arn);
      await changed(registry, { kind: 'delete-alias', stateMachine, name });
      return {};
    },
  };
}

type Routes = Input<'CreateStateMachineAlias'>['routingConfiguration'];

interface Routed {
  readonly stateMachine: string;
  readonly routing: StateMachineAlias['routing'];
}

/** Throws `invalid-arn`, `validation`. */
function routingOf(routes: Routes): Routed {
  const arns = routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const targets = arns.map((arn) => target(arn, 'stateMachine'));
  const received = `Received: [${arns.join(', ')}]`;
  if (!targets.every(({ qualifier }) => isVersion(qualifier))) {
    throw invalid(`Routing configuration must contain state machine version ARNs. ${received}`);
  }
  if (new Set(arns).size < arns.length) {
    throw invalid(
      `Routing configuration must contain distinct state machine version ARNs. ${received}`,
    );
  }
  const [first, second] = targets;
  if (first === undefined || (second !== undefined && second.name !== first.name)) {
    throw invalid(
      `Routing configuration must contain versions of the same state machine. ${received}`,
    );
  }
  const weights = routes.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw invalid(
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`,
    );
  }
  const routing = targets.map(({ qualifier }, index) => ({
    version: Number(qualifier),
    weight: weights[index] ?? 0,
  }));
  return { stateMachine: first.name, routing };
}

/** Those that lead to a version; without one, all. */
function routedTo({ aliases }: StateMachine, version: string | null): readonly StateMachineAlias[] {
  if (version === null) return aliases;
  return aliases.filter(({ routing }) =>
    routing.some((route) => String(route.version) === version),
  );
}

function described({ name: stateMachine }: StateMachine, alias: StateMachineAlias) {
  const { name, description, routing, createdAtMs, updatedAtMs } = alias;
  return {
    stateMachineAliasArn: stateMachineArn(stateMachine, name),
    name,
    description: description || undefined,
    routingConfiguration: routing.map(({ version, weight }) => ({
      stateMachineVersionArn: stateMachineArn(stateMachine, version),
      weight,
    })),
    creationDate: seconds(createdAtMs),
    updateDate: seconds(updatedAtMs),
  };
}
