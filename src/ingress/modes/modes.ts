/**
 * Modes of a function that AWS's tools set and read back: whether it may call itself in rounds, when its runtime is
 * updated, and by whom its code must be signed.
 */
import { type CatalogService, latestVersion } from '../../catalog/index.js';
import { functionArn, HearthError } from '../../types/index.js';
import { attached } from '../form/attached.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { runtimeVersionArn } from '../functions/function-configuration.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';
import type { RuntimeMode } from './modes-input.js';

/** What is attached for a mode of runtime updates. */
type RuntimeManagement = { readonly mode: RuntimeMode; readonly runtimeVersionArn?: string };

export class Modes {
  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
  ) {}

  async putRecursion({ name, mode }: Of<'put-recursion'>): Promise<Reply> {
    await this.lookup.known({ name, qualifier: undefined });
    await attached(this.catalog, name, 'recursion', latestVersion, mode);
    return jsonReply(200, { RecursiveLoop: mode });
  }

  async getRecursion({ name }: Of<'get-recursion'>): Promise<Reply> {
    await this.lookup.known({ name, qualifier: undefined });
    const mode = this.catalog.attachment(name, 'recursion', latestVersion)?.value;
    return jsonReply(200, { RecursiveLoop: mode ?? 'Terminate' });
  }

  /** There is one build of each runtime, the one that is installed: no other can be asked for. */
  async putRuntimeManagement(action: Of<'put-runtime-management'>): Promise<Reply> {
    const { target, mode, runtimeVersionArn: asked } = action;
    const { name, qualifier } = target;
    const { runtime, version } = await this.lookup.known(target);
    if (asked !== undefined && asked !== runtimeVersionArn(runtime)) {
      throw new HearthError(
        'invalid-parameter',
        `The runtime version ${asked} is not the one of ${runtime} that this cluster has, ${runtimeVersionArn(runtime)}.`,
      );
    }
    const value: RuntimeManagement = { mode, ...(asked ? { runtimeVersionArn: asked } : {}) };
    await attached(this.catalog, name, 'runtime-management', version, value);
    return jsonReply(200, configuration(name, qualifier, value));
  }

  async getRuntimeManagement({ target }: Of<'get-runtime-management'>): Promise<Reply> {
    const { name, qualifier } = target;
    const { version } = await this.lookup.known(target);
    const value = this.catalog.attachment(name, 'runtime-management', version)?.value;
    // only this file attaches it
    const management = (value as RuntimeManagement | undefined) ?? { mode: 'Auto' };
    return jsonReply(200, configuration(name, qualifier, management));
  }

  /** Code is never signed here, and so there is nothing to tell or to take away. */
  async getCodeSigning({ name }: Of<'get-code-signing'>): Promise<Reply> {
    await this.lookup.known({ name, qualifier: undefined });
    return jsonReply(200, {});
  }

  async deleteCodeSigning({ name }: Of<'delete-code-signing'>): Promise<Reply> {
    await this.lookup.known({ name, qualifier: undefined });
    return emptyReply(204);
  }
}

function configuration(name: string, qualifier: string | undefined, value: RuntimeManagement) {
  return {
    UpdateRuntimeOn: value.mode,
    FunctionArn: functionArn(name, qualifier),
    ...(value.runtimeVersionArn === undefined
      ? {}
      : { RuntimeVersionArn: value.runtimeVersionArn }),
  };
}
