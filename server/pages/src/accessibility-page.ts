/**
 * `/accessibility` for browsers without scripts: the statement in the form that Implementing Decision (EU) 2018/1523 gives, and the form by
 * which people say what is hard to use. The portal says the same in its own words.
 */
import { type Html, html } from './html.ts';
import type { Frame } from './layout.ts';

const ANSWERS: Readonly<Record<string, string>> = {
  yes: 'Thank you. The people who run these pages will read it.',
  later: 'It could not be kept just now. Please try again in an hour.',
  empty: 'Please write what was hard to use.',
};

export function accessibilityBody({ office, saying: { say } }: Frame, sent: string | undefined, contact: string | undefined): Html {
  const answer = sent === undefined || !Object.hasOwn(ANSWERS, sent) ? undefined : ANSWERS[sent];
  const answered = answer === undefined ? undefined : html`<p class="stamp seen" role="status">${say(answer)}</p>`;
  const wanted =
    contact === undefined
      ? undefined
      : html` ${say('If you want an answer, write to {address}.', { address: html`<a href="mailto:${contact}">${contact}</a>` })}`;
  return html`<h1>${say('Accessibility')}</h1>
<p class="lead">${say('{office} wants everybody to be able to use its public record: with a screen reader, by keyboard, on a phone, in large type.', { office })}</p>
${answered}
<section class="card"><h2>${say('How far it is so')}</h2><p>${say('These pages are partially compliant with EN 301 549 V3.2.1, which holds WCAG 2.1 at level AA. What is missing:')}</p>
<ul><li>${say('Texts that officials typed are in the language in which they typed them.')}</li><li>${say('Technical details show codes that a screen reader spells letter by letter.')}</li></ul></section>
<section class="card"><h2>${say('How we know')}</h2><p>${say('By our own tests: each page is checked by a program (axe) in light and dark, on a desk and on a phone, and gone through by keyboard alone. People who use assistive technology every day have not tested it yet.')}</p></section>
<section class="card"><h2>${say('Tell us what is hard to use')}</h2>
<form action="/accessibility/feedback" method="post" class="stack"><p><label>${say('Which page?')} <input name="page" maxlength="200"></label></p><p><label>${say('What was hard?')} <textarea name="text" rows="5" maxlength="4000" required></textarea></label></p><button>${say('Send')}</button></form>
<p class="note">${say('Do not write your name: nothing about you is asked for or kept. What you write stays with the operator of these pages for 90 days and never enters the public record.')}${wanted}</p></section>
<section class="card"><h2>${say('If nothing happens')}</h2><p>${say('Whoever gets no answer, or none that helps, can turn to the body that oversees the accessibility of public websites in this office’s country (Directive (EU) 2016/2102, Article 9).')}</p></section>`;
}
