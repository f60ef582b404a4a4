/**
 * What tests in a browser stand on, put up before the first test of a `describe` and away after the last: a folder, a town in it, Chromium, and
 * for each test a window in which nothing may go wrong.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium, openWindow } from './browser.ts';
import { buildPortal, newTown } from './town.ts';

/** Whatever answers at an address until it is closed. */
interface Opened {
  readonly node: { readonly url: string };
  close(): Promise<void>;
}

interface RigOptions {
  /** Chromium's own switches besides; they may name files in the folder. */
  readonly args?: (work: string) => readonly string[];
  /** By which name browsers ask the node; its address otherwise. */
  readonly host?: string;
  /** What windows may complain of: the story of these tests has it so. */
  readonly expected?: RegExp;
}

export interface SeenOptions extends BrowserContextOptions {
  /** Where the window begins; default `/`. */
  readonly path?: string;
  /** Another way to the node than by its address. */
  readonly at?: () => string;
}

export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly t: TestContext;
  /** A window of somebody else, with nothing of the first one's; closed with it. */
  readonly another: () => Promise<Page>;
}

export class Rig<T extends Opened> {
  /** Removed at the end. */
  readonly work = mkdtempSync(join(tmpdir(), 'tabularium-portal-'));
  readonly #options: RigOptions;
  #town: T | undefined;
  #browser: Browser | string = 'not started yet';

  /** Within a `describe`. `open`: makes in a folder what is looked at. */
  constructor(open: (work: string) => Promise<T>, options: RigOptions = {}) {
    this.#options = options;
    before(async () => {
      this.#browser = await launchChromium(options.args?.(this.work));
      if (typeof this.#browser === 'string') return;
      buildPortal();
      this.#town = await open(this.work);
    });
    after(async () => {
      if (typeof this.#browser !== 'string') await this.#browser.close();
      await this.#town?.close();
      rmSync(this.work, { recursive: true, force: true });
    });
  }

  get isUp(): boolean {
    return this.#town !== undefined;
  }

  /** Once it is up. */
  get town(): T {
    return this.#town!;
  }

  /** By which browsers know the node. */
  get url(): string {
    const { url } = this.town.node;
    return this.#options.host === undefined ? url : url.replace('127.0.0.1', this.#options.host);
  }

  /** A test of what is up; passed over where there is no browser. */
  test(name: string, run: (t: TestContext, browser: Browser) => Promise<void>): void {
    test(name, async (t) => {
      if (typeof this.#browser === 'string') return t.diagnostic(`passed over, no browser to test in: ${this.#browser}`);
      await run(t, this.#browser);
    });
  }

  /** One with a window of its own. */
  seen(name: string, look: (window: Window) => Promise<void>, { path = '/', at, ...options }: SeenOptions = {}): void {
    this.test(name, async (t, browser) => {
      const faults: string[] = [];
      const contexts: BrowserContext[] = [];
      const open = async (): Promise<Page> => {
        const { context, page } = await openWindow(browser, at?.() ?? this.url, faults, options);
        contexts.push(context);
        return page;
      };
      try {
        const page = await open();
        await page.goto(path);
        await look({ page, context: page.context(), t, another: open });
        assert.deepEqual(
          faults.filter((fault) => this.#options.expected?.test(fault) !== true),
          [],
        );
      } finally {
        await Promise.all(contexts.map((context) => context.close()));
      }
    });
  }
}

/** On a demo town. */
export function townRig(options?: RigOptions): Rig<Awaited<ReturnType<typeof newTown>>> {
  return new Rig(newTown, options);
}
