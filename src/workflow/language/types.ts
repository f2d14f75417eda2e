/**
 * A state machine in the Amazon States Language, as data: the members and their names are those of the text
 * (https://states-language.net/spec.html and the Step Functions Developer Guide), and a value of these types has
 * passed the validation. Paths, intrinsic functions and JSONata stand in it as the text that they are.
 */
import type { JsonObject, JsonValue } from '../json.js';

export type QueryLanguage = 'JSONPath' | 'JSONata';
export type StateMachineType = 'STANDARD' | 'EXPRESS';

/** States with a first one: a whole machine, a branch of a Parallel, or what a Map does with each item. */
export interface StateGraph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends StateGraph {
  readonly Comment?: string;
  readonly Version?: string;
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: QueryLanguage;
}

/** A number, or with JSONata an expression that gives one. */
export type NumberOrExpression = number | string;

interface CommonFields {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
}

/** In JSONPath states; null discards. */
interface PathFields {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

interface NextFields {
  readonly Next?: string;
  readonly End?: boolean;
}

interface OutputFields {
  readonly Assign?: JsonObject;
  /** JSONata. */
  readonly Output?: JsonValue;
}

interface ResultFields {
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Assign?: JsonObject;
  readonly Output?: JsonValue;
}

interface ErrorFields {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState
  extends CommonFields,
    PathFields,
    NextFields,
    OutputFields,
    ResultFields,
    ErrorFields {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Parameters?: JsonValue;
  readonly Arguments?: JsonValue;
  readonly TimeoutSeconds?: NumberOrExpression;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: NumberOrExpression;
  readonly HeartbeatSecondsPath?: string;
  readonly Credentials?: JsonValue;
}

export interface PassState extends CommonFields, PathFields, NextFields, OutputFields {
  readonly Type: 'Pass';
  readonly Result?: JsonValue;
  readonly Parameters?: JsonValue;
  readonly ResultPath?: string | null;
}

/** `Variable` with one operator such as `StringEquals`, or `And`, `Or`, `Not`; with JSONata `Condition`. */
export interface ChoiceRule {
  readonly Next?: string;
  readonly Assign?: JsonObject;
  readonly Output?: JsonValue;
  readonly Comment?: string;
  readonly Condition?: JsonValue;
  readonly Variable?: string;
  readonly And?: readonly ChoiceRule[];
  readonly Or?: readonly ChoiceRule[];
  readonly Not?: ChoiceRule;
  readonly [operator: string]: unknown;
}

export interface ChoiceState extends CommonFields, PathFields, OutputFields {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends CommonFields, PathFields, NextFields, OutputFields {
  readonly Type: 'Wait';
  readonly Seconds?: NumberOrExpression;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface SucceedState extends CommonFields, PathFields {
  readonly Type: 'Succeed';
  readonly Output?: JsonValue;
}

export interface FailState extends CommonFields {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelState
  extends CommonFields,
    PathFields,
    NextFields,
    OutputFields,
    ResultFields,
    ErrorFields {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateGraph[];
  readonly Parameters?: JsonValue;
  readonly Arguments?: JsonValue;
}

export interface ItemProcessor extends StateGraph {
  readonly ProcessorConfig?: {
    readonly Mode?: 'INLINE' | 'DISTRIBUTED';
    readonly ExecutionType?: StateMachineType;
  };
}

export interface MapState
  extends CommonFields,
    PathFields,
    NextFields,
    OutputFields,
    ResultFields,
    ErrorFields {
  readonly Type: 'Map';
  readonly ItemProcessor?: ItemProcessor;
  /** The name that `ItemProcessor` had before. */
  readonly Iterator?: ItemProcessor;
  readonly ItemsPath?: string;
  readonly Items?: JsonValue;
  readonly ItemSelector?: JsonValue;
  /** The name that `ItemSelector` had before. */
  readonly Parameters?: JsonValue;
  readonly MaxConcurrency?: NumberOrExpression;
  readonly MaxConcurrencyPath?: string;
  readonly Label?: string;
  readonly ItemReader?: JsonObject;
  readonly ItemBatcher?: JsonObject;
  readonly ResultWriter?: JsonObject;
  readonly ToleratedFailureCount?: NumberOrExpression;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: NumberOrExpression;
  readonly ToleratedFailurePercentagePath?: string;
}

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  /** Such as `SCHEMA_VALIDATION_FAILED`. */
  readonly code: string;
  readonly message: string;
  /** Such as `/States/A/Next`; absent where the text is not JSON. */
  readonly location?: string;
}

export type ParsedDefinition =
  | {
      readonly kind: 'valid';
      readonly definition: Definition;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly kind: 'invalid';
      readonly diagnostics: readonly Diagnostic[];
      /** What CreateStateMachine says of it, as AWS does: `Invalid State Machine Definition: '...'`. */
      readonly message: string;
    };

/** Reads the text of a definition. Never throws. */
export type ParseDefinition = (text: string, type: StateMachineType) => ParsedDefinition;
