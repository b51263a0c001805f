import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadAccelerators } from '../../../src/data/accelerators';
import { loadCpus } from '../../../src/data/cpus';
import { judgeCpuPower } from '../../../src/power/tdp';
import {
  clusterOf as clusterOfJob,
  configOf,
  measuredBy,
  nodesOf,
  unknownCluster,
  type SlurmCluster,
} from '../../../src/runs/slurm/cluster';
import { gpuPower } from '../../../src/runs/slurm/gpu-power';
import { isExclusive, jobEnergy, type EnergyTables } from '../../../src/runs/slurm/job-energy';
import { allJobs, groupedJobs } from '../../../src/runs/slurm/job-groups';
import { idOfJob, jobRun, journalText } from '../../../src/runs/slurm/job-run';
import { JobReader, type SlurmJob, type SlurmStep } from '../../../src/runs/slurm/jobs';
import { measuredEnergy } from '../../../src/runs/slurm/measured-energy';
import { jobSentences } from '../../../src/present/report/job-tables';
import { parseJournal } from '../../../src/runs/journal/journal-lines';
import { exactly } from '../../../src/units/estimate';
import { givenIntensity } from '../../../src/place/intensity';
import { santis } from './recorded';

function jobOf(text: string): SlurmJob {
  const reader = new JobReader('|');
  for (const line of text.split('\n')) reader.take(line);
  return reader.end().jobs[0] ?? assert.fail('no job');
}

const start = 1_790_000_000_000;
const plain: SlurmJob = {
  ...jobOf(
    'JobID|JobName|State|Start|End|ElapsedRaw|NodeList|AllocTRES\n1|a|COMPLETED|1790000000|1790003600|3600|n1|cpu=4,mem=8G,node=1',
  ),
};
const step = (changes: Partial<SlurmStep>): SlurmStep => ({
  name: '0',
  joules: 100,
  start,
  seconds: 3600,
  nodes: ['n1'],
  memoryBytes: null,
  gpusUsed: null,
  ...changes,
});
const clusterOf = (nodes: string[], config: string): SlurmCluster => ({
  ...unknownCluster,
  ...nodesOf(nodes.map((each) => each.replaceAll('!', '\u001f'))),
  ...configOf(config.split('\n')),
});

