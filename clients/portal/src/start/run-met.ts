/** A demo that began anew is another one: what this browser and this window still hold of the one before is let go. */
import { rememberDesk } from '../desk/has-desk.ts';
import { leave } from '../keys/me.ts';

/** The run that the browser, and each window of it, has met. */
const MET = 'tabularium-run';
/** Left for the page that is loaded next. */
const TOLD = 'tabularium-begun-anew';

/** Whether this page was loaded because the town began anew; asked once. */
export function wasBegunAnew(): boolean {
  const isTold = sessionStorage.getItem(TOLD) !== null;
  sessionStorage.removeItem(TOLD);
  return isTold;
}

/** A window that has met another run begins at the home page. Resolves to whether the browser had, and so acts for nobody any more. */
export async function meetRun(run: string): Promise<boolean> {
  const [browser, here] = [localStorage.getItem(MET), sessionStorage.getItem(MET)];
  const isAnother = browser !== null && browser !== run;
  if (isAnother) {
    await leave();
    rememberDesk(false);
  }
  localStorage.setItem(MET, run);
  if (here !== null && here !== run) {
    sessionStorage.clear();
    sessionStorage.setItem(TOLD, run);
    location.replace('/');
  }
  sessionStorage.setItem(MET, run);
  return isAnother;
}
