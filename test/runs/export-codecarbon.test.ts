import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { loadRegions } from '../../src/data/places';
import { buildRecord } from '../../src/runs/measuring/build-record';
import {
  codeCarbonColumns,
  codeCarbonRow,
  exportCodeCarbon,
  exportJson,
  type MachineFacts,
} from '../../src/runs/export-codecarbon';
import type { RecordedSource } from '../../src/runs/header';
import type { RunRecord } from '../../src/runs/record';
import { choosePlace } from '../../src/runs/place';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { pythonWith } from '../support/python-with';
import { skip } from '../support/skip';
import { headerOf, intervalOf } from './support';

const machine: MachineFacts = { os: 'Linux-6.1-x64', cpuCount: 8, cpuModel: 'Some CPU, 8 cores', memoryGigabytes: 16 };
const intensity = {
  gramsPerKWh: 400,
  low: 300,
  high: 600,
  zone: 'US-CAL-CISO',
  year: 2025,
  source: 'a test',
  basis: 'lifecycle',
  chosenBy: 'person',
} as const;
const gpu: RecordedSource = {
  component: 'gpu',
  method: 'sensor',
  name: 'GPU-1',
  label: 'NVIDIA H200',
  band: { low: 0.9, high: 1.1 },
};
const ended = new Date(2026, 10, 20, 18, 0, 5);

/** 1 kWh of CPU in 100 s. */
function recordOf(changes: Parameters<typeof headerOf>[0] = {}, status: RunRecord['status'] = 'completed'): RunRecord {
  const totals = addInterval(emptyTotals, intervalOf({ at: 1, joules: 3_600_000, seconds: 100 }));
  return buildRecord(
    {
      header: headerOf({ intensity, ...changes }),
      totals,
      gaps: [],
      end: { at: ended.getTime(), exitCode: 0, meterCpuSeconds: 0 },
      lastAt: 1,
    },
    status,
  );
}

