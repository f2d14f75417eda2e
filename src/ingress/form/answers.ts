/** What every read and every write of the catalogue has in common, whatever it is about. */
import type { CatalogService } from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import type { Reply } from '../http/http.js';
import { errorReply } from './error-reply.js';
import { atPosition, withReadKind } from './log-position.js';

export class Answers {
  constructor(private readonly catalog: CatalogService) {}

  /** Tells whether the answer is what every node would tell, or what this one knows for now. */
  async read(answer: () => Promise<Reply>): Promise<Reply> {
    const isConfirmed = await this.catalog.catchUp();
    return withReadKind(await answer().catch(refusal), isConfirmed);
  }

  /** Tells from which position of the log on the change is seen. */
  async written(reply: Promise<Reply>): Promise<Reply> {
    return atPosition(await reply, this.catalog);
  }
}

/** What the client did wrong, as an answer; anything else is thrown on. */
function refusal(thrown: unknown): Reply {
  if (thrown instanceof HearthError) return errorReply(thrown);
  throw thrown;
}
