/** What the reference page makes of a description: subjects, addresses that can be asked, and lines for a terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsOf, curlLine, filledPath, matches, type OpenApi, type Parameter, subjectsOf, typeWords } from './read-openapi.ts';

const described: OpenApi = {
  info: { title: 'x' },
  tags: [{ name: 'proofs', description: 'Receipts' }, { name: 'empty' }],
  paths: {
    '/api/v1/receipts/{name}': {
      get: { tags: ['proofs'], summary: 'The receipt', responses: { 200: { description: 'text', content: { 'text/plain': {} } } } },
      head: { tags: ['proofs'] },
    },
    '/api/v1/check': { post: { tags: ['proofs'], requestBody: { content: { 'application/json': {} } } } },
  },
  components: {
    schemas: { a: { 'x-action': 'b.do', title: 'Do', 'x-roles': ['mayor'] }, b: { type: 'object' }, c: { 'x-action': 'a.do' } },
  },
};

test('operations stand by subject, HEAD and empty subjects left out', () => {
  const subjects = subjectsOf(described);
  assert.deepEqual(
    subjects.map(({ name, operations }) => [name, operations.map(({ id, method, takes }) => [id, method, takes])]),
    [
      [
        'proofs',
        [
          ['get-api-v1-receipts-name-', 'GET', []],
          ['post-api-v1-check', 'POST', ['application/json']],
        ],
      ],
    ],
  );
  assert.deepEqual(subjects[0]!.operations[0]!.gives, [{ status: '200', description: 'text', types: ['text/plain'] }]);
});

test('what may be signed stands by name', () => {
  assert.deepEqual(
    actionsOf(described).map(({ name, roles, signers }) => [name, roles, signers]),
    [
      ['a.do', [], 1],
      ['b.do', ['mayor'], 1],
    ],
  );
  assert.deepEqual(actionsOf({ info: { title: 'x' }, paths: {} }), []);
});

test('an address holds what was filled in, and nothing gets out of its place', () => {
  const parameters: Parameter[] = [
    { name: 'id', in: 'path', required: true },
    { name: 'limit', in: 'query' },
    { name: 'after', in: 'query' },
    { name: 'h', in: 'header' },
  ];
  assert.equal(filledPath('/x/{id}', parameters, {}), '/x/{id}');
  assert.equal(filledPath('/x/{id}', parameters, { id: 'a?b#c d', limit: '5', after: '', h: 'no' }), '/x/a%3Fb%23c%20d?limit=5');
  assert.equal(filledPath('/x/{id}', parameters, { id: 'tile/0/1' }), '/x/tile/0/1');
});

test('a line for a terminal keeps quotes inside', () => {
  assert.equal(curlLine('http://x/?a=b', 'GET'), "curl -s 'http://x/?a=b'");
  assert.equal(curlLine('http://x/', 'POST'), "curl -s -X POST 'http://x/'");
  assert.equal(
    curlLine('http://x/', 'POST', { type: 'text/plain', text: "it's" }),
    "curl -s -X POST 'http://x/' -H 'content-type: text/plain' --data-binary 'it'\\''s'",
  );
});

test('words are found anywhere, in any case', () => {
  assert.ok(matches('', 'a') && matches('FEED get', 'GET', '/api/v1/feed') && !matches('feed post', 'GET', '/api/v1/feed'));
});

test('types are said in few words', () => {
  const said: [Parameters<typeof typeWords>[0], string][] = [
    [undefined, ''],
    [{ type: 'integer', minimum: 1, maximum: 200 }, 'integer 1…200'],
    [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'integer 0…'],
    [{ enum: ['a', 'b'] }, '"a" | "b"'],
    [{ const: 1 }, '1'],
    [{ type: 'array', items: { type: 'string' } }, 'list of string'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{}, 'any'],
  ];
  for (const [schema, words] of said) assert.equal(typeWords(schema), words);
});
