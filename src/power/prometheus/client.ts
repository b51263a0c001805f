import { shortened } from '../../present/plain-text';
import * as v from 'valibot';
import type { Clock } from '../../system/clock';
import type { HttpForms, HttpResult } from '../../system/http';
import { parseFitting, type Shaped } from '../../system/shapes';
import { serverAddress, shownAddress } from './address';

/** Where a Prometheus server is, and how it knows us. */
export interface Server {
  /** The address of the server, with the path that stands before `/api/v1`; a name and password in it are for it alone. */
  readonly url: string;
  /** Sent as a bearer token; null for none. */
  readonly token: string | null;
  /** How to give another token, for a sentence: "give a file with …". */
  readonly wayToToken?: string;
}

/** One time series of an answer: its labels, and its value at the time asked for. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Null for what is not a finite number. */
  readonly value: number | null;
}

/** What went wrong, as one sentence that says what to do. */
export interface Problem {
  readonly kind: 'problem';
  readonly sentence: string;
  /** Whether the same question may be answered later: the server is down, or too busy. */
  readonly mayPass: boolean;
}

/** An answer for one moment of the server's clock. */
interface Answer {
  readonly kind: 'answer';
  readonly series: readonly Series[];
  /** The server's clock minus ours, in seconds, give or take half the time of the exchange; 0 if that may be it. */
  readonly clockAhead: number;
  /** What the server says of its own answer, such as that a part of its data could not be read; mostly empty. */
  readonly warnings: readonly string[];
}

/** The answer to a question about many moments: values by moment, seconds since the epoch. */
interface RangeAnswer {
  readonly kind: 'answer';
  readonly series: readonly {
    readonly labels: Series['labels'];
    readonly values: readonly (readonly [number, number])[];
  }[];
}

/** A question of each second must be answered soon. */
const tickMilliseconds = 10_000;
/** The question for a whole run of many devices; Prometheus itself gives up after two minutes. */
export const longMilliseconds = 120_000;
/** 20,000 devices with all their labels. */
const mostBytes = 64_000_000;

const sampleShape = v.tuple([v.number(), v.string()]);
const labelsShape = v.record(v.string(), v.string());
const vectorShape = v.object({
  status: v.literal('success'),
  warnings: v.optional(v.nullable(v.array(v.string()))),
  /** So says a cluster of VictoriaMetrics. */
  isPartial: v.optional(v.boolean()),
  data: v.object({
    resultType: v.literal('vector'),
    result: v.array(v.object({ metric: labelsShape, value: sampleShape })),
  }),
});
const scalarShape = v.object({
  status: v.literal('success'),
  data: v.object({ resultType: v.picklist(['scalar', 'string']), result: sampleShape }),
});
const matrixShape = v.object({
  status: v.literal('success'),
  data: v.object({
    resultType: v.literal('matrix'),
    result: v.array(v.object({ metric: labelsShape, values: v.array(sampleShape) })),
  }),
});
const errorShape = v.object({ status: v.literal('error'), errorType: v.string(), error: v.string() });

/** Asks a server that speaks Prometheus' HTTP API. Nothing is thrown: what goes wrong is a sentence. */
export class PrometheusClient {
  private readonly base: URL;
  private readonly headers: Readonly<Record<string, string>>;
  /** Whether it is asked with the name and password in its address. */
  private readonly hasPassword: boolean;
  /** The address without what is secret, for sentences. */
  readonly shownUrl: string;

  private constructor(
    base: URL,
    token: string | null,
    private readonly http: HttpForms,
    private readonly clock: Pick<Clock, 'wallMilliseconds'>,
    private readonly wayToToken = 'give a file with a valid token in GREEN_ML_PROMETHEUS_TOKEN_FILE',
    private readonly stop?: AbortSignal,
  ) {
    const basic = base.username + base.password === '' ? null : namesIn(base);
    base.username = '';
    base.password = '';
    base.hash = '';
    this.base = base;
    const authorization =
      token !== null
        ? `Bearer ${token}`
        : basic === null
          ? null
          : `Basic ${Buffer.from(basic, 'utf8').toString('base64')}`;
    this.hasPassword = token === null && basic !== null;
    this.headers = authorization === null ? {} : { authorization };
    this.shownUrl = shownAddress(base);
  }

