/** What comes of an event, made of what an attempt came to: an answer of the function, or an error of Hearth. */
import { errorTable, type HearthError, type InvocationOutcome, limits } from '../../types/index.js';
import type { EventCondition, EventOutcome } from './types.js';

const none = new Uint8Array(0);

export function outcomeOfAnswer(
  condition: EventCondition,
  answered: Pick<InvocationOutcome, 'payload' | 'functionError' | 'executedVersion'>,
): EventOutcome {
  const { payload, functionError, executedVersion } = answered;
  return {
    condition,
    statusCode: 200,
    functionError: functionError ? 'Unhandled' : '',
    executedVersion,
    answer: payload.length > limits.eventAnswerBytesMax ? none : payload,
    answerBytes: payload.length,
  };
}

export function outcomeOfError(condition: EventCondition, error: HearthError): EventOutcome {
  const { http, aws } = errorTable[error.code];
  const answer = Buffer.from(JSON.stringify({ errorType: aws, errorMessage: error.message }));
  return {
    condition,
    statusCode: http,
    functionError: '',
    executedVersion: '',
    answer,
    answerBytes: answer.length,
  };
}
