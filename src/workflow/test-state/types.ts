/** TestState as the API has it: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
import type { JsonValue } from '../json.js';

export type FieldValidationMode = 'STRICT' | 'PRESENT' | 'NONE';

export interface Mock {
  /** JSON text. */
  readonly result?: string;
  readonly errorOutput?: { readonly error?: string; readonly cause?: string };
  readonly fieldValidationMode?: FieldValidationMode;
}

export interface StateConfiguration {
  /** How often the retrier that fits the mocked error has been used. */
  readonly retrierRetryCount?: number;
  readonly errorCausedByState?: string;
  readonly mapIterationFailureCount?: number;
  /** What the item reader found, as it stood there. */
  readonly mapItemReaderData?: string;
}

export interface TestStateRequest {
  /** Of one state, or with `stateName` of a whole machine. */
  readonly definition: string;
  readonly roleArn?: string;
  /** JSON text, as `variables` and `context`. */
  readonly input?: string;
  readonly variables?: string;
  readonly context?: string;
  readonly inspectionLevel?: 'INFO' | 'DEBUG' | 'TRACE';
  readonly revealSecrets?: boolean;
  readonly stateName?: string;
  readonly mock?: Mock;
  readonly stateConfiguration?: StateConfiguration;
}

/** A type of its members and no more, so that it is JSON. */
export type TestStateAnswer = {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  /** JSON text. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  /** JSON texts, numbers, and objects of them. */
  readonly inspectionData?: Readonly<Record<string, JsonValue>>;
};
