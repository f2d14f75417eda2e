/** Which variables each state reads, as DescribeStateMachine tells it. */
import { isJsonObject, type JsonValue } from '../json.js';
import { nestedGraphs } from './find-state.js';
import { expressionVariables, isExpressionLike, ParsingEffort } from './jsonata-expression.js';
import { variablesOf } from './paths.js';
import type { Definition, QueryLanguage, State, StateGraph } from './types.js';

/** Names in order, without `$`, of each state that reads any, nested ones too. */
export function variableReferences(
  definition: Definition,
): Readonly<Record<string, readonly string[]>> {
  const language = definition.QueryLanguage ?? 'JSONPath';
  const effort = new ParsingEffort();
  const found: [string, readonly string[]][] = [];
  const visit = (graph: StateGraph): void => {
    for (const [name, state] of Object.entries(graph.States)) {
      const reader = new StateReader(state.QueryLanguage ?? language, effort);
      const names = reader.namesOf(state);
      if (names.length > 0) found.push([name, names]);
      nestedGraphs(state).forEach(visit);
    }
  };
  visit(definition);
  return Object.fromEntries(found);
}

/** The fields that are templates: in them only names that end in `.$` have paths. */
const templateFields = new Set([
  'Parameters',
  'ResultSelector',
  'ItemSelector',
  'Assign',
  'Credentials',
  'BatchInput',
]);

/** What is not evaluated, or belongs to other states. */
const otherFields = new Set(['Result', 'ResultPath', 'Branches', 'ItemProcessor', 'Iterator']);

class StateReader {
  private readonly names = new Set<string>();

  constructor(
    private readonly language: QueryLanguage,
    private readonly effort: ParsingEffort,
  ) {}

  namesOf(state: State): readonly string[] {
    this.fields(state as unknown as JsonValue);
    return [...this.names].sort();
  }

  private fields(value: JsonValue): void {
    if (this.language === 'JSONata') this.expressions(value, true);
    else if (Array.isArray(value)) for (const item of value) this.fields(item);
    else if (isJsonObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        if (otherFields.has(name)) continue;
        if (templateFields.has(name)) this.template(member);
        else if (typeof member !== 'string') this.fields(member);
        else if (name === 'Variable' || name.endsWith('Path')) this.path(member);
      }
    }
  }

  private template(value: JsonValue): void {
    if (Array.isArray(value)) for (const item of value) this.template(item);
    else if (isJsonObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        if (typeof member !== 'string') this.template(member);
        else if (name.endsWith('.$')) this.path(member);
      }
    }
  }

  private expressions(value: JsonValue, isState: boolean): void {
    if (isExpressionLike(value)) {
      for (const name of expressionVariables(value, this.effort)) this.names.add(name);
    } else if (Array.isArray(value)) for (const item of value) this.expressions(item, false);
    else if (isJsonObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        if (!isState || !otherFields.has(name)) this.expressions(member, false);
      }
    }
  }

  private path(text: string): void {
    for (const name of variablesOf(text)) this.names.add(name);
  }
}
