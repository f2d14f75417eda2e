/** `aws-sdk:sfn:*`: every operation that the API of the cluster offers, under the names of the SDK for Java. */
import type { Integration } from './integration.js';
import { serviceFailure } from './service-failure.js';
import { operationOf, type StatesApi, statesInput, statesOutput } from './states-calls.js';

export function statesSdk(api: StatesApi, action: string): Integration {
  return async ({ request, parameters, signal }) => {
    try {
      const answer = await api(operationOf(action), statesInput(parameters), signal);
      return JSON.stringify(statesOutput(answer));
    } catch (thrown) {
      const name = { prefix: 'Sfn', service: 'Sfn', sdk: 'aws-sdk' } as const;
      throw serviceFailure(name, thrown, request.requestId);
    }
  };
}