describe('runs/export-codecarbon', () => {
  it('writes exactly these bytes', async () => {
    const runs = [
      recordOf({ id: '20261120T180000Z-aaaaaa', folder: '/home/a/digits', pue: 1.25, sources: [gpu] }),
      recordOf({ id: 'b', name: 'say "hi", 2.py', intensity: null, scope: 'machine' }),
      recordOf({ id: 'c' }, 'running'),
    ];
    const expected = [
      'timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,region,cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,ram_utilization_percent,ram_used_gb,on_cloud,pue,wue',
      '2026-11-20T18:00:05,digits,20261120T180000Z-aaaaaa,train.py,100,0.5,0.005,45000,0,0,1.25,0,0,1.25,,United States,USA,US-CAL-CISO,,,Linux-6.1-x64,,green-ml 1.2.3,8,"Some CPU, 8 cores",1,NVIDIA H200,,,16,process,,,,,N,1.25,',
      '2026-11-20T18:00:05,"say ""hi"", 2.py",b,"say ""hi"", 2.py",100,,,72000,0,0,2,0,0,2,,,ZZZ,,,,Linux-6.1-x64,,green-ml 1.2.3,8,"Some CPU, 8 cores",0,,,,16,machine,,,,,N,1,',
      '',
    ].join('\n');
    assert.equal(await exportCodeCarbon(runs, machine, '1.2.3'), expected);
  });

  it('leaves empty what a run does not know', () => {
    const unknown = buildRecord(
      { header: headerOf(), totals: emptyTotals, gaps: [], end: null, lastAt: 0 },
      'interrupted',
    );
    const row = codeCarbonRow(unknown, { os: 'x', cpuCount: null, cpuModel: null, memoryGigabytes: null }, '0');
    for (const name of [
      'emissions',
      'emissions_rate',
      'cpu_power',
      'gpu_power',
      'cpu_energy',
      'energy_consumed',
      'cpu_count',
      'country_name',
    ] as const)
      assert.equal(row[name], null, name);
  });

  it('names the cloud of a run, and whether CodeCarbon knows its region', () => {
    const of = (region: string) => {
      const {
        cloud_provider: provider,
        cloud_region: name,
        on_cloud: cloud,
      } = codeCarbonRow(recordOf({ intensity: { ...intensity, region } }), machine, '0');
      return [provider, name, cloud];
    };
    assert.deepEqual(of('aws:us-east-1'), ['aws', 'us-east-1', 'N']);
    assert.deepEqual(of('gcp:europe-west1'), ['gcp', 'europe-west1', 'Y']);
    assert.deepEqual(of('gcp:europe-north2'), ['gcp', 'europe-north2', 'N']);
    assert.deepEqual(of('ovh:fr-paris'), ['ovh', 'fr-paris', 'N']);
  });

  it('keeps the region that a person named, also with an intensity of their own', async () => {
    const from = { by: 'person' } as const;
    for (const gramsPerKWh of [null, { value: 100, from }]) {
      const { place } = await choosePlace({ location: { value: 'aws:us-east-1', from }, gramsPerKWh, pue: null }, null);
      assert.equal(place.intensity.region, 'aws:us-east-1');
      assert.equal(codeCarbonRow(recordOf({ intensity: place.intensity }), machine, '0').cloud_region, 'us-east-1');
    }
  });

  it('names the computer of the run, not the one that exports, and leaves out runs inside others', async () => {
    const hardware = { id: 'x', cpu: 'EPYC 9654', cpuCount: 192, memoryGigabytes: 768 };
    const row = codeCarbonRow(recordOf({ hardware }), machine, '0');
    assert.deepEqual([row.cpu_model, row.cpu_count, row.ram_total_size], ['EPYC 9654', 192, 768]);
    const missing = codeCarbonRow({ ...recordOf(), machineWh: { ...recordOf().machineWh, gpu: null } }, machine, '0');
    assert.equal(missing.gpu_count, null, 'a GPU that could not be read is not none');
    const csv = await exportCodeCarbon(
      [
        recordOf({ id: 'outer', children: ['found'] }),
        recordOf({ id: 'inner', ancestors: ['outer'] }),
        recordOf({ id: 'found' }),
        recordOf({ id: 'other', ancestors: ['gone'] }),
      ],
      machine,
      '0',
    );
    assert.deepEqual(
      (parse(csv, { columns: true }) as unknown as Record<string, string>[]).map(({ run_id: id }) => id),
      ['outer', 'other'],
    );
  });

  it('gives every name back, and lets none become a formula', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((text) => !/^\s|\s$|[\r\n\ufeff]/.test(text));
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const [row] = parse(await exportCodeCarbon([recordOf({ name: text })], machine, '0'), {
          columns: true,
        }) as unknown as Record<string, string>[];
        assert.deepEqual(Object.keys(row!), [...codeCarbonColumns]);
        assert.equal(row!['experiment_id'], /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text);
      }),
    );
  });

  it('writes every cell as the CSV library does', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({
        unit: fc.constantFrom('a', '1', ' ', ',', '"', '\n', '\r', '=', '-', '@', '.', '\uff1d', 'é'),
        maxLength: 5,
      }),
    );
    const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, -1, 1e-7, 1e21));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text, number), { maxLength: 4 }), async (runs) => {
        const records = runs.map(([id, name, pue], index) => recordOf({ id: `${id}${index}`, name, pue }));
        const rows = records.map((record) => codeCarbonRow(record, machine, '1'));
        assert.equal(
          await exportCodeCarbon(records, machine, '1'),
          stringify(rows, { header: true, columns: [...codeCarbonColumns], escape_formulas: true }),
        );
      }),
    );
  });

  it('exports whole records as JSON', () => {
    const record = recordOf();
    assert.deepEqual(JSON.parse(exportJson([record])), { version: 1, runs: [JSON.parse(JSON.stringify(record))] });
  });

  it("is read, appended to and updated by CodeCarbon's own file output", async function () {
    this.timeout(300_000);
    // The benchmark of the meter's cost uses the same folder.
    const python = pythonWith('codecarbon', ['codecarbon==3.3.2'], 'codecarbon.output_methods.file');
    if (python === null)
      skip(this, 'CodeCarbon cannot be installed here: there is no Python with venv, or PyPI cannot be reached');
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-codecarbon-'));
    try {
      await writeFile(
        join(folder, 'emissions.csv'),
        await exportCodeCarbon(
          [recordOf({ id: 'a', pue: 1.25, sources: [gpu] }), recordOf({ id: 'b', intensity: null })],
          machine,
          '1.2.3',
        ),
      );
      await writeFile(join(folder, 'read.py'), reader);
      const told = execFileSync(python, [join(folder, 'read.py'), folder], { encoding: 'utf8', stdio: 'pipe' });
      assert.deepEqual(JSON.parse(told.trim().split('\n').at(-1)!), {
        valid: true,
        files: ['emissions.csv'],
        runs: ['b', 'new', 'a'],
        energy: [1, 2, 7],
        emissions: [null, 2, 7],
        unknownIsMissing: true,
        dtype: 'float64',
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("is shown by the code of CodeCarbon's own dashboard, whatever the run knows of its place", async function () {
    this.timeout(300_000);
    const python = pythonWith('codecarbon', ['codecarbon==3.3.2'], 'codecarbon.output_methods.file');
    if (python === null)
      skip(this, 'CodeCarbon cannot be installed here: there is no Python with venv, or PyPI cannot be reached');
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-carbonboard-'));
    const { regions } = await loadRegions();
    const places = [null, 'aws:us-east-1', ...regions.map(({ provider, region }) => `${provider}:${region}`)];
    // Its map of the United States fails for every run there, those of CodeCarbon itself too (KeyError 'regionCode' in 3.3.2).
    const runs = places.map((region, index) =>
      recordOf({
        id: `r${index}`,
        folder: `/projects/p${index}`,
        intensity: region === null ? null : { ...intensity, zone: 'CA-ON', region },
      }),
    );
    try {
      await writeFile(join(folder, 'emissions.csv'), await exportCodeCarbon(runs, machine, '1.2.3'));
      await writeFile(join(folder, 'board.py'), board);
      const told = JSON.parse(
        execFileSync(python, [join(folder, 'board.py'), folder], { encoding: 'utf8', stdio: 'pipe' })
          .trim()
          .split('\n')
          .at(-1)!,
      ) as Record<string, unknown>;
      assert.equal(told['projects'], runs.length);
      // Google's regions stand in its table of clouds; the three that it lacks are shown without one.
      assert.ok(Number(told['clouds']) >= 38, String(told['clouds']));
      assert.deepEqual(told['us-east-1'], ['aws', 'us-east-1', 'N']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/**
 * Plays carbonboard: reads the file as it does and calls its own data class (codecarbon.viz.data) for each project, as
 * its callbacks do. Dash, which only draws, is 100 MB: a table that keeps its rows stands for it.
 */
const board = `
import json, os, sys, types
import pandas as pd
class DataTable:
    def __init__(self, data, columns): self.data = data
dash = types.ModuleType("dash")
dash.dash_table = types.ModuleType("dash.dash_table")
dash.dash_table.DataTable = DataTable
sys.modules.update({"dash": dash, "dash.dash_table": dash.dash_table})
from codecarbon.viz.data import Data
df = pd.read_csv(os.path.join(sys.argv[1], "emissions.csv"))
data, clouds, seen = Data(), 0, {}
for project in df["project_name"].unique():
    rows = data.get_project_data(df, project).data
    summary = data.get_project_summary(rows)
    energy = summary["total"]["energy_consumed"]
    name, bars = data.get_cloud_emissions_barchart_data(energy, summary["on_cloud"], summary["cloud_provider"], summary["cloud_region"])
    clouds += bool(name)
    data.get_regional_emissions_choropleth_data(energy, summary["country_iso_code"])
    data.get_car_miles(summary["total"]["emissions"])
    seen[summary["cloud_region"]] = [summary["cloud_provider"], summary["cloud_region"], summary["on_cloud"]]
print(json.dumps({"projects": len(df["project_name"].unique()), "clouds": clouds, "us-east-1": seen["us-east-1"]}))
`;

/** Lets CodeCarbon check the columns, append a run and replace one of ours, then reads the result as its board does. */
const reader = `
import json, os, sys
import pandas as pd
from codecarbon.output_methods.emissions_data import EmissionsData
from codecarbon.output_methods.file import FileOutput
folder = sys.argv[1]
def data(run_id, value):
    fields = {name: "" for name in EmissionsData.__dataclass_fields__}
    fields.update(run_id=run_id, duration=1.0, emissions=value, energy_consumed=value)
    return EmissionsData(**fields)
output = FileOutput("emissions.csv", folder)
valid = output.has_valid_headers(data("x", 1.0))
output.out(data("new", 2.0), None)
FileOutput("emissions.csv", folder, on_csv_write="update").out(data("a", 7.0), None)
frame = pd.read_csv(os.path.join(folder, "emissions.csv"))
print(json.dumps({
    "valid": valid,
    "files": sorted(name for name in os.listdir(folder) if not name.endswith(".py")),
    "runs": list(frame.run_id),
    "energy": list(frame.energy_consumed),
    "emissions": [None if pd.isna(value) else value for value in frame.emissions],
    "unknownIsMissing": bool(pd.isna(frame.water_consumed[0])),
    "dtype": str(frame.energy_consumed.dtype),
}))
`;
