/**
 * Just enough of a TypeScript scanner for the tidy tests: it blanks comments and the contents of strings, so that a word in
 * prose is never mistaken for code, and finds import specifiers. TypeScript 7 offers no compiler API, and a dependency for
 * this would be larger than the rule it serves.
 */

export interface SourceText {
  readonly raw: string;
  /** Same length and line breaks as `raw`; comments, string contents and regular expressions are spaces. Quotes stay. */
  readonly code: string;
}

export interface Import {
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
}

const REGEX_MAY_FOLLOW = /(?:^|[=(,:[!&|?{};+\-*%~<>^]|\breturn|\btypeof|\bcase|\bin|\bof)\s*$/;

/** Scans a whole file. Template literals keep the code inside `${…}`. */
export function scanSource(raw: string): SourceText {
  const out = raw.split('');
  const blank = (from: number, to: number): void => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' ';
  };
  /** For each open `${`, the number of braces open inside it. */
  const templates: number[] = [];
  let at = 0;
  const template = (): void => {
    const start = at;
    while (at < raw.length && raw[at] !== '`') {
      if (raw[at] === '\\') at++;
      else if (raw[at] === '$' && raw[at + 1] === '{') {
        blank(start, at);
        at += 2;
        templates.push(0);
        return;
      }
      at++;
    }
    blank(start, at);
    at++;
  };
  while (at < raw.length) {
    const c = raw[at];
    const next = raw[at + 1];
    if (c === '/' && (next === '/' || next === '*')) {
      const end = next === '/' ? raw.indexOf('\n', at) : raw.indexOf('*/', at + 2) + 2;
      const stop = end < at + 2 ? raw.length : end;
      blank(at, stop);
      at = stop;
    } else if (c === "'" || c === '"') {
      const start = at + 1;
      at = start;
      while (at < raw.length && raw[at] !== c && raw[at] !== '\n') at += raw[at] === '\\' ? 2 : 1;
      blank(start, at);
      at++;
    } else if (c === '`') {
      at++;
      template();
    } else if (c === '{' && templates.length > 0) {
      templates[templates.length - 1]! += 1;
      at++;
    } else if (c === '}' && templates.length > 0) {
      at++;
      if (templates.at(-1) === 0) {
        templates.pop();
        template();
      } else templates[templates.length - 1]! -= 1;
    } else if (c === '/' && REGEX_MAY_FOLLOW.test(out.slice(Math.max(0, at - 40), at).join(''))) {
      at = blankRegex(raw, at, blank);
    } else at++;
  }
  return { raw, code: out.join('') };
}

function blankRegex(raw: string, start: number, blank: (from: number, to: number) => void): number {
  let at = start + 1;
  let inClass = false;
  while (at < raw.length && raw[at] !== '\n' && (inClass || raw[at] !== '/')) {
    if (raw[at] === '\\') at++;
    else if (raw[at] === '[') inClass = true;
    else if (raw[at] === ']') inClass = false;
    at++;
  }
  blank(start, at + 1);
  return at + 1;
}

/** Every static or dynamic import and re-export whose specifier is a literal, in order. */
export function importsOf(source: SourceText): Import[] {
  const pattern = /\b(?:import|export)\b(?:[\s\w$*{},]*?\bfrom)?\s*\(?\s*(['"])/g;
  const found: Import[] = [];
  for (const match of source.code.matchAll(pattern)) {
    if (/^export\b/.test(match[0]) && !match[0].includes('from')) continue;
    const start = match.index + match[0].length;
    const specifier = source.raw.slice(start, source.code.indexOf(match[1]!, start));
    found.push({ specifier, line: lineOf(source.raw, match.index) });
  }
  return found;
}

/** 1-based line of a character offset. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
