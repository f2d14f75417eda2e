/** Lines of Prometheus text (exposition format 0.0.4), each family under its type. */

type MetricType = 'counter' | 'gauge';

/** A metric of one value. */
export function single(type: MetricType, name: string, value: number): string[] {
  return [`# TYPE ${name} ${type}`, `${name} ${value}`];
}

/** A metric of one label, with a value for each of its names. */
export function family(
  type: MetricType,
  name: string,
  label: string,
  values: Readonly<Record<string, number>>,
): string[] {
  const lines = Object.entries(values).map(([key, value]) => `${name}{${label}="${key}"} ${value}`);
  return [`# TYPE ${name} ${type}`, ...lines];
}
