/**
 * The application's end of ABCI's Unix socket: messages in, answers out, each connection in order. What it does with either is not its business,
 * so that it may stand in a thread of its own.
 */
import { createServer, type Socket } from 'node:net';
import { FrameReader, frame } from './abci-frames.ts';

export interface AbciSocketOptions {
  /** Path of the socket. */
  readonly path: string;
  /** A whole message of a connection; connections are numbered as they come. */
  readonly onMessage: (connection: number, message: Uint8Array) => void;
  /** Told of a peer that speaks something else. */
  readonly report: (error: unknown) => void;
}

export interface AbciSocket {
  /** Answers, in the order of the connection's messages. */
  send(connection: number, answers: readonly Uint8Array[]): void;
  /** Closes the socket and every connection. */
  close(): Promise<void>;
}

export type ListenAbci = (options: AbciSocketOptions) => Promise<AbciSocket>;

export const listenAbci: ListenAbci = async ({ path, onMessage, report }) => {
  const sockets = new Map<number, Socket>();
  let next = 0;
  const server = createServer((socket) => {
    const connection = next++;
    sockets.set(connection, socket);
    socket.on('close', () => sockets.delete(connection));
    socket.on('error', () => socket.destroy());
    const reader = new FrameReader();
    socket.on('data', (chunk) => {
      try {
        for (const message of reader.push(chunk)) onMessage(connection, message);
      } catch (error) {
        report(error);
        socket.destroy();
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    send: (connection, answers) => {
      sockets.get(connection)?.write(Buffer.concat(answers.map((answer) => frame(answer))));
    },
    close: async () => {
      for (const socket of sockets.values()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
