/** The state that a charter founds: what stands after block 1, whose leaves are the charter and its seal (DESIGN §4 "Log"). */
import { type Crypto, canonicalJson, encodeBase64url, type JsonObject, thumbprint, toHex } from '@tabularium/protocol';
import { type Charter, encodeCharter } from './charter.ts';
import { CHARTER_KEY, FOUNDING_KEY, keyKey, officerKey } from './records.ts';

/** Canonical values by key, in key order. `time` is block 1's, ms UTC. */
export function genesisWrites(charter: Charter, time: number, crypto: Crypto): ReadonlyMap<string, string> {
  const leaf = encodeCharter(charter, crypto);
  const tx = encodeBase64url(crypto.sha256(leaf));
  const stamp = { v: 1, rev: 1, tx, rule: 'kernel.founding', time };
  const { officers, type: _, v: __, ...sections } = charter;
  const records = new Map<string, object>();
  records.set(CHARTER_KEY, { ...sections, ...stamp });
  records.set(FOUNDING_KEY, { charter: toHex(crypto.sha256(leaf)), accepted: [], complete: false, ...stamp });
  for (const [id, officer] of Object.entries(officers)) {
    const kids = officer.keys.map(({ jwk }) => thumbprint(jwk, crypto));
    records.set(officerKey(id), { kind: 'officer', agency: officer.agency, keys: kids, roles: officer.roles, status: 'active', ...stamp });
    officer.keys.forEach((key, i) => {
      records.set(keyKey(kids[i]!), { ...key, holder: id, status: 'active', ...stamp });
    });
  }
  return new Map([...records.keys()].sort().map((key) => [key, canonicalJson(records.get(key)! as JsonObject)]));
}
