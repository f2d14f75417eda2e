/** TagResource, UntagResource and ListTags, for functions. */
import type { CatalogService } from '../../catalog/index.js';
import type { Action } from '../action.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';

type Of<Kind extends Action['kind']> = Extract<Action, { readonly kind: Kind }>;

export class Tags {
  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
  ) {}

  async list({ name }: Of<'list-tags'>): Promise<Reply> {
    const { tags } = await this.lookup.known({ name, qualifier: undefined });
    return jsonReply(200, { Tags: tags });
  }

  async tag({ name, tags }: Of<'tag'>): Promise<Reply> {
    await this.catalog.tag(name, tags);
    return emptyReply(204);
  }

  async untag({ name, keys }: Of<'untag'>): Promise<Reply> {
    await this.catalog.untag(name, keys);
    return emptyReply(204);
  }
}
