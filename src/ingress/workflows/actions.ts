/** What can be asked of workflows: an operation of Step Functions with what it takes. */
import type { Input, OperationName } from '../../workflow/index.js';

export type WorkflowAction = {
  [Name in OperationName]: {
    readonly kind: 'ask-workflows';
    readonly name: Name;
    readonly input: Input<Name>;
  };
}[OperationName];
