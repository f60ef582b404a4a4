/** Signed steps as one batch over HTTP, as an office's own program would send them. */
import type { SignedStep } from '@tabularium/scenarios';

/** `accepted` or the refusal's code, one for each. Throws where the whole batch is not taken. */
export async function submitBatch(url: string, batch: readonly SignedStep[]): Promise<string[]> {
  const text = new TextDecoder('latin1');
  const body = batch.map(({ bytes, disclosures }) => JSON.stringify({ transaction: text.decode(bytes), disclosures })).join('\n');
  const response = await fetch(`${url}/api/v1/transactions/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  });
  const lines = (await response.text()).trimEnd().split('\n');
  if (response.status !== 200 || lines.length !== batch.length) throw new Error(`the node answered ${response.status}: ${lines[0]}`);
  return lines.map((line) => {
    const { status, code } = JSON.parse(line) as { readonly status: number; readonly code?: string };
    return status === 201 ? 'accepted' : (code ?? String(status));
  });
}
