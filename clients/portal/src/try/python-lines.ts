/**
 * Twenty lines of Python that sign, send and check, filled in for this demo: what `docs/guides/sign.py` does, with nothing to look up; and
 * the lines around them, so that one paste into a terminal writes them down, runs them and has their proof verified.
 */

/** Before the program, and after it. Whoever has the package `cryptography` already downloads nothing. */
export function shellAround(url: string): readonly [before: string, after: string] {
  return [
    `cat > try.py <<'END'\n`,
    `END
python3 -m venv --system-site-packages try-env && try-env/bin/pip install -q cryptography && try-env/bin/python try.py &&
  curl -s ${url}/log/policy -o try.policy && npx tabularium verify try.tlog-proof --policy try.policy
`,
  ];
}

export interface PythonAct {
  readonly url: string;
  /** Origin of the ledger. */
  readonly ledger: string;
  /** Full name of the action. */
  readonly action: string;
  /** `role@office`. */
  readonly role: string;
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** The private part of the key, base64url (RFC 7518 §6.2.2.1): an invented officer's. */
  readonly d: string;
  readonly body: object;
}

export function pythonLines({ url, ledger, action, role, kid, d, body }: PythonAct): string {
  const [text, secret] = [JSON.stringify, JSON.stringify(`${d}=`)];
  return `import base64, hashlib, json, secrets, sys, time, urllib.request as http
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

# An invented officer's key. Yours never leaves you.
key = ec.derive_private_key(int.from_bytes(base64.urlsafe_b64decode(${secret}), "big"), ec.SECP256R1())
# Amounts are in cents: "100" is one euro.
url, kid, body = ${text(url)}, ${text(kid)}, ${text(body)}
b64, sha = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode(), lambda data: hashlib.sha256(data).digest()

# Sign: a compact JWS (RFC 7515) with an id of its own.
ulid = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> bits & 31] for number in [int(time.time() * 1000) << 80 | secrets.randbits(80)] for bits in range(125, -1, -5))
payload = {"ledger": ${text(ledger)}, "id": ulid, "action": ${text(action)}, "as": ${text(role)}, "exp": int(time.time()) + 600, "body": body}
message = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": "ES256", "kid": kid, "typ": "tabularium-tx+jwt"}, payload))
r, s = utils.decode_dss_signature(key.sign(message.encode(), ec.ECDSA(hashes.SHA256())))
jws = f"{message}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}".encode()

# Post, and receive the receipt, or why not.
try: answer = json.load(http.urlopen(http.Request(url + "/api/v1/transactions", jws, {"Content-Type": "text/plain"})))
except http.HTTPError as refused: sys.exit("refused: " + json.load(refused)["title"])

# Verify: the way from this entry to the root that the office has signed (RFC 9162, section 2.1.3).
def root(node, index, size, path):
    half = 2 ** ((size - 1).bit_length() - 1)
    return node if size == 1 else sha(b"\\1" + root(node, index, half, path[:-1]) + path[-1]) if index < half else sha(b"\\1" + path[-1] + root(node, index - half, size - half, path[:-1]))
proof, (_, size, expected) = (part.split("\\n") for part in answer["receipt"].split("\\n\\n")[:2])
found = root(sha(b"\\0" + jws), answer["index"], int(size), [base64.b64decode(line) for line in proof[3:]])
print("accepted and checked:", f"{url}/entries/{answer['index']}") if found == base64.b64decode(expected) else sys.exit("the receipt does not lead to the root")
open("try.tlog-proof", "w", newline="\\n").write(answer["receipt"])
`;
}
