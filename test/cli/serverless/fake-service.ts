/** One address for functions (FakeLambda) and state machines, as a node has it. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { FakeLambda } from '../fake-lambda.js';
import { FakeStates, Refusal } from '../workflow/fake-states.js';

interface Machine {
  stateMachineArn: string;
  name: string;
  type: string;
  definition: string;
  roleArn: string;
}

export class FakeService {
  readonly lambda = new FakeLambda();
  readonly machines = new Map<string, Machine>();

  async start(context: TestContext): Promise<string> {
    const lambda = await this.lambda.start(context);
    const states = await new FakeStates({
      ValidateStateMachineDefinition: () => ({ result: 'OK', diagnostics: [] }),
      DescribeStateMachine: ({ stateMachineArn }) => {
        const found = this.machines.get(String(stateMachineArn).split(':').at(-1) ?? '');
        if (found === undefined) throw new Refusal('StateMachineDoesNotExist', 'none');
        return found;
      },
      CreateStateMachine: (asked) => {
        const name = String(asked.name);
        const stateMachineArn = `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
        this.machines.set(name, { ...(asked as unknown as Machine), stateMachineArn });
        return { stateMachineArn, creationDate: 1 };
      },
    }).start(context);
    const server = http.createServer((request, response) => {
      const target = request.headers['x-amz-target'] === undefined ? lambda : states;
      const { method, url, headers } = request;
      const onward = http.request(`${target}${url}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    context.after(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}
