/** The states of the Runtime API, every request in every state. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { type Invocation, RuntimeCore } from '../../src/agent/runtimes/custom/core.js';
import { errorTypeOf, programExited } from '../../src/agent/runtimes/custom/errors.js';
import { Extensions } from '../../src/agent/runtimes/custom/extensions.js';
import { idOf, plainHead } from './runtime-peer.js';

type Action =
  | 'next'
  | 'again'
  | 'invoke'
  | 'response'
  | 'error'
  | 'stale'
  | 'answered'
  | 'initError';

function invocation(stream: number): Invocation {
  return { stream, head: plainHead(stream), payload: Buffer.from('{}') };
}

class Script {
  readonly core = new RuntimeCore<string>();
  #stream = 0;
  #waiter = 0;

  /** Does one thing and says in short what came of it. */
  do(action: Action): string {
    const { core } = this;
    switch (action) {
      case 'next':
        return this.#told(core.next(`w${++this.#waiter}`, false));
      case 'again':
        return this.#told(core.next(`w${++this.#waiter}`, true));
      case 'invoke':
        return this.#told(core.invoke(invocation(++this.#stream)));
      case 'response':
        return said(core.beginResponse(idOf(this.#stream)));
      case 'error':
        return said(core.beginError(idOf(this.#stream)));
      case 'stale':
        return said(core.beginResponse(idOf(this.#stream - 1)));
      case 'initError':
        return said(core.initError());
      case 'answered':
        core.answered();
        return core.state;
    }
  }

  run(...actions: Action[]): string[] {
    return actions.map((action) => this.do(action));
  }

  #told(effects: ReturnType<RuntimeCore<string>['next']>): string {
    const words = effects.map((effect) => {
      if (effect.kind === 'ready') return 'ready';
      if (effect.kind === 'refuse') return `${effect.waiter} ${said(effect.answer)}`;
      return `${effect.waiter} gets ${effect.invocation.stream}`;
    });
    return words.join(', ') || 'waits';
  }
}

function said(answer: { status: number; body: string } | null): string {
  if (answer === null) return 'body';
  return `${answer.status} ${(JSON.parse(answer.body) as { errorType: string }).errorType}`;
}

const refusedHere = '403 InvalidStateTransition';

describe('the states of the Runtime API', () => {
  it('begin with the first next, which says that the function is initialised', () => {
    assert.deepEqual(new Script().run('next', 'invoke', 'response', 'answered', 'next'), [
      'ready',
      'w1 gets 1',
      'body',
      'RuntimeResponseSentState',
      'waits',
    ]);
  });

  it('keep an invocation that comes before the runtime asks for it', () => {
    const script = new Script();
    script.run('next', 'invoke', 'response', 'answered');
    assert.deepEqual(script.run('invoke', 'next'), ['waits', 'w2 gets 2']);
    assert.deepEqual(new Script().run('invoke', 'next'), ['waits', 'ready, w1 gets 1']);
  });

  it('give the same invocation again to a runtime that asks again before it has answered', () => {
    const script = new Script();
    assert.deepEqual(script.run('next', 'invoke', 'next', 'again', 'response'), [
      'ready',
      'w1 gets 1',
      'waits',
      'w3 gets 1',
      'body',
    ]);
  });

  it('give an invocation to one of several who wait, and the next to another', () => {
    const script = new Script();
    const told = script.run('next', 'next', 'invoke', 'response', 'answered', 'invoke');
    assert.deepEqual(told, ['ready', 'waits', 'w1 gets 1', 'body', 'Ready', 'w2 gets 2']);
  });

  it('forget a waiter whose connection has gone', () => {
    const script = new Script();
    script.run('next', 'next');
    script.core.leave((waiter) => waiter === 'w1');
    assert.equal(script.do('invoke'), 'w2 gets 1');
  });

  it('refuse what is out of turn, in every state', () => {
    const states: [Action[], Partial<Record<Action, string>>][] = [
      [[], { response: '400 InvalidRequestID', error: '400 InvalidRequestID', initError: 'body' }],
      [['initError'], { next: `w1 ${refusedHere}`, initError: refusedHere }],
      [['next'], { response: '400 InvalidRequestID', initError: refusedHere }],
      [
        ['next', 'invoke'],
        { stale: '400 InvalidRequestID', initError: refusedHere, error: 'body' },
      ],
      [
        ['next', 'invoke', 'response'],
        { response: refusedHere, error: refusedHere, next: 'waits' },
      ],
      [['next', 'invoke', 'error'], { response: refusedHere, error: refusedHere, next: 'waits' }],
      [
        ['next', 'invoke', 'response', 'answered'],
        { response: refusedHere, error: refusedHere, initError: refusedHere, next: 'waits' },
      ],
      [
        ['next', 'invoke', 'response', 'answered', 'next', 'invoke'],
        { stale: '400 InvalidRequestID', response: 'body' },
      ],
    ];
    for (const [before, expected] of states) {
      for (const [action, said] of Object.entries(expected)) {
        const script = new Script();
        script.run(...before);
        assert.equal(script.do(action as Action), said, `${before.join(' ')} then ${action}`);
      }
    }
  });

  it('keep at most 64 requests for next waiting', () => {
    const script = new Script();
    const told = Array.from({ length: 66 }, () => script.do('next'));
    assert.equal(told[0], 'ready');
    assert(told.slice(1, 64).every((text) => text === 'waits'));
    assert.deepEqual(told.slice(64), ['w65 403 TooManyWaiters', 'w66 403 TooManyWaiters']);
  });
});

describe('errors of the Runtime API', () => {
  it('have a type of AWS, or an unknown one', () => {
    assert.equal(errorTypeOf('Runtime.NoSuchHandler'), 'Runtime.NoSuchHandler');
    assert.equal(errorTypeOf('Function.Mine'), 'Function.Mine');
    assert.equal(errorTypeOf('Function.'), 'Function.Unknown');
    assert.equal(errorTypeOf('MyError'), 'Runtime.Unknown');
    assert.equal(errorTypeOf(undefined), 'Runtime.Unknown');
  });

  it('say how a process ended', () => {
    const text = (code: number | null, signal: string | null) =>
      (JSON.parse(programExited('', { code, signal }).toString()) as { errorMessage: string })
        .errorMessage;
    assert.equal(text(0, null), 'Error: Runtime exited without providing a reason');
    assert.equal(text(3, null), 'Error: Runtime exited with error: exit status 3');
    assert.equal(text(null, 'SIGKILL'), 'Error: Runtime exited with error: signal: killed');
    assert.equal(text(null, 'SIGUSR2'), 'Error: Runtime exited with error: signal: SIGUSR2');
  });
});

describe('extensions inside the function', () => {
  const about = { functionName: 'f', functionVersion: '1', handler: 'h' };
  const typeOf = (answer: { body: string }) =>
    (JSON.parse(answer.body) as { errorType?: string }).errorType;

  it('register once by name, while the function is initialised, for invocations alone', () => {
    const extensions = new Extensions<string>(() => undefined);
    const register = (name: string, body: string, open = true) =>
      typeOf(extensions.register(name, body, open, about).answer);
    assert.equal(register('a', '{"events":[]}'), undefined);
    assert.equal(register('a', '{}'), 'Extension.InvalidExtensionState');
    assert.equal(register('', '{}'), 'Extension.InvalidExtensionName');
    assert.equal(register('b', '{"events":["SHUTDOWN"]}'), 'Extension.InvalidEventType');
    assert.equal(register('b', 'no json'), 'InvalidRequestFormat');
    assert.equal(register('b', '{"events":["INVOKE"]}', false), 'Extension.RegistrationClosed');
    for (let n = 1; n < 10; n++) assert.equal(register(`n${n}`, '{"events":null}'), undefined);
    assert.equal(register('more', '{}'), 'Extension.TooManyExtensions');
  });

  it('are told of invocations where they asked for them, and else wait for ever', () => {
    const told: [string, string][] = [];
    const extensions = new Extensions<string>((waiter, event) => {
      told.push([waiter, (JSON.parse(event) as { requestId: string }).requestId]);
    });
    const told1 = extensions.register('all', '{"events":["INVOKE"]}', true, about).id ?? '';
    const silent = extensions.register('none', '{"events":[]}', true, about).id ?? '';
    assert.equal(extensions.next(told1, 'w1'), null);
    assert.equal(extensions.next(silent, 'w2'), null);
    extensions.invoked(invocation(1));
    extensions.invoked(invocation(2));
    assert.equal(extensions.next(told1, 'w3'), null);
    assert.deepEqual(told, [
      ['w1', idOf(1)],
      ['w3', idOf(2)],
    ]);
    const unknown = extensions.next('unknown', 'w4');
    assert.equal(unknown && typeOf(unknown), 'Extension.UnknownExtensionIdentifier');
    const missing = extensions.next(undefined, 'w4');
    assert.equal(missing && typeOf(missing), 'Extension.MissingHeader');
  });
});
