/** Requests about modes of a function -> actions. Patterns and texts as AWS words them where it has the rule. */
import * as z from 'zod';
import { HearthError } from '../../types/index.js';
import { Constraints, memberPattern } from '../form/constraints.js';
import type { FunctionName } from '../form/function-name.js';
import { shaped, text } from '../form/shape.js';
import { targetOf, wholeFunction } from '../form/target.js';
import type { Asked } from '../operation.js';

export const recursionModes = ['Allow', 'Terminate'] as const;
export const runtimeModes = ['Auto', 'Manual', 'FunctionUpdate'] as const;

export type RuntimeMode = (typeof runtimeModes)[number];

export type ModeAction =
  | {
      readonly kind: 'put-recursion';
      readonly name: string;
      readonly mode: (typeof recursionModes)[number];
    }
  | { readonly kind: 'get-recursion'; readonly name: string }
  | {
      readonly kind: 'put-runtime-management';
      readonly target: FunctionName;
      readonly mode: RuntimeMode;
      /** Only, and always, where the mode is Manual. */
      readonly runtimeVersionArn: string | undefined;
    }
  | { readonly kind: 'get-runtime-management'; readonly target: FunctionName }
  | { readonly kind: 'get-code-signing'; readonly name: string }
  | { readonly kind: 'delete-code-signing'; readonly name: string };

const recursionShape = z.object({ RecursiveLoop: text });
const runtimeShape = z.object({ UpdateRuntimeOn: text, RuntimeVersionArn: text });
const runtimeArnPattern = memberPattern(
  'arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}::runtime:.+',
);

export function putRecursion(asked: Asked): ModeAction {
  const { RecursiveLoop } = shaped(recursionShape, asked.body);
  const constraints = new Constraints();
  constraints.required(RecursiveLoop ?? undefined, 'recursiveLoop');
  constraints.oneOf(RecursiveLoop ?? undefined, 'recursiveLoop', recursionModes);
  const name = wholeFunction(asked, constraints);
  return { kind: 'put-recursion', name, mode: RecursiveLoop === 'Allow' ? 'Allow' : 'Terminate' };
}

export function putRuntimeManagement(asked: Asked): ModeAction {
  const { UpdateRuntimeOn, RuntimeVersionArn } = shaped(runtimeShape, asked.body);
  const constraints = new Constraints();
  constraints.required(UpdateRuntimeOn ?? undefined, 'updateRuntimeOn');
  constraints.oneOf(UpdateRuntimeOn ?? undefined, 'updateRuntimeOn', runtimeModes);
  constraints.length(RuntimeVersionArn ?? undefined, 'runtimeVersionArn', 26, 2048);
  constraints.pattern(RuntimeVersionArn ?? undefined, 'runtimeVersionArn', runtimeArnPattern);
  const target = targetOf(asked, constraints);
  const mode = runtimeModes.find((each) => each === UpdateRuntimeOn) ?? 'Auto';
  const runtimeVersionArn = RuntimeVersionArn ?? undefined;
  if ((mode === 'Manual') !== (runtimeVersionArn !== undefined)) {
    throw new HearthError(
      'invalid-parameter',
      'A RuntimeVersionArn is needed where UpdateRuntimeOn is Manual, and taken nowhere else.',
    );
  }
  return { kind: 'put-runtime-management', target, mode, runtimeVersionArn };
}
