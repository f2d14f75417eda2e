import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { hostMemory } from '../../src/executor/index.js';
import { SimulatedClock, systemClock } from '../../src/lib/index.js';

const meminfo = 'MemTotal:        8000 kB\nMemFree:          100 kB\nMemAvailable:    5000 kB\n';

/** Reads a host that consists of these files. */
function readOf(files: Record<string, string>): ReturnType<ReturnType<typeof hostMemory>> {
  const root = mkdtempSync(join(tmpdir(), 'hearth-memory-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return hostMemory(new SimulatedClock(), root)();
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe("the host's memory", () => {
  it('is what the kernel has available', () => {
    const reading = readOf({ 'proc/meminfo': meminfo, 'proc/self/cgroup': '0::/\n' });
    assert.deepEqual(reading, { totalBytes: 8_192_000, availableBytes: 5_120_000 });
  });

  it('is bounded by the control group of version 2, or one above it', () => {
    const reading = readOf({
      'proc/meminfo': meminfo,
      'proc/self/cgroup': '0::/a/b\n',
      'sys/fs/cgroup/a/memory.max': '2000000\n',
      'sys/fs/cgroup/a/memory.current': '1500000\n',
      'sys/fs/cgroup/a/memory.stat': 'anon 5\ninactive_file 300000\nactive_file 7\n',
      'sys/fs/cgroup/a/b/memory.max': 'max\n',
      'sys/fs/cgroup/a/b/memory.current': '1400000\n',
    });
    assert.deepEqual(reading, { totalBytes: 2_000_000, availableBytes: 800_000 });
  });

  it('is bounded by the control group of version 1', () => {
    const reading = readOf({
      'proc/meminfo': meminfo,
      'proc/self/cgroup': '4:cpu,memory:/x\n1:name=systemd:/y\n0::/\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'sys/fs/cgroup/memory/x/memory.limit_in_bytes': '1000000\n',
      'sys/fs/cgroup/memory/x/memory.usage_in_bytes': '1100000\n',
      'sys/fs/cgroup/memory/x/memory.stat': 'inactive_file 1\ntotal_inactive_file 50000\n',
    });
    assert.deepEqual(reading, { totalBytes: 1_000_000, availableBytes: 0 });
  });

  it('is not known where the host does not tell', () => {
    assert.equal(readOf({ 'proc/meminfo': 'nonsense' }), null);
  });

  it('is read again after a quarter of a second, and is something on this host', () => {
    const clock = new SimulatedClock();
    const read = hostMemory(clock);
    const first = read();
    assert(first !== null && first.availableBytes > 0 && first.availableBytes <= first.totalBytes);
    clock.advance(249);
    assert.equal(read(), first);
    clock.advance(1);
    assert.notEqual(read(), first);
    assert(hostMemory(systemClock)() !== null);
  });
});
