/** JSONata as an effect: whoever drives an engine has expressions evaluated elsewhere, with limits, and tells what they gave. */
import type { Cancelled } from '../../types/index.js';
import type { JsonObject, JsonValue } from '../json.js';

export interface EvaluationField {
  /** The location that failures name, such as `Arguments`, `Output` or `Assign`. */
  readonly name: string;
  /** Any JSON; each string `{% ... %}` in it, at any depth, is an expression. */
  readonly template: JsonValue;
}

export interface EvaluationRequest {
  readonly fields: readonly EvaluationField[];
  /** `$states`. */
  readonly states: JsonObject;
  /** Variables by name, without `$`. */
  readonly variables: JsonObject;
}

export type EvaluationResult =
  /** One of each field. */
  | { readonly kind: 'values'; readonly values: readonly JsonValue[] }
  | {
      readonly kind: 'failed';
      /** Mostly `States.QueryEvaluationError`. */
      readonly error: string;
      readonly cause: string;
      /** Of the expression, such as `Arguments/Payload/a`; as EvaluationFailed names it. */
      readonly location: string;
    };

/** Never rejects: what does not end, takes too much, or is given up by its signal, is a failure. */
export interface Evaluator {
  evaluate(request: EvaluationRequest, signal?: Cancelled): Promise<EvaluationResult>;
}
