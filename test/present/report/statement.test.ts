import assert from 'node:assert/strict';
import { emissionsStatement, sentences, type StatementFacts } from '../../../src/present/report/statement';

const lifecycle = {
  gramsPerKWh: 381.4,
  low: 350,
  high: 400,
  zone: 'DE',
  year: 2025,
  source: 'Electricity Maps, yearly average 2025 (ODbL 1.0)',
  basis: 'lifecycle',
  chosenBy: 'person',
} as const;

const facts: StatementFacts = {
  tool: { name: 'Green ML', version: '1.2.3' },
  runs: 12,
  seconds: 50_400,
  firstDay: '2026-11-03',
  lastDay: '2026-11-21',
  isModelled: true,
  wattHours: { value: 3200, low: 2100, high: 4900 },
  emissions: [{ basis: 'lifecycle', grams: { value: 1460, low: 800, high: 2400 } }],
  runsWithoutEnergy: 0,
  runsWithoutEmissions: 0,
  gapSeconds: 0,
  scopes: { run: 12, machine: 0, elsewhere: 0, boundaries: [], leavesOutIdle: true },
  runsInOthers: 0,
  hardware: ['AMD EPYC 7763 (4 logical processors, 16 GB of memory) with 2 × NVIDIA A100'],
  code: [],
  covered: ['CPU', 'GPU'],
  methods: ['CPU modelled', 'GPU measured (energy counter)'],
  missing: [],
  intensities: [lifecycle],
  pues: [{ value: 1.2, low: 1.1, high: 1.4 }],
};

describe('present/report/statement', () => {
  it('names the tool, version, methods, intensity with source and year, PUE, and what is not included', () => {
    assert.deepEqual(sentences(facts), [
      "12 runs of 14 h together between 2026-11-03 and 2026-11-21 used about 3.2 kWh (2.1 to 4.9 kWh) of electricity, counted as the runs' share of what the machine used above its idle level.",
      'This amounts to about 1.5 kg CO₂e (0.8 to 2.4 kg).',
      'The runs were on AMD EPYC 7763 (4 logical processors, 16 GB of memory) with 2 × NVIDIA A100; the figures cover CPU and GPU.',
      'The figures were determined with Green ML 1.2.3 (CPU modelled, GPU measured (energy counter)); the range is that of its sources.',
      'The carbon intensity of the electricity is taken as 381 g CO₂e/kWh (DE, 2025, lifecycle, Electricity Maps, yearly average 2025 (ODbL 1.0)).',
      'Emissions include data centre overhead with a PUE of 1.2 (1.1–1.4).',
      'Not included are manufacture and disposal of the hardware, network and storage elsewhere, idle power, and any work that was not recorded.',
    ]);
  });

  it('says what is unknown and what could not be measured', () => {
    const text = sentences({
      ...facts,
      runs: 3,
      wattHours: null,
      emissions: [],
      runsWithoutEnergy: 2,
      runsWithoutEmissions: 3,
      gapSeconds: 90,
      methods: [],
      missing: ['GPU'],
      intensities: [],
    }).join(' ');
    for (const part of [
      'their energy use is unknown',
      'emissions are not known',
      'no power source was found',
      '1 min 30 s that could not be measured',
      '2 runs of unknown energy',
      'the emissions of one run of unknown carbon intensity',
      'the GPU, for which there are no figures',
    ])
      assert.ok(text.includes(part), `${part} is missing in: ${text}`);
    assert.doesNotMatch(text, /null|NaN|undefined| 0 Wh/);
  });

  it('never adds up emissions of different bases', () => {
    const operational = { ...lifecycle, gramsPerKWh: 300, basis: 'operational', chosenBy: 'guess' } as const;
    const text = sentences({
      ...facts,
      emissions: [
        { basis: 'lifecycle', grams: { value: 1000, low: 1000, high: 1000 } },
        { basis: 'operational', grams: { value: 500, low: 500, high: 500 } },
      ],
      intensities: [lifecycle, operational],
    }).join(' ');
    assert.match(
      text,
      /This amounts to about 1 kg CO₂e \(on a lifecycle basis\) and about 500 g CO₂e \(on an operational basis\), which must not be added up\./,
    );
    assert.match(text, /operational, Electricity Maps, .*; the place is a guess from the time zone\)\./);
    const world = { ...lifecycle, zone: null, chosenBy: 'none' } as const;
    assert.match(
      sentences({ ...facts, intensities: [world] }).join(' '),
      /; the place is unknown, so this is the world's average\)\./,
    );
    assert.doesNotMatch(sentences({ ...facts, intensities: [world] }).join(' '), /guess/);
  });

  it('says whose energy counts, and that a PUE of 1 does not include cooling', () => {
    const scopes = { run: 0, machine: 12, elsewhere: 0, boundaries: [], leavesOutIdle: false };
    const text = sentences({ ...facts, scopes, pues: [{ value: 1, low: 1, high: 1 }] }).join(' ');
    assert.match(text, /counted for the whole machine, idle power included\./);
    assert.match(text, /No data centre overhead is included \(PUE 1\)\./);
    assert.match(text, /elsewhere, cooling, and any work/);
  });

  it('names what is counted of a cluster', () => {
    const scopes = { run: 0, machine: 0, elsewhere: 12, boundaries: ['64 GPUs on 8 nodes'], leavesOutIdle: false };
    const only = sentences({ ...facts, scopes }).join(' ');
    assert.match(only, /of electricity, counted for 64 GPUs on 8 nodes\./);
    assert.doesNotMatch(only, /machine|idle power/);
    assert.match(
      sentences({ ...facts, scopes: { ...scopes, run: 3, machine: 2, elsewhere: 7, leavesOutIdle: true } }).join(' '),
      /counted for the whole machine in 2 of them, for 64 GPUs on 8 nodes in 7 and as the runs' share of what .* in 3\./,
    );
  });

  it('names the commits of the code, if they are few', () => {
    assert.ok(
      sentences({ ...facts, code: ['commit 1a2b3c4d', 'commit 5e6f7a8b with uncommitted changes'] }).includes(
        'The code was at commit 1a2b3c4d and commit 5e6f7a8b with uncommitted changes.',
      ),
    );
    assert.doesNotMatch(sentences({ ...facts, code: ['a', 'b', 'c', 'd'] }).join(' '), /The code was/);
  });

  it('is a paragraph of Markdown', () => {
    const text = emissionsStatement(facts, 'markdown');
    assert.match(text, /^\*\*Energy and emissions\.\*\* 12 runs .*\n$/);
    assert.match(
      emissionsStatement({ ...facts, methods: ['CPU <b>*x*</b>'] }, 'markdown'),
      /CPU \\<b>\\\*x\\\*\\<\/b>/,
    );
  });

  it('is a paragraph of LaTeX, with thin spaces between numbers and units', () => {
    const text = emissionsStatement({ ...facts, methods: ['CPU modelled, 10 % & R_1 {x}'] }, 'latex');
    assert.match(text, /^\\paragraph\{Energy and emissions\.\} 12 runs of 14\\,h together/);
    assert.match(text, /3\.2\\,kWh \(2\.1 to 4\.9\\,kWh\)/);
    assert.match(text, /381\\,g CO\$_2\$e\/kWh/);
    assert.match(text, /1\.1--1\.4/);
    assert.match(text, /10\\,\\% \\& R\\_1 \\\{x\\\}/);
    assert.doesNotMatch(text, /[^\\][%&#]|[\u0080-\uffff]/);
  });
});
