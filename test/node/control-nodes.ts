/** The control threads of nodes, real ones on loopback, with as little of a data thread as they can do with. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { votersFor } from '../../src/cluster/voter-plan.js';
import { Heartbeat, NodeTime, systemClock } from '../../src/lib/index.js';
import { ControlWorker } from '../../src/node/control-worker.js';
import { type ClusterView, type HearthError, resolveNodeConfig } from '../../src/types/index.js';
import { freePorts } from '../free-ports.js';

const time = new NodeTime(systemClock);
const heart = new Heartbeat(systemClock);

export class ControlNode {
  readonly control: ControlWorker;
  view: ClusterView | null = null;
  /** All commands that were committed, in order. */
  readonly commands: string[] = [];
  /** Why it cannot go on. */
  failure: HearthError | null = null;
  isMember = false;
  /** Called with every view. */
  onView: () => void = () => {};

  constructor(
    readonly release: string,
    private readonly port: number,
    private readonly data: string,
    private readonly joins: number | null,
  ) {
    this.control = new ControlWorker(systemClock, {
      failed: (error) => {
        this.failure = error;
        this.onView();
      },
      view: (view) => {
        this.view = view;
        this.onView();
      },
      counters: () => {},
      member: () => {
        this.isMember = true;
        this.onView();
      },
      committed: (entries) => {
        for (const { index, command } of entries) {
          if (command !== null) this.commands.push(Buffer.from(command).toString());
          this.client.applied(index);
        }
      },
      sealingKey: () => {},
      snapshot: async function* () {},
      restore: () => {},
    });
  }

  get client() {
    return this.control.client;
  }

  get id() {
    if (this.view === null) throw new Error('it has no view yet');
    return this.view.self;
  }

  async start(): Promise<void> {
    const address = (port: number): string => `127.0.0.1:${port}`;
    const config = resolveNodeConfig({
      data: this.data,
      http: address(this.port),
      cluster: address(this.port + 1000),
      join: this.joins === null ? [] : [address(this.joins + 1000)],
      logLevel: 'silent',
    });
    await this.control.start({
      config,
      release: this.release,
      http: address(this.port),
      secrets: [],
      heartbeat: heart.memory,
      time: time.memory,
    });
  }

  /** Waits for something that comes with news; the test runner has the deadline. */
  async until(isSo: (view: ClusterView) => boolean): Promise<void> {
    while (this.view === null || !isSo(this.view)) {
      await new Promise<void>((resolve) => {
        this.onView = resolve;
      });
    }
  }
}

interface Change {
  /** Of a node that has stopped: another lives on with what it has on disk. */
  readonly place?: number;
  /** Whom it asks to join. */
  readonly through?: number;
}

/** Starts nodes of these releases one after the other; the first founds the cluster. */
export async function startControlNodes(
  t: TestContext,
  releases: readonly string[],
): Promise<{ nodes: ControlNode[]; add(release: string, change?: Change): ControlNode }> {
  const port = await freePorts();
  const data = await mkdtemp(join(tmpdir(), 'hearth-control-'));
  const stopBeats = heart.start();
  const nodes: ControlNode[] = [];
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.control.stop()));
    stopBeats();
    await rm(data, { recursive: true, force: true });
  });
  const add = (release: string, { place = nodes.length, through = 0 }: Change = {}) => {
    const joins = place === 0 ? null : port + through;
    const node = new ControlNode(release, port + place, join(data, String(place)), joins);
    nodes.push(node);
    return node;
  };
  for (const release of releases) {
    const node = add(release);
    await node.start();
    await node.until(() => node.isMember);
  }
  const allIn = (view: ClusterView): boolean =>
    view.nodes.filter(({ rank }) => rank >= 0).length === releases.length &&
    view.voters.length === votersFor(releases.length) &&
    view.leader === view.master;
  for (const node of nodes) await node.until(allIn);
  return { nodes, add };
}
