/** One flight per key: callers that ask while an answer is under way share it. */
export class SingleFlight<Value> {
  readonly #flights = new Map<string, Promise<Value>>();

  run(key: string, start: () => Promise<Value>): Promise<Value> {
    const present = this.#flights.get(key);
    if (present !== undefined) return present;
    const flight = start().finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
}
