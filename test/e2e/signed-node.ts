/** One node that asks who its callers are, and a key that may do everything: for tools that sign with it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, freePorts, healthy } from './cluster-harness.js';

export interface SignedNode {
  readonly url: string;
  /** A directory of its own, which goes with it. */
  readonly data: string;
  /** What AWS's tools read: the key, the region, and nothing of whoever runs the tests. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export async function startSignedNode(): Promise<SignedNode> {
  const data = mkdtempSync(join(tmpdir(), 'hearth-tools-'));
  const secretFile = join(data, 'secret');
  writeFileSync(secretFile, 'the secret of a cluster that tools are tried with\n');
  const port = await freePorts();
  const node = Command.node(0, port, data, '--secret-file', secretFile, '--auth', 'on');
  const stop = async () => {
    await node.stop();
    rmSync(data, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await healthy(url);
    const asked = ['keys', 'new', '--allow', '*', '--json', '--endpoint', url];
    const keys = Command.hearth([...asked, '--secret-file', secretFile]);
    await keys.ended();
    const { id, secret } = JSON.parse(keys.stdout) as { id: string; secret: string };
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: url,
      AWS_CONFIG_FILE: join(data, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(data, 'none'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    };
    return { url, data, env, stop };
  } catch (error) {
    await stop();
    throw new Error(`the node did not start: ${node.stderr}`, { cause: error });
  }
}
