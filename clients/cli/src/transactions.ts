/** From a body in a file to a place in the log: what the `tx` commands do. */
import { catalogue } from '@tabularium/catalogue';
import { missingVersions } from '@tabularium/kernel';
import { splitSubmission } from '@tabularium/protocol';
import type { CheckWarning, Ledger, SignedTransaction } from '@tabularium/sdk';
import { filledBody } from './action-schema.ts';
import { CliFault } from './exit-codes.ts';
import { readBody, readText, writeText } from './files.ts';
import { outcomeFault, outcomeWords } from './outcome-words.ts';
import { ledgerOf, type Settings, signerOf, talking } from './settings.ts';
import { instant } from './terminal.ts';

export interface ActOptions {
  readonly body: string;
  readonly as?: string;
  readonly for?: string;
  readonly on?: readonly string[];
}
export interface SignOptions extends ActOptions {
  readonly ledger?: string;
  readonly id?: string;
  readonly valid?: string;
  readonly out?: string;
  readonly submit?: true;
  readonly receipt?: string;
}

export interface CheckOptions extends ActOptions {
  readonly signer?: string;
}
export interface ShowOptions {
  readonly signer?: string;
  readonly id?: string;
}

const MAX_LIFETIME_SECONDS = 7 * 86_400;

/** What the options say of an action. */
function requestOf(action: string, { body, as, for: mandate, on = [] }: ActOptions) {
  const relied = on.map((one) => {
    const [, key, revision] = /^(.+)=([0-9]{1,15})$/.exec(one) ?? [];
    if (key === undefined) throw new CliFault('usage', `--on ${one} is not key=revision`, 'for example --on treasury/payment/<id>=1');
    return [key, Number(revision)] as const;
  });
  return {
    action,
    ...filledBody(action, readBody(body), catalogue),
    ...(as === undefined ? {} : { as }),
    ...(mandate === undefined ? {} : { for: mandate }),
    ...(relied.length === 0 ? {} : { on: Object.fromEntries(relied) }),
  };
}

/** Signs, and prints, writes or sends. */
export async function sign(settings: Settings, action: string, options: SignOptions): Promise<void> {
  const { terminal } = settings;
  const seconds = Number(options.valid);
  if (!Number.isSafeInteger(seconds) || seconds < 1 || seconds > MAX_LIFETIME_SECONDS)
    throw new CliFault('usage', `--valid ${options.valid} is not between 1 and ${MAX_LIFETIME_SECONDS} seconds`);
  const signer = signerOf(settings);
  const ledger = ledgerOf(settings, options.ledger === undefined ? {} : { origin: options.ledger });
  const request = {
    ...requestOf(action, options),
    exp: Math.floor(Date.now() / 1000) + seconds,
    ...(options.id === undefined ? {} : { id: options.id }),
  };
  const signed = await talking(settings, async () => {
    try {
      return await ledger.sign(request, signer);
    } catch (error) {
      if (error instanceof RangeError) throw new CliFault('usage', error.message, `tabularium action ${action} shows what it takes`);
      throw error;
    }
  });
  const warnings = await warningsFor(ledger, request, signer.kid, options.submit === true);
  warn(settings, warnings);
  const warned = warnings.length === 0 ? {} : { warnings };
  if (options.out !== undefined) writeText(options.out, `${signed.submission}\n`);
  if (options.submit === true) return submit(settings, ledger, signed, options.receipt, warned);
  const { name, id, kid, exp, submission } = signed;
  if (options.out === undefined) terminal.result({ name, id, kid, exp, submission, ...warned }, submission);
  else
    terminal.result(
      { name, id, kid, exp, file: options.out, ...warned },
      `signed\nname   ${name}\nvalid  until ${instant(exp)}\nsend:  tabularium tx submit ${options.out}`,
    );
}

const AMEND = 'kernel.charter.amend';

/**
 * What whoever signs an amendment, a proposal or an approval of one should know: as the node says it where it is asked anyway, otherwise what
 * this program itself can tell. Never a reason not to sign.
 */
