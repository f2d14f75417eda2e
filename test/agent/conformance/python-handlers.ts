import { strict as assert } from 'node:assert';
import { it } from 'node:test';
import { type SandboxDriver, SandboxInitError } from '../../../src/agent/index.js';
import { answerOf, bundle, callOf, type ErrorAnswer, pythonSandbox, specOf } from '../fixture.js';

const deadline = { timeout: 30_000 };
const runtime = 'python3.11';

export function pythonConformance(driver: SandboxDriver): void {
  it('runs a Python function, again and again in one process', deadline, async (t) => {
    const sandbox = await pythonSandbox(
      t,
      driver,
      `
import os
n = 0
def handler(event, context):
    global n
    n += 1
    return {"n": n, "pid": os.getpid(), "event": event}
`,
    );
    const first = await sandbox.invoke(callOf({ a: 'ü' }));
    const second = await sandbox.invoke(callOf([2]));
    const { pid } = answerOf(first) as { pid: number };
    assert.deepEqual(answerOf(first), { n: 1, pid, event: { a: 'ü' } });
    assert.deepEqual(answerOf(second), { n: 2, pid, event: [2] });
  });

  it('finds Python handlers in packages, by dots and by slashes', deadline, async (t) => {
    const root = bundle(t, {
      'pkg/__init__.py': '',
      'pkg/mod.py': 'from . import other\ndef handler(e, c):\n    return other.name\n',
      'pkg/other.py': 'name = "other"\n',
      'vendored.py': 'import dep\ndef handler(e, c):\n    return dep.__name__\n',
      'dep/__init__.py': '',
    });
    const expected = {
      'pkg.mod.handler': 'other',
      'pkg/mod.handler': 'other',
      'vendored.handler': 'dep',
    };
    for (const [handler, answer] of Object.entries(expected)) {
      const sandbox = await driver.create(specOf(root, { runtime, handler }));
      assert.equal(answerOf(await sandbox.invoke(callOf({}))), answer);
      await sandbox.end();
    }
  });

  it('gives a Python handler its context and only its own environment', deadline, async (t) => {
    process.env.HEARTH_TEST_SECRET = 'secret';
    t.after(() => delete process.env.HEARTH_TEST_SECRET);
    const sandbox = await pythonSandbox(
      t,
      driver,
      `
import os
def handler(event, c):
    return {
        "id": c.aws_request_id, "name": c.function_name, "version": c.function_version,
        "memory": c.memory_limit_in_mb, "arn": c.invoked_function_arn, "group": c.log_group_name,
        "custom": c.client_context.custom, "left": c.get_remaining_time_in_millis(),
        "identity": c.identity.cognito_identity_id, "env": dict(os.environ), "cwd": os.getcwd(),
    }
`,
      { environment: { COLOUR: 'blue' } },
    );
    const call = callOf({}, { clientContext: '{"custom":{"k":"v"}}', timeoutS: 5 });
    const answer = answerOf(await sandbox.invoke(call)) as Record<string, unknown>;
    const { env, left, cwd, ...rest } = answer as { env: Record<string, string>; left: number } & {
      cwd: string;
    };
    assert.deepEqual(rest, {
      id: call.requestId,
      name: 'little',
      version: '$LATEST',
      memory: '128',
      arn: call.functionArn,
      group: '/aws/lambda/little',
      custom: { k: 'v' },
      identity: null,
    });
    assert(left > 0 && left <= 5000);
    assert.equal(cwd, env.LAMBDA_TASK_ROOT);
    assert.equal(env.COLOUR, 'blue');
    assert.equal(env.AWS_EXECUTION_ENV, 'AWS_Lambda_python3.11');
    assert.doesNotMatch(JSON.stringify(env), /secret|HEARTH_TOKEN|HEARTH_SOCKET/);
  });

  it('reports what a Python handler raises, and lives on', deadline, async (t) => {
    const sandbox = await pythonSandbox(
      t,
      driver,
      `
import datetime
from decimal import Decimal
def handler(what, context):
    if what == "raise":
        raise ValueError("bad value")
    if what == "date":
        return datetime.datetime.now()
    if what == "nan":
        return float("nan")
    if what == "decimal":
        return [Decimal("1.5"), Decimal(2)]
    if what == "unicode":
        return {"a": "ü"}
`,
    );
    const call = callOf('raise');
    const raised = await sandbox.invoke(call);
    const { errorType, errorMessage, requestId, stackTrace } = answerOf(raised) as ErrorAnswer;
    assert.equal(raised.functionError, true);
    assert.deepEqual([errorType, errorMessage], ['ValueError', 'bad value']);
    assert.equal(requestId, call.requestId);
    assert.match(stackTrace?.[0] ?? '', /^ {2}File ".*index\.py", line 6, in handler\n/);
    assert.equal(stackTrace?.length, 1);
    const date = answerOf(await sandbox.invoke(callOf('date'))) as ErrorAnswer;
    assert.equal(date.errorType, 'Runtime.MarshalError');
    assert.equal(
      date.errorMessage,
      'Unable to marshal response: Object of type datetime is not JSON serializable',
    );
    const nan = answerOf(await sandbox.invoke(callOf('nan'))) as ErrorAnswer;
    assert.equal(nan.errorType, 'Runtime.MarshalError');
    assert.deepEqual(answerOf(await sandbox.invoke(callOf('decimal'))), [1.5, 2]);
    const unicode = await sandbox.invoke(callOf('unicode'));
    assert.equal(Buffer.from(unicode.payload).toString(), '{"a": "ü"}');
    const broken = await sandbox.invoke(callOf(null, { payload: Buffer.from('{oops') }));
    assert.equal((answerOf(broken) as ErrorAnswer).errorType, 'Runtime.UnmarshalError');
    assert.equal(answerOf(await sandbox.invoke(callOf(0))), null);
  });

  it('says why a Python handler cannot be loaded', deadline, async (t) => {
    const root = bundle(t, {
      'index.py': 'value = 1\n',
      'missing.py': 'import no_such_package\n',
      'syntax.py': 'def handler(:\n',
      'raises.py': 'raise RuntimeError("at load")\n',
      'exits.py': 'import sys\nsys.exit(4)\n',
    });
    const expected: Record<string, readonly [string, RegExp]> = {
      'index.handler': ['Runtime.HandlerNotFound', /^Handler 'handler' missing on module 'index'$/],
      'absent.handler': [
        'Runtime.ImportModuleError',
        /^Unable to import module 'absent': No module named 'absent'$/,
      ],
      'missing.handler': [
        'Runtime.ImportModuleError',
        /^Unable to import module 'missing': No module named 'no_such_package'$/,
      ],
      'syntax.handler': ['Runtime.UserCodeSyntaxError', /^Syntax error in module 'syntax': /],
      'raises.handler': ['RuntimeError', /^at load$/],
      'exits.handler': ['Runtime.ExitError', /exit status 4$/],
      noDot: ['Runtime.MalformedHandlerName', /^Bad handler 'noDot'/],
    };
    for (const [handler, [type, message]] of Object.entries(expected)) {
      await assert.rejects(driver.create(specOf(root, { runtime, handler })), (error) => {
        assert(error instanceof SandboxInitError, String(error));
        const answer = JSON.parse(Buffer.from(error.payload).toString()) as ErrorAnswer;
        assert.equal(answer.errorType, type, handler);
        assert.match(answer.errorMessage, message);
        return true;
      });
    }
  });
}
