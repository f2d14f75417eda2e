/** Nodes as processes: the conformance suite, and what is this provider's alone. */
import { join } from 'node:path';
import { providerConformance } from './provider-conformance.js';
import { stageOf } from './stage.js';

providerConformance('process', () =>
  stageOf(async ({ directory, places }) => ({
    kind: 'process',
    places: [...places],
    releases: join(directory, 'releases'),
  })),
);
