/** Checked bodies and queries of the layer operations. Patterns and texts as recorded on live AWS. */
import type { NewLayer } from '../../catalog/index.js';
import { HearthError, limits } from '../../types/index.js';
import { Constraints } from '../form/constraints.js';
import { shaped } from '../form/shape.js';
import { decodeZip } from '../functions/function-input.js';
import { type LayerBody, layerShape, refuseUnofferedCode } from '../functions/function-shapes.js';
import { layerRuntimes, soughtRuntimes } from '../functions/runtimes.js';
import { checkLayerName, parseLayerName } from './layer-name.js';

const architectures: readonly string[] = ['x86_64', 'arm64'];

/** What a list of layers is filtered by. */
export interface LayerFilter {
  readonly runtime: string | undefined;
  readonly architecture: string | undefined;
}

/** Throws `validation`, `invalid-parameter`, `not-offered` or `upload-too-large`. */
export function newLayer(subject: string, body: Uint8Array): { layer: NewLayer; zip: Uint8Array } {
  const shape = shaped(layerShape, body);
  const constraints = new Constraints();
  checkMembers(constraints, shape);
  checkLayerName(constraints, subject);
  constraints.check();
  const { Content, Description, LicenseInfo, CompatibleRuntimes, CompatibleArchitectures } = shape;
  refuseUnofferedCode(Content ?? {});
  if (!Content?.ZipFile) {
    throw new HearthError('invalid-parameter', 'Please provide a source for layer content.');
  }
  const layer = {
    name: parseLayerName(subject),
    description: Description ?? '',
    licenseInfo: LicenseInfo ?? '',
    compatibleRuntimes: CompatibleRuntimes ?? null,
    compatibleArchitectures: CompatibleArchitectures ?? null,
  };
  return { layer, zip: decodeZip(Content.ZipFile) };
}

/** Notes what is wrong with it. */
export function layerFilter(query: URLSearchParams, constraints: Constraints): LayerFilter {
  const runtime = query.get('CompatibleRuntime') ?? undefined;
  const architecture = query.get('CompatibleArchitecture') ?? undefined;
  constraints.oneOf(runtime, 'compatibleRuntime', soughtRuntimes);
  constraints.oneOf(architecture, 'compatibleArchitecture', architectures);
  return { runtime, architecture };
}

function checkMembers(constraints: Constraints, body: LayerBody): void {
  const { descriptionCharsMax, licenseInfoCharsMax } = limits;
  constraints.required(body.Content ?? undefined, 'content');
  constraints.length(body.Description ?? undefined, 'description', 0, descriptionCharsMax);
  constraints.length(body.LicenseInfo ?? undefined, 'licenseInfo', 0, licenseInfoCharsMax);
  const { layerRuntimesMax, layerArchitecturesMax } = limits;
  const runtimes = body.CompatibleRuntimes ?? [];
  const { allowed, told } = layerRuntimes;
  const runtimeRule = `Member must satisfy enum value set: [${told.join(', ')}]`;
  checkWords(constraints, 'compatibleRuntimes', runtimes, layerRuntimesMax, allowed, runtimeRule);
  const named = body.CompatibleArchitectures ?? [];
  const rules = `Member must satisfy enum value set: [${architectures.join(', ')}], Member must not be null`;
  const rule = `Member must satisfy constraint: [${rules}]`;
  const at = 'compatibleArchitectures';
  checkWords(constraints, at, named, layerArchitecturesMax, architectures, rule);
}

function checkWords(
  constraints: Constraints,
  at: string,
  words: readonly string[],
  wordsMax: number,
  allowed: readonly string[],
  rule: string,
): void {
  const shown = `'[${words.join(', ').slice(0, shownCharsMax)}]'`;
  if (words.length > wordsMax) {
    constraints.fail(shown, at, `Member must have length less than or equal to ${wordsMax}`);
  } else if (words.some((word) => !allowed.includes(word))) {
    constraints.fail(shown, at, rule);
  }
}

/** An error text need not repeat a megabyte. */
const shownCharsMax = 1024;
