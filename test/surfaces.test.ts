import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { rowTexts } from '../src/editor/runs/history-row';
import { liveRun, noExtras } from '../src/editor/runs/live-run';
import { endedText, liveText, SteadyWidths } from '../src/editor/runs/status-text';
import { tooltipLines } from '../src/editor/runs/status-tooltip';
import { reportAsHtml } from '../src/present/report/html';
import { reportAsMarkdown } from '../src/present/report/markdown';
import { projectReport } from '../src/present/report/project-report';
import { emissionsStatement } from '../src/present/report/statement';
import { statementFacts } from '../src/present/report/statement-facts';
import { comparisonMarkdown, comparisonText, compareRuns } from '../src/runs/compare/compare';
import { buildRecord } from '../src/runs/measuring/build-record';
import { describeRun, headline, headlineInWords, summaryLine } from '../src/runs/describe';
import { exportCodeCarbon, exportJson } from '../src/runs/export-codecarbon';
import type { RunHeader } from '../src/runs/header';
import type { RunInterval } from '../src/runs/interval';
import { Journal } from '../src/runs/journal/journal';
import { applyLine } from '../src/runs/journal/journal-lines';
import type { JournalLine } from '../src/runs/journal/journal-shapes';
import type { RunRecord } from '../src/runs/record';
import { shownSum, summarise } from '../src/runs/summary';
import { thisMachine } from '../src/runs/this-machine';
import { greenMl } from './cli/support';
import { intensity } from './present/report/support';
import { headerOf } from './runs/support';

/** What a figure says, whatever unit its surface shows it in. */
interface Figure {
  /** "about" and "~" are the same. */
  readonly isAbout: boolean;
  /** In Wh, W or g; NaN if it is unknown. */
  readonly value: number;
  /** Of a number that is not rounded to a whole one by its unit. */
  readonly digits: string;
}

const units = { MWh: 1e6, kWh: 1e3, Wh: 1, mWh: 1e-3, kW: 1e3, MW: 1e6, W: 1, t: 1e6, kg: 1e3, g: 1, mg: 1e-3 };
const kinds = { energy: 'MWh|kWh|Wh|mWh', power: 'MW|kW|W', mass: 't|kg|g|mg' };
const figures = {
  energy: /(~|about )?(<?[\d.]+|–) (MWh|kWh|Wh|mWh)\b/g,
  power: /(~|about )?(<?[\d.]+|–) (MW|kW|W)\b/g,
  mass: /(~|about )?(<?[\d.]+|–) (t|kg|g|mg)\b(?!\/kWh| CO2e\/kWh| CO₂e\/kWh)/g,
};

function figuresIn(text: string, kind: keyof typeof kinds): readonly Figure[] {
  const plain = text.replaceAll('&#60;', '<').replaceAll('less than ', '<');
  return [...plain.matchAll(figures[kind])].map(([, about, number = '', unit = '']) => {
    const isTiny = number.startsWith('<');
    const value = Number(isTiny ? number.slice(1) : number) * units[unit as keyof typeof units];
    return {
      isAbout: about !== undefined,
      value: number === '–' ? NaN : Number(value.toPrecision(6)),
      digits:
        (isTiny ? '<' : '') +
        number
          .replace(/^[<0.]+/, '')
          .replace('.', '')
          .replace(/0+$/, ''),
    };
  });
}

/** The first figure of a kind. */
function first(text: string, kind: keyof typeof kinds): Figure {
  const [found] = figuresIn(text, kind);
  assert.ok(found, `no ${kind} in: ${text}`);
  return found;
}

type Source = RunHeader['sources'][number];
const cpu = (method: Source['method'], low: number, high: number): Source => ({
  component: 'cpu',
  method,
  name: method,
  label: 'a CPU',
  band: { low, high },
});

interface Spec {
  readonly title: string;
  readonly watts: number;
  readonly seconds: number;
  readonly source: Source;
  readonly header?: Partial<RunHeader>;
  /** Seconds at the end that could not be measured. */
  readonly gap?: number;
  readonly isUnknown?: boolean;
}

