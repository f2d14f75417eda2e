/**
 * A server that takes objects as S3 does, and checks what S3 checks: the signature of the request (AWS Signature
 * Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), the hash
 * of its body, its age, and that the bucket exists. It can be told to fail.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export type Trouble = 'none' | 'error' | 'silence' | 'cut';

const ageMaxMs = 15 * 60_000;

export class SignedBucket {
  readonly objects = new Map<string, Buffer>();
  /** Codes of the requests that were refused. */
  readonly refused: string[] = [];
  requests = 0;
  trouble: Trouble = 'none';
  endpoint = '';
  accessKeyId = 'AKIDEXAMPLE';
  secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  sessionToken = '';

  constructor(readonly bucket: string) {}

  async start(context: TestContext): Promise<this> {
    const server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    context.after(() => {
      server.close();
      server.closeAllConnections();
    });
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (this.trouble === 'silence') return;
    if (this.trouble === 'cut') {
      response.destroy();
      return;
    }
    const code = this.trouble === 'error' ? 'InternalError' : this.#fault(request, body);
    if (code !== '') {
      this.refused.push(code);
      response.writeHead(code === 'InternalError' ? 500 : 403, {
        'content-type': 'application/xml',
      });
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
      return;
    }
    const { pathname } = new URL(request.url ?? '', this.endpoint);
    this.objects.set(decodeURIComponent(pathname).slice(this.bucket.length + 2), body);
    response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` });
    response.end();
  }

  /** The code of the error that S3 would answer; empty where the request is right. */
  #fault(request: IncomingMessage, body: Buffer): string {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', this.endpoint);
    const header = (name: string): string => String(headers[name] ?? '');
    const match =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
        header('authorization'),
      );
    if (match === null) return 'AccessDenied';
    const [, keyId = '', date = '', region = '', names = '', signature = ''] = match;
    if (keyId !== this.accessKeyId) return 'InvalidAccessKeyId';
    if (header('x-amz-security-token') !== this.sessionToken) return 'InvalidToken';
    const time = header('x-amz-date');
    const sentMs = Date.parse(
      time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
    );
    if (!(Math.abs(Date.now() - sentMs) < ageMaxMs)) return 'RequestTimeTooSkewed';
    const sent = header('x-amz-content-sha256');
    if (sent !== sha256(body)) return 'XAmzContentSHA256Mismatch';
    const signed = names.split(';');
    for (const name of ['host', 'x-amz-date', 'x-amz-content-sha256']) {
      if (!signed.includes(name)) return 'AccessDenied';
    }
    const canonical = [
      method,
      url.pathname,
      canonicalQuery(url.searchParams),
      ...signed.map((name) => `${name}:${header(name).trim().replace(/ +/g, ' ')}`),
      '',
      names,
      sent,
    ].join('\n');
    const scope = `${date}/${region}/s3/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', time, scope, sha256(Buffer.from(canonical))].join('\n');
    const key = [date, region, 's3', 'aws4_request'].reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${this.secretAccessKey}`,
    );
    if (createHmac('sha256', key).update(text).digest('hex') !== signature) {
      return 'SignatureDoesNotMatch';
    }
    return url.pathname.startsWith(`/${this.bucket}/`) ? '' : 'NoSuchBucket';
  }
}

function canonicalQuery(query: URLSearchParams): string {
  const encoded = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, escapeCode);
  const pairs = [...query].map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return pairs.sort().join('&');
}

function escapeCode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
