import type { IntensityForecast } from '../../../src/grid/curve';
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadForecaster, type Forecaster } from '../../../src/grid/forecast';
import { CachingHttp, memoryStore } from '../../../src/grid/services/caching-http';
import { carbonAwareSdk } from '../../../src/grid/services/carbon-aware-sdk';
import { electricityMaps } from '../../../src/grid/services/electricity-maps';
import { energiDataService } from '../../../src/grid/services/energi-data-service';
import type { LiveAnswer, LivePlace, LiveService } from '../../../src/grid/services/service';
import { liveServices, nothingLive } from '../../../src/grid/services/services';
import { ukCarbonIntensity } from '../../../src/grid/services/uk-carbon-intensity';
import { wattTime } from '../../../src/grid/services/watttime';
import { millisecondsPerHour as hour } from '../../../src/grid/profile';
import { translator } from '../../../src/present/l10n';
import { systemHttp, type HttpClient } from '../../../src/system/http';
import german from '../../../l10n/bundle.l10n.de.json';

const now = Date.parse('2026-11-21T10:10:00Z');
const minute = 60_000;
const iso = (time: number): string => new Date(time).toISOString();

/** The server's answer to a path. A string is sent unchanged; a number is a status. */
type Answers = (path: string, request: IncomingMessage) => unknown;

function forecastOf(answer: LiveAnswer<IntensityForecast>): IntensityForecast {
  return answer.kind === 'answer' ? answer.value : assert.fail(answer.reason);
}

function reasonOf(answer: LiveAnswer<IntensityForecast>): string {
  return answer.kind === 'failed' ? answer.reason : assert.fail('it did not fail');
}

/** A real server on this machine for real requests, with timeouts for tests. */
class LocalService {
  readonly paths: string[] = [];
  answers: Answers = () => 404;
  private server: Server | null = null;

  async start(): Promise<void> {
    this.server = createServer((request, response) => this.answer(request, response));
    await new Promise<void>((listening) => this.server?.listen(0, '127.0.0.1', listening));
  }

  get url(): string {
    assert.ok(this.server !== null);
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((closed) => this.server?.close(closed));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.paths.push(path);
    const answer = this.answers(path, request);
    if (answer === 'never') return;
    if (typeof answer === 'number') response.writeHead(answer).end('{"message":"no"}');
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }
}

/** Long, so that a busy machine answers in time; short where the service never answers. */
const patience = 20_000;
let timeoutMilliseconds = patience;
const local: HttpClient = { get: (request) => systemHttp.get({ ...request, timeoutMilliseconds }) };

const zone = (name: string): LivePlace => ({ zone: name, coordinates: null, region: null });
const virginia: LivePlace = {
  zone: 'US-MIDA-PJM',
  coordinates: { latitude: 39, longitude: -77.5 },
  region: 'us-east-1',
};

const ukAnswer = (start: number): unknown => ({
  data: Array.from({ length: 96 }, (_, index) => ({
    from: `${iso(start + index * 30 * minute).slice(0, 16)}Z`,
    to: `${iso(start + (index + 1) * 30 * minute).slice(0, 16)}Z`,
    intensity: { forecast: index === 8 ? 50 : 200, actual: null, index: 'moderate' },
  })),
});
const danishAnswer = (start: number): unknown => ({
  total: 144,
  dataset: 'CO2EmisProg',
  records: Array.from({ length: 144 }, (_, index) => ({
    Minutes5UTC: iso(start + index * 5 * minute).slice(0, 19),
    Minutes5DK: 'x',
    PriceArea: 'DK1',
    CO2Emission: 100 + index,
  })).reverse(),
});
const mapsForecast = (start: number): unknown => ({
  zone: 'DE',
  forecast: Array.from({ length: 24 }, (_, index) => ({
    carbonIntensity: 300 + index,
    datetime: iso(start + index * hour),
  })),
  updatedAt: iso(start),
});
const mapsHistory = (end: number): unknown => ({
  zone: 'DE',
  history: Array.from({ length: 24 }, (_, index) => ({
    zone: 'DE',
    carbonIntensity: 400,
    datetime: iso(end - index * hour),
    emissionFactorType: 'lifecycle',
  })),
});
const wattAnswer = (start: number, units = 'lbs_co2_per_mwh'): unknown => ({
  data: Array.from({ length: 288 }, (_, index) => ({
    point_time: iso(start + index * 5 * minute).replace('Z', '+00:00'),
    value: 1000,
  })),
  meta: { region: 'PJM_DC', signal_type: 'co2_aoer', units },
});
const sdkAnswer = (start: number): unknown => [
  {
    generatedAt: iso(start),
    location: 'us-east-1',
    windowSize: 5,
    optimalDataPoints: [],
    forecastData: Array.from({ length: 48 }, (_, index) => ({
      location: 'PJM',
      timestamp: iso(start + index * 30 * minute),
      duration: 30,
      value: 400,
    })),
  },
];