describe('runs/slurm/job-energy', () => {
  let tables: EnergyTables;
  before(async () => {
    const [{ accelerators }, cpus] = await Promise.all([loadAccelerators(), loadCpus()]);
    tables = { accelerators, cpuPower: (count) => judgeCpuPower(cpus, null, true, count) };
  });

  it('bounds a job of less than a second, which Slurm counts as none', () => {
    const second = jobEnergy({ ...plain, seconds: 1 }, unknownCluster, tables);
    const brief = jobEnergy({ ...plain, seconds: 0 }, unknownCluster, tables);
    assert.equal(brief.total?.value, (second.total?.value ?? NaN) / 2);
    assert.deepEqual([brief.total.low, brief.total.high], [0, second.total?.high]);
    assert.match(brief.notes.join(), /less than a second/);
    assert.equal(jobEnergy({ ...plain, seconds: 0, start: null }, unknownCluster, tables).total?.value ?? 0, 0);
  });

  it('bounds a job whose end was lost by its time limit', () => {
    const running = (state: string, elapsed: number, limit: number | string): SlurmJob =>
      jobOf(
        `JobID|State|Start|End|ElapsedRaw|TimelimitRaw|NodeList|AllocTRES\n1|${state}|1700000000|Unknown|${elapsed}|${limit}|n1|cpu=4,mem=8G,node=1,gres/gpu=8`,
      );
    const lost = running('RUNNING', 90_000_000, 60);
    assert.deepEqual([lost.seconds, lost.isEndLost], [3600, true]);
    const energy = jobEnergy(lost, unknownCluster, tables);
    const whole = jobEnergy({ ...lost, isEndLost: false }, unknownCluster, tables);
    assert.deepEqual(energy.total, { ...whole.total, low: 0 });
    assert.ok(energy.sources.every(({ band }) => band.low === 0 && band.high >= 1));
    assert.match(energy.notes.join(), /has lost the end of this job/);
    const place = { intensity: null, pue: 1, pueLimits: exactly(1), pueFrom: null, notes: [] };
    const runs = [jobRun(lost, energy, unknownCluster)];
    assert.equal(allJobs(runs, place).gpuHours.given, 8);
    assert.match(
      jobSentences(allJobs(runs, place), runs, place).join(' '),
      /Slurm has lost the end of one job, which counts until the time limit; see "sacctmgr show runawayjobs"\./,
    );
    // A limit may be exceeded a little, may be none, and does not count suspended time.
    for (const [state, elapsed, limit] of [
      ['RUNNING', 3600 + 7200, 60],
      ['RUNNING', 90_000_000, 'UNLIMITED'],
      ['SUSPENDED', 90_000_000, 60],
    ] as const) {
      const job = running(state, elapsed, limit);
      assert.deepEqual([job.seconds, job.isEndLost], [elapsed, false], state);
    }
  });

  it('takes the energy of the whole job where steps repeat it', () => {
    // The script's step is one node of four, and the program's step is all four a second less.
    assert.deepEqual(measuredEnergy(jobOf(santis)), { joules: 20_543_125, covered: 1 });
    const both = [
      step({ joules: 600, name: 'batch' }),
      step({ joules: 400, seconds: 1800 }),
      step({ joules: 200, name: '1', start: start + 1_800_000, seconds: 1700 }),
    ];
    assert.deepEqual(measuredEnergy({ ...plain, joules: 600, steps: both }), { joules: 600, covered: 1 });
    const overlapping = [step({ joules: 500 }), step({ joules: 500, name: '1' })];
    assert.deepEqual(measuredEnergy({ ...plain, joules: 1000, steps: overlapping }), { joules: 500, covered: 1 });
    const apart = [step({ joules: 500 }), step({ joules: 300, name: '1', nodes: ['n2'] })];
    assert.deepEqual(measuredEnergy({ ...plain, nodeCount: 2, nodes: ['n1', 'n2'], steps: apart }), {
      joules: 800,
      covered: 1,
    });
    const first = [step({ joules: 500, name: 'batch' })];
    assert.deepEqual(measuredEnergy({ ...plain, nodeCount: 4, steps: first }), { joules: 500, covered: 0.25 });
  });

  it('does not call an impossible figure none', () => {
    const place = { intensity: null, pue: 1, pueLimits: exactly(1), pueFrom: null, notes: [] };
    const sentences = (joules: number | null): string => {
      const job = { ...plain, joules, exclusive: true };
      const runs = [jobRun(job, jobEnergy(job, unknownCluster, tables), unknownCluster)];
      return jobSentences(allJobs(runs, place), runs, place).join(' ');
    };
    assert.match(
      sentences(999_999_999),
      /no energy here that can be used: .* an impossible energy for one job, more than 20 kW a node\./,
    );
    assert.match(sentences(null), /no energy here \(0 means that it does not measure\): /);
    assert.doesNotMatch(sentences(null), /impossible/);
  });

  it('takes nothing that is unknown or impossible', () => {
    assert.ok('problem' in measuredEnergy(plain));
    assert.ok('problem' in measuredEnergy({ ...plain, joules: 3600 * 30_000 }));
    const { steps, joules } = jobOf(
      'JobID|ElapsedRaw|ConsumedEnergyRaw|AllocTRES\n1|60|0|node=1\n1.batch|60|18446744073709551614|node=1',
    );
    assert.deepEqual([joules, steps[0]?.joules], [null, null]);
  });

  it('says whether a job was alone, from the size of its nodes or the partition', () => {
    const cluster = clusterOf(
      ['n1!4!8000!(null)!main*!NO', 'n1!4!8000!(null)!alone!EXCLUSIVE', 'n2!8!8000!gpu:a100:4(S:0-1)!main*!NO'],
      '',
    );
    assert.equal(isExclusive(plain, cluster), true);
    assert.equal(isExclusive({ ...plain, cpus: 2 }, cluster), false);
    assert.equal(isExclusive({ ...plain, cpus: 2, partition: 'alone' }, cluster), true);
    assert.equal(isExclusive(plain, unknownCluster), null);
    assert.deepEqual(cluster.nodes.get('n2')?.gpuTypes, ['a100']);
    const untyped = nodesOf(
      ['n3!64!1!gpu:8!m!NO', 'n4!64!1!gpu:3090:4!m!NO'].map((each) => each.replaceAll('!', '\u001f')),
    ).nodes;
    assert.deepEqual([untyped.get('n3')?.gpus, untyped.get('n4')?.gpus, untyped.get('n4')?.gpuTypes], [8, 4, ['3090']]);
  });

  it('takes nothing from the nodes of another cluster, which may have the same names', () => {
    const cluster = clusterOf(['n1!4!8000!(null)!main*!EXCLUSIVE'], 'ClusterName = Moon\nAcctGatherEnergyType = rapl');
    for (const [name, own] of [
      ['moon', cluster],
      ['sun', unknownCluster],
      // Without a name in the row, it is the one that was asked.
      [null, cluster],
    ] as const)
      assert.equal(clusterOfJob({ cluster: name }, cluster), own, String(name));
    assert.equal(isExclusive(plain, clusterOfJob({ cluster: 'sun' }, cluster)), null);
    assert.equal(clusterOfJob({ cluster: 'sun' }, unknownCluster), unknownCluster);
  });

  it('knows what a plugin measures, and completes it', () => {
    const of = (type: string): ReturnType<typeof measuredBy> =>
      measuredBy(configOf([`AcctGatherEnergyType = ${type}`]).energyPlugins);
    assert.deepEqual(
      [
        'acct_gather_energy/rapl',
        'acct_gather_energy/ipmi',
        'acct_gather_energy/gpu,acct_gather_energy/rapl',
        'acct_gather_energy/none',
        '(null)',
      ].map(of),
      ['cpu', 'node', 'cpu and gpu', 'unknown', 'unknown'],
    );
    assert.equal(
      configOf(['AcctGatherNodeFreq      = 10 sec', 'JobAcctGatherFrequency  = task=30,energy=60']).energySeconds,
      30,
    );
    const nodes = ['n1!4!8000!gpu:a100:2!main*!NO'];
    const job = { ...plain, joules: 360_000, gpus: [{ type: 'a100', count: 2 }] };
    const rapl = jobEnergy(job, clusterOf(nodes, 'AcctGatherEnergyType = acct_gather_energy/rapl'), tables);
    assert.deepEqual(
      rapl.sources.map(({ component, method }) => [component, method]),
      [
        ['cpu', 'counter'],
        ['gpu', 'model'],
      ],
    );
    assert.equal(rapl.cpu, 360_000);
    assert.ok((rapl.gpu ?? 0) > 0 && rapl.memory === null);
    const ipmi = jobEnergy(job, clusterOf(nodes, 'AcctGatherEnergyType = acct_gather_energy/ipmi'), tables);
    assert.deepEqual(
      [ipmi.total?.value, ipmi.sources.map(({ component, method }) => [component, method])],
      [360_000, [['system', 'sensor']]],
    );
  });

  it('models what Slurm did not measure, and says so', () => {
    const energy = jobEnergy(plain, clusterOf([], 'AcctGatherEnergyType = (null)'), tables);
    assert.deepEqual(
      energy.sources.map(({ component, method }) => [component, method]),
      [
        ['cpu', 'model'],
        ['memory', 'model'],
      ],
    );
    assert.ok(energy.total !== null && energy.total.low < energy.total.value && energy.total.value < energy.total.high);
    assert.match(energy.notes.join(' '), /modelled: this cluster does not measure energy/);
    const nothing = jobEnergy({ ...plain, cpus: null, memoryBytes: null }, unknownCluster, tables);
    assert.deepEqual([nothing.total, nothing.missing[0]?.component], [null, 'system']);
  });

  it('finds the power of GPUs by the type that a cluster gives them', () => {
    const watts = (type: string | null, count = 1): readonly number[] => {
      const { low, high } = gpuPower({ type, count }, tables.accelerators).watts;
      return [Math.round(low), Math.round(high)];
    };
    assert.deepEqual(watts('a100'), [250, 400]);
    assert.deepEqual(
      [watts('nvidia_a100_80gb_pcie'), watts('rtx2080ti'), watts('rtx_3090', 2)],
      [
        [300, 300],
        [250, 250],
        [700, 700],
      ],
    );
    assert.deepEqual(
      [watts('tesla_t4'), watts('h100'), watts('l40s')],
      [
        [70, 70],
        [350, 700],
        [350, 350],
      ],
    );
    assert.deepEqual(
      [watts(null), watts('titanic')],
      [
        [70, 1000],
        [70, 1000],
      ],
    );
    assert.deepEqual(watts('a100_3g.20gb'), [107, 171]);
    assert.equal(gpuPower({ type: 'titanic', count: 1 }, tables.accelerators).known, false);
  });

  it('keeps every figure within its limits, and below those of what could have been used', () => {
    const steps = fc.array(
      fc.record({
        joules: fc.option(fc.nat({ max: 1e7 })),
        seconds: fc.nat({ max: 4000 }),
        at: fc.nat({ max: 4000 }),
        node: fc.constantFrom('n1', 'n2', 'n3'),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        steps,
        fc.nat({ max: 1e6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('rapl', 'ipmi', 'gpu', 'none', 'other'),
        (list, seconds, count, plugin) => {
          const job: SlurmJob = {
            ...plain,
            seconds,
            nodeCount: count,
            gpus: [{ type: null, count: 1 }],
            steps: list.map(({ joules, seconds: length, at, node }, index) =>
              step({
                name: String(index),
                joules: joules === 0 ? null : joules,
                seconds: length,
                start: start + at * 1000,
                nodes: [node],
              }),
            ),
          };
          const { total } = jobEnergy(
            job,
            clusterOf(['n1!4!8000!(null)!main!NO'], `AcctGatherEnergyType=acct_gather_energy/${plugin}`),
            tables,
          );
          if (total === null) return;
          assert.ok(
            total.low <= total.value * 1.000001 && total.value <= total.high * 1.000001 && total.low >= 0,
            JSON.stringify(total),
          );
          assert.ok(Number.isFinite(total.high));
        },
      ),
    );
  });

  it('makes a file of the journal that is read again as it is, and adds jobs up', () => {
    const place = { intensity: givenIntensity(400), pue: 1.2, pueLimits: exactly(1.2), pueFrom: null, notes: [] };
    const job = { ...plain, joules: 3_600_000, exclusive: true, user: 'ada', state: 'TIMEOUT' };
    const run = jobRun(
      job,
      jobEnergy(job, clusterOf([], 'AcctGatherEnergyType=acct_gather_energy/ipmi'), tables),
      unknownCluster,
    );
    const writing = { place, recorder: { pid: 1, version: '0' }, uid: null };
    const { state, damaged } = parseJournal(journalText(run, writing) ?? '');
    assert.deepEqual(damaged, []);
    assert.deepEqual(
      [state?.header.job?.state, state?.totals.machine.total, state?.end?.exitCode],
      ['TIMEOUT', 3_600_000, 124],
    );
    assert.equal(state?.header.id, idOfJob(job, job.start ?? 0));
    const group = allJobs([run, run], place);
    assert.deepEqual(
      [group.jobs, group.failed.jobs, group.energy?.value, Math.round(group.emissions?.value ?? 0)],
      [2, 2, 2000, 960],
    );
    assert.deepEqual(
      groupedJobs([run], 'user', place).map(({ name, jobs }) => [name, jobs]),
      [['ada', 1]],
    );
  });
});
