/**
 * Sources of the functions that the scenarios create. The sets name the files without their content: here is
 * the obvious one for each name, padded to the recorded size of the archive where only that is known.
 */
import { Buffer } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

const echoPy = 'def handler(event, context):\n    print(event)\n    return event\n';
const echoJs = 'exports.handler = async (event) => {\n  console.log(event);\n  return event;\n};\n';

/** By the name of the file. */
const files: Readonly<Record<string, string>> = {
  'lambda_echo.py': echoPy,
  'lambda_echo.js': echoJs,
  'lambda_handler.js': echoJs,
  'lambda_none.js': 'exports.handler = async () => {};\n',
  'lambda_none.py': 'def handler(event, context):\n    pass\n',
  'lambda_cache.js': 'let counter = 0;\nexports.handler = async () => ({ counter: counter++ });\n',
  'lambda_cache.py':
    'counter = 0\ndef handler(event, context):\n    global counter\n    counter += 1\n    return {"counter": counter - 1}\n',
  'lambda_echo_json_body.py':
    'import json\ndef handler(event, context):\n    return json.loads(event["body"])\n',
  'lambda_handler_error.py': 'def handler(event, context):\n    raise Exception("Handler fails")\n',
  'lambda_handler_exit.py': 'import sys\ndef handler(event, context):\n    sys.exit(0)\n',
  'lambda_runtime_error.py':
    'raise Exception("Runtime startup fails")\ndef handler(event, context):\n    return event\n',
  'lambda_runtime_exit.py':
    'import sys\nsys.exit(0)\ndef handler(event, context):\n    return event\n',
  'lambda_multiple_handlers.py':
    'def handler(event, context):\n    return {"handler": "handler"}\ndef handler_two(event, context):\n    return {"handler": "handler_two"}\n',
  'lambda_process_inspection.py':
    'def handler(event, context):\n    with open(f"/proc/{event[\'pid\']}/environ") as f:\n        pairs = [p for p in f.read().split("\\0") if p]\n    return {"environment": dict(p.split("=", 1) for p in pairs)}\n',
  'lambda_response_streaming.js':
    'exports.handler = awslambda.streamifyResponse(async (event, stream) => {\n  stream.write("Hello");\n  stream.write(", world!");\n  stream.end();\n});\n',
  'id_function.py': echoPy,
  'large_output_string.py': 'def handler(event, context):\n    return "\u00e9" * (256 * 1024)\n',
  'raise_custom_exception.py':
    'class CustomException(Exception):\n    pass\n\n\n# the line of the\n# recorded stack\n\ndef handler(event, context):\n    raise CustomException()\n',
  'raise_exception.py':
    'def handler(event, context):\n    raise Exception("Some exception was raised.")\n',
  'return_bytes_str.py': 'def handler(event, context):\n    return "HelloWorld!"\n',
  'wait_60_seconds.py':
    'import time\ndef handler(event, context):\n    time.sleep(60)\n    return event\n',
  'lambda_url.js':
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify({ event }) });\n',
};

function versionPy(version: string): string {
  return `def handler(event, context):\n    return {"version_id": "${version}", "invoked_arn": context.invoked_function_arn, "version_from_ctx": context.function_version}\n`;
}

/** By the beginning of the archive's hash, where its function must do more than echo. */
const archives: Readonly<Record<string, string>> = {
  '309a55a0': versionPy('version1'),
  a72f6ec5: versionPy('version2'),
  bfef861d: 'exports.handler = async () => ({ statusCode: 200 });\n',
};

/** The archive of a recorded file, under the name that the handler asks for. */
export async function zipOfFile(path: string, handler: string): Promise<Buffer> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const source = files[name] ?? (name.endsWith('.py') ? echoPy : echoJs);
  // the recorder's archives had the time in them: no two were the same
  const distinct = `${name.endsWith('.py') ? '#' : '//'} ${made++}\n`;
  const file = moduleOf(handler) + name.slice(name.lastIndexOf('.'));
  return zip(file, source + distinct, fileArchiveBytes);
}

let made = 0;
/** None of the recorder's was smaller. */
const fileArchiveBytes = 400;

/** An archive of which hash and length were recorded; a layer has no handler. */
export async function zipOfHash(
  hash: string,
  length: number,
  handler: string,
  runtime: string,
): Promise<Buffer> {
  const python = runtime.startsWith('python');
  const source = archives[hash.slice(0, 8)] ?? (python ? echoPy : echoJs);
  if (length < minimalFunctionBytes) return zip('f', '', length);
  return zip(moduleOf(handler) + (python ? '.py' : '.js'), source, length);
}

/** Below it, an archive holds a layer's file and no function. */
const minimalFunctionBytes = 200;
const commentBytesMax = 65_535;

function moduleOf(handler: string): string {
  return handler.slice(0, handler.lastIndexOf('.')) || 'handler';
}

async function zip(name: string, source: string, length = 0): Promise<Buffer> {
  const made = await zipped(name, source, 0);
  const lacking = length - made.length;
  if (lacking <= 0) return made;
  if (lacking > commentBytesMax) return zipped(name, source, lacking - 100);
  // a comment at the end, whose length is the last thing that the archive says
  made.writeUInt16LE(lacking, made.length - 2);
  return Buffer.concat([made, Buffer.alloc(lacking, 0x20)]);
}

async function zipped(name: string, source: string, padding: number): Promise<Buffer> {
  const archive = new ZipFile();
  const options = { mtime: new Date(2026, 0, 1), mode: 0o100644, forceDosTimestamp: true };
  archive.addBuffer(Buffer.from(source), name, options);
  if (padding > 0) {
    archive.addBuffer(Buffer.alloc(padding), 'p', { ...options, compress: false });
  }
  archive.end();
  return buffer(archive.outputStream);
}
