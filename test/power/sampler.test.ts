import assert from 'node:assert/strict';
import type { SourceReading } from '../../src/power/source';
import { TreeTracker } from '../../src/processes/tree-tracker';
import type { TreeUsage } from '../../src/processes/tree';
import { settle } from '../support/fake-clock';
import { FakeMachine, joulesOf } from '../support/fake-machine';
import { ProcessWorld } from '../support/process-world';

describe('power/sampler', () => {
  it('asks the sources once an interval, with the load of the machine', async () => {
    const machine = new FakeMachine();
    const { samples } = await machine.listen();
    assert.equal(samples.length, 0, 'the first look is a baseline');
    machine.work(2);
    await machine.clock.advance(1);
    assert.equal(samples.length, 1);
    assert.equal(joulesOf(samples[0]!), 100);
    assert.deepEqual(samples[0]!.load, { busyCpuSeconds: 2, logicalCpus: 4, utilisation: 0.5, memoryTotalBytes: 8e9 });
    await machine.clock.advance(2);
    assert.equal(samples.length, 3);
  });

  it('tells those that come at the same time of nothing before their baseline stands', async () => {
    const machine = new FakeMachine();
    const events: string[] = [];
    const come = async (name: string): Promise<void> => {
      await machine.sampler.subscribe({
        tree: null,
        intervalMilliseconds: 1000,
        onSample: () => void events.push(`${name} hears`),
      });
      events.push(`${name} is ready`);
    };
    await Promise.all(['a', 'b', 'c'].map(come));
    await machine.clock.advance(1);
    for (const name of ['a', 'b', 'c'])
      assert.ok(events.indexOf(`${name} is ready`) < events.indexOf(`${name} hears`), events.join(', '));
  });

  it('goes on for the others when one listener fails', async () => {
    const machine = new FakeMachine();
    let failures = 0;
    await machine.sampler.subscribe({
      tree: null,
      intervalMilliseconds: 1000,
      onSample: () => {
        failures += 1;
        throw new Error('a fault');
      },
    });
    const { samples } = await machine.listen();
    await machine.clock.advance(2);
    assert.equal(failures, 1, 'it is asked no more');
    assert.deepEqual(machine.faults.map(String), ['Error: a fault']);
    assert.ok(samples.length >= 2);
  });

  it('waits for an answer before it asks again', async () => {
    const machine = new FakeMachine();
    const { samples } = await machine.listen();
    let answer: (readings: SourceReading[]) => void = () => undefined;
    machine.source.answer = () => new Promise((resolve) => (answer = resolve));
    await machine.clock.advance(5);
    assert.equal(machine.source.contexts.length, 2);
    answer([]);
    await settle();
    assert.equal(samples.length, 1);
    await machine.clock.advance(1);
    assert.equal(machine.source.contexts.length, 3);
  });

  it('starts with the first listener and rests with the last', async () => {
    const machine = new FakeMachine();
    assert.equal(machine.clock.pending, 0);
    const one = await machine.listen();
    const two = await machine.listen();
    assert.equal(machine.clock.pending, 1);
    one.end();
    assert.equal(machine.clock.pending, 1);
    two.end();
    assert.equal(machine.clock.pending, 0);
    assert.equal(machine.source.pauses, 1);
    await machine.clock.advance(100);
    const again = await machine.listen();
    await machine.clock.advance(1);
    assert.equal(joulesOf(again.samples[0]!), 100, "the time of rest is nobody's");
  });

  it('rests at once although a tick is under way', async () => {
    const machine = new FakeMachine();
    const { samples, end } = await machine.listen();
    let answer: (readings: SourceReading[]) => void = () => undefined;
    machine.source.answer = () => new Promise((resolve) => (answer = resolve));
    await machine.clock.advance(1);
    end();
    answer([]);
    await settle();
    assert.equal(samples.length, 0);
    assert.equal(machine.clock.pending, 0);
    machine.source.answer = null;
    const again = await machine.listen();
    await machine.clock.advance(1);
    assert.equal(again.samples.length, 1);
  });

  it('keeps the pace of the most eager listener', async () => {
    const machine = new FakeMachine();
    const slow = await machine.listen(10_000);
    await machine.clock.advance(5);
    assert.equal(slow.samples.length, 0);
    const quick = await machine.listen(1000);
    assert.equal(slow.samples.length, 1, 'the arrival closes the interval of the others');
    await machine.clock.advance(3);
    assert.deepEqual([slow.samples.length, quick.samples.length], [4, 3]);
    quick.end();
    await machine.clock.advance(20);
    const total = slow.samples.reduce((sum, sample) => sum + joulesOf(sample), 0);
    assert.ok(Math.abs(total - 100 * slow.samples.reduce((sum, { seconds }) => sum + seconds, 0)) < 1e-6);
    assert.ok(slow.samples.length < 9);
  });

  it('closes the running interval on demand', async () => {
    const machine = new FakeMachine();
    const { samples } = await machine.listen();
    await machine.clock.advance(0.25);
    await machine.sampler.sampleNow();
    assert.equal(samples.length, 1);
    assert.ok(Math.abs(joulesOf(samples[0]!) - 25) < 1e-6);
    await machine.clock.advance(1);
    assert.equal(samples.length, 2, 'the next comes one interval later');
  });

  it('takes one look at the processes for all trees', async () => {
    const machine = new FakeMachine();
    const [one, two] = [new ProcessWorld(50, 51), new TreeTracker()];
    one.startRoot();
    machine.snapshot = one.snapshot();
    const first = new TreeTracker();
    const heard: (TreeUsage | null)[] = [];
    await machine.sampler.subscribe({
      tree: first,
      intervalMilliseconds: 1000,
      onSample: (_sample, usage) => void heard.push(usage),
    });
    await machine.sampler.subscribe({
      tree: two,
      intervalMilliseconds: 1000,
      onSample: (sample) => assert.equal(sample.usages.length, 2),
    });
    first.addRoot(50);
    two.addRoot(51, { countFrom: 'now' });
    one.work(50, 0.75);
    machine.work(0.75);
    machine.snapshot = one.snapshot();
    machine.watchedSets.length = 0;
    await machine.clock.advance(1);
    assert.deepEqual(
      machine.watchedSets.map((watched) => [...watched].sort()),
      [[50, 51]],
    );
    assert.equal(heard.at(-1)?.cpuSeconds, 0.75);
  });

  it('holds the load against what the runs used, but not against what one used before it joined, nor twice what two share', async () => {
    const machine = new FakeMachine();
    const world = new ProcessWorld(50, 51);
    world.startRoot();
    const see = (): void => void (machine.snapshot = world.snapshot());
    see();
    const problems: (string | null | undefined)[] = [];
    const subscribe = async (): Promise<TreeTracker> => {
      const tree = new TreeTracker();
      await machine.sampler.subscribe({
        tree,
        intervalMilliseconds: 1000,
        onSample: (sample) => void problems.push(sample.loadProblem),
      });
      return tree;
    };
    const outer = await subscribe();
    const second = async (seconds: number, busy = seconds): Promise<string | null | undefined> => {
      world.work(50, seconds);
      machine.work(busy);
      see();
      await machine.clock.advance(1);
      return problems.at(-1);
    };
    await second(1);
    await second(1);
    outer.addRoot(50);
    assert.equal(await second(0.5), null, '2.5 s of CPU time join at once');
    const inner = await subscribe();
    inner.addRoot(50, { countFrom: 'now' });
    await second(0.5);
    assert.equal(await second(0.9), null, 'both runs hold the same process');
    assert.match((await second(0.9, 0)) ?? '', /did not change although the measured processes were working/);
  });

  it('takes a stall for a gap', async () => {
    const machine = new FakeMachine();
    const { samples } = await machine.listen();
    await machine.clock.stall(10);
    assert.equal(samples.length, 1);
    assert.deepEqual(samples[0]!.gap, { reason: 'the meter was delayed and could not read in time', seconds: 10 });
    assert.equal(joulesOf(samples[0]!), 0);
    assert.deepEqual(samples[0]!.readings[0]?.outcome, { kind: 'gap', reason: 'late', atMostJoules: 1000 });
    await machine.clock.advance(1);
    assert.equal(joulesOf(samples[1]!), 100);
  });

  it('takes sleep for a gap, known by the time since the start of the machine', async () => {
    const machine = new FakeMachine();
    machine.uptime = 500;
    const { samples } = await machine.listen();
    machine.clock.jumpWall(8 * 3600);
    machine.uptime = 500 + 8 * 3600 + 1;
    await machine.clock.advance(1);
    assert.deepEqual(samples[0]!.gap, { reason: 'the machine slept', seconds: 8 * 3600 + 1 });
    assert.equal(joulesOf(samples[0]!), 0);
  });

  it('minds no clock that somebody sets, where the time since the start is known', async () => {
    for (const jump of [3600, -3600]) {
      const machine = new FakeMachine();
      machine.uptime = 500;
      const { samples } = await machine.listen();
      machine.clock.jumpWall(jump);
      machine.uptime = 501;
      await machine.clock.advance(1);
      assert.equal(samples[0]!.gap, null);
      assert.ok(Math.abs(joulesOf(samples[0]!) - 100) < 1e-6);
    }
  });

  it('elsewhere takes a clock that ran ahead for sleep, and one that went back for no matter', async () => {
    const ahead = new FakeMachine();
    const { samples } = await ahead.listen();
    ahead.clock.jumpWall(3600);
    await ahead.clock.advance(1);
    assert.deepEqual(samples[0]!.gap, { reason: 'the machine slept or its clock was set', seconds: 3601 });
    const back = new FakeMachine();
    const later = await back.listen();
    back.clock.jumpWall(-3600);
    await back.clock.advance(1);
    assert.equal(later.samples[0]!.gap, null);
    assert.ok(Math.abs(joulesOf(later.samples[0]!) - 100) < 1e-6);
  });

  it('makes a gap of a source that fails, and goes on', async () => {
    const machine = new FakeMachine();
    const { samples } = await machine.listen();
    machine.source.answer = () => Promise.reject(new Error('broken'));
    await machine.clock.advance(1);
    assert.deepEqual(samples[0]!.readings[0]?.outcome, {
      kind: 'gap',
      reason: 'reading failed: broken',
      atMostJoules: null,
    });
    machine.source.answer = null;
    await machine.clock.advance(1);
    assert.equal(joulesOf(samples[1]!), 100);
  });

  it('says what it costs', async () => {
    const machine = new FakeMachine();
    const { cost } = await machine.listen();
    machine.source.answer = () => {
      machine.ownCpuSeconds += 0.002;
      return Promise.resolve([]);
    };
    await machine.clock.advance(5);
    assert.ok(Math.abs(cost() - 0.01) < 1e-9);
  });

  it('counts what its helper programs cost, and keeps them a moment for a listener that may follow', async () => {
    const machine = new FakeMachine();
    const world = new ProcessWorld(50, 51);
    world.startRoot();
    machine.source.helpers = [50];
    machine.snapshot = world.snapshot();
    const { cost, end } = await machine.listen();
    world.work(50, 0.25);
    machine.snapshot = world.snapshot();
    await machine.clock.advance(1);
    assert.equal(cost(), 0.25);
    end();
    assert.equal(machine.source.pauses, 0);
    const next = await machine.listen();
    await machine.clock.advance(10);
    assert.equal(machine.source.pauses, 0);
    next.end();
    await machine.clock.advance(10);
    assert.equal(machine.source.pauses, 1);
    assert.equal(machine.clock.pending, 0);
  });
});
