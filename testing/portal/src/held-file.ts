/** A holder's file of an entry that the town has written: its receipt with the disclosures of its published texts. */
import { decodeBase64url, formatPresentation } from '@tabularium/protocol';

/** Entries that are looked at. */
const LOOK_BACK = 400;

/** Of the last entry before this one that has texts. */
export async function heldFile(url: string, before: number): Promise<string> {
  for (let index = before; index > Math.max(0, before - LOOK_BACK); index--) {
    const answer = await fetch(`${url}/api/v1/receipts/${index}`);
    if (!answer.ok) continue;
    const receipt = await answer.text();
    const extra = /^extra (.+)$/m.exec(receipt)?.[1] ?? '';
    const { entry } = JSON.parse(Buffer.from(extra, 'base64').toString()) as { readonly entry: string };
    const payload = Buffer.from(decodeBase64url(entry.split('.')[1] ?? '') ?? []).toString();
    const disclosures: string[] = [];
    for (const [, digests = ''] of payload.matchAll(/"_sd":\[([^\]]*)\]/g)) {
      for (const digest of JSON.parse(`[${digests}]`) as readonly string[]) {
        const text = await fetch(`${url}/api/v1/texts/${digest}`);
        if (text.ok) disclosures.push(((await text.json()) as { readonly disclosure: string }).disclosure);
      }
    }
    if (disclosures.length > 0) return formatPresentation({ receipt, disclosures });
  }
  throw new Error('none of the entries looked at has texts');
}
