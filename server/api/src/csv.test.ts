/** What a spreadsheet would run stays text; what another program reads comes back as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv.ts';

test('quotes, commas and line breaks stand in quotes; nothing stands for nothing', () => {
  assert.equal(
    csvLine(['a', 'b,c', 'say "so"', 'two\nlines', null, undefined, 7, false]),
    'a,"b,c","say ""so""","two\nlines",,,7,false\r\n',
  );
});

test('formulas are text, negative amounts are numbers', () => {
  assert.equal(csvLine(['=1+1', '@SUM(A1)', '+49 1', '-5', '-5.20', '-cmd', '\tx']), "'=1+1,'@SUM(A1),'+49 1,-5,-5.20,'-cmd,'\tx\r\n");
  assert.equal(csvLine(['=HYPERLINK("http://x","y")']), `"'=HYPERLINK(""http://x"",""y"")"\r\n`);
});
