/** A receiver of webhooks in Python, with nothing to install: it checks each signature as `docs/guides/webhooks.md` has it. */

/** `place`: `host:port` on which it listens. */
export function receiverLines(place: string): string {
  const [host, port] = place.split(':');
  return `import base64, hashlib, hmac, http.server, time
secret = "whsec_..."  # what webhook add shows, once

def is_from_node(headers, body):
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return fresh and any(hmac.compare_digest("v1," + base64.b64encode(right).decode(), one) for one in headers["webhook-signature"].split())

class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        good = is_from_node(self.headers, body)
        self.send_response(204 if good else 400)
        self.end_headers()
        print("good" if good else "NOT from the node", body.decode(), flush=True)

http.server.HTTPServer((${JSON.stringify(host)}, ${port}), Receiver).serve_forever()
`;
}
