import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { silentLogger } from '../../../src/lib/index.js';
import { realDisk, SegmentStorage } from '../../../src/log/storage/index.js';
import { type StoragePlace, testStorage } from './conformance.js';
import { MemoryStorage } from './memory-storage.js';
import { SimulatedDisk } from './simulated-disk.js';
import { clusterId } from './writes.js';

let root = '';
let places = 0;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'hearth-storage-'));
});
after(() => rm(root, { recursive: true, force: true }));

async function memoryPlace(): Promise<StoragePlace> {
  const memory = new MemoryStorage();
  return {
    storage: () => memory,
    setFull: (full) => {
      memory.full = full;
    },
    setBroken: (broken) => {
      memory.broken = broken;
    },
  };
}

async function simulatedPlace(segmentBytes: number): Promise<StoragePlace> {
  const disk = new SimulatedDisk();
  const options = { directory: '/data/log', clusterId, segmentBytes };
  return {
    storage: () => new SegmentStorage({ disk, logger: silentLogger }, options),
    setFull: (full) => {
      disk.full = full;
    },
    setBroken: (broken) => {
      disk.broken = broken;
    },
  };
}

async function realPlace(segmentBytes: number): Promise<StoragePlace> {
  const options = { directory: join(root, String(++places), 'log'), clusterId, segmentBytes };
  const disk = realDisk;
  return {
    storage: () => new SegmentStorage({ disk, logger: silentLogger }, options),
    setFull: null,
    setBroken: null,
  };
}

testStorage('in memory', memoryPlace);
testStorage('segments on a simulated disk', () => simulatedPlace(1 << 20));
testStorage('small segments on a simulated disk', () => simulatedPlace(200));
testStorage('a segment per write on a simulated disk', () => simulatedPlace(1));
testStorage('segments on a real disk', () => realPlace(1 << 20));
testStorage('small segments on a real disk', () => realPlace(200));
