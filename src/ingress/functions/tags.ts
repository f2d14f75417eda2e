/** TagResource, UntagResource and ListTags, for functions. */
import type { CatalogService } from '../../catalog/index.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';

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
