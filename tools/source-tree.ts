/**
 * The tree as the tidy tests see it: workspaces, their declared dependencies and their files, read once from disk. Files are
 * found by walking, not from version control, so that an unpacked archive is judged like a clone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SourceText, scanSource } from './source-text.ts';

export const ROOT: string = dirname(dirname(fileURLToPath(import.meta.url)));
export const WINGS = ['core', 'modules', 'engines', 'server', 'clients', 'testing'] as const;
export type Wing = (typeof WINGS)[number];

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly workspace: Workspace | undefined;
  readonly isTest: boolean;
  readonly text: SourceText;
}

export interface Workspace {
  readonly wing: Wing;
  /** Folder name. */
  readonly folder: string;
  /** `core/log`. */
  readonly path: string;
  readonly name: string;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  readonly type?: string;
  readonly license?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const NOT_OURS = new Set(['node_modules', '.git', 'coverage', 'dist', '.judges']);

/** Paths of all files under a folder, relative to the root, sorted. */
export function filesUnder(folder: string): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const full = join(path, entry.name);
      if (entry.isDirectory()) visit(full);
      else if (entry.isFile()) found.push(relative(ROOT, full).replaceAll('\\', '/'));
    }
  };
  visit(join(ROOT, folder));
  return found.sort();
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export const workspaces: readonly Workspace[] = WINGS.flatMap((wing) =>
  readdirSync(join(ROOT, wing), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_OURS.has(entry.name))
    .map((entry) => {
      const path = `${wing}/${entry.name}`;
      const manifest = JSON.parse(readText(`${path}/package.json`)) as Manifest;
      return { wing, folder: entry.name, path, name: manifest.name, manifest };
    }),
);

/** Every TypeScript file of the wings and of tools/. */
export const sources: readonly SourceFile[] = [...WINGS, 'tools'].flatMap((top) =>
  filesUnder(top)
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({
      path,
      workspace: workspaces.find((workspace) => path.startsWith(`${workspace.path}/`)),
      isTest: /\.test\.tsx?$/.test(path),
      text: scanSource(readText(path)),
    })),
);

/** Core and modules: what must be the same on every machine for ever. */
export function isPure(file: SourceFile): boolean {
  return (file.workspace?.wing === 'core' || file.workspace?.wing === 'modules') && !file.isTest;
}
