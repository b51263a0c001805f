import * as v from 'valibot';
import type { Clock } from '../../system/clock';
import type { HttpClient, HttpRequest, HttpResult } from '../../system/http';
import { finiteNumber, parseFitting, type Shaped } from '../../system/shapes';

/** Keeps answers, so that a service is not asked twice for the same thing. */
export interface AnswerStore {
  /** The text stored under this key; null if there is none. */
  read(key: string): Promise<string | null>;
  write(key: string, text: string): Promise<void>;
}

/** A store that lives as long as the process. */
export function memoryStore(): AnswerStore {
  const kept = new Map<string, string>();
  return {
    read: (key) => Promise.resolve(kept.get(key) ?? null),
    write: (key, text) => {
      kept.set(key, text);
      return Promise.resolve();
    },
  };
}

const freshMilliseconds = 15 * 60_000;
/** A forecast this old is still better than none, as long as we say so. */
const usableMilliseconds = 6 * 3_600_000;

const keptShape = v.object({ at: finiteNumber, body: v.string() });
type Kept = Shaped<typeof keptShape>;

/**
 * Returns stored answers while they are fresh. If the service fails, it returns an older answer with its age. Only
 * successful answers are stored. The URL is the key; API keys and passwords are in headers and are never stored.
 */
export class CachingHttp implements HttpClient {
  constructor(
    private readonly http: HttpClient,
    private readonly store: AnswerStore,
    private readonly clock: Pick<Clock, 'wallMilliseconds'>,
  ) {}

  async get(request: HttpRequest): Promise<HttpResult> {
    const text = await this.store.read(request.url);
    // A damaged entry counts as missing.
    const kept = text === null ? null : parseFitting(keptShape, text);
    const age = kept === null ? Infinity : this.clock.wallMilliseconds() - kept.at;
    if (kept !== null && age >= 0 && age < freshMilliseconds)
      return { kind: 'response', status: 200, body: kept.body, ageMilliseconds: age };
    const result = await this.http.get(request);
    if (result.kind === 'response' && result.status === 200) {
      await this.store.write(
        request.url,
        JSON.stringify({ at: this.clock.wallMilliseconds(), body: result.body } satisfies Kept),
      );
      return result;
    }
    // If the service refuses the key, the user must know, so an old answer must not hide it.
    const temporary = result.kind === 'failed' || result.status === 429 || result.status >= 500;
    return temporary && kept !== null && age >= 0 && age < usableMilliseconds
      ? { kind: 'response', status: 200, body: kept.body, ageMilliseconds: age }
      : result;
  }
}
