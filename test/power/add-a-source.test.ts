import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { TreeCopy } from '../support/tree-copy';

const source = `import type { ReadableFiles } from '../system/files';
import type { Availability, PowerSource, ProbeResult, ReadContext, SourceDescription, SourceReading } from './source';

const description: SourceDescription = {
  component: 'cpu',
  method: 'sensor',
  name: 'water-wheel',
  label: 'water wheel of the mill',
  band: { low: 0.9, high: 1.1 },
};
const stone: SourceDescription = {
  ...description,
  component: 'gpu',
  name: 'mill-stone',
  label: 'mill stone',
  inProcessor: true,
};

export async function probeWaterWheel(files: ReadableFiles, sysfs: string): Promise<ProbeResult> {
  const path = \`\${sysfs}/class/water-wheel/watts\`;
  const text = await files.readText(path).catch(() => null);
  const { component, name, method, label } = description;
  const row = (available: boolean, reason: string, enable: string | null): Availability => ({
    component, name, method, available, reason, enable,
  });
  if (text === null)
    return { source: null, availability: [row(false, 'This machine has no water wheel.', 'Build a mill.')] };
  return {
    source: new WaterWheel(files, path),
    availability: [row(true, label, null)],
    covers: ({ address }) => address === '/dev/apex_0',
  };
}

class WaterWheel implements PowerSource {
  readonly descriptions = [description, stone];

  constructor(private readonly files: ReadableFiles, private readonly path: string) {}

  read({ seconds, late }: ReadContext): Promise<readonly SourceReading[]> {
    const joules = Number(this.files.readTextNow(this.path)) * seconds;
    if (seconds === 0) return Promise.resolve([]);
    const outcome = late
      ? ({ kind: 'gap', reason: 'late', atMostJoules: joules } as const)
      : ({ kind: 'energy', joules, low: joules * 0.9, high: joules * 1.1, idleJoules: null } as const);
    const still = { kind: 'energy', joules: 0, low: 0, high: 0, idleJoules: 0 } as const;
    return Promise.resolve([
      { source: description, outcome, users: null },
      { source: stone, outcome: still, users: new Map() },
    ]);
  }

  pause(): void {}
  dispose(): void {}
}
`;

/** A machine of four processors, of which the wheel gives 30 W; a run uses one of the two that are busy. */
const ask = `import { openPower } from './src/power/machine';
import { attribute } from './src/power/attribution';
import { TreeTracker } from './src/processes/tree-tracker';
import { FakeClock, settle } from './test/support/fake-clock';
import { FakeFiles } from './test/support/fake-files';
import { FakePrograms } from './test/support/fake-programs';
import type { MachineSample } from './src/power/sample';

const stat = (busy: number) => \`cpu  \${busy * 100} 0 0 0 0 0 0 0 0 0\\n\${[0, 1, 2, 3].map((id) => \`cpu\${id} 0 0 0 0 0 0 0 0 0 0\\n\`).join('')}\`;

export async function answer() {
  const clock = new FakeClock();
  const files = new FakeFiles({
    '/sys/class/water-wheel/watts': '10',
    '/dev/apex_0': '',
    '/proc/stat': stat(0),
    '/proc/meminfo': 'MemTotal:       16000000 kB\\n',
    '/proc/uptime': '1000.00 3000.00\\n',
  });
  const opening = openPower({ files, clock, platform: 'linux', programs: new FakePrograms() });
  await settle();
  await clock.advance(1);
  const power = await opening;
  const baseline = power.findIdle(1000);
  for (let part = 0; part < 8; part++) {
    await settle();
    await clock.advance(0.25);
  }
  await baseline;
  const samples: MachineSample[] = [];
  await power.sampler.subscribe({ tree: null, intervalMilliseconds: 1000, onSample: (sample) => void samples.push(sample) });
  await settle();
  files.set('/sys/class/water-wheel/watts', '30');
  files.set('/proc/stat', stat(2));
  await clock.advance(1);
  const sample = samples[0]!;
  const usage = { cpuSeconds: 1, residentBytes: 0, processes: 1, pids: [7] };
  const { run, machine } = attribute({ sample, usage, idle: power.idleLevels(), absent: power.absent });
  return {
    sources: power.sources.map(({ name }) => name),
    cpuModel: power.availability.find(({ name }) => name === 'cpu-model'),
    run: run.cpu,
    machine: machine.cpu,
    missing: power.missing,
  };
}
`;

