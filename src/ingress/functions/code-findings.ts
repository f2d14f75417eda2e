/** How a caller asks for uploaded code to be checked strictly, and how it is told what was found. */
import { findingText, type Inspection } from '../../agent/index.js';
import { header, type Reply, type RequestHead } from '../http/http.js';

/** `strict`: what cannot run is refused, whatever the operator has set. */
const checksHeader = 'x-hearth-checks';
/** How many findings there are, and the first of them. */
const findingsHeader = 'x-hearth-findings';
const textCharsMax = 500;

export function isStrict(head: RequestHead): boolean {
  return header(head, checksHeader) === 'strict';
}

/** Headers hold ASCII only; file names may be anything. */
export function withFindings(reply: Reply, { findings }: Inspection): Reply {
  const [first] = findings;
  if (first === undefined) return reply;
  const text = findingText(first)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, textCharsMax);
  return {
    ...reply,
    headers: { ...reply.headers, [findingsHeader]: `${findings.length}; ${text}` },
  };
}
