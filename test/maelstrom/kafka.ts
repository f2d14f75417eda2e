/**
 * `node dist/test/maelstrom/kafka.js`: the `kafka` workload of Maelstrom over the durable log. Sends and
 * commits go through the log; polls are answered from the node's own state, which may lag but never
 * disagrees.
 *
 * HEARTH_MAELSTROM_BREAK=early-ack makes it wrong on purpose: it acknowledges sends before the log has
 * them, with the offset that they will probably get. For testing the checkers.
 */
import { KafkaMachine } from './kafka-machine.js';
import { runNode, type Workload } from './node.js';
import { isRecord } from './protocol.js';

const machine = new KafkaMachine();

const requests: Workload['requests'] = {
  send: ({ key, msg }, { submit }, settle) => submit(['send', String(key), msg], settle),
  poll: ({ offsets }, _services, settle) => settle(machine.poll(isRecord(offsets) ? offsets : {})),
  commit_offsets: ({ offsets }, { submit }, settle) => submit(['commit', offsets], settle),
  list_committed_offsets: ({ keys }, { submit }, settle) => submit(['list', keys], settle),
};

const earlyAcknowledging: Workload['requests'] = {
  ...requests,
  send: ({ key, msg }, { submit }, settle) => {
    submit(['send', String(key), msg], () => undefined);
    settle({ type: 'send_ok', offset: machine.length(String(key)) });
  },
};

const { HEARTH_MAELSTROM_BREAK: broken } = process.env;
runNode({ machine, requests: broken === 'early-ack' ? earlyAcknowledging : requests });
