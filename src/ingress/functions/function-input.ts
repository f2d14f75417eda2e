/** Checked bodies -> what the catalogue takes. Texts as recorded on live AWS unless marked otherwise. */
import {
  type Architecture,
  type FunctionImage,
  type FunctionSettings,
  type ImageSource,
  type NewFunction,
  notOfImages,
  type SettingsChanges,
} from '../../catalog/index.js';
import { HearthError, limits } from '../../types/index.js';
import { Constraints, memberPattern } from '../form/constraints.js';
import { checkNewFunctionName, parseFunctionName } from '../form/function-name.js';
import { checkLayerUses } from '../layers/layer-name.js';
import { checkEnvironment } from './environment.js';
import { checkRuntimeCan } from './execution-input.js';
import {
  type CodeBody,
  type CreateBody,
  notOffered,
  refusePublishTo,
  refuseUnoffered,
  refuseUnofferedCode,
  type SettingsBody,
} from './function-shapes.js';
import { checkImageConfig, imageConfigOf, imageUriOf } from './image-input.js';
import { checkRuntime } from './runtimes.js';
import { checkTold, loggingChanges, newLogging, toldSettings } from './told-settings.js';

const rolePattern = memberPattern(
  'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
);
const handlerPattern = { text: '[^\\s]+', matches: /^[^\s\0]+$/ };

/** Throws `validation`, `invalid-parameter`, `not-offered` or `upload-too-large`. */
export function newFunction(
  body: CreateBody,
  supportedRuntimes: readonly string[],
): { input: NewFunction; code: Uint8Array | FunctionImage; publish: boolean } {
  const constraints = new Constraints();
  const given = body.FunctionName ?? undefined;
  checkNewFunctionName(constraints, given);
  constraints.required(body.Role ?? undefined, 'role');
  constraints.required(body.Code ?? undefined, 'code');
  constraints.oneOf(body.PackageType ?? undefined, 'packageType', ['Zip', 'Image']);
  checkArchitectures(constraints, body.Architectures);
  checkMembers(constraints, body);
  checkTags(constraints, body.Tags ?? {});
  constraints.check();
  const { name } = parseFunctionName(given ?? '');
  checkNameLength(name);
  refuseUnoffered(body);
  refusePublishTo(body);
  refuseUnofferedCode(body.Code ?? {});
  if (body.CodeSigningConfigArn) throw notOffered('CodeSigningConfigArn');
  const code = body.PackageType === 'Image' ? newImage(body) : newZip(body);
  const changes = settingsChanges(body, supportedRuntimes);
  const input = {
    ...defaults,
    ...changes,
    role: body.Role ?? '',
    name,
    architecture: architectureOf(body.Architectures) ?? 'x86_64',
    tags: body.Tags ?? {},
    logging: newLogging(body),
  };
  checkRuntimeCan({ ...input, environment: () => input.environment ?? {} });
  return { input, code, publish: body.Publish ?? false };
}

/** Throws as `newFunction` does. */
export function settingsUpdate(
  body: SettingsBody,
  constraints: Constraints,
  supportedRuntimes: readonly string[],
): SettingsChanges {
  checkMembers(constraints, body);
  constraints.check();
  refuseUnoffered(body);
  const imageConfig =
    body.ImageConfig == null ? {} : { imageConfig: imageConfigOf(body.ImageConfig) };
  const logging = body.LoggingConfig == null ? {} : { logging: loggingChanges(body) };
  return { ...settingsChanges(body, supportedRuntimes), ...imageConfig, ...logging };
}

/** Throws as `newFunction` does. */
export function codeUpdate(
  body: CodeBody,
  constraints: Constraints,
): { code: Uint8Array | ImageSource; architecture: Architecture | undefined } {
  checkArchitectures(constraints, body.Architectures);
  constraints.check();
  refusePublishTo(body);
  refuseUnofferedCode(body);
  const architecture = architectureOf(body.Architectures);
  const { ImageUri, ZipFile } = body;
  if (ImageUri == null) return { code: decodeZip(ZipFile ?? undefined), architecture };
  if (ZipFile != null) throw twoSources();
  return { code: { imageUri: imageUriOf(ImageUri) }, architecture };
}

/** AWS's defaults, and what an image has none of. */
const defaults = {
  runtime: '',
  handler: '',
  description: '',
  timeoutS: 3,
  memoryMb: 128,
  ephemeralMb: 512,
  snapStart: false,
  environment: null,
  layers: [],
  tracing: 'PassThrough',
  deadLetterTarget: '',
} as const;

