/** Access to the network, passed in so that tests can serve answers. Nothing else in the engine uses the network. */

export interface HttpRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The limit for the whole exchange. */
  readonly timeoutMilliseconds: number;
}

export type HttpResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly body: string;
      /** The age of an answer from a cache; 0 for a new one. */
      readonly ageMilliseconds: number;
    }
  /** `reason` completes "the service …": "did not answer within 5 s". */
  | { readonly kind: 'failed'; readonly reason: string };

export interface HttpClient {
  get(request: HttpRequest): Promise<HttpResult>;
}

/** Larger than any answer that we need. An endless stream is cut off here. */
const mostBytes = 4_000_000;

export const systemHttp: HttpClient = {
  async get({ url, headers, timeoutMilliseconds }) {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json', ...headers },
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      return { kind: 'response', status: response.status, body: await bodyOf(response), ageMilliseconds: 0 };
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error, timeoutMilliseconds) };
    }
  },
};

async function bodyOf(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > mostBytes) throw new Error('answered with too much');
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
}

function reasonOf(error: unknown, timeoutMilliseconds: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `did not answer within ${timeoutMilliseconds / 1000} s`;
  if (error instanceof Error && error.message === 'answered with too much') return error.message;
  return 'cannot be reached';
}
