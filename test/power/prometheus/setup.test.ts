import assert from 'node:assert/strict';
import { PrometheusClient } from '../../../src/power/prometheus/client';
import { readSources, setUp, type ClusterSource } from '../../../src/power/prometheus/setup';
import type { HttpForms } from '../../../src/system/http';

const selected = (preset: string, select = 'node="a"'): ClusterSource => ({ preset, select, query: null });
const asked = (preset: string, query: string): ClusterSource => ({ preset, select: null, query });

describe('power/prometheus/setup', () => {
  /** What is wrong with these sources; null for nothing. */
  function problem(...sources: readonly ClusterSource[]): string | null {
    const read = readSources(sources);
    return 'kind' in read ? read.sentence : null;
  }

  it('takes presets of several components, and no preset twice', () => {
    assert.equal(problem(selected('dcgm'), selected('node-rapl')), null);
    assert.equal(
      problem(selected('dcgm'), selected('node-rapl'), selected('dcgm', 'node="b"')),
      'dcgm is given twice, which could count the same energy twice; select all of its devices at once, as in label=~"a|b".',
    );
    assert.equal(
      problem(asked('watts', 'a'), asked('watts', 'b')),
      'watts is given twice, which could count the same energy twice; add both up in one query.',
    );
  });

  it('names each component that is missing once, with all reasons', async () => {
    // The counters of GPUs and of processors, and none of memory.
    const there = ['DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{', 'node_rapl_package_joules_total{'];
    const http: HttpForms = {
      post: ({ form }) => {
        const figures = (form['query'] ?? '').split(' or ').flatMap((part) => {
          const [, figure = ''] = /"green_ml_figure","([^"]+)"/.exec(part) ?? [];
          return there.some((name) => part.includes(name)) ? [figure] : [];
        });
        const result = figures.map((figure) => ({ metric: { green_ml_figure: figure }, value: [1_790_000_000, '4'] }));
        const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
        return Promise.resolve({ kind: 'response', status: 200, body, ageMilliseconds: 0 });
      },
    };
    const clock = { wallMilliseconds: () => 1_790_000_000_000 };
    const client = PrometheusClient.open({ url: 'http://prometheus.example', token: null }, http, clock);
    assert.ok(!('kind' in client));
    const setup = await setUp(client, [selected('dcgm'), selected('node-rapl')], null);
    assert.ok(setup.kind === 'setup', 'sentence' in setup ? setup.sentence : '');
    assert.deepEqual(setup.missing, [
      {
        component: 'memory',
        reason: "DCGM measures only GPUs; Prometheus has no such metric of node_exporter's RAPL counters",
      },
    ]);
  });

  it('says what a preset needs', () => {
    assert.match(problem() ?? '', /^no preset is given; choose one of dcgm, /);
    assert.match(problem(selected('nvidia')) ?? '', /^there is no preset "nvidia"; choose one of dcgm, /);
    assert.match(problem(selected('joules')) ?? '', /needs PromQL whose values are joules; give it with --query/);
    assert.match(problem({ preset: 'dcgm', select: null, query: 'up' }) ?? '', /^a query is for the presets joules/);
    assert.match(
      problem({ preset: 'dcgm', select: null, query: null }) ?? '',
      /^select the series of the run by their/,
    );
  });
});
