/**
 * `node dist/test/maelstrom/lin-kv.js`: the `lin-kv` workload of Maelstrom over the durable log. Writes go
 * through the log; reads are linearizable on every node.
 *
 * HEARTH_MAELSTROM_BREAK=stale-read makes it wrong on purpose: it reads its own state without asking
 * whether that is the newest. For testing the checkers.
 */
import { LinKvMachine } from './lin-kv-machine.js';
import { runNode, type Workload } from './node.js';

const machine = new LinKvMachine();

const requests: Workload['requests'] = {
  read: ({ key }, { read }, settle) => read(() => machine.read(key), settle),
  write: ({ key, value }, { submit }, settle) => submit(['write', key, value], settle),
  cas: ({ key, from, to, create_if_not_exists: create }, { submit }, settle) =>
    submit(['cas', key, from, to, create === true], settle),
};

const staleReading: Workload['requests'] = {
  ...requests,
  read: ({ key }, _services, settle) => settle(machine.read(key)),
};

const { HEARTH_MAELSTROM_BREAK: broken } = process.env;
runNode({ machine, requests: broken === 'stale-read' ? staleReading : requests });