describe('live services', () => {
  const server = new LocalService();
  let forecaster: Forecaster;
  const usual = (name: string, from: number, until: number): Promise<ReturnType<Forecaster['usual']>> =>
    Promise.resolve(forecaster.usual(name, from, until));

  /** Every service, with a place that it covers and a good answer. */
  const all = (): readonly { readonly service: LiveService; readonly place: LivePlace; readonly good: Answers }[] => [
    { service: ukCarbonIntensity(local, server.url), place: zone('GB'), good: () => ukAnswer(now - 10 * minute) },
    { service: energiDataService(local, server.url), place: zone('DK-DK1'), good: () => danishAnswer(now) },
    {
      service: electricityMaps(local, 'token', usual, server.url),
      place: zone('DE'),
      good: (path) => (path.includes('forecast') ? mapsForecast(now - 10 * minute) : mapsHistory(now)),
    },
    {
      service: wattTime(local, local, { user: 'me', password: 'secret' }, { wallMilliseconds: () => now }, server.url),
      place: virginia,
      good: (path) =>
        path === '/login'
          ? { token: 'abc' }
          : path.includes('region-from-loc')
            ? { region: 'PJM_DC', signal_type: 'co2_aoer' }
            : wattAnswer(now - 10 * minute),
    },
    { service: carbonAwareSdk(local, `${server.url}/`), place: virginia, good: () => sdkAnswer(now - 10 * minute) },
  ];

  before(async () => {
    forecaster = await loadForecaster();
    await server.start();
  });
  after(() => server.stop());
  beforeEach(() => {
    timeoutMilliseconds = patience;
    server.paths.length = 0;
  });

  it('are read in their own formats and units', async () => {
    const means: Record<string, number> = {};
    for (const { service, place, good } of all()) {
      server.answers = good;
      const { curve, basis, source } = forecastOf(await service.forecast(place, now, now + 12 * hour));
      means[service.name] = curve.mean(now, now + hour);
      assert.equal(basis, service.name === 'Electricity Maps' ? 'lifecycle' : 'operational');
      assert.ok(source.startsWith(service.name));
    }
    assert.equal(means['UK Carbon Intensity'], 200);
    assert.ok(Math.abs((means['Energi Data Service'] ?? 0) - 105.5) < 1e-9);
    assert.ok(Math.abs((means['Electricity Maps'] ?? 0) - (300 * 50 + 301 * 10) / 60) < 1e-9);
    assert.ok(Math.abs((means['WattTime'] ?? 0) - 453.592_37) < 1e-9);
    assert.equal(means['Carbon Aware SDK'], 400);
  });

  it('are asked as documented, with the key in a header and nowhere else', async () => {
    const seen: Record<string, string | undefined> = {};
    for (const { service, place, good } of all()) {
      server.answers = (path, request) => {
        seen[service.name] = request.headers.authorization ?? request.headers['auth-token']?.toString();
        return good(path, request);
      };
      await service.forecast(place, now, now + 12 * hour);
    }
    assert.deepEqual(server.paths, [
      '/intensity/2026-11-21T10:00Z/fw48h',
      '/dataset/CO2EmisProg?start=now&end=now%2BP0DT12H&filter=%7B%22PriceArea%22%3A%5B%22DK1%22%5D%7D&sort=Minutes5UTC&limit=0',
      '/carbon-intensity/forecast?zone=DE',
      '/login',
      '/v3/region-from-loc?latitude=39&longitude=-77.5&signal_type=co2_aoer',
      '/v3/forecast?region=PJM_DC&signal_type=co2_aoer&horizon_hours=12',
      '/emissions/forecasts/current?location=us-east-1',
    ]);
    assert.deepEqual(seen, {
      'UK Carbon Intensity': undefined,
      'Energi Data Service': undefined,
      'Electricity Maps': 'token',
      WattTime: 'Bearer abc',
      'Carbon Aware SDK': undefined,
    });
  });

  it('fail with a reason, whatever goes wrong, and the usual day is used instead', async () => {
    const faults: readonly (readonly [fault: unknown, reason: RegExp])[] = [
      ['never', /did not answer within 0\.2 s/],
      [401, /refused the key/],
      [403, /refused the key/],
      [404, /does not know this place/],
      [429, /too many requests/],
      [500, /answered with an error \(500\)/],
      ['<html>', /not JSON/],
      ['', /not JSON/],
      ['null', /no figures|no token|does not know/],
      ['[]', /no figures|no token|does not know/],
      [
        { data: [{}], records: [null], forecast: 7, history: 'x', forecastData: {} },
        /no figures|no token|does not know/,
      ],
    ];
    for (const [fault, reason] of faults) {
      server.answers = () => fault;
      timeoutMilliseconds = fault === 'never' ? 200 : patience;
      for (const { service, place } of all()) {
        assert.match(
          reasonOf(await service.forecast(place, now, now + 12 * hour)),
          reason,
          `${service.name}: ${JSON.stringify(fault)}`,
        );
        const { forecast, notes } = await forecaster.live([service], place, now, now + 12 * hour);
        assert.match(forecast?.source ?? '', /usual day/);
        assert.match(notes.join(' '), new RegExp(`^${service.name} .*usual day of the month is used instead`));
      }
    }
  }).timeout(60_000);

  it('fail if their figures are for another time, in another unit or impossible', async () => {
    for (const { service, place } of all()) {
      const old = now - 90 * hour;
      server.answers = (path) =>
        path === '/login'
          ? { token: 'abc' }
          : path.includes('region-from-loc')
            ? { region: 'PJM_DC' }
            : path.includes('/v3/forecast')
              ? wattAnswer(old)
              : path.includes('intensity/2026')
                ? ukAnswer(old)
                : path.includes('CO2EmisProg')
                  ? danishAnswer(old)
                  : path.includes('forecasts/current')
                    ? sdkAnswer(old)
                    : path.includes('history')
                      ? mapsHistory(old)
                      : mapsForecast(old);
      assert.match(
        reasonOf(await service.forecast(place, now, now + 12 * hour)),
        /other times|no figures for the last day/,
        service.name,
      );
    }
    server.answers = (path) =>
      path === '/login'
        ? { token: 'abc' }
        : path.includes('region-from-loc')
          ? { region: 'PJM_DC' }
          : wattAnswer(now, 'kg');
    const unit = await all()[3]!.service.forecast(virginia, now, now + hour);
    assert.match(reasonOf(unit), /unknown unit \(kg\)/);
    server.answers = () => ({
      data: [-5, 1e9, 7].map((forecast, index) => ({ from: iso(now + index * 30 * minute), intensity: { forecast } })),
    });
    assert.equal((await all()[0]!.service.forecast(zone('GB'), now, now + hour)).kind, 'failed');
  });

  it('are blended with yesterday if the plan has no forecast', async () => {
    server.answers = (path) => (path.includes('forecast') ? 403 : mapsHistory(now));
    const { curve, notes, source } = forecastOf(await all()[2]!.service.forecast(zone('DE'), now, now + 24 * hour));
    assert.ok(Math.abs(curve.mean(now - 10 * minute, now - 10 * minute + 24 * hour) - 400) < 8);
    assert.match(
      `${source} ${notes.join(' ')}`,
      /yesterday's curve blended.*no forecast \(Electricity Maps refused the key/,
    );
  });

  it('are not used if they answer for another zone, region or signal', async () => {
    const wrong: Readonly<Record<string, Answers>> = {
      'Energi Data Service': () => ({
        records: [0, 1, 2, 3].map((index) => ({
          Minutes5UTC: iso(now + index * 5 * minute).slice(0, 19),
          PriceArea: 'DK2',
          CO2Emission: 100,
        })),
      }),
      'Electricity Maps': (path) =>
        path.includes('forecast')
          ? 403
          : {
              zone: 'FR',
              history: Array.from({ length: 24 }, (_, index) => ({
                zone: 'FR',
                carbonIntensity: 30,
                datetime: iso(now - index * hour),
              })),
            },
      WattTime: (path) =>
        path === '/login'
          ? { token: 'abc' }
          : path.includes('region-from-loc')
            ? { region: 'PJM_DC' }
            : {
                ...(wattAnswer(now) as object),
                meta: { region: 'CAISO_NORTH', signal_type: 'co2_aoer', units: 'lbs_co2_per_mwh' },
              },
      'Carbon Aware SDK': () => [{ ...(sdkAnswer(now) as readonly object[])[0], location: 'westeurope' }],
    };
    for (const { service, place } of all()) {
      const answers = wrong[service.name];
      if (answers === undefined) continue; // The UK's service covers only Great Britain.
      server.answers = answers;
      assert.match(
        reasonOf(await service.forecast(place, now, now + 12 * hour)),
        /^was asked for \S+ but answered for \S+$/,
        service.name,
      );
    }
    const maps = all()[2]!.service;
    server.answers = () => ({ ...(mapsForecast(now) as object), zone: 'FR' });
    assert.match(reasonOf(await maps.forecast(zone('DE'), now, now + hour)), /asked for DE but answered for FR/);
    // A single row for another zone would make the mean wrong too.
    server.answers = () => ({
      forecast: [0, 1, 2].map((index) => ({
        zone: index === 1 ? 'FR' : 'DE',
        carbonIntensity: 300,
        datetime: iso(now + index * hour),
      })),
    });
    assert.match(reasonOf(await maps.forecast(zone('DE'), now, now + hour)), /answered for FR/);
    server.answers = (path) =>
      path === '/login'
        ? { token: 'abc' }
        : path.includes('region-from-loc')
          ? { region: 'PJM_DC' }
          : {
              ...(wattAnswer(now) as object),
              meta: { region: 'PJM_DC', signal_type: 'co2_moer', units: 'lbs_co2_per_mwh' },
            };
    assert.match(
      reasonOf(await all()[3]!.service.forecast(virginia, now, now + hour)),
      /asked for co2_aoer but answered for co2_moer/,
    );
  });

  it('use the known hours of the last day, and say how old the newest is', async () => {
    server.answers = (path) => (path.includes('forecast') ? 403 : mapsHistory(now - 4 * hour));
    const { curve, notes } = forecastOf(await all()[2]!.service.forecast(zone('DE'), now, now + 24 * hour));
    assert.ok(Math.abs(curve.mean(now, now + hour) - 400) < 100);
    assert.ok(notes.includes('Its newest figure is 4 h old.'), notes.join(' '));
    server.answers = (path) => (path.includes('forecast') ? 403 : mapsHistory(now - 12 * hour));
    assert.equal(
      reasonOf(await all()[2]!.service.forecast(zone('DE'), now, now + 24 * hour)),
      'has too few figures for the last day (12 of 24 h)',
    );
  });

  it('are cut at a gap in their figures', async () => {
    server.answers = () => ({
      zone: 'DE',
      forecast: [0, 1, 2, 3, 20, 21, 22].map((at) => ({ carbonIntensity: 300, datetime: iso(now + at * hour) })),
    });
    const answer = await all()[2]!.service.forecast(zone('DE'), now, now + 24 * hour);
    assert.equal(forecastOf(answer).curve.end, now + 4 * hour);
  });

  it('say in the language of the person why they did not answer', async () => {
    const inGerman = translator(german);
    const refusing: HttpClient = { get: () => Promise.resolve({ kind: 'failed', reason: 'cannot be reached' }) };
    const unreachable = ukCarbonIntensity(refusing, undefined, inGerman);
    const { notes } = await forecaster.live([unreachable], zone('GB'), now, now + hour, inGerman);
    assert.equal(notes[0], 'UK Carbon Intensity ist nicht erreichbar.');
    const limited: HttpClient = {
      get: () => Promise.resolve({ kind: 'response', status: 429, body: '', ageMilliseconds: 0 }),
    };
    const refused = ukCarbonIntensity(limited, undefined, inGerman);
    assert.equal(
      reasonOf(await refused.forecast(zone('GB'), now, now + hour)),
      'hat wegen zu vieler Anfragen abgelehnt',
    );
  });

  it('are asked only if they are turned on, and only for places that they cover', async () => {
    const ports = { http: local, store: memoryStore(), clock: { wallMilliseconds: () => now } };
    assert.deepEqual(liveServices(nothingLive, ports, usual), []);
    const keyless = liveServices({ ...nothingLive, publicServices: true }, ports, usual);
    assert.deepEqual(
      keyless.map(({ name }) => name),
      ['UK Carbon Intensity', 'Energi Data Service'],
    );
    const { forecast, notes } = await forecaster.live(keyless, zone('DE'), now, now + hour);
    assert.match(forecast?.source ?? '', /usual day/);
    assert.deepEqual([notes.filter((note) => note.includes('UK')), server.paths], [[], []]);
  });
});

