/** A process that unpacks one archive at a low priority: an `Unpacking` as JSON in, an `Unpacked` out. */
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { setNiceness } from '../../lib/index.js';
import { unpack } from './unpack.js';

const niceness = 15;
const unpacking = z.object({ archive: z.string(), to: z.string() });

setNiceness(process.pid, niceness);
const unpacked = await unpack(unpacking.parse(JSON.parse(await text(process.stdin))));
process.stdout.write(JSON.stringify(unpacked));
