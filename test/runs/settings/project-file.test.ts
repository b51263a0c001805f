import assert from 'node:assert/strict';
import { posix } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { ConfigError, readConfig } from '../../../src/lint/files/config';
import { allRules } from '../../../src/lint/rules';
import { choosePlace } from '../../../src/runs/place';
import type { FileSettings } from '../../../src/runs/settings/settings-file';
import { readProjectSettings } from '../../../src/runs/settings/project-file';
import { budgetsIn, combineBudgets, combinePlaces, type PlaceLayer } from '../../../src/runs/settings/layers';

/** Reads for `/home/ann/project/src`, where files are as given. */
function read(
  files: Readonly<Record<string, string | Error>>,
  folder = '/home/ann/project/src',
): Promise<FileSettings> {
  return readProjectSettings(
    folder,
    (path) => {
      const file = files[path];
      return file instanceof Error ? Promise.reject(file) : Promise.resolve(file ?? null);
    },
    posix,
  );
}

const ours = (toml: string): Promise<FileSettings> =>
  read({ '/home/ann/project/pyproject.toml': `[tool.green-ml]\n${toml}` });

const oneSentence = /^[^\n]+[.?]$/;

describe('the settings of a project for its runs', () => {
  it('are read from the nearest file that speaks of us, as seen from the folder of the run', async () => {
    const settings = await ours(
      'location = "aws:eu-north-1"\npue = 1.3\ncarbon-intensity = 50\nscope = "machine"\nbudget = "5Wh"\nbudget-hours = 72\nbudget-day = "1kg"\nbudget-project = "10kWh"\nignore = ["grid-search"]',
    );
    const from = { by: 'project file', file: '../pyproject.toml' };
    assert.deepEqual(settings, {
      location: 'aws:eu-north-1',
      gramsPerKWh: 50,
      pue: 1.3,
      from,
      scope: 'machine',
      budgets: {
        run: { period: 'run', budget: { quantity: 'energy', wattHours: 5 }, from },
        hours: { period: 'run', budget: { quantity: 'time', hours: 72 }, from },
        day: { period: 'day', budget: { quantity: 'emissions', grams: 1000 }, from },
        project: { period: 'project', budget: { quantity: 'energy', wattHours: 10_000 }, from },
      },
      path: '/home/ann/project/pyproject.toml',
      problems: [],
    });
  });

  it('come from the same file as those of the linter', async () => {
    const files = {
      '/home/ann/project/src/pyproject.toml': '[tool.ruff]\nline-length = 3 # green-ml is not configured here',
      '/home/ann/project/green-ml.toml': 'location = "DE"',
      '/home/ann/pyproject.toml': '[tool.green-ml]\nlocation = "FR"\npue = 1.5',
    };
    const settings = await read(files);
    assert.deepEqual([settings.location, settings.pue, settings.path], ['DE', null, '/home/ann/project/green-ml.toml']);
    assert.equal((await read(files, '/home/ann')).location, 'FR');
    assert.deepEqual([(await read(files, '/home')).path, (await read({}, '/')).path], [null, null]);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    [
      'location = 3',
      /^\.\.\/pyproject\.toml: location is 3; it must be a grid zone such as "DE" or a cloud region such as "aws:eu-north-1", so it is not used\.$/,
    ],
    ['location = ""', /location is ""; it must be a grid zone/],
    ['location = "Germny"', /location is not used: "Germny" is not a known place; did you mean .*DE/],
    [`location = "${'x'.repeat(500)}"`, /location is "x{58}…; it must be/],
    ['pue = 0.9', /pue is 0\.9; it must be a number from 1 to 10, such as 1\.2/],
    ['pue = 11', /pue is 11; /],
    ['pue = nan', /pue is NaN; /],
    ['pue = "1.2"', /pue is "1\.2"; /],
    ['pue = 2026-11-28', /pue is "2026-11-28"; /],
    ['carbon-intensity = 20001', /carbon-intensity is 20001; it must be a number of grams per kWh from 0 to 20000/],
    ['carbon-intensity = -1', /carbon-intensity is -1/],
    ['scope = "Machine"', /scope is "Machine"; it must be "run" or "machine"/],
    ['budget = "0Wh"', /budget is "0Wh"; it must be an amount above zero with its unit, such as "5Wh" or "72h"/],
    ['budget = 5', /budget is 5; /],
    ['budget-hours = inf', /budget-hours is Infinity; it must be a number of hours above 0/],
    ['budget-day = ["5Wh"]', /budget-day is \["5Wh"\]; /],
    ['budget-project = { energy = 3 }', /budget-project is \{"energy":3\}; /],
    ['locaton = "DE"', /there is no setting "locaton"; did you mean location\?$/],
    [
      'xyz = 1',
      /there is no setting "xyz"; the settings are select, .*, location, carbon-intensity, pue, scope, budget, budget-hours, budget-day, budget-project\.$/,
    ],
    ['"a\\nb" = 1', /there is no setting "a\\nb"/],
    ['limits = { budget = "5Wh" }', /only the settings file of a machine can set limits\.$/],
  ];
  for (const [toml, message] of wrong) {
    it(`names ${toml.slice(0, 60)} in one sentence, and uses the rest`, async () => {
      const { problems, budgets, pue } = await ours(
        `${toml}\n${toml.startsWith('pue') ? 'budget = "7Wh"' : 'pue = 1.7'}`,
      );
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', message);
      assert.match(problems[0] ?? '', oneSentence);
      if (toml.startsWith('pue')) assert.ok(budgets.run);
      else assert.equal(pue, 1.7);
    });
  }

  it('do not complain about the linter, nor the linter about them', async () => {
    assert.deepEqual((await ours('location = "DE"\nselect = 3\nignore = ["no-such-rule"]')).problems, []);
    const toml =
      '[tool.green-ml]\nlocation = 3\npue = "x"\ncarbon-intensity = []\nscope = 1\nbudget = {}\nbudget-hours = "x"\nbudget-day = 1\nbudget-project = false\nignore = ["grid-search"]';
    assert.deepEqual((await readConfig(toml, '/p/pyproject.toml', '/p', allRules))?.ignore, ['grid-search']);
  });

  it('are none where the file cannot be read, which is said', async () => {
    for (const file of [
      '[tool.green-ml',
      '[tool]\ngreen-ml = 3',
      new ConfigError(
        '/home/ann/project/pyproject.toml cannot be used. It is a device, a pipe or a folder, not a regular file.',
      ),
    ]) {
      const { problems, location, path } = await read({ '/home/ann/project/pyproject.toml': file });
      assert.deepEqual([problems.length, location, path], [1, null, null]);
      assert.match(problems[0] ?? '', /^The project settings are not used: \/home\/ann\/project\/pyproject\.toml.*\.$/);
    }
  });

  it('are settings or sentences, whatever TOML the keys hold', async () => {
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.integer(),
        fc.double(),
        fc.boolean(),
        fc.constantFrom('DE', 'aws:eu-north-1', '5Wh', 'run', 'P16'),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie('any'), { maxKeys: 3 }),
      ),
    })).any;
    const keys = [
      'select',
      'ignore',
      'severity',
      'per-file-ignores',
      'thresholds',
      'location',
      'carbon-intensity',
      'pue',
      'scope',
      'budget',
      'budget-hours',
      'budget-day',
      'budget-project',
      '__proto__',
      'constructor',
    ];
    const table = fc.dictionary(
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...keys) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
      ),
      value,
      { maxKeys: 6, noNullPrototype: true },
    );
    let used = 0;
    await fc.assert(
      fc.asyncProperty(table, async (settings) => {
        let toml: string;
        try {
          toml = stringify(settings);
        } catch {
          return; // Half a character, or a value that TOML does not have.
        }
        const { problems, gramsPerKWh, pue, budgets } = await read({ '/home/ann/project/green-ml.toml': toml });
        for (const problem of problems) assert.match(problem, oneSentence);
        assert.equal(new Set(problems).size, problems.length);
        assert.ok(gramsPerKWh === null || (gramsPerKWh >= 0 && gramsPerKWh <= 20_000));
        assert.ok(pue === null || (pue >= 1 && pue <= 10));
        if (Object.keys(budgets).length > 0) used += 1;
        await readConfig(toml, '/home/ann/project/green-ml.toml', '/home/ann/project', allRules).catch(
          (error: unknown) => {
            if (!(error instanceof ConfigError)) throw error;
            assert.match(error.message, oneSentence);
          },
        );
      }),
      { numRuns: 200 },
    );
    assert.ok(used > 0, 'some of the settings were good');
  });
});

