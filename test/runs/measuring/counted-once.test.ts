import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sharedUse } from '../../../src/runs/budget/budget';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import { countedOnce, wattHoursOnce, withParents } from '../../../src/runs/measuring/counted-once';
import type { RunRecord, Scope } from '../../../src/runs/record';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf } from '../support';

interface Spec {
  readonly id: string;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  /** Watts of the run and of the machine. */
  readonly run?: number | null;
  readonly machine?: number;
  readonly scope?: Scope;
  readonly ancestors?: readonly string[];
  readonly children?: readonly string[];
  readonly host?: string;
}

function recordOf({
  id,
  from,
  to,
  run = 10,
  machine = 100,
  scope = 'run',
  ancestors = [],
  children = [],
  host,
}: Spec): RunRecord {
  const seconds = to - from;
  const energy = (watts: number | null) => {
    const joules = watts === null ? null : watts * seconds;
    return { cpu: joules, gpu: 0, memory: 0, total: joules, low: joules, high: joules };
  };
  const totals = addInterval(emptyTotals, {
    at: to * 1000,
    seconds,
    run: energy(run),
    machine: { ...energy(machine), idle: 0 },
    processes: 1,
    gaps: [],
  });
  const hardware =
    host === undefined ? {} : { hardware: { id: host, cpu: null, cpuCount: null, memoryGigabytes: null } };
  const header = headerOf({ id, startedAt: from * 1000, scope, ancestors, children, ...hardware });
  return buildRecord(
    { header, totals, gaps: [], end: { at: to * 1000, exitCode: 0, meterCpuSeconds: 0 }, lastAt: to * 1000 },
    'completed',
  );
}

const joules = (specs: readonly Spec[]): number => (wattHoursOnce(specs.map(recordOf)) ?? 0) * 3600;
const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) <= 1e-6 * Math.max(1, expected), `${actual} instead of ${expected}`);

