/** What is to be done now for a rollout to come to its end. */
import type { Action, Facts, PlanSettings, RolloutState } from '../types.js';

export function plan(
  state: RolloutState,
  facts: Facts,
  _settings: PlanSettings,
): readonly Action[] {
  if (state.current === null || facts.master !== facts.self) return [];
  return [];
}
