/** JSONata: expressions in definitions, checked and evaluated with limits. */
export { type Evaluating, evaluateAtOnce, JsonataEvaluator } from './evaluator.js';
export {
  boundBy,
  builtIn,
  type ExpressionNode,
  expressionIn,
  expressionProblem,
  referencesOf,
} from './expression.js';
export { parsingCost } from './parsing-cost.js';
export type {
  EvaluationField,
  EvaluationRequest,
  EvaluationResult,
  Evaluator,
} from './types.js';
