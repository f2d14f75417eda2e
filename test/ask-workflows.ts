/** Asks a node's Step Functions API by plain HTTP, for tests that are not about what a client does. */

export async function askWorkflows<Answer>(
  url: string,
  operation: string,
  input: unknown,
): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${body}`);
  return JSON.parse(body) as Answer;
}
