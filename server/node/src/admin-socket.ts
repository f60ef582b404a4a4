/**
 * The local door of a running node, for whoever owns its directory: a Unix socket of mode 0600. The network never reaches it.
 *
 * One request a connection, a line of JSON `{"verb":…}`; answers are lines of JSON: `{"progress":…}` any number of times, then one
 * `{"ok":true,"result":…}` or `{"ok":false,"code":…,"message":…}`.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { NodeFault } from './node-fault.ts';
import { socketPath } from './socket-path.ts';
import type { BackupChoices, NodeStatus } from './start-node.ts';

const MAX_REQUEST_BYTES = 16 * 1024;
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface AdminVerbs {
  status(): NodeStatus;
  backup(to: string, choices: BackupChoices): Promise<unknown>;
  rebuild(): Promise<void>;
  /** The book of webhooks was changed. */
  webhooks(): void;
  stop(): void;
}

export type AdminRequest =
  | { readonly verb: 'status' }
  | { readonly verb: 'backup'; readonly to: string; readonly keys?: boolean }
  | { readonly verb: 'rebuild' }
  | { readonly verb: 'webhooks' }
  | { readonly verb: 'stop' };

export interface AdminServer {
  close(): Promise<void>;
}

/** Listen. The lock on the directory is held by now, so a socket that lies there is a dead node's. */
export async function openAdminSocket(dir: string, verbs: AdminVerbs): Promise<AdminServer> {
  const path = socketPath(dir, 'admin');
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, verbs);
  });
  await new Promise<void>((ready, failed) => {
    server.once('error', failed);
    // Nobody else may connect, not even between the making of the socket and its mode.
    const mask = process.umask(0o177);
    server.listen(path, ready);
    process.umask(mask);
  });
  chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(socket: Socket, verbs: AdminVerbs): void {
  let received = '';
  socket.setEncoding('utf8');
  const hear = (text: string): void => {
    received += text;
    const end = received.indexOf('\n');
    if (end === -1 && received.length < MAX_REQUEST_BYTES) return;
    socket.off('data', hear);
    const say = (message: object): void => void socket.write(`${JSON.stringify(message)}\n`);
    answer(received.slice(0, end), verbs, say)
      .then(
        (result) => say({ ok: true, result: result ?? null }),
        (error: Error) => say({ ok: false, code: error instanceof NodeFault ? error.code : 'unexpected', message: error.message }),
      )
      .finally(() => socket.end());
  };
  socket.on('data', hear);
}

async function answer(line: string, verbs: AdminVerbs, say: (message: object) => void): Promise<unknown> {
  let request: AdminRequest;
  try {
    request = JSON.parse(line) as AdminRequest;
  } catch (cause) {
    throw new NodeFault('usage', 'not a request', { cause });
  }
  switch (request.verb) {
    case 'status':
      return verbs.status();
    case 'backup':
      return await verbs.backup(String(request.to), { keys: request.keys === true, onProgress: (progress) => say({ progress }) });
    case 'rebuild':
      return await verbs.rebuild();
    case 'webhooks':
      return verbs.webhooks();
    case 'stop':
      // The answer goes out before the node does.
      setImmediate(() => verbs.stop());
      return undefined;
    default:
      throw new NodeFault('usage', 'there is no such verb');
  }
}

/**
 * Ask the node that runs on a directory. Throws `NodeFault` `not-running` where none does, and whatever the node answers as a fault of its
 * code.
 */
export async function askNode(dir: string, request: AdminRequest, onProgress: (progress: unknown) => void = () => {}): Promise<unknown> {
  const socket = connect(socketPath(dir, 'admin'));
  socket.setEncoding('utf8');
  let received = '';
  try {
    await new Promise<void>((ready, failed) => {
      socket.once('connect', ready);
      socket.once('error', failed);
    });
  } catch (cause) {
    throw new NodeFault('not-running', `no node runs on ${dir}`, { next: `start --data ${dir}`, cause });
  }
  socket.write(`${JSON.stringify(request)}\n`);
  for await (const text of socket as AsyncIterable<string>) {
    received += text;
    if (received.length > MAX_ANSWER_BYTES) throw new NodeFault('unexpected', 'the node answers without end');
    for (let end = received.indexOf('\n'); end !== -1; end = received.indexOf('\n')) {
      const message = JSON.parse(received.slice(0, end)) as Answer;
      received = received.slice(end + 1);
      if ('progress' in message) onProgress(message.progress);
      else if (message.ok) return message.result;
      else throw new NodeFault(message.code, message.message);
    }
  }
  throw new NodeFault('unexpected', 'the node hung up');
}

type Answer =
  | { readonly progress: unknown }
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: NodeFault['code']; readonly message: string };