describe('stored answers', () => {
  const server = new LocalService();
  before(() => server.start());
  after(() => server.stop());

  it('are used while they are fresh, and when the service fails, with their age', async () => {
    let time = now;
    const http = new CachingHttp(local, memoryStore(), { wallMilliseconds: () => time });
    const service = ukCarbonIntensity(http, server.url);
    server.answers = () => ukAnswer(now - 10 * minute);
    const notesAfter = async (milliseconds: number): Promise<readonly string[] | string> => {
      time = now + milliseconds;
      const answer = await service.forecast(zone('GB'), now, now + hour);
      return answer.kind === 'answer' ? answer.value.notes : answer.reason;
    };
    assert.deepEqual(await notesAfter(0), []);
    assert.deepEqual(await notesAfter(10 * minute), []);
    assert.equal(server.paths.length, 1);
    await notesAfter(20 * minute);
    assert.equal(server.paths.length, 2);
    server.answers = () => 503;
    assert.deepEqual(await notesAfter(3 * hour), [
      'The service cannot be reached now, so its answer from 3 h ago is used.',
    ]);
    assert.equal(await notesAfter(9 * hour), 'answered with an error (503)');
  });

  it('do not hide a refused key, and a damaged one is asked again', async () => {
    const store = memoryStore();
    let time = now;
    const service = electricityMaps(
      new CachingHttp(local, store, { wallMilliseconds: () => time }),
      'token',
      () => Promise.resolve(null),
      server.url,
    );
    server.answers = () => mapsForecast(now - 10 * minute);
    assert.equal((await service.forecast(zone('DE'), now, now + hour)).kind, 'answer');
    time = now + hour;
    server.answers = () => 401;
    assert.equal((await service.forecast(zone('DE'), now, now + hour)).kind, 'failed');
    await store.write(`${server.url}/carbon-intensity/forecast?zone=DE`, '{"at":"yesterday"');
    server.answers = () => mapsForecast(now - 10 * minute);
    assert.equal((await service.forecast(zone('DE'), now, now + hour)).kind, 'answer');
  });

  it('do not contain a key', async () => {
    const kept: string[] = [];
    const store = {
      read: () => Promise.resolve(null),
      write: (key: string, text: string) => Promise.resolve(void kept.push(key, text)),
    };
    server.answers = (path) =>
      path === '/login' ? { token: 'abc' } : path.includes('region-from-loc') ? { region: 'PJM_DC' } : wattAnswer(now);
    const clock = { wallMilliseconds: () => now };
    await wattTime(
      new CachingHttp(local, store, clock),
      local,
      { user: 'me', password: 'secret' },
      clock,
      server.url,
    ).forecast(virginia, now, now + hour);
    assert.ok(kept.length > 0);
    assert.doesNotMatch(kept.join(' '), /secret|abc|c2VjcmV0/);
  });
});

describe('the network', () => {
  const server = new LocalService();
  before(() => server.start());
  after(() => server.stop());

  it('is cut off if an answer does not end', async () => {
    server.answers = () => 'x'.repeat(5_000_000);
    assert.deepEqual(await systemHttp.get({ url: server.url, timeoutMilliseconds: 5000 }), {
      kind: 'failed',
      reason: 'answered with too much',
    });
  });

  it('cannot be reached if nothing listens, or if the address is not valid', async () => {
    assert.deepEqual(await systemHttp.get({ url: 'http://127.0.0.1:1', timeoutMilliseconds: 1000 }), {
      kind: 'failed',
      reason: 'cannot be reached',
    });
    assert.deepEqual(await systemHttp.get({ url: 'not an address', timeoutMilliseconds: 1000 }), {
      kind: 'failed',
      reason: 'cannot be reached',
      code: 'ERR_INVALID_URL',
    });
  });
});
