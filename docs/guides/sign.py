# Signs a transaction, sends it and checks the receipt, with nothing but the `cryptography` package (sign-with-python.md).
# Usage: python3 sign.py URL KEY_FILE ACTION ROLE@OFFICE BODY_FILE
import base64, hashlib, json, secrets, sys, time, urllib.request as http
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

url, key_file, action, role, body_file = sys.argv[1:]
b64, sha = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode(), lambda data: hashlib.sha256(data).digest()
jwk = json.load(open(key_file))
key = ec.derive_private_key(int.from_bytes(base64.urlsafe_b64decode(jwk["d"] + "="), "big"), ec.SECP256R1())

# The payload: which ledger, a ULID that makes it unique, what is done in which role, until when, and the body.
number = int(time.time() * 1000) << 80 | secrets.randbits(80)
ulid = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> bits & 31] for bits in range(125, -1, -5))
payload = {"ledger": http.urlopen(url + "/log/checkpoint").readline().decode().strip(), "id": ulid, "action": action, "as": role, "exp": int(time.time()) + 600, "body": json.load(open(body_file))}

# A compact JWS with ES256 (RFC 7515, RFC 7518 §3.4).
message = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": "ES256", "kid": jwk["kid"], "typ": "tabularium-tx+jwt"}, payload))
r, s = utils.decode_dss_signature(key.sign(message.encode(), ec.ECDSA(hashes.SHA256())))
jws = f"{message}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}".encode()
answer = json.load(http.urlopen(http.Request(url + "/api/v1/transactions", jws, {"Content-Type": "text/plain"})))

# The receipt: the path from this entry to the root that the checkpoint names (RFC 9162 §2.1.3).
def root(node, index, size, path):
    half = 2 ** ((size - 1).bit_length() - 1)
    return node if size == 1 else sha(b"\1" + root(node, index, half, path[:-1]) + path[-1]) if index < half else sha(b"\1" + path[-1] + root(node, index - half, size - half, path[:-1]))
proof, (_, size, expected) = (part.split("\n") for part in answer["receipt"].split("\n\n")[:2])
found = root(sha(b"\0" + jws), answer["index"], int(size), [base64.b64decode(line) for line in proof[3:]])
print("accepted", answer["name"]) if found == base64.b64decode(expected) else sys.exit("the receipt does not lead to the root")
