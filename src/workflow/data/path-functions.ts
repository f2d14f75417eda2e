/** Functions at the end of a path, such as `$.items.length()`: https://github.com/json-path/JsonPath#functions */
import { isJsonObject, type JsonValue } from '../json.js';

/** Undefined where there is nothing to give. */
export function applyPathFunction(
  name: string,
  value: JsonValue,
  argument: JsonValue,
): JsonValue | undefined {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [];
  switch (name) {
    case 'length':
      if (Array.isArray(value) || typeof value === 'string') return value.length;
      return isJsonObject(value) ? Object.keys(value).length : undefined;
    case 'keys':
      return isJsonObject(value) ? Object.keys(value) : undefined;
    case 'first':
      return items[0];
    case 'last':
      return items.at(-1);
    case 'index':
      return typeof argument === 'number' ? items.at(argument) : undefined;
    default:
      return statistic(
        name,
        items.filter((item) => typeof item === 'number'),
      );
  }
}

function statistic(name: string, numbers: readonly number[]): number | undefined {
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((total, each) => total + each, 0);
  const mean = sum / numbers.length;
  switch (name) {
    case 'sum':
      return sum;
    case 'avg':
      return mean;
    case 'min':
      return numbers.reduce((least, each) => Math.min(least, each));
    case 'max':
      return numbers.reduce((most, each) => Math.max(most, each));
    case 'stddev':
      return Math.sqrt(
        numbers.reduce((total, each) => total + (each - mean) ** 2, 0) / numbers.length,
      );
    default:
      return undefined;
  }
}
