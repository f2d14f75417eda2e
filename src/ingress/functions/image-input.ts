/** Checked members of container images: which one, and what is changed of how it starts. */
import type { ImageConfig } from '../../catalog/index.js';
import { HearthError, limits } from '../../types/index.js';
import type { Constraints } from '../form/constraints.js';
import type { SettingsBody } from './function-shapes.js';

type ImageConfigBody = NonNullable<SettingsBody['ImageConfig']>;

const uriCharsMax = 1024;
/** A name as Docker takes it: no option of any command, no space, no control character. */
const uriPattern = /^[a-zA-Z0-9][a-zA-Z0-9._\-/:@]*$/;

/** AWS takes images of its own registry alone; here it is any name that Docker takes. */
export function imageUriOf(uri: string): string {
  if (uri.length <= uriCharsMax && uriPattern.test(uri)) return uri;
  throw new HearthError(
    'invalid-parameter',
    `Source image ${uri.slice(0, 256)} is not valid. Provide a valid source image.`,
  );
}

/** Notes what is wrong with it. */
export function checkImageConfig(constraints: Constraints, body: ImageConfigBody): void {
  const { imageWordsMax, imageDirectoryCharsMax } = limits;
  for (const [at, words] of [
    ['imageConfig.entryPoint', body.EntryPoint],
    ['imageConfig.command', body.Command],
  ] as const) {
    if ((words?.length ?? 0) <= imageWordsMax) continue;
    const constraint = `Member must have length less than or equal to ${imageWordsMax}`;
    constraints.failUnshown(at, constraint);
  }
  const directory = body.WorkingDirectory ?? undefined;
  constraints.length(directory, 'imageConfig.workingDirectory', 0, imageDirectoryCharsMax);
}

export function imageConfigOf(body: ImageConfigBody): ImageConfig {
  const config = {
    entryPoint: body.EntryPoint ?? [],
    command: body.Command ?? [],
    workingDirectory: body.WorkingDirectory ?? '',
  };
  const texts = [...config.entryPoint, ...config.command, config.workingDirectory];
  if (!texts.some((text) => text.includes('\0'))) return config;
  throw new HearthError(
    'invalid-parameter',
    'The ImageConfig holds a NUL character, which no process can be given; remove it.',
  );
}