describe('what several sources say of a place', () => {
  const layer = (by: 'person' | 'setting', values: Partial<PlaceLayer>): PlaceLayer => ({
    location: null,
    gramsPerKWh: null,
    pue: null,
    ...values,
    from: { by },
  });
  const file: PlaceLayer = {
    location: 'FR',
    gramsPerKWh: 20,
    pue: 1.4,
    from: { by: 'project file', file: 'pyproject.toml' },
  };

  it('goes by the first that names each part', () => {
    const choice = combinePlaces([
      layer('person', { pue: 1.1 }),
      { ...file, gramsPerKWh: null },
      layer('setting', { location: 'DE' }),
    ]);
    assert.deepEqual(choice, {
      location: { value: 'FR', from: file.from },
      gramsPerKWh: null,
      pue: { value: 1.1, from: { by: 'person' } },
    });
  });

  it('does not mix one place with the intensity and PUE of another', () => {
    assert.deepEqual(combinePlaces([layer('person', { location: 'DE' }), file]), {
      location: { value: 'DE', from: { by: 'person' } },
      gramsPerKWh: null,
      pue: null,
    });
    const below = combinePlaces([
      { ...file, gramsPerKWh: null, pue: null },
      layer('setting', { gramsPerKWh: 30, pue: 2 }),
    ]);
    assert.deepEqual([below.gramsPerKWh, below.pue], [null, null]);
  });

  it('takes for each part the nearest source that has it, and nothing from behind the location', () => {
    const part = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
    const layers = fc.array(
      fc.record({
        location: part(fc.constantFrom('DE', 'FR')),
        gramsPerKWh: part(fc.integer({ min: 0, max: 900 })),
        pue: part(fc.integer({ min: 1, max: 3 })),
        from: fc.constant({ by: 'setting' } as const),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(layers, (all) => {
        const choice = combinePlaces(all);
        const last = all.findIndex(({ location }) => location !== null);
        const near = last < 0 ? all : all.slice(0, last + 1);
        for (const key of ['location', 'gramsPerKWh', 'pue'] as const) {
          assert.equal(
            choice[key]?.value ?? null,
            near.map((each) => each[key]).find((value) => value !== null) ?? null,
          );
        }
      }),
    );
  });

  it('enters the record with who said it', async () => {
    const of = async (layers: readonly PlaceLayer[]) =>
      (await choosePlace(combinePlaces(layers), 'Europe/Berlin')).place;
    const located = await of([{ ...file, gramsPerKWh: null }]);
    assert.deepEqual(
      [located.intensity.zone, located.intensity.chosenBy, located.intensity.file, located.pue, located.pueFrom],
      ['FR', 'project file', 'pyproject.toml', 1.4, file.from],
    );
    const given = await of([{ ...file, location: null }]);
    assert.deepEqual(
      [given.intensity.gramsPerKWh, given.intensity.basis, given.intensity.chosenBy, given.intensity.source],
      [20, 'given', 'project file', 'given in pyproject.toml'],
    );
    const own = await of([layer('person', { gramsPerKWh: 5 }), { ...file, gramsPerKWh: null }]);
    assert.deepEqual(
      [own.intensity.gramsPerKWh, own.intensity.zone, own.intensity.chosenBy, own.intensity.file],
      [5, 'FR', 'person', undefined],
    );
    const guess = await of([{ ...file, location: null, gramsPerKWh: null }]);
    assert.deepEqual([guess.intensity.chosenBy, guess.intensity.file, guess.pue], ['guess', undefined, 1.4]);
    assert.equal((await of([layer('setting', { location: 'SE' })])).pueFrom, null);
  });

  it('sets each budget by the nearest that sets it', () => {
    const hour = { period: 'run', budget: { quantity: 'time', hours: 1 } } as const;
    const day = { period: 'day', budget: { quantity: 'energy', wattHours: 1 } } as const;
    const far = {
      period: 'day',
      budget: { quantity: 'energy', wattHours: 9 },
      from: { by: 'project file', file: 'green-ml.toml' },
    } as const;
    assert.deepEqual(budgetsIn(combineBudgets([{ day }, { hours: hour, day: far }])), [hour, day]);
  });
});