  /**
   * A client, or what is wrong with the address.
   *
   * @param stop ends all questions, which then fail
   */
  static open(
    { url, token, wayToToken }: Server,
    http: HttpForms,
    clock: Pick<Clock, 'wallMilliseconds'>,
    stop?: AbortSignal,
  ): PrometheusClient | Problem {
    const base = serverAddress(url);
    if (base === null)
      return stay(
        `"${url.includes('@') ? 'the address' : url}" is not the address of a Prometheus server; write it like ${exampleFor(url)}.`,
      );
    if (namesIn(base) === null)
      return stay('the name or password in the address of Prometheus has a % that is no escape; write % as %25.');
    return new PrometheusClient(base, token, http, clock, wayToToken, stop);
  }

  /**
   * The value of an expression.
   * @param at the server's time in seconds since the epoch; null for now
   */
  async query(
    expression: string,
    at: number | null,
    timeoutMilliseconds = tickMilliseconds,
  ): Promise<Answer | Problem> {
    const began = this.clock.wallMilliseconds();
    const result = await this.ask('query', timeoutMilliseconds, {
      query: expression,
      ...(at === null ? {} : { time: numberText(at) }),
    });
    const ahead = (theirs: number | undefined): number =>
      theirs === undefined || at !== null ? 0 : aheadOf(theirs, began / 1000, this.clock.wallMilliseconds() / 1000);
    if (result.kind === 'problem') return result;
    const vector = parseFitting(vectorShape, result.body);
    if (vector !== null) {
      const series = vector.data.result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value[1]) }));
      const theirs = vector.data.result[0]?.value[0];
      const warnings = [...(vector.warnings ?? []), ...(vector.isPartial === true ? ['the answer is partial'] : [])];
      return { kind: 'answer', series, clockAhead: ahead(theirs), warnings: warnings.map(oneLine) };
    }
    const scalar = parseFitting(scalarShape, result.body);
    if (scalar === null) return this.notPrometheus();
    const [theirs, text] = scalar.data.result;
    return {
      kind: 'answer',
      series: [{ labels: {}, value: numberOf(text) }],
      clockAhead: ahead(theirs),
      warnings: [],
    };
  }

  /** The values of an expression between two moments, seconds since the epoch. */
  async queryRange(expression: string, from: number, to: number, stepSeconds: number): Promise<RangeAnswer | Problem> {
    const result = await this.ask('query_range', longMilliseconds, {
      query: expression,
      start: numberText(from),
      end: numberText(to),
      step: numberText(stepSeconds),
    });
    if (result.kind === 'problem') return result;
    const matrix = parseFitting(matrixShape, result.body);
    if (matrix === null) return this.notPrometheus();
    return {
      kind: 'answer',
      series: matrix.data.result.map(({ metric, values }) => ({
        labels: metric,
        values: values.flatMap(([at, text]): [number, number][] => {
          const value = numberOf(text);
          return value === null ? [] : [[at, value]];
        }),
      })),
    };
  }

  private async ask(
    path: string,
    timeoutMilliseconds: number,
    form: Readonly<Record<string, string>>,
  ): Promise<{ readonly kind: 'body'; readonly body: string } | Problem> {
    const url = new URL(this.base);
    url.pathname = `${url.pathname}${url.pathname.endsWith('/') ? '' : '/'}api/v1/${path}`;
    const result = await this.http.post({
      url: url.href,
      headers: this.headers,
      timeoutMilliseconds,
      mostBytes,
      form,
      ...(this.stop === undefined ? {} : { stop: this.stop }),
    });
    const problem = this.problemOf(result);
    return problem ?? { kind: 'body', body: result.kind === 'response' ? result.body : '' };
  }

  private problemOf(result: HttpResult): Problem | null {
    if (result.kind === 'failed') return this.failure(result);
    const { status, body, movedTo } = result;
    if (status >= 300 && status < 400 && movedTo !== undefined) return this.moved(movedTo);
    if (status === 401)
      return stay(
        this.hasPassword
          ? `${this.shownUrl} does not accept the name and password in its address (401); correct them.`
          : `${this.shownUrl} wants to know who asks (401): ${this.wayToToken}.`,
      );
    if (status === 403) return stay(`${this.shownUrl} refuses us (403): ask for a token that may read metrics.`);
    const error: Shaped<typeof errorShape> | null = parseFitting(errorShape, body);
    if (error !== null) {
      if (error.errorType === 'bad_data')
        return stay(`Prometheus cannot read the query (${oneLine(error.error)}); correct the selector or query.`);
      if (error.errorType === 'execution' && error.error.includes('same labelset'))
        return stay(
          `Prometheus cannot calculate the query (${oneLine(error.error)}); add up the metrics in it, as in sum(a) + sum(b).`,
        );
      if (error.errorType === 'execution')
        return stay(`Prometheus cannot calculate the query (${oneLine(error.error)}); select fewer series.`);
      const when = error.errorType === 'timeout' || error.errorType === 'canceled' ? 'took too long' : 'failed';
      return pass(
        `the query ${when} on ${this.shownUrl} (${oneLine(error.error)}); select fewer series, or ask later.`,
      );
    }
    if (status === 400 && body.includes('HTTPS server'))
      return stay(`${this.shownUrl} speaks HTTPS; write its address with https://.`);
    if (status === 429 || status >= 500)
      return pass(`${this.shownUrl} is not ready (${status}); start it, or ask again later.`);
    return status === 200 ? null : this.notPrometheus(status);
  }

  private moved(location: string): Problem {
    const target = URL.canParse(location, this.base.href) ? new URL(location, this.base.href) : null;
    const path = target?.pathname.split('/api/v1/', 1)[0] ?? '';
    return stay(
      target === null
        ? `${this.shownUrl} sends us elsewhere; correct the address of Prometheus.`
        : `${this.shownUrl} sends us to ${target.origin}${path}; give the address of Prometheus itself.`,
    );
  }

  private failure({ reason, code = '' }: HttpResult & { readonly kind: 'failed' }): Problem {
    const host = this.base.host;
    if (code === 'ECONNREFUSED') return pass(`nothing answers at ${host}; start Prometheus, or correct its address.`);
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      return pass(`the host ${this.base.hostname} is not known; correct the address of Prometheus.`);
    if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
      return stay(`${host} does not speak HTTPS; write its address with http://.`);
    if (
      code.startsWith('CERT_') ||
      code.startsWith('ERR_TLS') ||
      code.includes('CERT') ||
      code.startsWith('UNABLE_TO_')
    )
      return stay(
        `the certificate of ${host} is not trusted (${code}); give its authority with NODE_EXTRA_CA_CERTS, or correct the address.`,
      );
    if (reason.startsWith('did not answer within'))
      return pass(`${host} ${reason}; check the address of Prometheus, select fewer series, or ask again later.`);
    if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE')
      return pass(`${host} closed the connection before it had answered; ask again later, or correct the address.`);
    if (reason === 'answered with too much') return stay(`${host} answers with too much; select fewer series.`);
    return pass(`${host} ${reason}${code === '' ? '' : ` (${code})`}; check the address of Prometheus.`);
  }

  private notPrometheus(status = 200): Problem {
    return stay(
      `${this.shownUrl} does not answer as Prometheus does (status ${status}); give the address before /api/v1, such as http://prometheus.example:9090.`,
    );
  }

  /** The values that a label has in the series that fit, at most `most` of them; null if that is not known. */
  async labelValues(label: string, of: string, at: number, most: number): Promise<readonly string[] | null> {
    const answer = await this.query(`topk(${most}, count by (${label}) (${of}))`, at);
    return answer.kind === 'problem' ? null : answer.series.flatMap(({ labels }) => labels[label] ?? []);
  }
}

/**
 * How far a clock is ahead of ours, if it showed `theirs` at some moment between two of ours; all in seconds. Clocks agree
 * unless they are seen to differ: a server may answer a minute after it has looked at its own.
 */
function aheadOf(theirs: number, began: number, ended: number): number {
  return theirs >= began && theirs <= ended ? 0 : theirs - (began + ended) / 2;
}

/** "name:password"; null if an escape in them is none. */
function namesIn({ username, password }: URL): string | null {
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    return null;
  }
}

/** An address like this one that can be read: IPv6 needs brackets and, like all, its protocol. */
function exampleFor(url: string): string {
  const isNumeric = /^(?:https?:\/\/)?\[?[0-9a-f]*:[0-9a-f]*:/i.test(url.trim());
  return isNumeric ? 'http://[fd00::1]:9090' : 'http://prometheus.example:9090';
}

function stay(sentence: string): Problem {
  return { kind: 'problem', sentence, mayPass: false };
}

function pass(sentence: string): Problem {
  return { kind: 'problem', sentence, mayPass: true };
}

/** A number in a question: to the millisecond, and never with an exponent. */
function numberText(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function numberOf(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function oneLine(text: string): string {
  return shortened(text.replaceAll('\n', ' ').trim(), 200);
}
