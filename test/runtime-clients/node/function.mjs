// The function of the tests on aws-lambda-ric: see ../README.md for what it does.
if (process.env.FAIL_INIT) throw new RangeError('asked to fail at the start');

export async function handler(event, context) {
  switch (event.do) {
    case 'hello':
      console.log(`printed by ${event.name}`);
      return {
        hello: event.name,
        requestId: context.awsRequestId,
        deadlineMs: Date.now() + context.getRemainingTimeInMillis(),
        arn: context.invokedFunctionArn,
        traceId: process.env._X_AMZN_TRACE_ID,
        clientContext: context.clientContext?.client.app_title,
      };
    case 'echo':
      return event;
    case 'exit':
      process.exit(3);
      break;
    default:
      throw new RangeError(`asked to fail: ${event.name}`);
  }
}

export const stream = globalThis.awslambda?.streamifyResponse(async (event, responseStream) => {
  const { count, size } = event;
  responseStream.setContentType('text/plain');
  for (let at = 0; at < count; at++) {
    const flowing = responseStream.write('x'.repeat(size));
    if (!flowing) await new Promise((resolve) => responseStream.once('drain', resolve));
  }
  if (event.do === 'break') throw new RangeError('asked to break');
  responseStream.end();
});
