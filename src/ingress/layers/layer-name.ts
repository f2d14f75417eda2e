/** The ways to name a layer: NAME, or its ARN; and a version of it by ARN. Patterns as recorded on live AWS. */
import { parseLayerArn } from '../../catalog/index.js';
import { account, HearthError, limits, region } from '../../types/index.js';
import { type Constraints, memberPattern } from '../form/constraints.js';

const namePattern = memberPattern(
  '(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+',
);
const versionArn =
  '(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)' +
  '|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)';
const versionArnPattern = memberPattern(versionArn);
const layerArnCharsMax = 2048;

export function checkLayerName(constraints: Constraints, text: string): void {
  constraints.length(text, 'layerName', 1, limits.layerNameCharsMax);
  constraints.pattern(text, 'layerName', namePattern);
}

/** The name alone of a checked one. Throws `function-not-found` for another account or region. */
export function parseLayerName(text: string): string {
  const [, , , inRegion, inAccount, , name = text] = text.split(':');
  if (name === text || (inRegion === region && inAccount === account)) return name;
  throw noSuchLayer();
}

/** Throws `validation` for what is no ARN of a layer version, `function-not-found` for another account's. */
export function parseVersionArn(
  constraints: Constraints,
  arn: string | undefined,
): { name: string; version: number } {
  constraints.required(arn, 'arn');
  constraints.pattern(arn, 'arn', versionArnPattern);
  constraints.check();
  const parts = parseLayerArn(arn ?? '');
  if (parts?.isOurs !== true) throw noSuchLayer();
  return parts;
}

/** Throws `invalid-parameter` unless it is a whole number from 1. */
export function parseLayerVersion(text: string): number {
  if (/^\d{1,15}$/.test(text) && Number(text) >= 1) return Number(text);
  throw new HearthError('invalid-parameter', 'Layer Version Cannot be less than 1');
}

/** Notes what is wrong with the layers of a function; throws `invalid-parameter` for too many, or one twice. */
export function checkLayerUses(constraints: Constraints, arns: readonly string[]): void {
  if (arns.some((arn) => arn.length > layerArnCharsMax || !versionArnPattern.matches.test(arn))) {
    const rules =
      `Member must have length less than or equal to ${layerArnCharsMax}, ` +
      'Member must have length greater than or equal to 1, ' +
      `Member must satisfy regular expression pattern: ${versionArn}, Member must not be null`;
    const shown = `'[${arns.join(', ').slice(0, shownCharsMax)}]'`;
    constraints.fail(shown, 'layers', `Member must satisfy constraint: [${rules}]`);
    return;
  }
  if (arns.length > limits.layersPerFunctionMax) {
    throw new HearthError(
      'invalid-parameter',
      `Cannot reference more than ${limits.layersPerFunctionMax} layers.`,
    );
  }
  const seen = new Map<string, string>();
  for (const arn of arns) {
    const layer = arn.slice(0, arn.lastIndexOf(':'));
    const other = seen.get(layer);
    if (other !== undefined) {
      throw new HearthError(
        'invalid-parameter',
        'Two different versions of the same layer are not allowed to be referenced in the same function. ' +
          `${other} and ${arn} are versions of the same layer.`,
      );
    }
    seen.set(layer, arn);
  }
}

export function noSuchLayer(): HearthError {
  return new HearthError('function-not-found', 'The resource you requested does not exist.');
}

/** An error text need not repeat a megabyte. */
const shownCharsMax = 1024;
