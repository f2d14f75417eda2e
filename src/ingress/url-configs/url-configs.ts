/** Configurations of function URLs: an action in, the catalogue asked, AWS's answer out. */
import { type Attachment, type CatalogService, latestVersion } from '../../catalog/index.js';
import { functionArn, HearthError } from '../../types/index.js';
import { replaced } from '../form/attached.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { cutPage } from '../form/paging.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';
import type { UrlConfig } from './url-config.js';
import { checkJwt, type UrlTarget } from './url-config-input.js';

export class UrlConfigs {
  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
  ) {}

  async create({ target, config }: Of<'create-url-config'>): Promise<Reply> {
    const { name, qualifier } = target;
    await this.#known(name, qualifier);
    const options = { expect: 'absent' } as const;
    const attachment = await this.catalog
      .attach(name, 'url', qualifier, config, options)
      .catch((thrown: unknown) => {
        throw isAttached(thrown) ? exists(target) : thrown;
      });
    if (attachment === null) throw new Error('what was attached is not there');
    return jsonReply(201, {
      ...told(target, attachment),
      CreationTime: time(attachment.createdAt),
    });
  }

  async update({ target, changes }: Of<'update-url-config'>): Promise<Reply> {
    const { name, qualifier } = target;
    await this.#known(name, qualifier);
    await this.catalog.catchUp();
    const present = this.#present(target);
    const merged = { ...configOf(present), ...changes };
    const { JwtConfig, ...others } = merged;
    // another way of authentication leaves the one of tokens behind, unless it was given with it
    const isLeft = merged.AuthType !== 'JWT' && changes.JwtConfig === undefined;
    const config: UrlConfig = isLeft ? others : merged;
    checkJwt(config);
    const attachment = await replaced(this.catalog, name, present, config);
    return jsonReply(200, { ...told(target, attachment), ...times(attachment) });
  }

  async get({ target }: Of<'get-url-config'>): Promise<Reply> {
    return jsonReply(200, listed(target, this.#present(target)));
  }

  async delete({ target }: Of<'delete-url-config'>): Promise<Reply> {
    await this.catalog.catchUp();
    this.#present(target);
    await this.catalog.attach(target.name, 'url', target.qualifier, null);
    return emptyReply(204);
  }

  async list({ target, origin, after, itemsMax }: Of<'list-url-configs'>): Promise<Reply> {
    const { name } = target;
    await this.#known(name, latestVersion);
    const items = this.catalog.attachments(name, 'url').filter((each) => each.qualifier > after);
    const { page, next } = cutPage(items, itemsMax, ({ qualifier }) => qualifier);
    const configs = page.map((each) => listed({ name, qualifier: each.qualifier, origin }, each));
    return jsonReply(200, { FunctionUrlConfigs: configs, ...next });
  }

  #present({ name, qualifier }: UrlTarget): Attachment {
    const present = this.catalog.attachment(name, 'url', qualifier);
    if (present !== undefined) return present;
    throw new HearthError('not-attached', 'The resource you requested does not exist.');
  }

  async #known(name: string, qualifier: string): Promise<void> {
    try {
      await this.lookup.known({ name, qualifier });
    } catch (thrown) {
      const isUnknown = thrown instanceof HearthError && thrown.code === 'function-not-found';
      if (!isUnknown) throw thrown;
      throw new HearthError('function-not-found', 'Function does not exist');
    }
  }
}

/** As reads tell it: with what stands where nothing was given. */
function listed(target: UrlTarget, attachment: Attachment): Record<string, unknown> {
  return { InvokeMode: 'BUFFERED', ...told(target, attachment), ...times(attachment) };
}

function told({ name, qualifier, origin }: UrlTarget, attachment: Attachment) {
  const alias = qualifier === latestVersion ? undefined : qualifier;
  return {
    FunctionUrl: `${origin}/fn/${name}${alias === undefined ? '' : `:${alias}`}/`,
    FunctionArn: functionArn(name, alias),
    ...configOf(attachment),
  };
}

function times({ createdAt, lastModified }: Attachment) {
  return { CreationTime: time(createdAt), LastModifiedTime: time(lastModified) };
}

function time(lastModified: string): string {
  return lastModified.replace('+0000', 'Z');
}

/** Only this file attaches it. */
function configOf({ value }: Attachment): UrlConfig {
  return value as UrlConfig;
}

function isAttached(thrown: unknown): boolean {
  return thrown instanceof HearthError && thrown.code === 'already-attached';
}

function exists({ name, qualifier }: UrlTarget): HearthError {
  const arn = functionArn(name, qualifier === latestVersion ? undefined : qualifier);
  return new HearthError(
    'already-attached',
    `Failed to create function url config for [functionArn = ${arn}]. ` +
      'Error message:  FunctionUrlConfig exists for this Lambda function',
  );
}
