/** What ARNs name, by what an operation takes. */
import { parseStatesArn, type StatesArn } from '../arns.js';
import { invalidArn, invalidName, noStateMachine } from './refusals.js';

type OfKind<Kind extends StatesArn['kind']> = Extract<StatesArn, { readonly kind: Kind }>;

/** Throws `invalid-arn`. */
export function target<const Kind extends StatesArn['kind']>(
  arn: string,
  ...kinds: readonly Kind[]
): OfKind<Kind> {
  if (!arn.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const parsed = parseStatesArn(arn);
  if (parsed !== undefined && (kinds as readonly string[]).includes(parsed.kind)) {
    return parsed as OfKind<Kind>;
  }
  const [, , service, , , type = ''] = arn.split(':');
  const isOther = service === 'states' && !(kinds as readonly string[]).includes(type);
  throw invalidArn(isOther ? `Resource type not valid in this context: ${type}` : arn);
}

/** The name of a state machine. Throws `invalid-arn`; where a version or alias is named, as if there were none. */
export function unqualified(arn: string): string {
  const { name, qualifier } = target(arn, 'stateMachine');
  if (qualifier !== null) throw noStateMachine(arn);
  return name;
}

/** Of a version: the state machine's name, and the number. Throws `invalid-arn`. */
export function versionTarget(arn: string): { readonly name: string; readonly version: number } {
  const { name, qualifier } = target(arn, 'stateMachine');
  if (!isVersion(qualifier)) throw invalidArn(arn);
  return { name, version: Number(qualifier) };
}

/** Of an alias: the state machine's name, and its own. Throws `invalid-arn`. */
export function aliasTarget(arn: string): { readonly name: string; readonly alias: string } {
  const { name, qualifier } = target(arn, 'stateMachine');
  if (qualifier === null || isVersion(qualifier)) throw invalidArn(arn);
  return { name, alias: qualifier };
}

export function isVersion(qualifier: string | null): qualifier is string {
  return qualifier !== null && /^[1-9]\d{0,8}$/.test(qualifier);
}

/** A role is only kept, for nobody is asked to assume it. Throws `invalid-arn`. */
export function checkRoleArn(arn: string | undefined): void {
  if (arn !== undefined && !arn.startsWith('arn:')) {
    throw invalidArn(`Invalid ARN prefix: ${arn}`);
  }
}

/** What no name may have: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
const notInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\u{fffe}\u{ffff}]/u;

/** Of a state machine, an execution, an activity. Throws `invalid-name`. */
export function checkName(name: string): void {
  if (notInNames.test(name)) throw invalidName(name);
}
