// Maps words to their lengths: "apple fig" -> [5, 3]. Its partner, word-length-reduce, adds them up.
//
// Invoke it with a text, an array of words, {"text": ...} or {"words": [...]}; or send any of these as the
// body of a request to its function URL (plain text or JSON).

export async function handler(event) {
  if (!isHttpRequest(event)) return lengthsOf(event);
  try {
    return httpAnswer(200, lengthsOf(bodyOf(event)));
  } catch (error) {
    return httpAnswer(400, { error: error.message });
  }
}

function lengthsOf(input) {
  return wordsOf(input).map((word) => [...word].length);
}

function wordsOf(input) {
  if (typeof input === 'string') return input.split(/\s+/).filter((word) => word !== '');
  if (Array.isArray(input) && input.every((word) => typeof word === 'string')) return input;
  if (typeof input?.text === 'string') return wordsOf(input.text);
  if (Array.isArray(input?.words)) return wordsOf(input.words);
  throw new Error('give a text, an array of words, {"text": "..."} or {"words": ["..."]}');
}

// The event of a function URL (payload format 2.0).
function isHttpRequest(event) {
  return typeof event?.requestContext?.http === 'object';
}

// JSON where the body looks like it, otherwise the text itself.
function bodyOf({ body = '', isBase64Encoded }) {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (!/^\s*["[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function httpAnswer(statusCode, value) {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}
