/**
 * Things that are idle, as a list in Redis, last in first out: who wants one pops it, or waits in BLPOP, in Redis's
 * own order, on a connection that it has to itself meanwhile. What a process keeps itself is only which thing a name means.
 */
import { strict as assert } from 'node:assert';
import { encodeCommand, RedisClient } from './client.js';

const key = 'idle';
const pop = encodeCommand('LPOP', key);
/** Seconds, after which nobody has waited so long in a benchmark. */
const wait = encodeCommand('BLPOP', key, '30');

export class RedisList<Thing> {
  readonly #things: Thing[] = [];
  readonly #push: string[] = [];
  /** Connections on which nobody waits now. */
  readonly #spare: RedisClient[] = [];
  readonly #all: RedisClient[];
  #waiting = 0;

  private constructor(
    private readonly socketPath: string,
    private readonly client: RedisClient,
  ) {
    this.#all = [client];
  }

  /** The list is empty then. */
  static async open<Thing>(socketPath: string): Promise<RedisList<Thing>> {
    const client = await RedisClient.connect(socketPath);
    await new Promise((resolve) => client.send(encodeCommand('DEL', key), resolve));
    return new RedisList<Thing>(socketPath, client);
  }

  /** A new thing, which is idle. Returns its name, by which it is given back. */
  add(thing: Thing): number {
    const name = this.#things.push(thing) - 1;
    this.#push.push(encodeCommand('LPUSH', key, String(name)));
    this.give(name);
    return name;
  }

  /** Who waits already makes the next one wait at once: there is nothing to pop. */
  take(taken: (thing: Thing, name: number) => void): void {
    const found = (reply: string | number | null): void => {
      const name = Number(reply);
      const thing = this.#things[name];
      assert(thing !== undefined, 'the list holds what was put there, and soon enough');
      taken(thing, name);
    };
    if (this.#waiting > 0) {
      this.#wait(found);
      return;
    }
    this.client.send(pop, (reply) => (reply === null ? this.#wait(found) : found(reply)));
  }

  /** Nobody waits for it to be in the list. */
  give(name: number): void {
    this.client.send(this.#push[name] ?? '', nothing);
  }

  close(): void {
    for (const client of this.#all) client.close();
  }

  async #wait(found: (reply: string | number | null) => void): Promise<void> {
    this.#waiting++;
    const client = this.#spare.pop() ?? (await this.#connect());
    client.send(wait, (reply) => {
      this.#waiting--;
      this.#spare.push(client);
      found(reply);
    });
  }

  async #connect(): Promise<RedisClient> {
    const client = await RedisClient.connect(this.socketPath);
    this.#all.push(client);
    return client;
  }
}

function nothing(): void {
  // the length of the list
}
