/** How workflows stand, in the cluster and on this node, as Prometheus text. */
import { family, single } from '../lib/index.js';
import type { Workflows } from '../workflow/index.js';

export function workflowMetrics(workflows: Pick<Workflows, 'stats'>): string {
  const { running, ended, historyBytes, started, transitions, tasksUnderWay, adopted } =
    workflows.stats();
  return [
    ...family('gauge', 'hearth_workflow_executions', 'status', { RUNNING: running, ...ended }),
    ...single('gauge', 'hearth_workflow_history_bytes', historyBytes),
    ...single('gauge', 'hearth_workflow_tasks', tasksUnderWay),
    ...single('counter', 'hearth_workflow_started_total', started),
    ...single('counter', 'hearth_workflow_transitions_total', transitions),
    ...single('counter', 'hearth_workflow_adopted_total', adopted),
    '',
  ].join('\n');
}
