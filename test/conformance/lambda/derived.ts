/** Matches that the recorder computed from answers, written down again by the form of what they gave. */
import { Buffer } from 'node:buffer';
import type { Outcome } from '../replay.js';
import { isMembers, type Members, type Value } from '../scenario.js';

export function derive(
  match: string,
  history: readonly Outcome[],
  expected: Value,
): Value | undefined {
  const last = history.at(-1)?.answer;
  // botocore's own words about parameters that it does not even send
  if (typeof expected === 'string' && expected.startsWith('Parameter validation failed')) {
    return undefined;
  }
  if (match.includes('total_code_size_diff')) {
    const grown = codeSizeGrown(history);
    return match.startsWith('is_') ? grown > 200 : grown;
  }
  if (!isMembers(last)) return last;
  if (match === 'logs') return { logs: logLines(last) };
  if ('status_code' in last) return httpAnswer(last, expected);
  if (isMembers(expected) && 'Code' in expected) return validation(last);
  return last;
}

/** `{Code, Count, Errors}` of what was found invalid, and `{Code, Message}` of all else. */
function validation(answer: Members): Value {
  const { Code = null, Message = null } = isMembers(answer.Error) ? answer.Error : {};
  const found = /^(\d+) validation errors? detected: (.*)$/s.exec(String(Message));
  if (found === null) return { Code, Message };
  return { Code, Count: Number(found[1]), Errors: (found[2] ?? '').split('; ').sort() };
}

/** How much more the last two answers that tell it say of the code of all functions. */
function codeSizeGrown(history: readonly Outcome[]): number {
  const sizes = history
    .map(({ answer }) => (isMembers(answer) ? answer.AccountUsage : undefined))
    .filter(isMembers)
    .map(({ TotalCodeSize }) => Number(TotalCodeSize));
  return (sizes.at(-1) ?? 0) - (sizes.at(-2) ?? 0);
}

function logLines({ LogResult }: Members): string[] {
  return (
    Buffer.from(String(LogResult), 'base64')
      .toString()
      .match(/.*\n|.+$/g) ?? []
  );
}

/** As much of an HTTP answer as was recorded. */
function httpAnswer({ status_code = null, headers, content }: Members, expected: Value): Value {
  if (typeof expected === 'number') return status_code;
  if (typeof expected === 'string') return content ?? null;
  const json = JSON.parse(String(content)) as Value;
  if (!isMembers(expected) || !('status_code' in expected)) return json;
  const answer: Members = { status_code };
  if (expected.content !== undefined) answer.content = json;
  if (isMembers(expected.headers) && isMembers(headers)) {
    answer.headers = {};
    for (const name of Object.keys(expected.headers)) {
      answer.headers[name] = headers[name.toLowerCase()] ?? null;
    }
  }
  return answer;
}
