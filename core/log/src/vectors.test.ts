/**
 * Log, state and policies against their language-neutral vectors (testing/vectors/data), once with node:crypto and
 * once with noble: the server and a browser must give the same answer to every input, hostile ones above all.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import {
  type Crypto,
  canonicalJson,
  decodeBase64,
  decodeBase64url,
  encodeBase64,
  fromHex,
  type JsonObject,
  toHex,
} from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';
import { type AccessRow, accessCaseSalt, accessLeaf, accessLeafHash, type ShownAccess, verifyShownAccess } from './access-row.ts';
import { origin } from './charter-origin.ts';
import { checkPolicy } from './check-policy.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { checkSignature } from './cosignature.ts';
import { decodeStateProof, encodeStateProof, verifyAbsence, verifyExistence } from './ics23.ts';
import { LogTree } from './log-tree.ts';
import { leafHash } from './merkle-hash.ts';
import { verifyConsistency, verifyInclusion } from './merkle-proof.ts';
import { formatNote, formatVkey, isBy, parseNote, parseSignatureLines, parseVkey, signatureLine } from './note.ts';
import { formatPolicy, type PolicyCode, parsePolicy } from './policy.ts';
import { formatSeal, parseSeal } from './seal.ts';
import { StateTree, stateLeafHash } from './state-tree.ts';
import { decodeEntryBundle, encodeEntryBundle, parseTilePath, tilePath } from './tiles.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';
import { formatWitnessRequest, parseWitnessRequest } from './witness-request.ts';

// biome-ignore lint/suspicious/noExplicitAny: each file has its own shape, and the assertions below are its check.
type Vector = { readonly name: string } & { readonly [member: string]: any };

function vectors(name: string): readonly Vector[] {
  return JSON.parse(readFileSync(new URL(`../../../testing/vectors/data/${name}.json`, import.meta.url), 'utf8')).vectors;
}

/** One test for each vector, so that a failure is named. */
function each(file: string, check: (vector: Vector) => void): void {
  describe(`${file}.json`, () => {
    for (const vector of vectors(file)) test(vector.name, () => check(vector));
  });
}

const hexes = (hashes: readonly string[]): Uint8Array[] => hashes.map(fromHex);
const base64s = (hashes: readonly Uint8Array[]): string[] => hashes.map(encodeBase64);

each('tile-paths', ({ path, expected }) => {
  assert.deepEqual(parseTilePath(path) ?? null, expected);
  if (expected !== null) assert.equal(tilePath(expected.level, expected.index, expected.width), path);
});

each('entry-bundles', ({ bundle, expected }) => {
  assert.deepEqual(decodeEntryBundle(fromHex(bundle))?.map(toHex) ?? null, expected);
  if (expected !== null) assert.equal(toHex(encodeEntryBundle(hexes(expected))), bundle);
});

each('checkpoint', ({ text, expected }) => {
  const read = parseCheckpoint(text);
  assert.deepEqual(read === undefined ? null : { ...read, root: encodeBase64(read.root) }, expected);
  if (read?.extensions.length === 0) assert.equal(formatCheckpoint(read), text);
});

each('note', ({ note, expected }) => {
  const read = parseNote(note);
  const signatures = read?.signatures.map(({ name, id, signature }) => ({ name, id: toHex(id), signature: toHex(signature) }));
  assert.deepEqual(read === undefined ? null : { text: read.text, signatures }, expected);
  if (read !== undefined) {
    assert.equal(
      formatNote(
        read.text,
        read.signatures.map((line) => signatureLine(line, line.signature)),
      ),
      note,
    );
  }
});

each('tlog-proof', ({ text, expected }) => {
  const read = parseTlogProof(text);
  const extra = read?.extra === undefined ? {} : { extra: toHex(read.extra) };
  assert.deepEqual(read === undefined ? null : { ...read, ...extra, hashes: base64s(read.hashes) }, expected);
  if (read !== undefined) assert.equal(formatTlogProof(read), text);
});

each('witness-request', ({ body, expected }) => {
  const read = parseWitnessRequest(body);
  assert.deepEqual(read === undefined ? null : { ...read, proof: base64s(read.proof) }, expected);
  if (read !== undefined) assert.equal(formatWitnessRequest(read), body);
});

each('seal', ({ leaf, expected }) => {
  const read = parseSeal(nodeCrypto.utf8.encode(leaf));
  assert.deepEqual(read === undefined ? null : { ...read }, expected);
  if (read !== undefined) assert.equal(formatSeal(read), leaf);
});

/** What each code of a policy refused is provoked by; checked to be all of them. */
const policyCodes = new Set<string>();