const specs: readonly Spec[] = [
  { title: 'measured', watts: 41, seconds: 300, source: cpu('counter', 0.97, 1.03), header: { intensity } },
  { title: 'modelled', watts: 12.3, seconds: 61, source: cpu('model', 0.5, 1.6), header: { intensity } },
  { title: 'assumed', watts: 80, seconds: 1000, source: cpu('assumed', 0.3, 2.4), header: { intensity } },
  { title: 'tiny', watts: 0.004, seconds: 2, source: cpu('model', 0.4, 2), header: { intensity } },
  { title: 'huge', watts: 9.2e5, seconds: 90_000, source: cpu('sensor', 0.9, 1.2), header: { intensity, pue: 1.4 } },
  { title: 'with a gap', watts: 33, seconds: 200, source: cpu('counter', 0.9, 1.1), gap: 40, header: { intensity } },
  { title: 'without emissions', watts: 7.77, seconds: 333, source: cpu('calibrated', 0.8, 1.25) },
  {
    title: 'of the machine',
    watts: 55,
    seconds: 120,
    source: cpu('model', 0.6, 1.7),
    header: { intensity, scope: 'machine' },
  },
  { title: 'unknown', watts: 1, seconds: 5, source: cpu('counter', 1, 1), isUnknown: true, header: { intensity } },
];

function linesOf(
  { watts, seconds, source, gap = 0, isUnknown = false, header, title }: Spec,
  id: string,
): readonly JournalLine[] {
  const startedAt = Date.UTC(2026, 10, 21, 12);
  const { low, high } = source.band;
  const energy = (joules: number) =>
    isUnknown
      ? { cpu: null, gpu: 0, memory: null, total: null, low: null, high: null }
      : { cpu: joules, gpu: 0, memory: null, total: joules, low: joules * low, high: joules * high };
  const measured: RunInterval = {
    at: startedAt + seconds * 1000,
    seconds,
    run: energy(watts * seconds),
    machine: { ...energy(2 * watts * seconds), idle: isUnknown ? null : 0.5 * watts * seconds },
    processes: 2,
    gaps: isUnknown ? [{ component: 'cpu', reason: 'lost', seconds, atMostJoules: null }] : [],
  };
  const none = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };
  const lost: RunInterval = {
    at: measured.at + gap * 1000,
    seconds: gap,
    run: none,
    machine: { ...none, idle: null },
    processes: 2,
    gaps: [{ component: null, reason: 'lost', seconds: gap, atMostJoules: watts * gap }],
  };
  const name = `${title.replaceAll(' ', '_')}.py`;
  return [
    {
      type: 'start',
      version: 1,
      ...headerOf({ id, name, command: ['python3', name], startedAt, sources: [source], ...header }),
    },
    { type: 'sample', ...measured },
    ...(gap === 0 ? [] : [{ type: 'sample', ...lost } as const]),
    { type: 'end', at: (gap === 0 ? measured : lost).at, exitCode: 0, meterCpuSeconds: 0.1 },
  ];
}

function recordOf(spec: Spec, id = 'run'): RunRecord {
  const state = linesOf(spec, id).reduce<Parameters<typeof applyLine>[0]>(applyLine, null);
  assert.ok(state);
  return buildRecord(state, 'completed');
}

const reportOf = (record: RunRecord) =>
  projectReport([record], { title: 'x', version: '1', generatedAt: 0, unit: null, power: null, practices: null });

/** The texts of one run in which a person finds its energy first. */
function energyTexts(record: RunRecord): Readonly<Record<string, string>> {
  const running = { ...record, status: 'running' as const };
  const page = liveRun(record, [], noExtras);
  const watts = record.averageWatts;
  return {
    'status bar, ended': endedText({ record, changePercent: null }),
    'status bar, live': liveText(
      { record: running, watts, progress: null, marks: [], others: 0 },
      ['energy'],
      new SteadyWidths(),
    ),
    tooltip: tooltipLines({ record, watts: null, lines: [], load: null, others: 0, links: [] })[1] ?? '',
    'history, row': rowTexts(record, { given: { given: '', tells: false }, changePercent: null, when: '' }).description,
    'history, total': shownSum(summarise([record])).value,
    'run page': page.figures.find(({ label }) => label === 'Energy')?.value ?? '',
    'run page, headline': page.headline,
    'live line': headline(record),
    'summary line': summaryLine(record),
    details: describeRun(record).split('\n')[2]?.split('|')[record.scope === 'machine' ? 3 : 2] ?? '',
    'report, Markdown': reportAsMarkdown(reportOf(record)),
    'report, HTML': reportAsHtml(reportOf(record)).replace(/^[\s\S]*<body/, ''),
    comparison: /\| Energy \| (.*?) \|/.exec(comparisonMarkdown(compareRuns(record, record)))?.[1] ?? '',
    'comparison, terminal': /^Energy +(.*)$/m.exec(comparisonText(compareRuns(record, record)))?.[1] ?? '',
    ...(record.averageWatts === null
      ? {}
      : { statement: emissionsStatement(statementFacts(summarise([record]), '1'), 'markdown').replaceAll('\\', '') }),
  };
}

