import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One page over HTTP, for programs on this computer. */
export interface LoopbackServer {
  /** Where it listens: the port that was asked for, or a free one. */
  readonly port: number;
  /** Ends it at once, with all its connections. */
  close(): void;
}

/** What is sent for one request. */
interface LoopbackAnswer {
  readonly type: string;
  readonly body: string;
}

/**
 * The names of this computer for itself. A page in a browser that gives its own name our address (DNS rebinding) sends that
 * name, and gets nothing.
 */
const ownHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

const slowestRequestMilliseconds = 5000;

/** A scraper needs one connection at a time. */
const mostConnections = 16;

const mostHeaderBytes = 8192;

/**
 * Serves one page on the loopback interface. It never keeps the process alive, and its answers do not allow pages of other
 * origins to read them.
 *
 * @param port 0 for a free one
 * @param answer the page; `accept` is what the client asks for, empty if it does not say
 * @throws Node's `ErrnoException` if the port cannot be had (`EADDRINUSE`, `EACCES`)
 */
export function serveOnLoopback(
  port: number,
  path: string,
  answer: (accept: string) => LoopbackAnswer,
): Promise<LoopbackServer> {
  const server = createServer(
    {
      maxHeaderSize: mostHeaderBytes,
      headersTimeout: slowestRequestMilliseconds,
      requestTimeout: slowestRequestMilliseconds,
      connectionsCheckingInterval: slowestRequestMilliseconds,
    },
    (request, response) => respond(request, response, path, answer),
  );
  server.maxConnections = mostConnections;
  server.maxRequestsPerSocket = 1;
  server.on('connection', (socket) => socket.unref());
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', failed);
      // A connection that cannot be taken, as when all file descriptors are in use, is the client's trouble.
      server.on('error', () => undefined);
      server.unref();
      done({
        port: (server.address() as AddressInfo).port,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  answer: (accept: string) => LoopbackAnswer,
): void {
  const { method, url, headers } = request;
  // A body is not read: the connection ends with the answer.
  response.shouldKeepAlive = false;
  const refuse = (status: number, sentence: string, more: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...more }).end(`${sentence}\n`);
  };
  if (!ownHost.test(headers.host ?? '')) refuse(403, 'Ask for localhost or 127.0.0.1.');
  else if (url?.split('?', 1)[0] !== path) refuse(404, `There is only ${path}.`);
  else if (method !== 'GET' && method !== 'HEAD') refuse(405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
  else {
    const { type, body } = answer(headers.accept ?? '');
    response.writeHead(200, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(method === 'HEAD' ? undefined : body);
  }
}
