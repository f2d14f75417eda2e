/**
 * A container per request, as the first systems of this kind had it: `docker run --rm` of an image with Node.js, which
 * reads the event from its standard input and answers on its standard output.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hostImage } from '../../src/agent/docker/host-image.js';
import { tarOf } from '../../src/agent/docker/tar.js';
import { NotHere, type Place, startDockerDaemon } from '../harness/index.js';

export interface ContainerRuns {
  /** From the command to the answer and the end of the container. */
  timeMs(body: string): Promise<number>;
}

const tag = 'hearth-bench';
const program =
  'let text = ""; process.stdin.on("data", (chunk) => { text += chunk; })' +
  '.on("end", () => process.stdout.write(JSON.stringify(JSON.parse(text))));';
const runArgs = ['--rm', '--interactive', '--network', 'none'];

export const containerRuns = {
  name: 'a container run per request',
  /** Throws `NotHere` where there can be no Docker daemon. */
  async start(place: Place): Promise<ContainerRuns> {
    const daemon = await startDockerDaemon();
    if (daemon === null) throw new NotHere('no dockerd, or not root');
    place.cleanup.add(() => daemon.remove());
    const { entries, interpreter } = await hostImage('node');
    const archive = join(place.directory, 'image.tar');
    await pipeline(Readable.from(tarOf(entries)), createWriteStream(archive));
    daemon.docker('import', archive, tag);
    const words = ['run', ...runArgs, tag, interpreter, '-e', program];
    return {
      async timeMs(body) {
        const startMs = performance.now();
        const answer = daemon.dockerWithInput(body, ...words);
        if (answer !== body) throw new Error(`the container answered ${answer}`);
        return performance.now() - startMs;
      },
    };
  },
};
