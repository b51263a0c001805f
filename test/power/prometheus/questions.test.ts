import assert from 'node:assert/strict';
import { ClusterMeter, type ClusterOptions } from '../../../src/power/prometheus/cluster-power';
import { systemClock } from '../../../src/system/clock';
import { systemHttp } from '../../../src/system/http';
import { FakePrometheus } from '../../support/fake-prometheus';

const select = 'pod=~"bert-.*"';
const hour = 3_600_000;

interface Asked {
  /** The length of each question and of its answer, characters. */
  readonly questions: readonly (readonly [question: number, answer: number])[];
}

describe('what a cluster is asked', () => {
  /** Opens a cluster, samples it three times, and asks for its hour and for the course of it. */
  async function asked(nodes: number): Promise<{ readonly live: Asked; readonly atEnd: Asked }> {
    const server = await FakePrometheus.start({ nodes, gpusOfNode: 10, watts: () => 400, select });
    const exchanges: [number, number][] = [];
    const options: ClusterOptions = {
      server: { url: server.url, token: null },
      sources: [{ preset: 'dcgm', select, query: null }],
      http: {
        post: async (request) => {
          const result = await systemHttp.post(request);
          exchanges.push([request.form['query']?.length ?? 0, result.kind === 'response' ? result.body.length : 0]);
          return result;
        },
      },
      clock: systemClock,
      ownCpuSeconds: () => 0,
    };
    try {
      const meter = await ClusterMeter.open(options);
      if ('kind' in meter) throw new Error(meter.sentence);
      const power = meter.power();
      const subscription = await power.sampler.subscribe({
        tree: null,
        intervalMilliseconds: hour,
        onSample: () => undefined,
      });
      for (let tick = 0; tick < 3; tick += 1) await power.sampler.sampleNow();
      subscription.end();
      const live = { questions: exchanges.splice(0) };
      const to = Date.now();
      const result = await meter.settle(to - hour, to, true);
      assert.ok(result.kind === 'result');
      assert.equal(result.summary.devices.length, nodes * 10);
      assert.ok(Math.abs((result.energy.machine.total ?? NaN) / (nodes * 10 * 400 * 3600) - 1) < 1e-6);
      await meter.history(to - hour, to);
      return { live, atEnd: { questions: exchanges } };
    } finally {
      await server.dispose();
    }
  }

  it('is the same number of questions for 10, 100 and 1,000 GPUs, and one small one for each sample', async () => {
    const [few, some, many] = [await asked(1), await asked(10), await asked(100)];
    const lengths = ({ questions }: Asked): readonly number[] => questions.map(([question]) => question);
    for (const { live, atEnd } of [some, many]) {
      assert.deepEqual(lengths(live), lengths(few.live));
      assert.deepEqual(lengths(atEnd), lengths(few.atEnd));
    }
    // What the server has, and what fits; the baseline, and three samples.
    assert.equal(many.live.questions.length, 2 + 4);
    // How often it scrapes, all of the hour, and its course.
    assert.equal(many.atEnd.questions.length, 3);
    // Figures have one or two digits more. Only the last question is answered with a line for each device.
    for (const [index, [, answer]] of many.live.questions.entries())
      assert.ok(answer <= (few.live.questions[index]?.[1] ?? 0) + 40, `${answer} characters`);
  });
});
