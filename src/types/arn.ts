/**
 * Amazon resource names as Hearth writes them: one partition, region and account, the ones that AWS's
 * own examples use, so that tools which parse ARNs are content.
 */

export const account = '123456789012';
export const region = 'us-east-1';

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, with `:QUALIFIER` where one is given. */
export function functionArn(name: string, qualifier?: string): string {
  const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/** `arn:aws:lambda:REGION:ACCOUNT:layer:NAME`, with `:VERSION` where one is given. */
export function layerArn(name: string, version?: number): string {
  const arn = `arn:aws:lambda:${region}:${account}:layer:${name}`;
  return version === undefined ? arn : `${arn}:${version}`;
}

/** `arn:aws:kinesis:REGION:ACCOUNT:stream/NAME`: Hearth's streams go by the names of AWS's. */
export function streamArn(name: string): string {
  return `arn:aws:kinesis:${region}:${account}:stream/${name}`;
}
