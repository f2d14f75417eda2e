/** What an operation of Step Functions touches: `stateMachine:NAME`, `activity:NAME`, `*` for the cluster. */
import { parseStatesArn } from '../../workflow/index.js';
import type { WorkflowAction } from './actions.js';

/** Nothing where a task's token is what gives the right, or where no more is asked for than what is sent. */
export function touchedBy({ name, input }: WorkflowAction): readonly string[] {
  switch (name) {
    case 'CreateStateMachine':
      return [`stateMachine:${input.name}`];
    case 'CreateActivity':
      return [`activity:${input.name}`];
    case 'CreateStateMachineAlias':
      return input.routingConfiguration.map((route) => touchedArn(route.stateMachineVersionArn));
    case 'ListStateMachines':
    case 'ListActivities':
    case 'TestState':
      return ['*'];
    case 'SendTaskSuccess':
    case 'SendTaskFailure':
    case 'SendTaskHeartbeat':
    case 'ValidateStateMachineDefinition':
      return [];
    case 'ListExecutions':
      return [touchedArn(input.stateMachineArn ?? input.mapRunArn ?? '')];
    default: {
      const [arn = ''] = Object.entries(input).flatMap(([member, value]) =>
        member.endsWith('Arn') && member !== 'roleArn' ? [String(value)] : [],
      );
      return [touchedArn(arn)];
    }
  }
}

/** What is no ARN names nothing that anybody but who may do everything has the right to. */
function touchedArn(arn: string): string {
  const parsed = parseStatesArn(arn);
  if (parsed === undefined) return '*';
  if (parsed.kind === 'activity') return `activity:${parsed.name}`;
  const name = parsed.kind === 'stateMachine' ? parsed.name : parsed.stateMachine;
  return `stateMachine:${name.split('/')[0]}`;
}
