/** What becomes of the logs of functions on this node, as Prometheus text. */
import type { LogStore } from '../agent/index.js';
import { single } from '../lib/index.js';

export function logsMetrics({ counters, diskBytes, segments }: LogStore): string {
  return [
    ...single('counter', 'hearth_logs_records_total', counters.writtenRecords),
    ...single('counter', 'hearth_logs_written_bytes_total', counters.writtenBytes),
    ...single('counter', 'hearth_logs_dropped_records_total', counters.droppedRecords),
    ...single('counter', 'hearth_logs_dropped_bytes_total', counters.droppedBytes),
    ...single('counter', 'hearth_logs_write_errors_total', counters.writeErrors),
    ...single('counter', 'hearth_logs_removed_segments_total', counters.removedSegments),
    ...single('counter', 'hearth_logs_spilled_records_total', counters.spilledRecords),
    ...single('counter', 'hearth_logs_shipped_objects_total', counters.shippedObjects),
    ...single('counter', 'hearth_logs_shipped_bytes_total', counters.shippedBytes),
    ...single('counter', 'hearth_logs_ship_retries_total', counters.shipRetries),
    ...single('gauge', 'hearth_logs_disk_bytes', diskBytes),
    ...single('gauge', 'hearth_logs_segments', segments.length),
    '',
  ].join('\n');
}
