import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  columnsWanted,
  JobReader,
  outcomeOf,
  separator,
  type ReadJobs,
  type SlurmJob,
} from '../../../src/runs/slurm/jobs';
import { bytesOf, countOf, momentOf, nodeNames, resourcesOf, secondsOf } from '../../../src/runs/slurm/values';
import { waiting, withEnergy } from './recorded';

function read(text: string, between = '|'): ReadJobs {
  const reader = new JobReader(between);
  for (const line of text.split('\n')) reader.take(line);
  return reader.end();
}

const only = ({ jobs }: ReadJobs): SlurmJob => jobs[0] ?? assert.fail('no job');

describe('runs/slurm/jobs', () => {
  it('reads values, and knows which of them are unknown', () => {
    const sentinels = ['4294967294', '4294967295', '18446744073709551614', '18446744073709551615', '', 'x', '-1'];
    for (const text of sentinels) assert.equal(countOf(text), null, text);
    assert.deepEqual([countOf('0'), countOf('20543125')], [0, 20_543_125]);
    assert.deepEqual(
      ['1-02:03:04', '02:03:04', '03:04.5', '00:00.004', 'UNLIMITED', 'Partition_Limit', ''].map(secondsOf),
      [93_784, 7384, 184.5, 0.004, null, null, null],
    );
    assert.deepEqual(['100M', '3068K', '1.50G', '0', '16?', '4000Mn', ''].map(bytesOf), [
      104_857_600,
      3_141_632,
      1_610_612_736,
      0,
      null,
      null,
      null,
    ]);
    assert.deepEqual(
      [...resourcesOf('cpu=4,mem=1G,gres/gpu:a100=2,x')],
      [
        ['cpu', '4'],
        ['mem', '1G'],
        ['gres/gpu:a100', '2'],
      ],
    );
    assert.deepEqual(['Unknown', 'None', 'N/A', '', '0', '1795999899'].map(momentOf), [
      null,
      null,
      null,
      null,
      null,
      1_795_999_899_000,
    ]);
    assert.equal(momentOf('2024-03-15T20:24:16'), new Date(2024, 2, 15, 20, 24, 16).getTime());
  });

  it('names the nodes of a list', () => {
    assert.deepEqual(nodeNames('nid[001002,001004-001006],login1'), [
      'nid001002',
      'nid001004',
      'nid001005',
      'nid001006',
      'login1',
    ]);
    assert.deepEqual(nodeNames('rack[0-1]n[1-2]'), ['rack0n1', 'rack0n2', 'rack1n1', 'rack1n2']);
    for (const text of ['', 'None assigned', 'a[1', 'a[x]', 'a[1-999999999]', 'a,,b'])
      assert.equal(nodeNames(text), null, text);
  });

  it('reads a job of Slurm 22.05 with an array, cancelled jobs and steps', () => {
    // Recorded from Debian's Slurm 22.05.8.
    const { jobs, unread } = read(
      [
        'JobID|JobIDRaw|JobName|User|State|ExitCode|Start|End|NodeList|ConsumedEnergyRaw|AllocTRES|ElapsedRaw|AllocCPUS',
        '4|4|wrap|root|CANCELLED by 0|0:0|2026-11-30T00:56:32|2026-11-30T00:56:37|vm||billing=1,cpu=1,mem=10M,node=1|5|1',
        '4.batch|4.batch|batch||CANCELLED|0:15|2026-11-30T00:56:32|2026-11-30T00:56:37|vm|840|cpu=1,mem=10M,node=1|5|1',
        '5+1|6|wrap|root|CANCELLED by 0|0:0|None|2026-11-30T00:56:37|None assigned|0||0|1',
        '3_2|10|wrap|root|FAILED|1:0|2026-11-30T00:56:32|2026-11-30T00:56:35|vm||billing=1,cpu=1,mem=100M,node=1|3|1',
        '3_2.batch|10.batch|batch||FAILED|1:0|2026-11-30T00:56:32|2026-11-30T00:56:35|vm|360|cpu=1,mem=100M,node=1|3|1',
      ].join('\n'),
    );
    assert.equal(unread, 0);
    assert.deepEqual(
      jobs.map(({ id, rawId, cancelledBy, start, steps }) => [
        id,
        rawId,
        cancelledBy,
        start === null,
        steps[0]?.joules ?? null,
      ]),
      [
        ['4', '4', 0, false, 840],
        ['5+1', '6', 0, true, null],
        ['3_2', '10', null, false, 360],
      ],
    );
    assert.deepEqual(jobs.map(outcomeOf), ['cancelled', 'cancelled', 'failed']);
  });

  it('reads the rows beside a line that is none', () => {
    const header = 'JobID|State|Start|End|ElapsedRaw|NodeList';
    const row = (id: number): string => `${id}|COMPLETED|1795000000|1795000060|60|n1`;
    for (const [lines, unread] of [
      [['sacct: a warning', header, row(1), 'sacct: another', row(2)], 1],
      [[header, row(1), '2|x', row(2)], 1],
      [[header, row(1), row(2), '3|COMPLETED'], 1],
      [['some | other', 'form'], 2],
    ] as const) {
      const found = read(lines.join('\n'));
      assert.deepEqual([found.jobs.length, found.unread], [lines[0] === 'some | other' ? 0 : 2, unread], lines.join());
    }
  });

  it('takes no unknown time as 0', () => {
    const rows = ['JobID|State|Start|End|ElapsedRaw|NodeList', '1|COMPLETED|1795000000|1795000060||n1'];
    assert.equal(only(read(rows.join('\n'))).seconds, 60);
    // Suspended for half of the time; and longer than the time that there was.
    for (const [elapsed, seconds] of [
      [30, 30],
      [1795000060, 60],
    ])
      assert.equal(
        only(read([rows[0], `1|COMPLETED|1795000000|1795000060|${elapsed}|n1`].join('\n'))).seconds,
        seconds,
      );
    const { jobs, unread } = read([rows[0], '1|RUNNING|1795000000|Unknown|18446744073709551614|n1'].join('\n'));
    assert.deepEqual([jobs, unread], [[], 1]);
  });

  it('keeps the list of many nodes once for all jobs and steps on them', () => {
    const row = (id: string): string => `${id}|COMPLETED|1795000000|1795000060|60|n[1-9000]`;
    const { jobs } = read(['JobID|State|Start|End|ElapsedRaw|NodeList', row('1'), row('1.0'), row('2')].join('\n'));
    assert.equal(jobs[0]?.nodes.length, 9000);
    assert.ok([jobs[0].steps[0]?.nodes, jobs[1]?.nodes].every((nodes) => nodes === jobs[0]?.nodes));
  });

  it('reads what other versions printed', () => {
    const old = only(read(waiting));
    assert.deepEqual(
      [old.id, outcomeOf(old), old.start, old.joules, old.steps.length],
      ['4', 'waiting', null, null, 0],
    );
    const newer = only(read(withEnergy));
    assert.deepEqual(
      [newer.joules, newer.steps.map(({ name, joules }) => [name, joules])],
      [
        2442,
        [
          ['batch', 2416],
          ['extern', 2442],
        ],
      ],
    );
  });

  it('takes each part of a heterogeneous job, and each time that a job ran, with steps of its own', () => {
    const row = (id: string, raw: string, state: string, start: number, joules: number | ''): string =>
      `${id}|${raw}|${state}|0:0|${start}|${start + 60}|60|1|n1|${joules}`;
    const { jobs, unread } = read(
      [
        'JobID|JobIDRaw|State|ExitCode|Start|End|ElapsedRaw|NNodes|NodeList|ConsumedEnergyRaw',
        row('176+0', '176', 'COMPLETED', 1_795_000_000, ''),
        row('176+0.batch', '176.batch', 'COMPLETED', 1_795_000_000, 100),
        row('176+0.0', '176.0', 'COMPLETED', 1_795_000_000, 90),
        row('176+1', '177', 'COMPLETED', 1_795_000_000, ''),
        row('176+1.0', '177.0', 'COMPLETED', 1_795_000_000, 70),
        row('180', '180', 'REQUEUED', 1_795_000_000, ''),
        row('180.batch', '180.batch', 'CANCELLED', 1_795_000_000, 40),
        row('180', '180', 'TIMEOUT', 1_795_001_000, ''),
        row('180.batch', '180.batch', 'CANCELLED', 1_795_001_000, 50),
        row('181_[3-9%2]', '181', 'PENDING', 0, ''),
        row('182', '182', 'NODE_FAIL', 1_795_001_000, ''),
        row('183', '183', 'OUT_OF_MEMORY', 1_795_001_000, ''),
        row('184', '184', 'PREEMPTED', 1_795_001_000, ''),
      ].join('\n'),
    );
    assert.equal(unread, 0);
    assert.deepEqual(
      jobs.map((job) => [job.id, outcomeOf(job), job.steps.map(({ joules }) => joules)]),
      [
        ['176+0', 'completed', [100, 90]],
        ['176+1', 'completed', [70]],
        ['180', 'cancelled', [40]],
        ['180', 'failed', [50]],
        ['181_[3-9%2]', 'waiting', []],
        ['182', 'failed', []],
        ['183', 'failed', []],
        ['184', 'cancelled', []],
      ],
    );
  });

  it('joins rows whose names contain the end of a line, and counts rows that it cannot read', () => {
    const text = `JobID|JobName|State|ElapsedRaw\n1|two\nlines|COMPLETED|5\nnonsense|a|b|c\n2|x|y|FAILED|5\n3|good|FAILED|7\n4|cut`;
    const { jobs, unread } = read(text);
    assert.deepEqual(
      jobs.map(({ id, name, seconds }) => [id, name, seconds]),
      [
        ['1', 'two\nlines', 5],
        ['3', 'good', 7],
      ],
    );
    assert.equal(unread, 3);
  });

  it('takes every name, and finds the same jobs whatever is in them', () => {
    const name = fc.string({ maxLength: 20 }).map((text) => text.replaceAll(separator, '').replace(/[\r\n]/g, ' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 1e6 }), name, name), { maxLength: 8 }), (rows) => {
        const lines = rows.map(([id, first, second]) =>
          columnsWanted
            .map(
              (column) =>
                ({ JobID: String(id), JobName: first, WorkDir: second, State: 'COMPLETED' })[column as string] ?? '',
            )
            .join(separator),
        );
        const { jobs, unread } = read([columnsWanted.join(separator), ...lines].join('\n'), separator);
        assert.equal(unread, 0);
        assert.deepEqual(
          jobs.map(({ id, name: found }) => [id, found]),
          rows.map(([id, first]) => [String(id), first === '' ? String(id) : first]),
        );
      }),
    );
  });

  it('never fails on any text', () => {
    const piece = fc.constantFrom(
      '|',
      '\n',
      '1',
      '1_2',
      '.batch',
      'CANCELLED by ',
      'Unknown',
      'cpu=',
      'a[1-',
      ']',
      ',',
      '18446744073709551614',
      '-',
      ':',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
        const { jobs } = read(
          `JobID|JobName|State|Start|End|NodeList|AllocTRES|ElapsedRaw|ConsumedEnergyRaw\n${pieces.join('')}`,
        );
        for (const job of jobs) {
          assert.ok(job.seconds >= 0 && Number.isFinite(job.seconds));
          for (const figure of [job.joules, job.cpus, job.memoryBytes, ...job.steps.map(({ joules }) => joules)])
            assert.ok(figure === null || (figure >= 0 && figure < 1.8e19));
        }
      }),
    );
  });
});
