import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../../../src/types/index.js';
import { parseDefinition } from '../../../src/workflow/language/index.js';
import { jsonProblem } from '../../../src/workflow/language/json-scanner.js';
import { problemsOf } from './definitions.js';

/** The first line of the message, and where. */
function problemOf(text: string): string | null {
  const problem = jsonProblem(text);
  if (!problem) return null;
  const [, line, column] = /; line: (\d+), column: (\d+)\]$/.exec(problem.location) ?? [];
  return `${problem.message.split('\n at ')[0]} ${line}:${column}`;
}

const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

test('what is no JSON is told in the words of the service, with the place', () => {
  const wrong: Readonly<Record<string, string>> = {
    'not a definition': `Unrecognized token 'not': was expecting ${values} 1:4`,
    '{not json}':
      "Unexpected character ('n' (code 110)): was expecting double-quote to start field name 1:3",
    '{"a":1,}':
      "Unexpected character ('}' (code 125)): was expecting double-quote to start field name 1:9",
    '{"a" 1}':
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value 1:7",
    '{"a":1\n "b":2}': `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries 2:3`,
    '[1 2]':
      "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries 1:5",
    '[1,]': `Unexpected character (']' (code 93)): expected a valid value ${values} 1:5`,
    '{"a":tru}': `Unrecognized token 'tru': was expecting ${values} 1:9`,
    '{"a":01}': 'Invalid numeric value: Leading zeroes not allowed 1:7',
    '"a\nb"':
      'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value 1:4',
    '"a': 'Unexpected end-of-input: was expecting closing quote for a string value 1:3',
    '“a”': `Unexpected character ('“' (code 8220 / 0x201c)): expected a valid value ${values} 1:2`,
    '{"a":1,"\\u0061":2}': "Duplicate field 'a' 1:16",
    '{} x': `Unrecognized token 'x': was expecting ${values} 1:5`,
  };
  for (const [text, expected] of Object.entries(wrong)) {
    assert.equal(problemOf(text), expected);
  }
  assert.match(
    problemOf('{"a":[') ?? '',
    /^Unexpected end-of-input: expected close marker for Array \(start marker at \[Source: \(String\)"\{"a":\["; line: 1, column: 6\]\) 1:7$/,
  );
});

test('of a long text only the beginning is told', () => {
  const { location } = jsonProblem(`{${' '.repeat(600)}x`) ?? {};
  assert.equal(
    location,
    `[Source: (String)"{${' '.repeat(499)}"[truncated 102 chars]; line: 1, column: 603]`,
  );
});

test('definitions are objects, and told so as ValidateStateMachineDefinition does', () => {
  const notObject = 'SCHEMA_VALIDATION_FAILED Definition must be a valid JSON object @ nowhere';
  for (const text of ['', ' ', '[]', '1', 'null']) assert.deepEqual(problemsOf(text), [notObject]);
  const source = '[Source: (String)"not a definition"; line: 1, column: 4]';
  assert.deepEqual(problemsOf('not a definition'), [
    `INVALID_JSON_DESCRIPTION Unrecognized token 'not': was expecting ${values}\n at ${source} @ ${source}`,
  ]);
});

test('the scanner takes exactly what JSON.parse takes, without names that come twice', () => {
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '"\\u00e4"',
      '"\\x"',
      '"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'null',
      'x',
      ' ',
      '\n',
    ],
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (any) => {
      const problem = jsonProblem(any);
      const isTwice = problem?.message.startsWith('Duplicate field') ?? false;
      if (!isTwice) assert.equal(problem === null, parses(any), any);
    }),
    { numRuns: 3000 },
  );
});

test('no text makes the validation throw', () => {
  const name = fc.constantFrom(
    ...[
      'StartAt',
      'States',
      'A',
      'Type',
      'Next',
      'End',
      'Choices',
      'And',
      'Not',
      'Variable',
      'Branches',
      'ItemProcessor',
      'ProcessorConfig',
      'Retry',
      'Catch',
      'ErrorEquals',
      'Parameters',
      'Assign',
      'Output',
      'QueryLanguage',
      'Resource',
      'ItemReader',
      'ReaderConfig',
      'ResultWriter',
      '__proto__',
      'constructor',
      'x.$',
    ],
  );
  const leaf = fc.oneof(
    fc.constantFrom(
      ...[
        'A',
        'Pass',
        'Task',
        'Map',
        'Parallel',
        'Choice',
        'Wait',
        'JSONata',
        'JSONPath',
        '$',
        '$.a[*]',
        '{% a %}',
        '{% (%}',
        'States.ALL',
        'States.Format(',
        'arn:aws:states:::lambda:invoke',
        'DISTRIBUTED',
        '2016-03-14T01:59:00Z',
      ],
    ),
    fc.jsonValue(),
  );
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'medium' },
      leaf,
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(name, tie('node'), { maxKeys: 6 }),
    ),
  }));
  const machine = fc.record({
    StartAt: fc.constant('A'),
    States: fc.dictionary(name, node as fc.Arbitrary<unknown>),
  });
  fc.assert(
    fc.property(fc.oneof(machine, node as fc.Arbitrary<unknown>), (value) => {
      const text = JSON.stringify(value);
      assert.ok(parseDefinition(text, 'EXPRESS'));
      const state = `{"StartAt":"A","States":{"A":${text}}}`;
      assert.ok(parseDefinition(state, 'STANDARD'));
    }),
    { numRuns: 3000 },
  );
});

test('definitions have a largest size and depth, and as many diagnostics as can be told', () => {
  const { definitionCharsMax: chars, definitionDepthMax: depth, diagnosticsMax } = limits;
  const nested = (count: number) =>
    `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Result":${'['.repeat(count)}${']'.repeat(count)}}}}`;
  assert.deepEqual(problemsOf(nested(depth - 3)), []);
  assert.match(problemsOf(nested(depth - 2))[0] ?? '', /^TOO_DEEPLY_NESTED /);
  assert.match(problemsOf('['.repeat(chars))[0] ?? '', /^TOO_DEEPLY_NESTED /);
  assert.match(
    problemsOf(`"${'a'.repeat(chars)}"`)[0] ?? '',
    /^SCHEMA_VALIDATION_FAILED .*exceeds/,
  );
  const many = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`s${index}`, {}]));
  assert.equal(problemsOf(JSON.stringify({ StartAt: 'A', States: many })).length, diagnosticsMax);
});
