/**
 * A Maelstrom node over the durable log: answers `init`, then serves what its workload knows. Items from
 * other nodes are messages of the log or belong to the submitter or the reader.
 *
 * HEARTH_MAELSTROM_DATA names a directory under which the node keeps its log in one named as itself, and
 * finds it again; without it the log goes with the process. HEARTH_MAELSTROM_WINDOW_MS is the time that
 * must pass between two messages to one node (5, or 10 in a large cluster), HEARTH_MAELSTROM_LOG a log level
 * (warn).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type Logger, systemClock } from '../../src/lib/index.js';
import { Engine } from './engine.js';
import { LineWriter, readLines } from './line-io.js';
import type { StateMachine } from './machine.js';
import { Outbox } from './outbox.js';
import { type Body, errorBody, type Packet, packetLine, parsePacket } from './protocol.js';
import { Reader } from './reader.js';
import { type Settle, Submitter } from './submitter.js';

/** What a workload may ask of its node. */
export interface Services {
  /** Puts an operation into the log; the machine's answer comes back once it is applied here. */
  submit(operation: unknown, settle: Settle): void;
  /** Serves from this node's state once that has seen all that was acknowledged before. */
  read(serve: () => Body, settle: Settle): void;
}

export interface Workload {
  readonly machine: StateMachine;
  /** By the type of the request. */
  readonly requests: Readonly<
    Record<string, (request: Body, services: Services, settle: Settle) => void>
  >;
}

interface Running {
  readonly engine: Engine;
  readonly submitter: Submitter;
  readonly reader: Reader;
}

/** Runs until standard input ends. */
export function runNode(workload: Workload): void {
  const logger = createLogger(process.env.HEARTH_MAELSTROM_LOG ?? 'warn');
  const node = new MaelstromNode(workload, logger);
  const leave = (): void => void node.stop().finally(() => process.exit(0));
  readLines(process.stdin, (line) => node.receive(line), leave);
  process.once('SIGTERM', leave);
  process.once('SIGINT', leave);
}

class MaelstromNode {
  readonly #writer = new LineWriter(process.stdout);
  #self = '';
  #starting: Promise<void> | null = null;
  #running: Running | null = null;

  constructor(
    private readonly workload: Workload,
    private readonly logger: Logger,
  ) {}

  receive(line: string): void {
    const packet = parsePacket(line);
    const { body, src } = packet;
    if (body.type === 'raft') this.#fromNode(src, body.items as readonly unknown[][]);
    else if (body.type === 'init') void this.#init(packet);
    else this.#request(packet);
  }

  async stop(): Promise<void> {
    await this.#running?.engine.stop();
  }

  /** Once, however often it is asked. */
  async #init({ src, body }: Packet): Promise<void> {
    this.#starting ??= this.#start(body);
    await this.#starting;
    this.#answer(src, body, { type: 'init_ok' });
  }

  async #start(body: Body): Promise<void> {
    const self = String(body.node_id);
    const nodes = (body.node_ids as readonly unknown[]).map(String);
    this.#self = self;
    const windowMs = Number(process.env.HEARTH_MAELSTROM_WINDOW_MS ?? windowMsOf(nodes.length));
    const clock = systemClock;
    const outbox = new Outbox({ clock, writer: this.#writer }, { self, windowMs });
    const engine = new Engine(
      {
        clock,
        logger: this.logger,
        events: {
          send: (to, message) => outbox.sendOrLose(to, `["log",${message}]`),
          committed: (index, data) => this.#committed(index, data),
          snapshot: () => this.workload.machine.snapshot(),
          restore: async (index, parts) => {
            await this.workload.machine.restore(parts);
            this.#running?.reader.applied(index);
          },
          leaderChanged: () => this.#running?.submitter.leaderChanged(),
        },
      },
      { self, nodes, directory: join(dataDirectory(), self) },
    );
    const submitter = new Submitter({ clock, engine, outbox }, { self, windowMs });
    const reader = new Reader({ clock, engine, outbox }, { self });
    this.#running = { engine, submitter, reader };
    await engine.start();
  }

  #fromNode(from: string, items: readonly unknown[][]): void {
    // Before `init` a node does not know who it is; the others repeat what matters.
    if (this.#running === null) return;
    const { engine, submitter, reader } = this.#running;
    for (const [kind, first, second] of items) {
      if (kind === 'log') engine.receive(from, first);
      else if (kind === 'forward') submitter.forwarded(from, String(first), second as unknown[]);
      else if (kind === 'refused') submitter.refused(String(first));
      else if (kind === 'read') reader.asked(from, Number(first));
      else if (kind === 'read-index') reader.answered(Number(first), Number(second));
    }
  }

  #committed(index: number, data: Uint8Array): void {
    const { machine } = this.workload;
    if (data.length > 0) this.#running?.submitter.applied(data, (op) => machine.apply(op));
    this.#running?.reader.applied(index);
  }

  #request({ src, body }: Packet): void {
    const settle = (answer: Body): void => this.#answer(src, body, answer);
    const serve = this.workload.requests[body.type];
    if (serve === undefined) settle(errorBody('notSupported', `no ${body.type} here`));
    else if (this.#running === null) settle(errorBody('temporarilyUnavailable', 'no init yet'));
    else {
      const { submitter, reader } = this.#running;
      const services: Services = {
        submit: (operation, done) => submitter.submit(operation, done),
        read: (read, done) => reader.read(read, done),
      };
      serve(body, services, settle);
    }
  }

  #answer(to: string, request: Body, answer: Body): void {
    const body = JSON.stringify({ ...answer, in_reply_to: request.msg_id });
    this.#writer.write(packetLine(this.#self, to, body));
  }
}

/** In a large cluster the leader alone sends to so many that it must gather more into each message. */
function windowMsOf(nodes: number): number {
  return nodes <= 5 ? 5 : 10;
}

function dataDirectory(): string {
  const { HEARTH_MAELSTROM_DATA: named } = process.env;
  if (named !== undefined) return named;
  const fresh = mkdtempSync(join(tmpdir(), 'hearth-maelstrom-'));
  process.once('exit', () => rmSync(fresh, { recursive: true, force: true }));
  return fresh;
}
