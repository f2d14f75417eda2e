/** nginx as one more node to ask: it passes each request to one of the nine. */
import { Pool } from 'undici';
import { type Cleanup, NotHere, startNginx } from '../harness/index.js';
import type { Target } from './load.js';
import type { NineNodes } from './nine-nodes.js';

const port = 25_080;
const connectionsMax = 256;

export class Nginx implements Target {
  readonly number = 0;
  readonly requests: Pool;

  private constructor(
    origin: string,
    readonly stop: () => Promise<void>,
  ) {
    this.requests = new Pool(origin, { connections: connectionsMax });
  }

  /** Null where there is none on this machine. */
  static async start(cleanup: Cleanup, nodes: NineNodes): Promise<Nginx | null> {
    const { directory, members } = nodes;
    const servers = members.map(({ http }) => http);
    try {
      const running = await startNginx({ directory, cleanup, port: () => port }, servers);
      const stop = cleanup.add(async () => {
        await nginx.requests.destroy();
        await running.stop();
      });
      const nginx = new Nginx(running.origin, stop);
      return nginx;
    } catch (error) {
      if (error instanceof NotHere) return null;
      throw error;
    }
  }
}
