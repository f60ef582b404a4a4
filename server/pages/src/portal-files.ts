/** The portal as it was built: hashed files, kept in memory as they are sent, and what a page must name to begin with it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Html, html } from './html.ts';

export class PortalFile {
  readonly type: string;
  readonly body: Buffer;
  #gzipped: Buffer | undefined;

  constructor(type: string, body: Buffer) {
    this.type = type;
    this.body = body;
  }

  /** Made when it is first asked for: a node starts without. Undefined where it is compressed already. */
  get gzipped(): Buffer | undefined {
    if (!this.type.startsWith('font/')) this.#gzipped ??= gzipSync(this.body, { level: 9 });
    return this.#gzipped;
  }
}

/** What Vite's manifest says of an entry. */
interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  /** Keys of the chunks that it needs at once. */
  readonly imports?: readonly string[];
  readonly isEntry?: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

export class PortalFiles {
  /** Stylesheets and the script with which the portal begins. */
  readonly head: Html;
  /** The same where the page has something to show before: the portal puts its stylesheets in force when it takes over. */
  readonly lateHead: Html;
  readonly #files: ReadonlyMap<string, PortalFile>;

  private constructor({ file, css = [] }: Chunk, files: ReadonlyMap<string, PortalFile>) {
    const styles = css.map((path) => html`<link rel="stylesheet" href="/${path}">`);
    const lateStyles = css.map((path) => html`<link rel="stylesheet" href="/${path}" media="not all" class="portal-style">`);
    this.head = html`${styles}<script type="module" src="/${file}"></script>`;
    this.lateHead = html`${lateStyles}<script type="module" src="/${file}" fetchpriority="low"></script>`;
    this.#files = files;
  }

  /** Undefined where the portal was not built. Throws where something else lies there. */
  static open(dir: string): PortalFiles | undefined {
    const manifest = join(dir, 'manifest.json');
    if (!existsSync(manifest)) return undefined;
    const chunks = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Chunk>;
    const [key, entry] = Object.entries(chunks).find(([, { isEntry }]) => isEntry === true) ?? [];
    if (key === undefined || entry === undefined) throw new Error(`${manifest} names no entry`);
    return new PortalFiles({ ...entry, css: stylesOf(key, chunks) }, filesIn(dir));
  }

  /** `path`: after `/assets/`. */
  asset(path: string): PortalFile | undefined {
    return this.#files.get(`assets/${path}`);
  }
}

/** A part that a late page shares with the first one is a chunk of its own, and so are its styles. */
function stylesOf(entry: string, chunks: Readonly<Record<string, Chunk>>): readonly string[] {
  const needed = new Set([entry]);
  for (const key of needed) for (const one of chunks[key]?.imports ?? []) needed.add(one);
  return [...new Set([...needed].reverse().flatMap((key) => chunks[key]?.css ?? []))];
}

function filesIn(dir: string): ReadonlyMap<string, PortalFile> {
  const files = new Map<string, PortalFile>();
  for (const one of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(one.name)];
    if (!one.isFile() || type === undefined) continue;
    const path = join(one.parentPath, one.name);
    files.set(relative(dir, path).split(sep).join('/'), new PortalFile(type, readFileSync(path)));
  }
  return files;
}
