/** Fills in an operation, says it as a line for a terminal, and asks this node. */
import { Button, Textarea, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useId, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { curlLine, filledPath, type Operation } from './read-openapi.ts';
import { WithCode } from './with-code.tsx';

interface Answered {
  readonly status: string;
  readonly headers: readonly string[];
  readonly text: string;
  readonly isCut: boolean;
}

/** More than this nobody reads on a screen. */
const SHOWN_BYTES = 20_000;
/** Streams never end; what came so far is shown. */
const PATIENCE_MS = 6_000;
const SHOWN_HEADERS = ['content-type', 'tabularium-height', 'tabularium-cursor', 'link', 'location', 'retry-after'];

export function TryIt({ operation }: { readonly operation: Operation }) {
  const say = useWords();
  const id = useId();
  const { method, path, parameters, takes } = operation;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [text, setText] = useState('');
  const [answered, setAnswered] = useState<Answered>();
  const [busy, setBusy] = useState(false);
  const [type] = takes;
  const body = type === undefined ? undefined : { type, text };
  const target = filledPath(path, parameters, values);
  const ask = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setAnswered(await asked(target, method, body));
    setBusy(false);
  };
  const filled = parameters.filter(({ in: where }) => where !== 'header');
  return (
    <form className="try" onSubmit={(event) => void ask(event)}>
      {filled.length > 0 && (
        <div className="fields">
          {filled.map(({ name, required, description, schema }) => (
            <Textfield
              key={name}
              data-size="sm"
              label={required === true ? `${name} *` : name}
              description={<WithCode text={description ?? schema?.description ?? ''} />}
              required={required === true}
              spellCheck={false}
              value={values[name] ?? ''}
              onChange={({ target: { value } }) => setValues({ ...values, [name]: value })}
            />
          ))}
        </div>
      )}
      {type !== undefined && (
        <div>
          <label htmlFor={`${id}-body`}>{say('developers.body', { type })}</label>
          <Textarea id={`${id}-body`} rows={5} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
        </div>
      )}
      <pre className="code">{curlLine(`${window.location.origin}${target}`, method, body)}</pre>
      <Button type="submit" data-size="sm" variant="secondary" disabled={busy}>
        {busy ? say('developers.asking') : say('developers.send')}
      </Button>
      <div role="status">
        {answered !== undefined && (
          <>
            <p className="status">
              <b>{answered.status}</b>
              {answered.headers.map((header) => (
                <code key={header}>{header}</code>
              ))}
            </p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever goes by keyboard scrolls it. */}
            <section className="code answer" tabIndex={0} aria-label={say('developers.answer')}>
              {answered.text === '' ? say('developers.empty') : answered.text}
            </section>
            {answered.isCut && <p className="note">{say('developers.cut')}</p>}
          </>
        )}
      </div>
    </form>
  );
}

async function asked(
  target: string,
  method: string,
  body: { readonly type: string; readonly text: string } | undefined,
): Promise<Answered> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), PATIENCE_MS);
  try {
    const init = body === undefined ? {} : { headers: { 'content-type': body.type }, body: body.text };
    const response = await fetch(target, { method, signal: over.signal, ...init });
    const { text, isCut } = await beginning(response);
    const headers = SHOWN_HEADERS.flatMap((name) => (response.headers.has(name) ? [`${name}: ${response.headers.get(name)}`] : []));
    return { status: `${response.status} ${response.statusText}`.trim(), headers, text: isCut ? text : indented(text), isCut };
  } catch (error) {
    return { status: '–', headers: [], text: error instanceof Error ? error.message : '', isCut: false };
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** What comes within a moment, up to what anybody reads. */
async function beginning(response: Response): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      text += part.value;
      if (text.length > SHOWN_BYTES) return { text: text.slice(0, SHOWN_BYTES), isCut: true };
    }
    return { text, isCut: false };
  } catch {
    return { text, isCut: true };
  }
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
