/** The rolling deploy of Hearth itself, led by the Master. */
export type {
  Action,
  CohortDecision,
  Comparison,
  Facts,
  HostFacts,
  Manifest,
  MemberFacts,
  NodeFigures,
  Place,
  PlanSettings,
  Provider,
  Release,
  Rollout,
  RolloutCommand,
  RolloutPage,
  RolloutState,
  SideFigures,
  StartNote,
  Step,
  StoryLine,
} from './types.js';
export { steps } from './types.js';
