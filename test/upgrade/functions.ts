/** What the load of an upgrade calls: functions that write down themselves what they run. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { ledgerVariable, sources } from '../chaos/load/functions.js';
import { deploy } from '../e2e/functions.js';

/** Half of the load: warm on every node at its beginning. */
export const hotFunction = 'hot';
export const otherFunctions = ['tea', 'milk', 'sugar'] as const;
/** Called asynchronously. */
export const eventFunction = 'letters';
export const allFunctions = [hotFunction, ...otherFunctions, eventFunction] as const;

const source = sources['nodejs20.x'];

export async function deployAll(client: LambdaClient, ledger: string): Promise<void> {
  for (const name of allFunctions) {
    await deploy(client, name, source, { environment: { [ledgerVariable]: ledger } });
  }
}
