/** How asynchronous invocations are treated: an action in, the catalogue asked, AWS's answer out. */
import {
  type Attachment,
  type CatalogService,
  type EventInvokeConfig,
  latestVersion,
} from '../../catalog/index.js';
import { functionArn, HearthError } from '../../types/index.js';
import type { ListOfFunction } from '../action.js';
import { attached, replaced } from '../form/attached.js';
import { checkFunctionDestination } from '../form/destination.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { FunctionName } from '../form/function-name.js';
import { cutPage } from '../form/paging.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';

const defaults: EventInvokeConfig = {
  retriesMax: null,
  ageMaxS: null,
  onSuccess: null,
  onFailure: null,
};

export class EventInvoke {
  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
  ) {}

  async put({ target, changes }: Of<'put-event-invoke'>): Promise<Reply> {
    const at = await this.#known(target);
    await this.#checkDestinations(target.name, changes);
    const config = { ...defaults, ...changes };
    const attachment = await attached(this.catalog, target.name, 'event-invoke', at, config);
    return jsonReply(200, configuration(target.name, attachment));
  }

  async update({ target, changes }: Of<'update-event-invoke'>): Promise<Reply> {
    const at = await this.#known(target);
    await this.catalog.catchUp();
    const present = this.#present(target.name, at);
    await this.#checkDestinations(target.name, changes);
    const config = { ...configOf(present), ...changes };
    const attachment = await replaced(this.catalog, target.name, present, config);
    return jsonReply(200, configuration(target.name, attachment));
  }

  async get({ target }: Of<'get-event-invoke'>): Promise<Reply> {
    const { name, qualifier = latestVersion } = target;
    return jsonReply(200, configuration(name, this.#present(name, qualifier)));
  }

  async delete({ target }: Of<'delete-event-invoke'>): Promise<Reply> {
    const { name, qualifier = latestVersion } = target;
    await this.catalog.catchUp();
    this.#present(name, qualifier);
    await this.catalog.attach(name, 'event-invoke', qualifier, null);
    return emptyReply(204);
  }

  async list({ target, after, itemsMax }: ListOfFunction<'list-event-invoke'>): Promise<Reply> {
    const { name } = target;
    await this.#known({ name, qualifier: undefined });
    const items = this.catalog
      .attachments(name, 'event-invoke')
      .filter(({ qualifier }) => qualifier > after);
    const { page, next } = cutPage(items, itemsMax, ({ qualifier }) => qualifier);
    const configs = page.map((each) => configuration(name, each));
    return jsonReply(200, { FunctionEventInvokeConfigs: configs, ...next });
  }

  #present(name: string, qualifier: string): Attachment {
    const present = this.catalog.attachment(name, 'event-invoke', qualifier);
    if (present !== undefined) return present;
    throw new HearthError(
      'not-attached',
      `The function ${functionArn(name, qualifier)} doesn't have an EventInvokeConfig`,
    );
  }

  /** The qualifier that is meant. */
  async #known({ name, qualifier = latestVersion }: FunctionName): Promise<string> {
    try {
      await this.lookup.known({ name, qualifier });
      return qualifier;
    } catch (thrown) {
      const isUnknown = thrown instanceof HearthError && thrown.code === 'function-not-found';
      if (!isUnknown) throw thrown;
      throw new HearthError('function-not-found', "The function doesn't exist.");
    }
  }

  async #checkDestinations(name: string, changes: Partial<EventInvokeConfig>): Promise<void> {
    for (const destination of [changes.onFailure, changes.onSuccess]) {
      if (destination != null) await checkFunctionDestination(this.lookup, destination, name);
    }
  }
}

function configuration(name: string, attachment: Attachment): Record<string, unknown> {
  const { retriesMax, ageMaxS, onSuccess, onFailure } = configOf(attachment);
  const { qualifier, lastModified } = attachment;
  return {
    LastModified: Date.parse(lastModified) / 1000,
    FunctionArn: functionArn(name, qualifier),
    ...(retriesMax === null ? {} : { MaximumRetryAttempts: retriesMax }),
    ...(ageMaxS === null ? {} : { MaximumEventAgeInSeconds: ageMaxS }),
    DestinationConfig: { OnSuccess: destinationOf(onSuccess), OnFailure: destinationOf(onFailure) },
  };
}

/** Only this file attaches it. */
function configOf({ value }: Attachment): EventInvokeConfig {
  return value as EventInvokeConfig;
}

function destinationOf(destination: string | null): { Destination?: string } {
  return destination === null ? {} : { Destination: destination };
}
