/**
 * The application's end of ABCI 2.0 over a unix socket: CometBFT opens four connections, and on each of them answers come in the order of
 * the requests. What a handler throws is answered as an exception, at which CometBFT stops: a machine that cannot decide must not go on.
 */
import { createServer, type Socket } from 'node:net';
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { FrameReader, frame } from './abci-frames.ts';

type Kind = Exclude<keyof Request, 'echo' | 'flush'>;

/** What answers each request; one that is absent is answered with an empty response of its kind. */
export type AbciHandlers = {
  readonly [kind in Kind]?: (request: NonNullable<Request[kind]>) => Promise<NonNullable<Response[kind]>> | NonNullable<Response[kind]>;
};

export interface AbciServer {
  /** Closes the socket and every connection. */
  close(): Promise<void>;
}

export interface AbciServerOptions {
  /** Path of the socket. */
  readonly path: string;
  readonly handlers: AbciHandlers;
  /** Told of what a handler threw, and of a peer that speaks something else. */
  readonly report: (error: unknown) => void;
}

export async function serveAbci({ path, handlers, report }: AbciServerOptions): Promise<AbciServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serveConnection(socket, handlers, report);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serveConnection(socket: Socket, handlers: AbciHandlers, report: (error: unknown) => void): void {
  const reader = new FrameReader();
  let last: Promise<void> = Promise.resolve();
  socket.on('data', (chunk) => {
    let messages: Uint8Array[];
    try {
      messages = reader.push(chunk);
    } catch (error) {
      report(error);
      socket.destroy();
      return;
    }
    // All that came with one read is answered with one write.
    const answers = messages.map((message) => answer(message, handlers, report));
    last = Promise.all([last, ...answers]).then(([, ...responses]) => {
      if (!socket.destroyed) socket.write(Buffer.concat(responses.map((response) => frame(Response.encode(response).finish()))));
    });
  });
}

async function answer(message: Uint8Array, handlers: AbciHandlers, report: (error: unknown) => void): Promise<Response> {
  try {
    const request = Request.decode(message);
    if (request.echo !== undefined) return Response.fromPartial({ echo: { message: request.echo.message } });
    if (request.flush !== undefined) return Response.fromPartial({ flush: {} });
    const kind = (Object.keys(request) as (keyof Request)[]).find((one): one is Kind => request[one] !== undefined);
    if (kind === undefined) throw new Error('an ABCI request of no known kind');
    const handler = handlers[kind] as ((request: unknown) => Promise<object> | object) | undefined;
    const response = { [kind]: handler === undefined ? {} : await handler(request[kind]) };
    return Response.fromPartial(response as Parameters<typeof Response.fromPartial>[0]);
  } catch (error) {
    report(error);
    return Response.fromPartial({ exception: { error: error instanceof Error ? error.message : String(error) } });
  }
}
