/** What is changed is one character, in the longest line, and never into itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOneCharacter, putBack } from './one-character.ts';

test('one character of the longest line is another one afterwards', () => {
  for (const text of ['head\nabcdefg\ntail', 'AAAAAAA', 'x']) {
    const changed = changeOneCharacter(text)!;
    const differing = [...text].filter((character, n) => character !== changed.text[n]);
    assert.deepEqual([differing, changed.text.length], [[changed.was], text.length]);
    assert.equal(changed.text[changed.at - 1], changed.now);
    assert.equal(putBack(changed), text);
  }
  assert.equal(changeOneCharacter('head\nabcdefg\ntail')!.text, 'head\nabcAefg\ntail');
  assert.equal(changeOneCharacter(''), undefined);
});
