/**
 * One more statement in a policy, or one less, whatever it is attached to: read, changed, and written unless somebody
 * else was quicker; then once more.
 */
import { HearthError, limits } from '../../types/index.js';
import { type Policy, policyOfStatements, type Statement } from './statement.js';

/** A policy where it hangs. */
export interface PolicyPlace {
  /** As this node knows it. */
  read(): { readonly policy: Policy; readonly revisionId: string } | undefined;
  /**
   * Null removes it. Resolves with the revision from then on. Throws `revision-mismatch` unless its revision is still
   * that; undefined: unless there is still none.
   */
  write(policy: Policy | null, revisionId: string | undefined): Promise<string | undefined>;
  /** Waits until this node knows what others have written. */
  catchUp(): Promise<unknown>;
  /** The operation that tells the revision id, as AWS's text names it. */
  readonly reader: 'GetPolicy' | 'GetLayerPolicy';
  /** What a caller may also give as revision id while there is no policy. */
  readonly ownRevisionId?: string | undefined;
}

/** How often a change is tried while others change the same policy. */
const attemptsMax = 10;

/** Resolves with the policy's revision from then on. */
export function addStatement(
  place: PolicyPlace,
  statement: Statement,
  revisionId: string | undefined,
): Promise<string | undefined> {
  return change(place, revisionId, (statements) => {
    if (statements.some(({ Sid }) => Sid === statement.Sid)) {
      throw new HearthError(
        'already-attached',
        `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    return [...statements, statement];
  });
}

export async function removeStatement(
  place: PolicyPlace,
  statementId: string,
  revisionId: string | undefined,
): Promise<void> {
  await change(place, revisionId, (statements) => {
    const left = statements.filter(({ Sid }) => Sid !== statementId);
    if (left.length < statements.length) return left;
    const message =
      statements.length === 0
        ? 'No policy is associated with the given resource.'
        : `Statement ${statementId} is not found in resource policy.`;
    throw new HearthError('not-attached', message);
  });
}

async function change(
  place: PolicyPlace,
  revisionId: string | undefined,
  changed: (statements: readonly Statement[]) => readonly Statement[],
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    const present = place.read();
    const statements = changed(present?.policy.Statement ?? []);
    const expected = present?.revisionId ?? place.ownRevisionId;
    if (revisionId !== undefined && revisionId !== expected) throw mismatch(place);
    const policy = statements.length === 0 ? null : policyOfStatements(statements);
    if (policy !== null) checkLength(policy);
    try {
      return await place.write(policy, present?.revisionId);
    } catch (thrown) {
      if (!isOvertaken(thrown)) throw thrown;
      if (attempt === attemptsMax) throw overtaken;
      await place.catchUp();
    }
  }
}

function isOvertaken(thrown: unknown): boolean {
  if (!(thrown instanceof HearthError)) return false;
  return thrown.code === 'revision-mismatch' || thrown.code === 'already-attached';
}

function checkLength(policy: Policy): void {
  const bytes = Buffer.byteLength(JSON.stringify(policy));
  if (bytes <= limits.policyBytesMax) return;
  throw new HearthError(
    'policy-too-long',
    `The final policy size (${bytes}) is bigger than the limit (${limits.policyBytesMax}).`,
  );
}

function mismatch({ reader }: PolicyPlace): HearthError {
  return new HearthError(
    'revision-mismatch',
    'The Revision Id provided does not match the latest Revision Id. ' +
      `Call the ${reader} API to retrieve the latest Revision Id`,
  );
}

const overtaken = new HearthError(
  'update-in-progress',
  'Others change the same policy at the same time, again and again; nothing was changed, try again.',
);
