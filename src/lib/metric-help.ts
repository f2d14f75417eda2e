/** Every metric of a node on one page, with what it says. Names ending in `_total` only grow. */
export const metricHelp: Readonly<Record<string, string>> = {
  hearth_build_info: 'The release of the node.',

  // where requests come in
  hearth_http_requests_total: 'HTTP requests by class of status.',
  hearth_http_connections: 'Connections to the HTTP port that are open.',
  hearth_http_connections_evicted_total:
    'Idle connections that were closed to make room for others.',
  hearth_http_connections_refused_total: 'Connections that were refused because there was no room.',
  hearth_invocations_total:
    'Invocations that came in here, by function, start and result: ok, function-error, or the code of what was refused.',
  hearth_invocation_errors_total: 'Invocations that came in here in which the function failed.',
  hearth_invocation_throttles_total:
    'Invocations that came in here and were refused because there was no room for them.',
  hearth_invocation_duration_seconds: 'Time inside the function, of invocations that came in here.',

  // where they run
  hearth_executions_total:
    'Executions that ended on this node, by start and result; the start is none where no sandbox took part.',
  hearth_execution_phase_seconds:
    'Where the time of executions on this node went: queue, start, init and execution.',
  hearth_execution_records_total: 'Records of executions made on this node.',
  hearth_execution_records_dropped_total: 'Records of executions that were lost.',
  hearth_execution_records_write_errors_total:
    'Failed attempts to write records of executions to the disk.',
  hearth_execution_records_disk_bytes: 'Records of executions on the disk.',
  hearth_sandboxes: 'Sandboxes by what they do now.',
  hearth_waiting_requests: 'Requests that wait for a sandbox.',
  hearth_pool_events_total:
    'What the pools did: requests by start, refusals, failed initialisations, sandboxes made ahead.',
  hearth_sandbox_starts_total: 'Sandboxes that were started, by why.',
  hearth_sandbox_ends_total: 'Sandboxes that were ended, by why.',
  hearth_refusals_total: 'Requests that the pools refused, by why.',
  hearth_queue_waits_total: 'Requests that waited for a sandbox.',
  hearth_queue_wait_seconds_total: 'How long these waited, all together.',
  hearth_sandboxes_made_total: 'Sandboxes by what they were made from.',
  hearth_sandboxes_fell_through_total: 'Failed ways to a sandbox, so that the next one was taken.',
  hearth_stem_cells: 'Stem cells by state.',
  hearth_stem_cell_events_total: 'What became of stem cells.',
  hearth_zygotes: 'Snapshots of initialised functions by state.',

  // between the nodes
  hearth_routing_requests_total: 'Where requests were run, and why there.',
  hearth_routing_lookups_total: 'Questions who has a function warm, by answer.',
  hearth_routing_lookup_seconds: 'How long requests waited for these answers.',
  hearth_routing_prewarms_total: 'Functions made warm here because they were forwarded often.',
  hearth_links: 'Links to other nodes that are open.',
  hearth_forwards_total: 'Requests forwarded to other nodes, by how that ended.',
  hearth_forwards_received_total: 'Requests that other nodes forwarded to this one.',
  hearth_link_bytes_total: 'Bytes on links.',
  hearth_table_epoch: 'The epoch of the routing table as this node knows it.',
  hearth_table_offset: 'The last batch of the routing table that this node has.',
  hearth_table_claims: 'Claims in the routing table here.',
  hearth_table_functions: 'Functions in the routing table here.',
  hearth_table_events_total: 'What happened to the routing table here.',
  hearth_table_messages_total: 'Messages of the routing table between this node and others.',
  hearth_table_bytes_total: 'Bytes of these messages.',
  hearth_gossip_packets_total: 'Datagrams of gossip.',
  hearth_gossip_bytes_total: 'Bytes of gossip, without the headers of UDP and of streams.',
  hearth_gossip_dropped_total: 'Datagrams of gossip that were dropped, by why.',
  hearth_gossip_events_total: 'What gossip did and found.',
  hearth_log_term: 'The term of the durable log.',
  hearth_log_leads: '1 where this node leads the durable log.',
  hearth_log_quorum: '1 where a majority of the voters answers.',
  hearth_log_voters: 'Voters of the durable log.',
  hearth_log_votes: '1 where this node is one of them.',
  hearth_log_last_index: 'The last entry of the durable log on this node.',
  hearth_log_commit_index:
    'The last entry of the durable log that this node knows to be committed.',
  hearth_log_mute: '1 where this node may not vote, because its log was lost.',
  hearth_log_disk_full: '1 where the log has no room on the disk.',

  // asynchronous invocations
  hearth_async_deliveries_total:
    'Tries to tell a destination of an asynchronous invocation, by kind of target and result.',
  hearth_stream_records: 'Records that a stream of the cluster keeps.',
  hearth_stream_bytes: 'Bytes that a stream of the cluster keeps.',
  hearth_async_events: 'Asynchronous invocations of the cluster by status.',
  hearth_async_pending_bytes: 'Events of asynchronous invocations that have yet to be run.',
  hearth_async_running: 'Asynchronous invocations that this node runs now.',
  hearth_async_submissions_total: 'Asynchronous invocations that were handed in here, by result.',
  hearth_async_attempts_total: 'Attempts to run asynchronous invocations here, by result.',
  hearth_async_adopted_total: 'Asynchronous invocations that were taken over from other nodes.',
  hearth_workflow_executions:
    'Executions of workflows by status: of the cluster, with the Express ones that run here.',
  hearth_workflow_history_bytes: 'Histories of executions that are kept.',
  hearth_workflow_tasks: 'Tasks of executions that are under way on this node.',
  hearth_workflow_started_total: 'Executions that were started at this node.',
  hearth_workflow_transitions_total: 'States that executions have entered on this node.',
  hearth_workflow_adopted_total: 'Executions that were taken over from other nodes.',

  // the rollout of releases
  hearth_nodes: 'Living nodes by the release that they run.',
  hearth_rollout_step:
    'Where the rollout that is under way stands; the step is none where there is none.',
  hearth_rollout_paused: '1 where the rollout that is under way is paused.',
  hearth_rollout_refused: 'Releases that are not tried again by themselves.',
  hearth_format_level: 'The format level that the cluster may write.',

  // what functions print
  hearth_logs_records_total: 'Records of logs that were written.',
  hearth_logs_written_bytes_total: 'Bytes of logs that were written.',
  hearth_logs_dropped_records_total: 'Records of logs that were dropped.',
  hearth_logs_dropped_bytes_total: 'Bytes of logs that were dropped.',
  hearth_logs_write_errors_total: 'Failed attempts to write logs to the disk.',
  hearth_logs_removed_segments_total: 'Segments of logs that were removed to make room.',
  hearth_logs_spilled_records_total: 'Records of logs that were removed before they were shipped.',
  hearth_logs_shipped_objects_total: 'Objects of logs that were shipped.',
  hearth_logs_shipped_bytes_total: 'Bytes of logs that were shipped.',
  hearth_logs_ship_retries_total: 'Repeated attempts to ship logs.',
  hearth_logs_disk_bytes: 'Logs on the disk.',
  hearth_logs_segments: 'Segments of logs on the disk.',

  // traces
  hearth_trace_spans_total: 'Spans of traces, by what became of them.',
  hearth_traces_passed_over_total:
    'Requests that began no trace because so many had within a second.',

  // the process; names as everywhere
  hearth_event_loop_lag_seconds: 'How late the regular tick of the data thread came.',
  hearth_clock_offset_seconds:
    'By how much the clock of this machine is ahead of those of the other nodes; 0 where fewer than three hear each other.',
  hearth_control_loop_lag_seconds: 'How late the regular tick of the control thread came.',
  hearth_event_loop_delay_p99_seconds:
    'Event loop delay of the data thread, 99th percentile of the last minute at most.',
  hearth_heap_used_bytes: 'JavaScript heap in use.',
  process_cpu_user_seconds_total: 'CPU time of the node in its own code, all threads.',
  process_cpu_system_seconds_total: 'CPU time of the node in the kernel, all threads.',
  process_cpu_seconds_total: 'CPU time of the node.',
  process_start_time_seconds: 'When the node was started, seconds since 1970.',
  process_resident_memory_bytes: 'Resident memory of the node.',
  nodejs_heap_size_total_bytes: 'JavaScript heap of the data thread.',
  nodejs_heap_size_used_bytes: 'JavaScript heap of the data thread that is in use.',
  nodejs_external_memory_bytes: 'Memory outside the heap that objects of the data thread hold.',
  nodejs_version_info: 'The version of Node.js.',
};