describe('runs/counted-once', () => {
  it('counts a run inside another one in that one: 2.6 mWh, not 4.98', () => {
    near(
      joules([
        { id: 'outer', from: 0, to: 10, run: 0.936 },
        { id: 'inner', from: 2, to: 9, run: 1.224, ancestors: ['outer'] },
      ]),
      9.36,
    );
  });

  it('counts siblings and grandchildren once, whether or not the run between is there', () => {
    const outer = { id: 'outer', from: 0, to: 100, run: 50 };
    const middle = { id: 'middle', from: 10, to: 90, run: 40, ancestors: ['outer'] };
    const inner = { id: 'inner', from: 20, to: 30, run: 30, ancestors: ['middle', 'outer'] };
    const sibling = { id: 'sibling', from: 20, to: 50, run: 10, ancestors: ['outer'] };
    for (const list of [
      [outer, middle, inner, sibling],
      [outer, inner, sibling],
      [inner, outer],
    ])
      near(joules(list), 5000);
    near(joules([middle, inner]), 3200);
    near(joules([inner, sibling]), 600);
  });

  it('counts by the time outside what a run does after the one around it has ended', () => {
    near(
      joules([
        { id: 'outer', from: 0, to: 10, run: 20 },
        { id: 'inner', from: 5, to: 25, run: 8, ancestors: ['outer'] },
      ]),
      200 + 15 * 8,
    );
  });

  it('counts a run whose outer run is unknown or was deleted', () => {
    near(joules([{ id: 'inner', from: 0, to: 10, ancestors: ['gone'] }]), 100);
    near(
      joules([
        { id: 'outer', from: 0, to: 10, run: null },
        { id: 'inner', from: 0, to: 10, ancestors: ['outer'] },
      ]),
      100,
    );
  });

  it('counts a machine once however many runs count it whole, and what others did meanwhile in it', () => {
    const whole = (id: string, from: number, to: number): Spec => ({ id, from, to, scope: 'machine' });
    near(joules([whole('a', 0, 10), whole('b', 5, 15)]), 1500);
    near(joules([whole('a', 0, 10), whole('b', 2, 4), whole('c', 3, 9)]), 1000);
    near(joules([whole('a', 0, 10), { id: 'b', from: 5, to: 20, run: 30 }]), 1000 + 10 * 30);
    // An inner run that counts the machine, in an outer one that counts its share.
    near(
      joules([
        { id: 'outer', from: 0, to: 20, run: 30 },
        { ...whole('inner', 5, 10), ancestors: ['outer'] },
      ]),
      500 + 15 * 30,
    );
  });

  it('takes what a run on a cluster selects for another machine, and counts it once', () => {
    const select = (id: string, pod: string): RunRecord => ({
      ...recordOf({ id, from: 0, to: 10, scope: 'machine', machine: 1000 }),
      cluster: {
        sources: [{ preset: 'dcgm', select: `pod="${pod}"`, query: null }],
        scrapeSeconds: 15,
        nodes: [],
        devices: [],
        totalNodes: 1,
        totalDevices: 8,
        stragglers: [],
      },
    });
    const here = recordOf({ id: 'here', from: 0, to: 10 });
    const total = (records: readonly RunRecord[]): number => (wattHoursOnce(records) ?? NaN) * 3600;
    near(total([select('a', 'bert'), here]), 10_000 + 100);
    near(total([select('a', 'bert'), select('b', 'gpt'), here]), 20_000 + 100);
    near(total([select('a', 'bert'), select('b', 'bert')]), 10_000);
    // The same for the share of workloads: both have all of it.
    const share = (id: string, pod: string): RunRecord => ({ ...select(id, pod), scope: 'run' });
    near(total([share('a', 'bert'), share('b', 'bert')]), 100);
    near(total([share('a', 'bert'), share('b', 'gpt'), here]), 300);
  });

  it('adds up the machines of several computers', () => {
    const on = (host: string): Spec => ({ id: host, from: 0, to: 10, scope: 'machine', host });
    near(joules([on('a'), on('b')]), 2000);
    near(joules([on('a'), { ...on('a'), id: 'again' }]), 1000);
    // A record of an earlier version does not say where it ran; there is one computer only.
    near(joules([on('a'), { id: 'old', from: 0, to: 10, scope: 'machine' }]), 1000);
  });

  it('knows an inner run by the outer one too, and fills in its parent', () => {
    const records = [
      { id: 'inner', from: 1, to: 9 },
      { id: 'outer', from: 0, to: 10, run: 30, children: ['inner'] },
    ].map(recordOf);
    near((wattHoursOnce(records) ?? 0) * 3600, 300);
    assert.deepEqual(
      withParents(records).map(({ parent, ancestors }) => [parent, ancestors]),
      [
        ['outer', ['outer']],
        [null, []],
      ],
    );
  });

  it('loses nothing where damaged records claim to be inside each other', () => {
    near(
      joules([
        { id: 'a', from: 0, to: 10, ancestors: ['b'] },
        { id: 'b', from: 0, to: 10, ancestors: ['a'] },
      ]),
      100,
    );
    near(joules([{ id: 'a', from: 0, to: 10, ancestors: ['a'] }]), 100);
  });

  it('counts budgets of energy, of time and of a period once', () => {
    const records = [
      { id: 'outer', from: 0, to: 3600, run: 10 },
      { id: 'inner', from: 600, to: 3000, run: 9, ancestors: ['outer'] },
    ].map(recordOf);
    near(sharedUse({ quantity: 'energy', wattHours: 10 }, records, null) ?? NaN, 1);
    near(sharedUse({ quantity: 'time', hours: 1 }, records, null) ?? NaN, 1);
    near(sharedUse({ quantity: 'energy', wattHours: 10 }, records, 1_800_000) ?? NaN, 0.5);
    // Two runs side by side are two hours of computing.
    near(sharedUse({ quantity: 'time', hours: 1 }, [records[0]!, { ...records[0]!, id: 'beside' }], null) ?? NaN, 2);
  });

  it('is what the machine used in the time of the runs, for any tree, any windows and any choice of them', () => {
    // Processes that draw something all the time; a run measures one of them and all below it, for a while.
    const node = fc.record({
      parent: fc.nat(),
      watts: fc.integer({ min: 0, max: 20 }),
      from: fc.integer({ min: 0, max: 30 }),
      length: fc.integer({ min: 1, max: 30 }),
      whole: fc.boolean(),
      recorded: fc.boolean(),
      foundByOuter: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 9 }), fc.integer({ min: 0, max: 100 }), (nodes, idle) => {
        // The parent of each is one before it, or none.
        const parents = nodes.map(({ parent }, index) => (parent % (index + 1)) - 1);
        const line = (index: number): number[] =>
          parents[index]! < 0 ? [] : [parents[index]!, ...line(parents[index]!)];
        const isBelow = (inner: number, outer: number): boolean => inner === outer || line(inner).includes(outer);
        const machine = idle + nodes.reduce((sum, { watts }) => sum + watts, 0);
        const runs = nodes.flatMap(({ from, length, whole, recorded, foundByOuter }, index) => {
          if (!recorded) return [];
          const run = nodes.reduce((sum, { watts }, other) => sum + (isBelow(other, index) ? watts : 0), 0);
          const ancestors = foundByOuter ? [] : line(index).map(String);
          const children = nodes.flatMap((other, below) =>
            other.foundByOuter && below !== index && isBelow(below, index) ? [String(below)] : [],
          );
          return [
            {
              index,
              from,
              to: from + length,
              whole,
              record: recordOf({
                id: String(index),
                from,
                to: from + length,
                run,
                machine,
                scope: whole ? 'machine' : 'run',
                ancestors,
                children,
              }),
            },
          ];
        });
        let truth = 0;
        for (let second = 0; second < 60; second += 1) {
          const active = runs.filter(({ from, to }) => from <= second && second < to);
          if (active.some(({ whole }) => whole)) truth += machine;
          else
            truth += nodes.reduce(
              (sum, { watts }, index) => sum + (active.some((run) => isBelow(index, run.index)) ? watts : 0),
              0,
            );
        }
        const records = runs.map(({ record }) => record);
        near((wattHoursOnce(records) ?? 0) * 3600, truth);
        near((wattHoursOnce([...records].reverse()) ?? 0) * 3600, truth);
        for (const { energyShare, timeShare } of countedOnce(records))
          assert.ok(energyShare >= 0 && energyShare <= 1 && timeShare >= 0 && timeShare <= 1);
      }),
    );
  });
});
