import { strict as assert } from 'node:assert';
import { it } from 'node:test';
import { type SandboxDriver, SandboxInitError } from '../../../src/agent/index.js';
import { answerOf, bundle, callOf, type ErrorAnswer, nodeSandbox, specOf } from '../fixture.js';

const deadline = { timeout: 30_000 };

export function nodeConformance(driver: SandboxDriver): void {
  it('runs a Node.js function, again and again in one process', deadline, async (t) => {
    const sandbox = await nodeSandbox(
      t,
      driver,
      'let n = 0; exports.handler = async (event) => ({ n: ++n, pid: process.pid, event });',
    );
    const first = await sandbox.invoke(callOf({ a: 1 }));
    const calling = sandbox.invoke(callOf([2]));
    assert.equal(sandbox.underWay().length, 1);
    const second = await calling;
    assert.deepEqual(sandbox.underWay(), []);
    assert.equal(first.functionError, false);
    const { pid } = answerOf(first) as { pid: number };
    assert.deepEqual(answerOf(first), { n: 1, pid, event: { a: 1 } });
    assert.deepEqual(answerOf(second), { n: 2, pid, event: [2] });
    assert.notEqual(pid, process.pid);
    assert(sandbox.initMs > 0 && first.durationMs > 0);
    assert(sandbox.loadMs > 0 && sandbox.loadMs <= sandbox.initMs && !sandbox.isCopy);
  });

  it(
    'finds Node.js handlers in directories, nested exports and ES modules',
    deadline,
    async (t) => {
      const root = bundle(t, {
        'src/app.js': 'exports.a = { b: async () => "nested" };',
        'esm.mjs': 'await null; export const handler = async () => "esm";',
        'typed/package.json': '{"type":"module"}',
        'typed/app.js': 'export const handler = async () => import.meta.url.length > 0;',
        'common.cjs': 'module.exports.handler = async () => require("./data.json");',
        'data.json': '{"data":1}',
      });
      const expected = {
        'src/app.a.b': 'nested',
        'esm.handler': 'esm',
        'typed/app.handler': true,
        'common.handler': { data: 1 },
      };
      for (const [handler, answer] of Object.entries(expected)) {
        const sandbox = await driver.create(specOf(root, { handler }));
        assert.deepEqual(answerOf(await sandbox.invoke(callOf({}))), answer);
        await sandbox.end();
      }
    },
  );

  it('runs Node.js handlers of the callback style', deadline, async (t) => {
    const root = bundle(t, {
      'index.js': `
        let late = 0;
        exports.plain = (event, context, callback) => callback(null, 'called');
        exports.waits = (event, context, callback) => {
          setTimeout(() => { late = 1; }, 50);
          callback(null, { get late() { return late; } });
        };
        exports.hasty = (event, context, callback) => {
          context.callbackWaitsForEmptyEventLoop = false;
          setInterval(() => {}, 1000);
          callback(null, 'hasty');
        };
        exports.fails = (event, context, callback) => callback(new TypeError('no'));
        exports.silent = () => { setTimeout(() => {}, 10); };
        exports.succeed = (event, context) => { context.succeed('done'); };
      `,
    });
    const expected = {
      plain: 'called',
      waits: { late: 1 },
      hasty: 'hasty',
      silent: null,
      succeed: 'done',
    };
    for (const [name, answer] of Object.entries(expected)) {
      const sandbox = await driver.create(specOf(root, { handler: `index.${name}` }));
      for (let round = 0; round < 2; round++) {
        assert.deepEqual(answerOf(await sandbox.invoke(callOf({}))), answer, name);
      }
      await sandbox.end();
    }
    const sandbox = await driver.create(specOf(root, { handler: 'index.fails' }));
    const failed = answerOf(await sandbox.invoke(callOf({}))) as ErrorAnswer;
    assert.equal(failed.errorType, 'TypeError');
    await sandbox.end();
  });

  it('gives a Node.js handler its context and only its own environment', deadline, async (t) => {
    process.env.HEARTH_TEST_SECRET = 'secret';
    t.after(() => delete process.env.HEARTH_TEST_SECRET);
    const sandbox = await nodeSandbox(
      t,
      driver,
      `exports.handler = async (event, context) => ({
        ...context, left: context.getRemainingTimeInMillis(), env: process.env, cwd: process.cwd(),
      });`,
      { environment: { COLOUR: 'blue', AWS_REGION: 'mine' }, memoryMb: 256 },
    );
    const call = callOf({}, { clientContext: '{"custom":{"k":"v"}}', timeoutS: 5 });
    const answer = answerOf(await sandbox.invoke(call)) as Record<string, unknown>;
    const env = answer.env as Record<string, string>;
    assert.equal(answer.awsRequestId, call.requestId);
    assert.equal(answer.functionName, 'little');
    assert.equal(answer.functionVersion, '$LATEST');
    assert.equal(answer.memoryLimitInMB, '256');
    assert.equal(answer.invokedFunctionArn, call.functionArn);
    assert.equal(answer.logGroupName, '/aws/lambda/little');
    assert.deepEqual(answer.clientContext, { custom: { k: 'v' } });
    assert((answer.left as number) > 0 && (answer.left as number) <= 5000);
    assert.equal(answer.cwd, env.LAMBDA_TASK_ROOT);
    assert.equal(env.COLOUR, 'blue');
    assert.equal(env.AWS_REGION, 'us-east-1');
    assert.equal(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, '256');
    assert.equal(env.TZ, ':UTC');
    assert.equal(env._X_AMZN_TRACE_ID, call.traceId);
    const text = JSON.stringify(env);
    assert.doesNotMatch(text, /secret|HEARTH_TOKEN|HEARTH_SOCKET/);
  });

  it('reports what a Node.js handler throws, and lives on', deadline, async (t) => {
    const sandbox = await nodeSandbox(
      t,
      driver,
      `exports.handler = async (what) => {
        if (what === 'error') throw new RangeError('too far');
        if (what === 'text') throw 'plain text';
        if (what === 'cycle') { const o = {}; o.o = o; return o; }
        return undefined;
      };`,
    );
    const error = await sandbox.invoke(callOf('error'));
    const { errorType, errorMessage, trace } = answerOf(error) as ErrorAnswer;
    assert.equal(error.functionError, true);
    assert.deepEqual([errorType, errorMessage], ['RangeError', 'too far']);
    assert.equal(trace?.[0], 'RangeError: too far');
    const text = answerOf(await sandbox.invoke(callOf('text')));
    assert.deepEqual(text, { errorType: 'string', errorMessage: 'plain text', trace: [] });
    const cycle = answerOf(await sandbox.invoke(callOf('cycle'))) as ErrorAnswer;
    assert.equal(cycle.errorType, 'Runtime.MarshalError');
    const broken = await sandbox.invoke(callOf(null, { payload: Buffer.from('{oops') }));
    assert.equal((answerOf(broken) as ErrorAnswer).errorType, 'Runtime.UnmarshalError');
    assert.equal(Buffer.from((await sandbox.invoke(callOf(0))).payload).toString(), 'null');
    assert.equal(sandbox.alive, true);
  });

  it('ends a Node.js process with an uncaught error, and says which', deadline, async (t) => {
    const code = `exports.handler = (what) => new Promise(() => {
      if (what === 'rejection') Promise.reject(new Error('lost'));
      else setTimeout(() => { throw new TypeError('thrown late'); }, 1);
    });`;
    const rejecting = await nodeSandbox(t, driver, code);
    const rejected = await rejecting.invoke(callOf('rejection'));
    const rejection = answerOf(rejected) as ErrorAnswer;
    assert.equal(rejection.errorType, 'Runtime.UnhandledPromiseRejection');
    assert.equal(rejection.errorMessage, 'Error: lost');
    assert.deepEqual([rejected.functionError, rejecting.alive], [true, false]);
    const throwing = await nodeSandbox(t, driver, code);
    const thrown = answerOf(await throwing.invoke(callOf('throw'))) as ErrorAnswer;
    assert.deepEqual([thrown.errorType, thrown.errorMessage], ['TypeError', 'thrown late']);
    assert.equal(throwing.alive, false);
  });

  it('says why a Node.js handler cannot be loaded', deadline, async (t) => {
    const root = bundle(t, {
      'index.js': 'exports.value = 1;',
      'missing.js': 'require("no-such-package");',
      'missing-esm.mjs': 'import "no-such-package";',
      'syntax.js': 'exports.handler = (;',
      'throws.js': 'throw new RangeError("at load");',
      'exits.js': 'process.exit(3);',
    });
    const expected: Record<string, readonly [string, RegExp]> = {
      'index.handler': ['Runtime.HandlerNotFound', /^index\.handler is undefined or not exported$/],
      'index.value': ['Runtime.HandlerNotFound', /^index\.value is not a function$/],
      'absent.handler': ['Runtime.ImportModuleError', /Cannot find module 'absent'/],
      'missing.handler': ['Runtime.ImportModuleError', /Cannot find module 'no-such-package'/],
      'missing-esm.handler': ['Runtime.ImportModuleError', /no-such-package/],
      'syntax.handler': ['Runtime.UserCodeSyntaxError', /SyntaxError/],
      'throws.handler': ['RangeError', /^at load$/],
      'exits.handler': ['Runtime.ExitError', /exit status 3$/],
      noDot: ['Runtime.MalformedHandlerName', /Bad handler/],
      '../index.handler': ['Runtime.MalformedHandlerName', /'\.\.'/],
    };
    for (const [handler, [type, message]] of Object.entries(expected)) {
      await assert.rejects(driver.create(specOf(root, { handler })), (error) => {
        assert(error instanceof SandboxInitError, String(error));
        const answer = JSON.parse(Buffer.from(error.payload).toString()) as ErrorAnswer;
        assert.equal(answer.errorType, type, handler);
        assert.match(answer.errorMessage, message);
        return true;
      });
    }
  });
}
