/**
 * Nodes by the operator's own programs: whatever starts and stops machines, containers or services there. Each
 * gets one JSON object on standard input and answers with one on standard output:
 *
 * | program | gets | answers |
 * | --- | --- | --- |
 * | list | `{}` | `{"places": [{"name", "http", "cluster", "running": {"version"} or null}], "prepared": ["0.2.0"]}` |
 * | prepare | `{"release": {"version", "digest", "artifact"}, "place": null}` | `{}` |
 * | start | the same with a place; digest and artifact are empty where this node has not prepared it | `{}` |
 * | stop | `{"place", "how": "drain" or "kill"}` | `{}` |
 *
 * Exit code 0 is success; otherwise the last line of standard error says why. Any may be called again, by several
 * nodes at the same time, and then ends as if called once: above all, a node is sent one SIGTERM, for a second means
 * "at once". `drain` does not wait for the node's end, `kill` does.
 */
import * as z from 'zod';
import { type Clock, SingleFlight } from '../../lib/index.js';
import { HearthError, type ProviderConfig } from '../../types/index.js';
import type { Place, Provider, Release } from '../types.js';
import { notPrepared, placeNamed, placeTaken } from './refusals.js';
import { runProgram } from './run-program.js';

export interface CommandProviderDeps {
  readonly clock: Clock;
}

const releasesKnownMax = 20;

const listed = z.looseObject({
  places: z
    .array(
      z.looseObject({
        name: z.string().min(1),
        http: z.string().nullable().default(null),
        cluster: z.string().nullable().default(null),
        running: z.looseObject({ version: z.string() }).nullable().default(null),
      }),
    )
    .max(1000),
  prepared: z.array(z.string()).max(1000).default([]),
});

export class CommandProvider implements Provider {
  readonly kind = 'command';
  /** The same asked again while it is under way is the same. */
  readonly #flights = new SingleFlight<void>();
  readonly #lists = new SingleFlight<z.output<typeof listed>>();
  readonly #releases = new Map<string, Release>();

  constructor(
    private readonly deps: CommandProviderDeps,
    private readonly config: ProviderConfig & { readonly kind: 'command' },
  ) {}

  async list(): Promise<readonly Place[]> {
    return (await this.#listed()).places;
  }

  async prepared(): Promise<readonly string[]> {
    return (await this.#listed()).prepared;
  }

  prepare(release: Release, signal: AbortSignal): Promise<void> {
    const { version, digest, artifact } = release;
    return this.#flights.run(`prepare ${version} ${digest}`, async () => {
      const { prepare } = this.config;
      if (prepare === undefined) return;
      await this.#run(prepare, { release: { version, digest, artifact }, place: null }, signal);
      this.#releases.set(version, release);
      const [oldest] = this.#releases.keys();
      if (this.#releases.size > releasesKnownMax && oldest) this.#releases.delete(oldest);
    });
  }

  start(name: string, version: string): Promise<void> {
    return this.#flights.run(`start ${name} ${version}`, async () => {
      const { places, prepared } = await this.#list();
      const running = placeNamed(places, name).running?.version;
      if (running === version) return;
      if (running !== undefined) throw placeTaken(name, running, version);
      if (!prepared.includes(version)) throw notPrepared(version);
      const { digest, artifact } = this.#releases.get(version) ?? { digest: '', artifact: '' };
      await this.#run(this.config.start, { release: { version, digest, artifact }, place: name });
    });
  }

  stop(name: string, how: 'drain' | 'kill'): Promise<void> {
    return this.#flights.run(`${how} ${name}`, async () => {
      if (placeNamed((await this.#list()).places, name).running === null) return;
      await this.#run(this.config.stop, { place: name, how });
    });
  }

  /** Who asks for both parts at a time runs the program once. */
  #listed(): Promise<z.output<typeof listed>> {
    return this.#lists.run('', () => this.#list());
  }

  async #list(): Promise<z.output<typeof listed>> {
    const parsed = listed.safeParse(await this.#run(this.config.list, {}));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new HearthError(
      'internal',
      `The program '${this.config.list.join(' ')}' answered with something else than places: ` +
        `'${issue?.path.join('.') ?? ''}' is wrong: ${issue?.message ?? 'unknown'}.`,
    );
  }

  #run(
    command: readonly string[],
    input: unknown,
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { timeoutMs } = this.config;
    return runProgram(this.deps.clock, { command, timeoutMs, ...(signal && { signal }) }, input);
  }
}
