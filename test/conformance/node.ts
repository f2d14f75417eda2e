/** One real node for the scenarios, in a directory of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { Command, freePorts, healthy } from '../e2e/cluster-harness.js';

export interface RunningNode {
  readonly client: LambdaClient;
  readonly workflows: SFNClient;
  /** The kind of its sandboxes. */
  readonly sandbox: string;
  stop(): Promise<void>;
}

export async function startNode(): Promise<RunningNode> {
  const data = mkdtempSync(join(tmpdir(), 'hearth-conformance-'));
  const port = await freePorts();
  const command = Command.node(0, port, data);
  const url = `http://127.0.0.1:${port}`;
  const options = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  };
  const client = new LambdaClient(options);
  const workflows = new SFNClient({ ...options, disableHostPrefix: true });
  const stop = async () => {
    client.destroy();
    workflows.destroy();
    await command.stop();
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await healthy(url);
  } catch (error) {
    await stop();
    throw new Error(`the node did not start: ${command.stderr}`, { cause: error });
  }
  const sandbox = /"sandbox":"(\w+)"/.exec(command.stderr)?.[1] ?? '';
  return { client, workflows, sandbox, stop };
}
