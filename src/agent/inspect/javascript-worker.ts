/** A thread that parses the code of one upload: parsing megabytes is nothing for the thread that serves requests. */
import { parentPort, workerData } from 'node:worker_threads';
import { javascriptFindings } from './javascript-findings.js';
import type { CodeToInspect } from './types.js';

parentPort?.postMessage(javascriptFindings(workerData as CodeToInspect));
