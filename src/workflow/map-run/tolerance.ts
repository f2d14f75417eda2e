/** How many children of a map run may fail: a count, a percentage, or none where the state says neither. */

export interface Tolerance {
  /** Null where the state has none. */
  readonly count: number | null;
  /** 0 to 100. */
  readonly percentage: number | null;
}

export function isExceeded(
  { count, percentage }: Tolerance,
  { failed, total }: { readonly failed: number; readonly total: number },
): boolean {
  if (failed === 0) return false;
  if (count === null && percentage === null) return true;
  if (count !== null && failed > count) return true;
  return percentage !== null && (failed / total) * 100 > percentage;
}

/** What was changed while the run was under way counts from then on. */
export function changedTolerance(
  asked: Tolerance,
  now: { readonly toleratedFailureCount: number; readonly toleratedFailurePercentage: number },
): Tolerance {
  const { toleratedFailureCount, toleratedFailurePercentage } = now;
  return {
    count: toleratedFailureCount === (asked.count ?? 0) ? asked.count : toleratedFailureCount,
    percentage:
      toleratedFailurePercentage === (asked.percentage ?? 0)
        ? asked.percentage
        : toleratedFailurePercentage,
  };
}
