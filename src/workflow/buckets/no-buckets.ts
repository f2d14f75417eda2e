/** What is said where the nodes are not told of any buckets. */

export function noBuckets(resource: string): string {
  return `This cluster has no buckets for ${resource}; set 'workflowObjects' in the --config of its nodes.`;
}
