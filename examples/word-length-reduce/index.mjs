// Adds up lengths: [5, 3] -> 8. Its partner, word-length-map, makes them out of words.
//
// Invoke it with an array of numbers or {"lengths": [...]}; or send one of these as the JSON body of a
// request to its function URL.

export async function handler(event) {
  if (!isHttpRequest(event)) return sumOf(event);
  try {
    return httpAnswer(200, sumOf(bodyOf(event)));
  } catch (error) {
    return httpAnswer(400, { error: error.message });
  }
}

function sumOf(input) {
  const lengths = Array.isArray(input) ? input : input?.lengths;
  if (!Array.isArray(lengths) || !lengths.every((length) => Number.isFinite(length))) {
    throw new Error('give an array of numbers or {"lengths": [numbers]}');
  }
  return lengths.reduce((sum, length) => sum + length, 0);
}

// The event of a function URL (payload format 2.0).
function isHttpRequest(event) {
  return typeof event?.requestContext?.http === 'object';
}

function bodyOf({ body = '', isBase64Encoded }) {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the body is not JSON; send an array of numbers or {"lengths": [numbers]}');
  }
}

function httpAnswer(statusCode, value) {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}
