/** Histories for tests: events with the links that AWS gives them, without writing down each number. */
import type { HistoryEvent } from '../../../src/cli/workflow/states-pages.js';

export class HistoryMaker {
  readonly events: HistoryEvent[] = [];
  /** Seconds since 1970 of the next event. */
  now = 1_790_000_000;

  /** The id of the new event; it is linked to `previous`, or to the event before it. */
  add(type: string, details: object = {}, previous = this.events.length): number {
    const id = this.events.length + 1;
    const member = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
    const named = /State(Entered|Exited)$/.exec(type);
    const key = named === null ? member : `state${named[1]}EventDetails`;
    this.events.push({ id, previousEventId: previous, timestamp: this.now, type, [key]: details });
    this.now += 0.02;
    return id;
  }

  begin(input = '{}'): number {
    return this.add('ExecutionStarted', { input }, 0);
  }

  enter(type: string, name: string, input: unknown, previous?: number): number {
    const details = { name, input: JSON.stringify(input) };
    return this.add(`${type}StateEntered`, details, previous);
  }

  exit(type: string, name: string, output: unknown, previous?: number): number {
    const details = { name, output: JSON.stringify(output) };
    return this.add(`${type}StateExited`, details, previous);
  }

  /** A state that does nothing but pass on. */
  pass(name: string, value: unknown, previous?: number): number {
    return this.exit('Pass', name, value, this.enter('Pass', name, value, previous));
  }

  /** A task of a function that answers after it has failed so often. */
  task(name: string, input: unknown, output: unknown, failures = 0, previous?: number): number {
    this.enter('Task', name, input, previous);
    for (let count = 0; count < failures; count++) {
      this.add('LambdaFunctionScheduled', { resource: 'arn:aws:lambda:us-east-1:1:function:f' });
      this.add('LambdaFunctionStarted');
      this.add('LambdaFunctionFailed', { error: 'Busy', cause: 'come back later' });
      this.now += 1;
    }
    this.add('LambdaFunctionScheduled', { resource: 'arn:aws:lambda:us-east-1:1:function:f' });
    this.add('LambdaFunctionStarted');
    this.add('LambdaFunctionSucceeded', { output: JSON.stringify(output) });
    return this.exit('Task', name, output);
  }
}
