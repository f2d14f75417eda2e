/** What TLS between nodes takes: the certificates of the cluster's secrets, and no others. */
import type { SecureContextOptions } from 'node:tls';
import { certificateOf } from './certificate.js';

/** The first secret is shown to others, any is accepted. Null without a secret: connections are plain. */
export function tlsContextOf(secrets: readonly Uint8Array[]): SecureContextOptions | null {
  const certificates = secrets.map(certificateOf);
  const [first] = certificates;
  if (first === undefined) return null;
  return {
    key: first.privateKey,
    cert: first.certificate,
    ca: certificates.map(({ certificate }) => certificate),
    minVersion: 'TLSv1.3',
  };
}
