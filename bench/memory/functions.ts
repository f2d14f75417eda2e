/**
 * The smallest functions of the two runtimes. Each names its process after itself, so that its sandbox can be told from
 * stem cells; and sleeps when it is told to, so that as many sandboxes are made as requests come together.
 */

export interface SmallFunction {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly runtime: string;
  readonly handler: string;
  /** As the kernel calls its process. */
  readonly processName: string;
}

export const javascript: SmallFunction = {
  name: 'hello-node',
  processName: 'hello-node',
  runtime: 'nodejs20.x',
  handler: 'index.handler',
  files: {
    'index.js': `require('node:fs').writeFileSync('/proc/self/comm', 'hello-node');
exports.handler = async ({ sleepMs = 0 }) => {
  await new Promise((resolve) => setTimeout(resolve, sleepMs));
  return 'hello, world';
};
`,
  },
};

export const python: SmallFunction = {
  name: 'hello-python',
  processName: 'hello-python',
  runtime: 'python3.11',
  handler: 'index.handler',
  files: {
    'index.py': `import time
with open('/proc/self/comm', 'w') as file:
    file.write('hello-python')

def handler(event, context):
    time.sleep(event.get('sleepMs', 0) / 1000)
    return 'hello, world'
`,
  },
};
