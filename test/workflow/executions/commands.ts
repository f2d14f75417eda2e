/** Commands as tests of executions say them. */
import type { StartCommand } from '../../../src/workflow/executions/command.js';

export function startOf(
  name: string,
  input = '{}',
  more: {
    readonly definition?: string;
    readonly mapRunArn?: string;
    readonly itemCount?: number;
  } = {},
): StartCommand {
  return {
    kind: 'start',
    origin: {
      arn: name,
      name,
      stateMachineName: 'm',
      stateMachineArn: 'machine',
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      revisionId: '',
      roleArn: '',
      traceId: '',
      definitionHash: 'hash',
      mapRunArn: more.mapRunArn ?? null,
      itemCount: more.itemCount ?? null,
    },
    input: Buffer.from(input),
    definition: Buffer.from(more.definition ?? 'the definition'),
  };
}
