import * as v from 'valibot';
import type { Clock } from '../../system/clock';
import type { HttpClient, HttpRequest, HttpResult } from '../../system/http';
import { finiteNumber, parseFitting, type Shaped } from '../../system/shapes';

/** Keeps answers, so that nobody's service is asked twice for the same. */
export interface AnswerStore {
  /** What was kept under this key; null if nothing. */
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
/** A forecast this old is still better than none, if it is said. */
const usableMilliseconds = 6 * 3_600_000;

const keptShape = v.object({ at: finiteNumber, body: v.string() });
type Kept = Shaped<typeof keptShape>;

/**
 * Answers from the store while they are fresh; when the service fails, an older answer with its age. Only good answers are
 * kept. The URL is the key: keys and passwords travel in headers, and are not kept.
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
    // A refused key is to be told, not covered up.
    const temporary = result.kind === 'failed' || result.status === 429 || result.status >= 500;
    return temporary && kept !== null && age >= 0 && age < usableMilliseconds
      ? { kind: 'response', status: 200, body: kept.body, ageMilliseconds: age }
      : result;
  }
}
