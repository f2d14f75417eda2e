/** The Extensions API over HTTP, for extensions inside the function's own process (`extensions.ts`). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Init } from '../../../wire/index.js';
import { methodNotAllowed } from './answers.js';
import type { Invocation } from './core.js';
import { extensionFailed } from './errors.js';
import { Extensions } from './extensions.js';
import { headerOf, readBody, reply } from './http.js';

const paths = /^\/2020-01-01\/extension\/(register|event\/next|init\/error|exit\/error)$/;
const bodyBytesMax = 64 * 1024;

export class ExtensionApi {
  readonly #extensions = new Extensions<ServerResponse>(sendEvent);

  /** `failed`: an extension says that the function cannot go on. */
  constructor(private readonly failed: (error: Uint8Array) => void) {}

  invoked(invocation: Invocation): void {
    this.#extensions.invoked(invocation);
  }

  leave(isGone: (waiter: ServerResponse) => boolean): void {
    this.#extensions.leave(isGone);
  }

  /** False where the path is none of its own. `open`: extensions may still register. */
  take(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    init: Init,
    open: () => boolean,
  ): boolean {
    const action = paths.exec(path)?.[1];
    if (action === undefined) return false;
    const id = headerOf(request, 'lambda-extension-identifier');
    if (request.method !== (action === 'event/next' ? 'GET' : 'POST')) {
      reply(response, methodNotAllowed);
    } else if (action === 'register') {
      this.#register(request, response, init, open);
    } else if (action === 'event/next') {
      const refused = this.#extensions.next(id, response);
      if (refused !== null) reply(response, refused);
    } else {
      const { name, answer } = this.#extensions.failed(id);
      reply(response, answer);
      if (name === null) return true;
      const type = headerOf(request, 'lambda-extension-function-error-type');
      this.failed(extensionFailed(name, action === 'init/error', type));
    }
    return true;
  }

  #register(
    request: IncomingMessage,
    response: ServerResponse,
    init: Init,
    open: () => boolean,
  ): void {
    const name = headerOf(request, 'lambda-extension-name');
    readBody(request, bodyBytesMax, (body) => {
      const { id, answer } = this.#extensions.register(name, body.toString(), open(), init);
      if (id !== null) response.setHeader('Lambda-Extension-Identifier', id);
      reply(response, answer);
    });
  }
}

function sendEvent(response: ServerResponse, event: string): void {
  response.setHeader('Lambda-Extension-Event-Identifier', '00000000-0000-4000-8000-000000000000');
  reply(response, { status: 200, body: event });
}
