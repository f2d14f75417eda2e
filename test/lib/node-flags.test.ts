import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeFlags, programRoot } from '../../src/lib/index.js';

test('bin/hearth starts Node.js with the flags that nodes of `hearth up` get', async () => {
  const [shebang, line] = (await readFile(join(programRoot, 'bin/hearth'), 'utf8')).split('\n');
  assert.equal(shebang, '#!/bin/sh');
  assert.equal(line, `":" //; exec node ${nodeFlags.join(' ')} "$0" "$@"`);
});
