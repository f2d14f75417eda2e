/** A function as a caller would create it, for tests to change what they are about. */
import type { NewFunction } from '../../src/catalog/index.js';

export const newFunction: NewFunction = {
  name: 'f',
  runtime: 'nodejs20.x',
  handler: 'index.handler',
  role: 'arn:aws:iam::123456789012:role/r',
  description: '',
  timeoutS: 3,
  memoryMb: 128,
  ephemeralMb: 512,
  snapStart: false,
  tracing: 'PassThrough',
  logging: null,
  deadLetterTarget: '',
  environment: {},
  layers: [],
  architecture: 'x86_64',
  tags: {},
};