async function warningsFor(
  ledger: Ledger,
  request: Parameters<Ledger['check']>[0],
  kid: string,
  online: boolean,
): Promise<readonly CheckWarning[]> {
  const { action, body } = request;
  const content = action === 'kernel.propose' && body.action === AMEND ? body.body : action === AMEND ? body : undefined;
  if (content === undefined && action !== 'kernel.approve') return [];
  if (online) return (await ledger.check(request, kid).catch(() => undefined))?.warnings ?? [];
  const { modules } = (content ?? {}) as { readonly modules?: Parameters<typeof missingVersions>[0] };
  return missingVersions(modules ?? {}, catalogue, 0).map(({ module, version, from }) => ({
    code: 'version-missing',
    text: `this program lacks version ${version} of module ${module}, in force from height ${from} on: make sure that every node has it`,
  }));
}

/** For people on standard error; programs read it in the result. */
function warn({ terminal }: Settings, warnings: readonly CheckWarning[] = []): void {
  for (const { text } of warnings) terminal.note(`warning: ${text}`);
}

const EARLY = ', of this node alone so far: with tabularium receipt NAME --quorum it comes with the other agencies’ cosignatures';

async function submit(
  settings: Settings,
  ledger: Ledger,
  signed: Pick<SignedTransaction, 'submission'>,
  receiptPath: string | undefined,
  warned: { readonly warnings?: readonly CheckWarning[] } = {},
): Promise<void> {
  const outcome = await talking(settings, () => ledger.submit(signed));
  const words = outcomeWords(outcome);
  const placed = outcome.kind === 'accepted' || outcome.kind === 'repeated' ? outcome : undefined;
  if (receiptPath !== undefined && placed !== undefined) {
    const receipt = placed.receipt ?? (await talking(settings, () => ledger.receipt(placed.name)));
    if (receipt === undefined)
      throw new CliFault('not-found', 'the ledger gave no receipt', `ask for it: tabularium receipt ${placed.name}`);
    writeText(receiptPath, receipt);
  }
  settings.terminal.result(
    { outcome, ...warned },
    receiptPath === undefined || placed === undefined ? words : `${words}\nproof  ${receiptPath}${placed.proof === 'node' ? EARLY : ''}`,
  );
}

/** Asks for a verdict. */
export async function check(settings: Settings, action: string, options: CheckOptions): Promise<void> {
  const signer = options.signer ?? signerOf(settings).kid;
  const verdict = await talking(settings, () => ledgerOf(settings).check(requestOf(action, options), signer));
  warn(settings, verdict.warnings);
  if (verdict.kind !== 'accepted') throw outcomeFault(verdict);
  settings.terminal.result({ verdict }, 'it would be accepted now (nothing was recorded)');
}

/** Looks a transaction up. */
export async function show(settings: Settings, name: string | undefined, { signer, id }: ShowOptions): Promise<void> {
  const ledger = ledgerOf(settings);
  if (name === undefined && (signer === undefined || id === undefined))
    throw new CliFault('usage', 'give a name, or --signer and --id', 'tabularium tx show <name>');
  const found = await talking(settings, () => (name === undefined ? ledger.transactionById(signer!, id!) : ledger.transaction(name)));
  if (found === undefined) {
    throw new CliFault(
      'not-found',
      'the ledger does not know it',
      'a refusal is kept until its transaction lapses and a day more; an accepted one for ever',
    );
  }
  const words = Object.entries(found)
    .filter(([member]) => member !== 'receipt' && member !== 'notice')
    .map(([member, value]) => `${member.padEnd(8)} ${shown(member, value)}`);
  settings.terminal.result(found, words.join('\n'));
}

function shown(member: string, value: unknown): string {
  if (member === 'time' && typeof value === 'number') return instant(Math.floor(value / 1000));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Sends what `sign` made. */
export async function submitFile(settings: Settings, file: string, { receipt }: { readonly receipt?: string }): Promise<void> {
  const submission = readText(file, 'transaction').trim();
  if (splitSubmission(submission) === undefined) {
    throw new CliFault('file-invalid', `${file} is cut off: disclosures end in ~`, 'sign it anew: tabularium tx sign');
  }
  return submit(settings, ledgerOf(settings), { submission }, receipt);
}
