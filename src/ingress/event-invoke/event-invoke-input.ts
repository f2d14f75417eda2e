/** Requests about asynchronous invocation's configuration -> actions. Texts as recorded on live AWS. */
import * as z from 'zod';
import type { EventInvokeConfig } from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import type { ListOfFunction } from '../action.js';
import { Constraints } from '../form/constraints.js';
import { checkDestination, isDestination } from '../form/destination.js';
import type { FunctionName } from '../form/function-name.js';
import { given, shaped, text, whole } from '../form/shape.js';
import { targetOf } from '../form/target.js';
import type { Asked } from '../operation.js';

export type EventInvokeAction =
  | PutEventInvoke<'put-event-invoke'>
  | PutEventInvoke<'update-event-invoke'>
  | { readonly kind: 'get-event-invoke'; readonly target: FunctionName }
  | { readonly kind: 'delete-event-invoke'; readonly target: FunctionName }
  | ListOfFunction<'list-event-invoke'>;

export interface PutEventInvoke<Kind extends string> {
  readonly kind: Kind;
  readonly target: FunctionName;
  /** What is not among them becomes the default, of an update stays. */
  readonly changes: Partial<EventInvokeConfig>;
}

const destination = z.object({ Destination: text }).nullish();
const eventInvokeShape = z.object({
  MaximumRetryAttempts: whole,
  MaximumEventAgeInSeconds: whole,
  DestinationConfig: z.object({ OnSuccess: destination, OnFailure: destination }).nullish(),
});

export function putEventInvoke<Kind extends 'put-event-invoke' | 'update-event-invoke'>(
  kind: Kind,
  asked: Asked,
): PutEventInvoke<Kind> {
  const body = shaped(eventInvokeShape, asked.body);
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = body;
  const onSuccess = DestinationConfig?.OnSuccess?.Destination || null;
  const onFailure = DestinationConfig?.OnFailure?.Destination || null;
  const constraints = new Constraints();
  constraints.range(MaximumRetryAttempts ?? undefined, 'maximumRetryAttempts', 0, 2);
  const age = MaximumEventAgeInSeconds ?? undefined;
  constraints.range(age, 'maximumEventAgeInSeconds', 60, 21_600);
  const at = 'destinationConfig';
  checkDestination(constraints, onSuccess ?? undefined, `${at}.onSuccess.destination`);
  checkDestination(constraints, onFailure ?? undefined, `${at}.onFailure.destination`);
  const target = targetOf(asked, constraints);
  const changes: Partial<EventInvokeConfig> = {
    ...given({ retriesMax: MaximumRetryAttempts, ageMaxS: MaximumEventAgeInSeconds }),
    ...(DestinationConfig == null ? {} : { onSuccess, onFailure }),
  };
  if (Object.keys(changes).length === 0) {
    throw new HearthError(
      'invalid-parameter',
      'You must specify at least one of error handling or destination setting.',
    );
  }
  checkDestinations(onSuccess, onFailure);
  return { kind, target, changes };
}

export function ofEventInvoke<Kind extends 'get-event-invoke' | 'delete-event-invoke'>(
  kind: Kind,
  asked: Asked,
) {
  return { kind, target: targetOf(asked) };
}

function checkDestinations(onSuccess: string | null, onFailure: string | null): void {
  const isRight = [onSuccess, onFailure].every((text) => text === null || isDestination(text));
  if (isRight) return;
  const told = (name: string, text: string | null): string =>
    text === null ? 'null' : `${name}(destination=${text})`;
  throw new HearthError(
    'invalid-parameter',
    `The provided destination config DestinationConfig(onSuccess=${told('OnSuccess', onSuccess)}, ` +
      `onFailure=${told('OnFailure', onFailure)}) is invalid.`,
  );
}