for (const [platform, crypto] of [
  ['node:crypto', nodeCrypto],
  ['noble', nobleCrypto],
] as const satisfies readonly (readonly [string, Crypto])[]) {
  const { sha256 } = crypto;
  describe(platform, () => {
    describe('tree.json and tiles.json', () => {
      const tree = LogTree.empty(sha256);
      const leaf = new Uint8Array(4);
      const view = new DataView(leaf.buffer);
      for (const { name, size, root } of vectors('tree')) {
        test(name, () => {
          for (; tree.size < size; ) {
            view.setUint32(0, tree.size);
            tree.append(leafHash(leaf, sha256));
          }
          assert.equal(toHex(tree.root()), root);
        });
      }
      for (const { name, path, sha256: digest } of vectors('tiles')) {
        test(name, () => {
          const { level, index, width } = parseTilePath(path)!;
          assert.equal(toHex(sha256(tree.tile(level as number, index, width)!)), digest);
        });
      }
    });

    each('inclusion', ({ index, size, leafHash: leaf, proof, root, expected }) => {
      assert.equal(verifyInclusion({ index, size, leafHash: fromHex(leaf), proof: hexes(proof), root: fromHex(root) }, sha256), expected);
    });

    each('consistency', ({ from, fromRoot, to, toRoot, proof, expected }) => {
      const claim = { from, fromRoot: fromHex(fromRoot), to, toRoot: fromHex(toRoot), proof: hexes(proof) };
      assert.equal(verifyConsistency(claim, sha256), expected);
    });

    each('vkey', ({ vkey, expected }) => {
      const key = parseVkey(vkey, crypto);
      assert.deepEqual(key === undefined ? null : { ...key, id: toHex(key.id), publicKey: toHex(key.publicKey) }, expected);
      if (key !== undefined) assert.equal(formatVkey(key), vkey);
    });

    each('cosignature', ({ vkey, text, line, expected }) => {
      const key = parseVkey(vkey, crypto)!;
      const [signature] = parseSignatureLines(line)!;
      assert.ok(isBy(signature!, key));
      assert.deepEqual(checkSignature(key, signature!.signature, text, crypto), expected);
    });

    each('access-log', ({ row, salt, shown, root, expected }) => {
      if (shown !== undefined) {
        assert.equal(verifyShownAccess(shown as ShownAccess, decodeBase64url(root)!, sha256), expected);
        return;
      }
      const leaf = accessLeaf(row as AccessRow, fromHex(salt), sha256);
      const caseSalts = row.cases.map((handle: string) => toHex(accessCaseSalt(handle, fromHex(salt), sha256)));
      const text = canonicalJson(leaf as unknown as JsonObject);
      assert.deepEqual({ leaf: text, hash: toHex(accessLeafHash(leaf, sha256)), caseSalts }, expected);
    });

    each('policy', ({ policy: text, expected }) => {
      const read = parsePolicy(text, crypto);
      if (!read.ok) {
        policyCodes.add(read.code);
        assert.deepEqual({ code: read.code, line: read.line }, expected);
        return;
      }
      const { logs, witnesses, groups, quorum } = read.policy;
      assert.deepEqual(
        {
          logs: logs.map(({ key }) => formatVkey(key)),
          witnesses: Object.fromEntries(witnesses.map(({ name, key }) => [name, formatVkey(key)])),
          groups: Object.fromEntries(groups.map(({ name, threshold, members }) => [name, { threshold, members }])),
          quorum,
        },
        expected,
      );
      const written = formatPolicy({
        logs: logs.map(({ key, ...rest }) => ({ vkey: formatVkey(key), ...rest })),
        witnesses: witnesses.map(({ key, ...rest }) => ({ vkey: formatVkey(key), ...rest })),
        groups,
        quorum,
      });
      assert.deepEqual(parsePolicy(written, crypto), read);
    });

    each('policy-check', ({ policy, checkpoint, expected }) => {
      const read = parsePolicy(policy, crypto);
      assert.ok(read.ok);
      const check = checkPolicy(read.policy, checkpoint, crypto);
      if (!check.ok) return assert.deepEqual({ code: check.code }, expected);
      const { origin: name, size, root, cosigners } = check;
      assert.deepEqual({ origin: name, size, root: encodeBase64(root), cosigners }, expected);
    });

    each('charter-origin', ({ charter, expected }) => {
      if (expected === null) assert.throws(() => origin(charter as JsonObject, crypto), RangeError);
      else assert.equal(origin(charter as JsonObject, crypto), expected);
    });

    each('state-tree', ({ entries, root }) => {
      const tree = new StateTree(sha256);
      const applied = tree.apply(
        entries.map(([key, value]: [string, string], ref: number) => {
          const keyHash = sha256(crypto.utf8.encode(key));
          return { keyHash, leafHash: stateLeafHash(keyHash, sha256(crypto.utf8.encode(value)), sha256), ref };
        }),
      );
      assert.equal(toHex(applied), root);
    });

    each('ics23', ({ root, key, value, proof, expected }) => {
      const bytes = decodeBase64(proof)!;
      const read = decodeStateProof(bytes);
      if (read !== undefined) assert.deepEqual(encodeStateProof(read), bytes);
      const [state, keyBytes] = [fromHex(root), crypto.utf8.encode(key)];
      const holds =
        value === null
          ? read?.kind === 'absence' && verifyAbsence(state, keyBytes, read.proof, crypto)
          : read?.kind === 'existence' && verifyExistence(state, keyBytes, crypto.utf8.encode(value), read.proof, crypto);
      assert.equal(holds, expected);
    });
  });
}

test('every code of a policy refused is provoked by a vector', () => {
  const all: Readonly<Record<PolicyCode, true>> = {
    'policy-characters': true,
    'policy-too-long': true,
    'policy-line-unknown': true,
    'policy-line-malformed': true,
    'policy-key-malformed': true,
    'policy-key-type': true,
    'policy-duplicate-key': true,
    'policy-duplicate-name': true,
    'policy-name-unknown': true,
    'policy-member-twice': true,
    'policy-threshold': true,
    'policy-quorum-missing': true,
    'policy-quorum-twice': true,
  };
  assert.deepEqual([...policyCodes].sort(), Object.keys(all).sort());
});
