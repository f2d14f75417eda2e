/** The entry of `bin/hearth`: real streams in, exit code out. */
import { systemCode } from './failure.js';
import { processIo } from './io.js';
import { runCli } from './program.js';

// A reader that has seen enough (`hearth functions | head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (systemCode(error) !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), processIo());