/** The same for its power, where a surface shows it, and for its emissions. */
function powerTexts(record: RunRecord): Readonly<Record<string, string>> {
  const running = { ...record, status: 'running' as const };
  const watts = record.averageWatts;
  const page = liveRun(record, [], noExtras);
  return {
    'status bar, live': liveText(
      { record: running, watts, progress: null, marks: [], others: 0 },
      ['power'],
      new SteadyWidths(),
    ),
    'tooltip, live': tooltipLines({ record: running, watts, lines: [], load: null, others: 0, links: [] })[1] ?? '',
    tooltip: tooltipLines({ record, watts: null, lines: [], load: null, others: 0, links: [] })[1] ?? '',
    'run page': page.figures.find(({ label }) => label === 'Average')?.value ?? '',
    'run page, headline': page.headline,
    'live line': headline(record),
    comparison: /\| Power \| (.*?) \|/.exec(comparisonMarkdown(compareRuns(record, record)))?.[1] ?? '',
  };
}

function massTexts(record: RunRecord): Readonly<Record<string, string>> {
  const running = { ...record, status: 'running' as const };
  const page = liveRun(record, [], noExtras);
  const live = { record: running, watts: 1, progress: null, marks: [], others: 0 };
  return {
    'status bar, live': liveText(live, ['emissions'], new SteadyWidths()),
    tooltip: tooltipLines({ record, watts: null, lines: [], load: null, others: 0, links: [] })[1] ?? '',
    'run page': page.figures.find(({ label }) => label === 'Emissions')?.value ?? '',
    'run page, headline': page.headline,
    'live line': headline(record),
    details: /Emissions: .*/.exec(describeRun(record))?.[0] ?? '',
    'report, Markdown': reportAsMarkdown(reportOf(record)).replace(/^[\s\S]*?Emissions/, ''),
    comparison: /\| Emissions \| (.*?) \|/.exec(comparisonMarkdown(compareRuns(record, record)))?.[1] ?? '',
    statement: emissionsStatement(statementFacts(summarise([record]), '1'), 'markdown').replaceAll('\\', ''),
  };
}

function assertAlike(kind: keyof typeof kinds, texts: Readonly<Record<string, string>>): Figure {
  const shown = Object.entries(texts).map(([surface, text]) => [surface, first(text, kind)] as const);
  const [reference] = shown;
  assert.ok(reference);
  for (const [surface, figure] of shown)
    assert.deepEqual(
      figure,
      reference[1],
      `${surface} says something else than ${reference[0]}: ${texts[surface] ?? ''}`,
    );
  return reference[1];
}

function assertRun(record: RunRecord): void {
  const isModelled = record.sources.some(({ method }) => method !== 'counter' && method !== 'sensor');
  const energy = assertAlike('energy', energyTexts(record));
  const { total } = record.scope === 'machine' ? record.machineWh : record.energyWh;
  assert.equal(Number.isNaN(energy.value), total === null);
  if (total !== null && !energy.digits.startsWith('<')) {
    assert.equal(energy.isAbout, isModelled);
    assert.ok(Math.abs(energy.value - total) <= 0.26 * total, `${energy.value} is not ${total}`);
  }
  assertAlike('power', powerTexts(record));
  if (record.emissionsGrams !== null && total !== null) assertAlike('mass', massTexts(record));
  // For screen readers the same digits stand before words.
  const spoken = headlineInWords(record);
  if (total !== null && !energy.digits.startsWith('<'))
    assert.match(spoken, new RegExp(`${isModelled ? 'about ' : ''}[\\d.]+ (mega|kilo|milli)?watt-hours`));
}