interface Answer {
  readonly sources: readonly string[];
  readonly cpuModel: { readonly available: boolean };
  readonly run: number;
  readonly machine: number;
  readonly missing: readonly unknown[];
}

describe('a power source that is added as one file and one line of a list', function () {
  this.timeout(600_000);

  it('is found, measured, shared among runs, recorded and reported', async () => {
    await TreeCopy.with((copy) => {
      copy.write('src/power/water-wheel.ts', source);
      copy.addAfter(
        'src/power/probe.ts',
        /function probesOf[\s\S]*?\n {2}return \[/,
        '\n    probeWaterWheel(files, sysfs),',
      );
      copy.addAfter('src/power/probe.ts', /^/, "import { probeWaterWheel } from './water-wheel';\n");
      assert.equal(copy.typeFaults('src/power/probe.ts'), '');

      const answer = copy.ask(ask) as Answer;
      assert.deepEqual(answer.sources, ['water-wheel', 'mill-stone', 'memory-model']);
      assert.equal(answer.cpuModel.available, false, 'a measured figure takes the place of the model');
      assert.deepEqual(answer.missing, [], 'the source covers the accelerator that the machine shows');
      assert.ok(Math.abs(answer.machine - 30) < 1e-6, `${answer.machine} J`);
      // 10 W at rest; half of the work above it is the run's.
      assert.ok(Math.abs(answer.run - 10) < 1e-6, `${answer.run} J`);

      copy.run('scripts/build.mjs');
      const sysfs = copy.path('sys');
      mkdirSync(copy.path('sys', 'class', 'water-wheel'), { recursive: true });
      writeFileSync(copy.path('sys', 'class', 'water-wheel', 'watts'), '10');
      const greenMl = (...args: readonly string[]): string => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [copy.path('dist', 'cli.js'), ...args], {
          encoding: 'utf8',
          env: { ...process.env, XDG_STATE_HOME: copy.path('state') },
        });
        assert.equal(status, 0, stderr);
        return stdout;
      };
      const row = (text: string): unknown =>
        (JSON.parse(text) as { readonly sources: readonly { readonly name: string }[] }).sources.find(
          ({ name }) => name === 'water-wheel',
        );
      const common = { component: 'cpu', method: 'sensor', name: 'water-wheel' };
      assert.deepEqual(row(greenMl('sources', '--json', '--path.sysfs', sysfs)), {
        ...common,
        available: true,
        reason: 'water wheel of the mill',
        enable: null,
      });
      assert.match(
        greenMl('sources', '--path.sysfs', copy.path('src')),
        /CPU: water-wheel, .*\n {4}This machine has no water wheel\.\n {4}To enable it:\n {6}Build a mill\./,
      );
      const json = copy.path('run.json');
      greenMl('run', '--path.sysfs', sysfs, '--json', json, '--', process.execPath, '-e', 'setTimeout(() => {}, 500)');
      const recorded = { ...common, label: 'water wheel of the mill', band: { low: 0.9, high: 1.1 } };
      assert.deepEqual(row(copy.read('run.json')), recorded);
      assert.deepEqual(row(greenMl('runs', 'show', 'last', '--json')), recorded);
      assert.match(greenMl('runs', 'show', 'last'), /CPU: measured \(power sensor\), water wheel of the mill/);
      assert.match(greenMl('runs', 'statement'), /CPU measured \(power sensor\)/);
      assert.doesNotMatch(greenMl('runs', 'statement'), /mill stone/, 'it is in the processor, no card beside it');
      assert.match(greenMl('runs', 'report'), /CPU measured \(power sensor\)/);
    });
  });
});
