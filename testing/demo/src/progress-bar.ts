/** A progress bar on a terminal; a line at the end elsewhere. */
const WIDTH = 40;

export interface ProgressBar {
  update(done: number, all: number): void;
  end(): void;
}

export function progressBar(what: string, out: NodeJS.WriteStream = process.stderr): ProgressBar {
  let shown = -1;
  let last = '';
  return {
    update(done, all) {
      const percent = Math.floor((100 * done) / all);
      last = `${done.toLocaleString('en')} of ${all.toLocaleString('en')} ${what}`;
      if (!out.isTTY || percent === shown) return;
      shown = percent;
      const filled = Math.floor((percent * WIDTH) / 100);
      out.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(percent).padStart(3)} %  ${last}`);
    },
    end() {
      out.write(out.isTTY ? '\n' : `${last}\n`);
    },
  };
}
