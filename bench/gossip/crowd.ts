/** Members that stay, shared by as many processes as the machine has cores to run them, and what they see. */
import { setTimeout as delay } from 'node:timers/promises';
import { HostProcess } from './host-process.js';
import type { Sighting, Usage } from './messages.js';

const hostsMax = 2;
const waitMs = 30_000;
const pollMs = 5;

/** A member id of 32 hex digits. */
export function idOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export class Crowd {
  readonly #hosts: HostProcess[] = [];
  /** Of each victim's life: who saw it how, and when first. */
  readonly #seen = new Map<string, Map<string, number>>();
  /** Who saw whom dead that lived, and when last. */
  readonly #falseDeaths = new Map<string, number>();

  private constructor(
    readonly size: number,
    private readonly victims: readonly string[],
  ) {}

  /** `size` members with ids from 1. They report what happens to `victims`. */
  static async start(size: number, victims: readonly string[] = []): Promise<Crowd> {
    const crowd = new Crowd(size, victims);
    const hosts = Math.min(hostsMax, size);
    for (let host = 0; host < hosts; host++) {
      const members = [];
      for (let number = 1 + host; number <= size; number += hosts) {
        members.push({ id: idOf(number), generation: 1, port: 0 });
      }
      const process = new HostProcess((sighting) => crowd.#sighted(sighting));
      crowd.#hosts.push(process);
      await process.start({ members, seeds: crowd.seeds, victims });
    }
    return crowd;
  }

  /** Where to join. */
  get seeds(): readonly string[] {
    return this.#hosts.flatMap(({ addresses }) => addresses).slice(0, 3);
  }

  /** How many members believed how many others dead that lived, since this moment. */
  falseDeaths(sinceMs: number): number {
    return [...this.#falseDeaths.values()].filter((atMs) => atMs >= sinceMs).length;
  }

  /** The moments at which its members first saw this, ascending. */
  sightings(member: string, generation: number, status: string): number[] {
    const moments = this.#seen.get(`${member} ${generation} ${status}`)?.values() ?? [];
    return [...moments].sort((a, b) => a - b);
  }

  /** Forgets who has seen this until now; returns how many had. */
  forget(member: string, generation: number, status: string): number {
    const count = this.sightings(member, generation, status).length;
    this.#seen.delete(`${member} ${generation} ${status}`);
    return count;
  }

  /** Resolves when all members have seen this. */
  async untilSeen(member: string, generation: number, status: string): Promise<void> {
    const deadlineMs = Date.now() + waitMs;
    while (this.sightings(member, generation, status).length < this.size) {
      if (Date.now() > deadlineMs) {
        const seen = this.sightings(member, generation, status).length;
        throw new Error(`${seen} of ${this.size} saw ${member} ${status} within ${waitMs} ms`);
      }
      await delay(pollMs);
    }
  }

  /** One for each of its processes. */
  usage(): Promise<Usage[]> {
    return Promise.all(this.#hosts.map((host) => host.usage()));
  }

  /** All of its processes together, since they started. */
  async total(name: keyof Usage): Promise<number> {
    return (await this.usage()).reduce((sum, usage) => sum + usage[name], 0);
  }

  /** The longest that one of its processes stood still since this was last asked. */
  async loopDelayMs(): Promise<number> {
    return Math.max(...(await this.usage()).map((usage) => usage.loopDelayMs));
  }

  async stop(): Promise<void> {
    for (const host of this.#hosts) host.kill();
    await Promise.all(this.#hosts.map((host) => host.ended()));
  }

  #sighted({ observer, member, generation, status, atMs }: Sighting): void {
    if (!this.victims.includes(member)) {
      this.#falseDeaths.set(`${observer}: ${member}`, atMs);
      return;
    }
    const key = `${member} ${generation} ${status}`;
    const moments = this.#seen.get(key) ?? new Map<string, number>();
    if (!moments.has(observer)) moments.set(observer, atMs);
    this.#seen.set(key, moments);
  }
}
