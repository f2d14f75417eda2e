/** The rolling deploy of Hearth itself, led by the Master. */

export { Conductor } from './conductor/conductor.js';
export { RolloutFront, type RolloutService } from './conductor/front.js';
export { HostDesk } from './conductor/host-desk.js';
export { Offers } from './conductor/offers.js';
export {
  type HostOrders,
  hostOrders,
  RolloutPeers,
  rolloutPath,
  warmthShape,
} from './conductor/peers.js';
export { Rollouts } from './conductor/rollouts.js';
export { difference } from './figures/difference.js';
export { FiguresRecorder, type Ran } from './figures/recorder.js';
export { type Reading, ReleaseWatch } from './figures/release-watch.js';
export { figuresSchema } from './figures/shape.js';
export {
  decodeRolloutCommand,
  encodeRolloutCommand,
  rolloutCommandTag,
} from './machine/codec.js';
export { RolloutMachine } from './machine/machine.js';
export { firstState, type RolloutOutcome, releaseName } from './machine/step.js';
export { isBack, isEnd } from './machine/transitions.js';
export { plan } from './plan/plan.js';

export { makeProvider, type ProviderDeps } from './providers/make-provider.js';
export { nodeArgumentsOf } from './providers/node-arguments.js';
export * from './releases/index.js';

export type {
  Action,
  CohortDecision,
  Comparison,
  Facts,
  FunctionFigures,
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
  Warmth,
  WarmthDesk,
} from './types.js';
export { steps } from './types.js';
