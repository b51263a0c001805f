import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { agentTerminal } from '../../src/agents/terminal';
import type { AgentAnswer, AgentWorld } from '../../src/agents/tool';
import { agentTools, callTool } from '../../src/agents/tools';
import { librariesPython, noLibraries } from '../support/libraries-python';
import { skip } from '../support/skip';

/** What the agent writes for each finding: what the message of the rule advises. */
const changes: Readonly<Record<string, (code: string) => string>> = {
  'costly-selection': (code) => replaced(code, 'random_state=3), cv=5)', 'random_state=3), step=0.1, cv=5)'),
  'manual-grid-search': (code) =>
    replaced(
      replaced(
        code,
        /for trees in[^]*?score = (.*)\n[^]*?forest = score, candidate\n/,
        [
          'space = {"n_estimators": [20, 40, 80], "max_depth": [6, 9, 12, 15]}',
          'for parameters in ParameterSampler(space, n_iter=4, random_state=3):',
          '    candidate = RandomForestClassifier(**parameters, random_state=3)',
          '    candidate.fit(x_fit, y_fit)',
          '    score = $1',
          '    if score > best:',
          '        best, forest = score, candidate',
          '',
        ].join('\n'),
      ),
      'import GridSearchCV,',
      'import GridSearchCV, ParameterSampler,',
    ),
  'missing-early-stopping': (code) => replaced(code, 'n_estimators=500,', 'n_estimators=500, n_iter_no_change=10,'),
  'grid-search': (code) =>
    replaced(
      replaced(
        code,
        /GridSearchCV\((SVC\(.*\)), grid, cv=5\)/,
        'RandomizedSearchCV($1, grid, n_iter=10, cv=5, random_state=3)',
      ),
      'GridSearchCV, ',
      'RandomizedSearchCV, ',
    ),
  'probability-svc': (code) =>
    [
      ['probability=True, ', ''],
      [
        'search.fit(x_train, y_train)',
        'search.fit(x_train, y_train)\nmachine = CalibratedClassifierCV(search.best_estimator_, ensemble=False)\nmachine.fit(x_train, y_train)',
      ],
      ['boosting, search)', 'boosting, machine)'],
      ['from sklearn.datasets', 'from sklearn.calibration import CalibratedClassifierCV\nfrom sklearn.datasets'],
    ].reduce((changed, [from = '', to = '']) => replaced(changed, from, to), code),
};

const pairs = 3;

describe('an agent that knows nothing but the tools', function () {
  // Three pairs of trainings, on machines that may be slow and busy.
  this.timeout(900_000);
  let folder: string;
  let world: AgentWorld;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-loop-'));
    await cp('examples/agents', join(folder, 'project'), { recursive: true });
    const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') };
    world = {
      folders: [join(folder, 'project')],
      terminal: agentTerminal({ script: resolve('dist/cli.js'), program: process.execPath, env }),
      whyNoCommands: null,
      signal: new AbortController().signal,
    };
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const call = async (name: string, input: object): Promise<AgentAnswer> => {
    const tool = agentTools.find((each) => each.name === name);
    assert.ok(tool, name);
    return callTool(tool, input, world);
  };
  const rulesIn = async (path: string): Promise<readonly string[]> => {
    const { findings } = await call('lint_ml_code', { path });
    return (findings as readonly { readonly rule: string }[]).map(({ rule }) => rule);
  };

  it('finds the five wastes of the example, and removes them', async () => {
    const path = join(folder, 'project', 'train.py');
    await cp(path, join(folder, 'project', 'train_before.py'));
    const found = await rulesIn('train.py');
    assert.deepEqual([...found].sort(), Object.keys(changes).sort());
    let left = found;
    for (const rule of found) {
      const change = changes[rule];
      assert.ok(change);
      await writeFile(path, change(await readFile(path, 'utf8')));
      const next = await rulesIn('train.py');
      assert.deepEqual(
        next,
        left.filter((each) => each !== rule),
        `after the change for ${rule}`,
      );
      left = next;
    }
    assert.deepEqual(left, []);
  });

  const ids = { before: [] as string[], after: [] as string[] };
  const measured = async (python: string, script: string): Promise<string> => {
    const { runs, output } = await call('measure_command', { command: [resolve(python), script] });
    const [run] = runs as readonly { readonly id: string; readonly exitCode: number; readonly results: object }[];
    assert.equal(run?.exitCode, 0, JSON.stringify(output));
    assert.deepEqual(Object.keys(run.results), ['accuracy']);
    return run.id;
  };

  it('ends with less energy at an accuracy that is no worse, as one tool says', async function () {
    const python = librariesPython();
    if (python === null) skip(this, noLibraries);
    for (let pair = 0; pair < pairs; pair++) {
      ids.before.push(await measured(python, 'train_before.py'));
      ids.after.push(await measured(python, 'train.py'));
    }
    const { verdict, text, energyRatio, pairs: compared, metric } = await call('compare_runs', ids);
    assert.equal(verdict, 'less', String(text));
    assert.equal(compared, pairs);
    const { value, high } = energyRatio as { readonly value: number; readonly high: number };
    assert.ok(value < 0.7 && high < 1, `${value} up to ${high}`);
    const { name, verdict: quality } = metric as Readonly<Record<string, string>>;
    assert.equal(name, 'accuracy');
    assert.ok(quality === 'equal' || quality === 'better', JSON.stringify(metric));
    // Both limits are written where they are far from even.
    assert.match(
      String(text),
      /^~?−\d+ % (?:± \d+(?:\.\d)? %|\(−\d+ % to −\d+ %\)), 3 pairs, accuracy (?:equal|[\d.]+ to [\d.]+ \(better\))$/,
    );
  });

  it('does not claim a saving for a change that changes nothing', async function () {
    const python = librariesPython();
    if (python === null) skip(this, noLibraries);
    const [one = '', two = '', three = ''] = ids.after;
    const last = await measured(python, 'train.py');
    const { verdict, text } = await call('compare_runs', { before: [one, last], after: [two, three] });
    assert.equal(verdict, 'cannot tell', String(text));
    assert.match(String(text), /^Cannot be told apart: .*2 pairs, accuracy equal$/);
  });
});

/** @throws if there is nothing to replace */
function replaced(code: string, from: string | RegExp, to: string): string {
  const changed = code.replace(from, to);
  assert.notEqual(changed, code, String(from));
  return changed;
}
