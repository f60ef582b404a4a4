/** No value can become markup, whatever it holds and however deep it stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Html, html } from './html.ts';

test('values are escaped in text and in attributes; HTML is not escaped twice', () => {
  const hostile = `"><script>alert('x')</script>&amp;`;
  const part = html`<a title="${hostile}">${hostile}</a>`;
  assert.equal(
    part.text,
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;</a>',
  );
  assert.equal(html`<p>${part}</p>`.text, `<p>${part.text}</p>`);
  assert.equal(html`${[html`<i>`, 'a<b', [1, undefined]]}`.text, '<i>a&lt;b1');
});

test('any text stays text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const made = html`${text}`;
      assert.ok(made instanceof Html);
      assert.doesNotMatch(made.text, /[<>"']/);
      const back = made.text.replace(
        /&(lt|gt|quot|#39|amp);/g,
        (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] as string,
      );
      assert.equal(back, text);
    }),
  );
});
