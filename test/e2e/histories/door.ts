/**
 * A door into a network namespace: what connects to a socket file from outside is connected to a
 * port of the loopback inside. So a client reaches its node whatever is cut between the nodes.
 *
 * usage: door.js SOCKET-FILE PORT
 */
import { connect, createServer } from 'node:net';

const [file, port] = [String(process.argv[2]), Number(process.argv[3])];
const server = createServer((outside) => {
  const inside = connect(port, '127.0.0.1');
  outside.pipe(inside).pipe(outside);
  outside.on('error', () => inside.destroy());
  inside.on('error', () => outside.destroy());
});
server.listen(file, () => process.stdout.write('open\n'));
// ends with whoever started it
process.stdin.on('end', () => process.exit()).resume();
