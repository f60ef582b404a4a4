/**
 * The application's end of ABCI 2.0 over a unix socket: CometBFT opens four connections, and on each of them answers come in the order of
 * the requests. What a handler throws is answered as an exception, at which CometBFT stops: a machine that cannot decide must not go on.
 */
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { type ListenAbci, listenAbci } from './abci-socket.ts';

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
  /** Default: on this thread. */
  readonly listen?: ListenAbci;
}

export async function serveAbci({ path, handlers, report, listen = listenAbci }: AbciServerOptions): Promise<AbciServer> {
  /** By connection: resolves when everything that came so far is answered. */
  const last = new Map<number, Promise<void>>();
  let waiting: { readonly connection: number; readonly message: Uint8Array }[] = [];
  const socket = await listen({
    path,
    report,
    onMessage: (connection, message) => {
      waiting.push({ connection, message });
      if (waiting.length === 1) queueMicrotask(take);
    },
  });
  // All that came together is answered together.
  const take = (): void => {
    const came = Map.groupBy(waiting, ({ connection }) => connection);
    waiting = [];
    for (const [connection, messages] of came) {
      const answers = messages.map(({ message }) => answer(message, handlers, report));
      const before = last.get(connection);
      last.set(
        connection,
        Promise.all([before, ...answers]).then(([, ...responses]) => {
          socket.send(
            connection,
            responses.map((response) => Response.encode(response).finish()),
          );
        }),
      );
    }
  };
  return socket;
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