describe('one run on every surface', function () {
  this.timeout(120_000);

  for (const spec of specs)
    it(`has the same figures: ${spec.title}`, () => {
      assertRun(recordOf(spec));
    });

  it('has the same figures, whatever they are', () => {
    const methods = fc.constantFrom('counter', 'sensor', 'calibrated', 'model', 'assumed' as const);
    const powers = fc.double({ min: -6, max: 7, noNaN: true }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(
        fc.record({
          watts: powers,
          seconds: fc.integer({ min: 1, max: 1_000_000 }),
          method: methods,
          low: fc.double({ min: 0.1, max: 1, noNaN: true }),
          high: fc.double({ min: 1, max: 8, noNaN: true }),
          gap: fc.constantFrom(0, 0, 7),
          scope: fc.constantFrom('run', 'machine' as const),
          isKnown: fc.boolean(),
        }),
        ({ watts, seconds, method, low, high, gap, scope, isKnown }) =>
          assertRun(
            recordOf({
              title: 'any',
              watts,
              seconds,
              source: cpu(method, low, high),
              gap,
              header: { scope, intensity: isKnown ? intensity : null },
            }),
          ),
      ),
      { numRuns: 300 },
    );
  });

  it('is in the terminal, the files and the exports as in the editor', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-surfaces-'));
    try {
      const journal = new Journal(join(folder, 'green-ml'));
      const ids = specs.map((_, index) => `20261121T12000${index}Z-00000${index}`);
      for (const [index, spec] of specs.entries()) {
        const writer = await journal.begin(ids[index] ?? '');
        for (const line of linesOf(spec, ids[index] ?? ''))
          await (line.type === 'end' ? writer.end(line) : writer.append(line));
      }
      const cli = async (...args: readonly string[]): Promise<string> => {
        const { code, stdout, stderr } = await greenMl(args, { XDG_STATE_HOME: folder }, folder);
        assert.equal(code, 0, stderr);
        return stdout;
      };
      const records = (await journal.list()).runs;
      const list = (await cli('runs', 'list')).trim().split('\n');
      // The second time the list comes from the index.
      const again = (await cli('runs', 'list')).trim().split('\n');
      const all = JSON.parse(await cli('runs', 'list', '--json')) as { readonly runs: readonly RunRecord[] };
      assert.deepEqual(all.runs, JSON.parse(JSON.stringify(records)));
      assert.deepEqual(JSON.parse(exportJson(records)), all);
      assert.equal(list.length, specs.length);
      assert.deepEqual(again, list);
      for (const [index, record] of records.entries()) {
        const expected = first(endedText({ record, changePercent: null }), 'energy');
        const shown = await cli('runs', 'show', record.id);
        const texts: Record<string, string> = {
          'runs list': list[index] ?? '',
          'runs show': shown,
          'runs show, table': /^Energy .*$/m.exec(shown)?.[0] ?? '',
          'runs report': await cli('runs', 'report', record.id),
        };
        if (record.averageWatts !== null)
          texts['runs statement'] = (await cli('runs', 'statement', record.id)).replaceAll('\\', '');
        if (record.scope === 'machine') delete texts['runs show, table'];
        for (const [surface, text] of Object.entries(texts))
          assert.deepEqual(first(text, 'energy'), expected, `${surface} of ${record.name}: ${text}`);
        assert.deepEqual(JSON.parse(await cli('runs', 'show', record.id, '--json')), all.runs[index]);
      }
      const html = join(folder, 'report.html');
      await cli('runs', 'report', ids[1] ?? '', '--output', html);
      const modelled = records[1];
      assert.ok(modelled);
      assert.deepEqual(
        first((await readFile(html, 'utf8')).replace(/^[\s\S]*<body/, ''), 'energy'),
        first(endedText({ record: modelled, changePercent: null }), 'energy'),
      );
      await assertExports(records);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Files for other programs have all digits. */
async function assertExports(records: readonly RunRecord[]): Promise<void> {
  const known = records.filter(({ averageWatts }) => averageWatts !== null);
  const [header = '', ...rows] = (await exportCodeCarbon(known, thisMachine(), '1')).trim().split('\n');
  const column = header.split(',').indexOf('energy_consumed');
  for (const [index, { scope, energyWh, machineWh, pue }] of known.entries()) {
    // CodeCarbon's energy includes the data centre's overhead.
    const total = ((scope === 'machine' ? machineWh : energyWh).total ?? NaN) * pue;
    const exported = Number(rows[index]?.split(',')[column]) * 1000;
    assert.ok(Math.abs(exported - total) <= 1e-9 * total, `${exported} is not ${total}`);
  }
}
