// Looks at an image without decoding it: what is it, how large will it be in memory, and is that bearable?

import { inflateSync } from 'node:zlib';

// 24 megapixels, a large photograph; a decoded pixel and what its decoder needs are up to 20 bytes.
const pixelsMax = 24_000_000;

export class InputError extends Error {
  name = 'InputError';
}

/** Throws an InputError that says why the image cannot be taken. */
export function checkImage(bytes) {
  const png = isPng(bytes) ? readPngHeader(bytes) : null;
  const size = png ?? (isJpeg(bytes) ? readJpegSize(bytes) : null);
  if (size === null) throw new InputError('the image is neither a JPEG nor a PNG');
  const { width, height } = size;
  if (width === 0 || height === 0) throw new InputError('the image is empty');
  if (width * height > pixelsMax) {
    throw new InputError(
      `the image has ${width} x ${height} pixels; at most ${pixelsMax / 1e6} megapixels are taken`,
    );
  }
  // The decoder bounds plain PNG data by the size in the header, but not interlaced data.
  if (png?.interlaced) checkInflatedSize(bytes, width * height * 8 + height * 16 + 1024);
}

function isPng(bytes) {
  return bytes.length >= 33 && bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n';
}

function isJpeg(bytes) {
  return bytes.length >= 4 && bytes[0] === 0xff && bytes[1] === 0xd8;
}

function readPngHeader(bytes) {
  if (bytes.subarray(12, 16).toString('latin1') !== 'IHDR')
    throw new InputError('the PNG has no header');
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    interlaced: bytes[28] === 1,
  };
}

function checkInflatedSize(bytes, bytesMax) {
  const parts = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.subarray(at + 4, at + 8).toString('latin1') === 'IDAT') {
      parts.push(bytes.subarray(at + 8, at + 8 + length));
    }
    at += 12 + length;
  }
  try {
    inflateSync(Buffer.concat(parts), { maxOutputLength: bytesMax });
  } catch (error) {
    throw new InputError(
      `the PNG holds more data than its size allows, or is damaged: ${error.message}`,
    );
  }
}

// Walks the segments up to the frame header, which holds the size (ITU T.81, annex B).
function readJpegSize(bytes) {
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new InputError('the JPEG is damaged before its frame header');
    const marker = bytes[at + 1];
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    } else if (marker === 0xda) break;
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  throw new InputError('the JPEG has no frame header');
}
