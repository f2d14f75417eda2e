/**
 * A function as aws-lambda-rie runs it: asks the Lambda Runtime API for the next event, over a connection that it
 * keeps, parses it as JSON and answers it as JSON.
 */
import { Agent, type IncomingMessage, request } from 'node:http';

const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new Agent({ keepAlive: true });
const invocation = '/2018-06-01/runtime/invocation';

for (;;) {
  const next = await ask('GET', `${invocation}/next`);
  const event: unknown = JSON.parse(next.body);
  const id = String(next.answer.headers['lambda-runtime-aws-request-id']);
  await ask('POST', `${invocation}/${id}/response`, JSON.stringify(event));
}

function ask(
  method: string,
  path: string,
  body = '',
): Promise<{ readonly answer: IncomingMessage; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, method, path, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ answer, body: text }));
    });
    asked.on('error', reject).end(body);
  });
}
