/**
 * The many ways to name a function: NAME, NAME:QUALIFIER, ACCOUNT:function:NAME, a full ARN; and the
 * qualifier beside it. Patterns and texts as recorded on live AWS.
 */
import { account, functionArn, HearthError, region } from '../../types/index.js';
import { type Constraints, memberPattern } from './constraints.js';

export interface FunctionName {
  readonly name: string;
  /** As given by either way; undefined where the caller named none. */
  readonly qualifier: string | undefined;
}

const prefix =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?';
const namePattern = memberPattern(
  `${prefix}([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
);
const newNamePattern = memberPattern(`${prefix}([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`);
const qualifierPattern = memberPattern('\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+');
/** The same as `namePattern`, with names for the parts. */
const parts =
  /^(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:(?<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_.]+)(?::(?<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

/** Notes what is wrong with the two members of a request that names an existing function. */
export function checkFunctionName(
  constraints: Constraints,
  text: string,
  qualifier: string | undefined,
): void {
  constraints.length(qualifier, 'qualifier', 1, 128);
  constraints.pattern(qualifier, 'qualifier', qualifierPattern);
  constraints.pattern(text, 'functionName', namePattern);
}

/** Notes what is wrong with the name of a function that is to be created. */
export function checkNewFunctionName(constraints: Constraints, text: string | undefined): void {
  constraints.required(text, 'functionName');
  constraints.length(text, 'functionName', 1, 140);
  constraints.pattern(text, 'functionName', newNamePattern);
}

/** The name alone of however a function is named; of anything else, the text as it is. */
export function namedFunction(text: string): string {
  return text.includes(':') ? (parts.exec(text)?.groups?.name ?? text) : text;
}

/**
 * Takes a checked name apart. Throws `function-not-found` for another region or account, and
 * `invalid-parameter` where the name's own qualifier contradicts the one beside it.
 */
export function parseFunctionName(text: string, qualifier?: string): FunctionName {
  if (!text.includes(':')) return { name: text, qualifier };
  const groups = parts.exec(text)?.groups;
  const name = groups?.name;
  if (groups === undefined || name === undefined) {
    throw new TypeError('parseFunctionName takes only names that checkFunctionName has passed');
  }
  const own = groups.qualifier;
  if (own !== undefined && qualifier !== undefined && own !== qualifier) {
    throw new HearthError(
      'invalid-parameter',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const otherRegion = groups.region;
  if (otherRegion !== undefined && otherRegion !== region) {
    throw new HearthError(
      'function-not-found',
      `Functions from '${otherRegion}' are not reachable in this region ('${region}')`,
    );
  }
  const otherAccount = groups.account;
  if (otherAccount !== undefined && otherAccount !== account) {
    throw new HearthError(
      'function-not-found',
      `Function not found: ${functionArn(name, own).replace(account, otherAccount)}`,
    );
  }
  return { name, qualifier: own ?? qualifier };
}