function newZip(body: CreateBody): Uint8Array {
  if (body.Code?.ImageUri != null) {
    throw new HearthError(
      'invalid-parameter',
      "Please don't provide ImageUri when creating a function with packageType Zip.",
    );
  }
  if (body.ImageConfig != null && Object.keys(body.ImageConfig).length > 0) {
    throw new HearthError(
      'invalid-parameter',
      "Please don't provide ImageConfig when the intended function PackageType is Zip.",
    );
  }
  if (body.Runtime == null || body.Handler == null) {
    throw new HearthError(
      'invalid-parameter',
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  return decodeZip(body.Code?.ZipFile ?? undefined);
}

function newImage(body: CreateBody): FunctionImage {
  if (body.Runtime != null || body.Handler != null || (body.Layers?.length ?? 0) > 0) {
    throw new HearthError('invalid-parameter', notOfImages);
  }
  const { ImageUri, ZipFile } = body.Code ?? {};
  if (ZipFile != null) throw twoSources();
  if (ImageUri == null) {
    throw new HearthError(
      'invalid-parameter',
      'Please provide ImageUri when creating a function with packageType Image.',
    );
  }
  return { uri: imageUriOf(ImageUri), ...imageConfigOf(body.ImageConfig ?? {}) };
}

function twoSources(): HearthError {
  return new HearthError(
    'invalid-parameter',
    'Please provide only one source for function code: ZipFile or ImageUri.',
  );
}

function checkMembers(constraints: Constraints, body: SettingsBody | CreateBody): void {
  constraints.pattern(body.Role ?? undefined, 'role', rolePattern);
  constraints.length(body.Handler ?? undefined, 'handler', 0, limits.handlerCharsMax);
  constraints.pattern(body.Handler ?? undefined, 'handler', handlerPattern);
  constraints.length(body.Description ?? undefined, 'description', 0, limits.descriptionCharsMax);
  constraints.range(body.Timeout ?? undefined, 'timeout', limits.timeoutSMin, limits.timeoutSMax);
  const { memoryMbMin, memoryMbMax } = limits;
  constraints.range(body.MemorySize ?? undefined, 'memorySize', memoryMbMin, memoryMbMax);
  const size = body.EphemeralStorage?.Size ?? undefined;
  constraints.range(size, 'ephemeralStorage.size', 512, 10_240);
  const applyOn = body.SnapStart?.ApplyOn ?? undefined;
  constraints.oneOf(applyOn, 'snapStart.applyOn', ['PublishedVersions', 'None']);
  checkEnvironment(constraints, body.Environment?.Variables ?? {});
  checkLayerUses(constraints, body.Layers ?? []);
  checkImageConfig(constraints, body.ImageConfig ?? {});
  checkTold(constraints, body);
}

function checkArchitectures(
  constraints: Constraints,
  architectures: readonly string[] | null | undefined,
): void {
  if (architectures == null) return;
  const value = `'[${architectures.join(', ').slice(0, 256)}]'`;
  const at = 'architectures';
  if (architectures.length > 1) {
    constraints.fail(value, at, 'Member must have length less than or equal to 1');
  } else if (architectures.length === 0) {
    constraints.fail(value, at, 'Member must have length greater than or equal to 1');
  } else if (architectureOf(architectures) === undefined) {
    const set = 'Member must satisfy enum value set: [x86_64, arm64], Member must not be null';
    constraints.fail(value, at, `Member must satisfy constraint: [${set}]`);
  }
}

function architectureOf(
  architectures: readonly string[] | null | undefined,
): Architecture | undefined {
  const [first] = architectures ?? [];
  return first === 'x86_64' || first === 'arm64' ? first : undefined;
}

/** Throws `validation` with everything that was noted so far, or `invalid-parameter` for too many. */
export function checkTags(constraints: Constraints, tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  for (const [key, value] of entries) {
    constraints.length(key, 'tags', 1, 128);
    constraints.length(value, 'tags', 0, 256);
  }
  constraints.check();
  if (entries.length > limits.tagsMax) {
    throw new HearthError('invalid-parameter', 'Number of tags exceeds resource tag limit.');
  }
}

/** AWS answers this one with another exception than all other constraints. */
function checkNameLength(name: string): void {
  if (name.length <= limits.functionNameCharsMax) return;
  throw new HearthError(
    'invalid-parameter',
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${limits.functionNameCharsMax}`,
  );
}

function settingsChanges(
  body: SettingsBody | CreateBody,
  supportedRuntimes: readonly string[],
): Partial<Omit<FunctionSettings, 'logging'>> {
  if (body.Runtime != null) checkRuntime(body.Runtime, supportedRuntimes);
  const size = body.EphemeralStorage?.Size;
  const variables = body.Environment?.Variables;
  const applyOn = body.SnapStart?.ApplyOn;
  return {
    ...(body.Runtime == null ? {} : { runtime: body.Runtime }),
    ...(body.Handler == null ? {} : { handler: body.Handler }),
    ...(body.Role == null ? {} : { role: body.Role }),
    ...(body.Description == null ? {} : { description: body.Description }),
    ...(body.Timeout == null ? {} : { timeoutS: body.Timeout }),
    ...(body.MemorySize == null ? {} : { memoryMb: body.MemorySize }),
    ...(size == null ? {} : { ephemeralMb: size }),
    ...(variables == null ? {} : { environment: variables }),
    ...(applyOn == null ? {} : { snapStart: applyOn === 'PublishedVersions' }),
    ...(body.Layers == null ? {} : { layers: body.Layers }),
    ...toldSettings(body),
  };
}

/** Throws `invalid-parameter` where there is none, `upload-too-large`. */
export function decodeZip(base64: string | undefined): Uint8Array {
  if (base64 === undefined || base64 === '') {
    throw new HearthError('invalid-parameter', 'Please provide a source for function code.');
  }
  const zip = Buffer.from(base64, 'base64');
  if (zip.length > limits.zipBytesMax) {
    throw new HearthError(
      'upload-too-large',
      `Zipped size must be smaller than ${limits.zipBytesMax} bytes`,
    );
  }
  return zip;
}
