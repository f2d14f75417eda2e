// Makes a thumbnail: a PNG of at most 128 pixels on its longer side, in the image's own proportions. A
// smaller image keeps its size.
//
// POST a JPEG or PNG to the function URL and the thumbnail comes back; or invoke it with
// {"image": "<base64>"} and get {"image": "<base64 of a PNG>", "width": ..., "height": ...}.

import { Jimp } from 'jimp';
import { checkImage, InputError } from './check-image.mjs';

const longerSideMax = 128;

export async function handler(event) {
  if (!isHttpRequest(event)) {
    const { png, width, height } = await thumbnailOf(fromBase64(event?.image));
    return { image: png.toString('base64'), width, height };
  }
  try {
    const { png } = await thumbnailOf(imageOf(event));
    return {
      statusCode: 200,
      headers: { 'content-type': 'image/png' },
      isBase64Encoded: true,
      body: png.toString('base64'),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      statusCode: 400,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: error.message }),
    };
  }
}

async function thumbnailOf(bytes) {
  // Before anything is decoded: a few kilobytes may claim to be gigabytes of pixels.
  checkImage(bytes);
  let image;
  try {
    image = await Jimp.fromBuffer(bytes);
  } catch (error) {
    throw new InputError(`the image cannot be decoded: ${error.message}`);
  }
  const { width, height } = image.bitmap;
  const scale = Math.min(1, longerSideMax / Math.max(width, height));
  if (scale < 1) {
    image.resize({
      w: Math.max(1, Math.round(width * scale)),
      h: Math.max(1, Math.round(height * scale)),
    });
  }
  const png = await image.getBuffer('image/png');
  return { png, width: image.bitmap.width, height: image.bitmap.height };
}

// The event of a function URL (payload format 2.0).
function isHttpRequest(event) {
  return typeof event?.requestContext?.http === 'object';
}

function imageOf({ body = '', isBase64Encoded, headers = {} }) {
  if (isBase64Encoded) return fromBase64(body);
  if (!(headers['content-type'] ?? '').startsWith('application/json')) {
    throw new InputError(
      'send the bytes of a JPEG or PNG as the body, with content-type image/jpeg or image/png',
    );
  }
  try {
    return fromBase64(JSON.parse(body)?.image);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      'the body is not JSON; send {"image": "<base64>"} or the bytes of the image',
    );
  }
}

function fromBase64(text) {
  if (typeof text !== 'string' || text === '') {
    throw new InputError('there is no image; give {"image": "<base64 of a JPEG or PNG>"}');
  }
  return Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64');
}
