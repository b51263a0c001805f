import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeChecklistText } from '../../src/practices/checklist-file';
import { Journal } from '../../src/runs/journal/journal';
import { headerOf } from '../runs/support';
import { greenMl } from './support';

describe('cli/practices', function () {
  this.timeout(30_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-practices-'));
    await mkdir(join(folder, 'project'));
    env = { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const project = (): string => join(folder, 'project');

  async function writeChecklist(text: string): Promise<void> {
    await mkdir(join(project(), '.green-ml'), { recursive: true });
    await writeFile(join(project(), '.green-ml', 'checklist.json'), text);
  }

  it('lists the 17 for a project without a checklist, and writes nothing', async () => {
    const result = await greenMl(['practices', project()], env);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /^0 of 17 practices done\n/);
    assert.equal(result.stdout.match(/^ {2}\[ \] P\d+ /gm)?.length, 17);
    assert.deepEqual(await readdir(project()), []);
  });

  it('counts the runs of this project, and no others', async () => {
    const journal = new Journal(join(folder, 'state', 'green-ml'));
    for (const [id, at] of [
      ['a', project()],
      ['b', join(project(), 'deep')],
      ['c', `${project()}-other`],
      ['d', folder],
    ] as const) {
      const writer = await journal.begin(id);
      await writer.append({
        type: 'start',
        version: 1,
        ...headerOf({ id, folder: at, startedAt: Date.UTC(2026, 2, 4) }),
      });
      await writer.close();
    }
    const result = await greenMl(['practices', project()], env);
    assert.match(result.stdout, /\+ 2 runs recorded on this machine, the last one on 2026-03-04 \(recorded runs\)/);
  });

  it('shows what the linter and the code tell, and fails the check where a tick is contradicted', async () => {
    await writeFile(
      join(project(), 'search.py'),
      [
        'from sklearn.model_selection import GridSearchCV, RandomizedSearchCV',
        'GridSearchCV(model, {"a": [1, 2, 3], "b": [1, 2, 3, 4]}, cv=5).fit(x, y)',
        'RandomizedSearchCV(model, {"a": [1]}).fit(x, y)',
      ].join('\n'),
    );
    const open = await greenMl(['practices', '--check', project()], env);
    assert.equal(open.code, 0, open.stderr);
    assert.match(
      open.stdout,
      /- 1 grid search \(61 fits → 51 with random search\): search\.py:2 \(linter\)\n +\+ The code uses RandomizedSearchCV: search\.py:3 \(code\)/,
    );
    const changed = changeChecklistText(null, { kind: 'tick', practice: 16, item: 'no-grid-search', done: true });
    assert.ok('text' in changed);
    await writeChecklist(changed.text);
    const ticked = await greenMl(['practices', '--check', project()], env);
    assert.equal(ticked.code, 1);
    assert.match(ticked.stdout, /^0 of 17 practices done, 1 contradicted by the evidence\n/);
    assert.equal((await greenMl(['practices', project()], env)).code, 0);
  });

  it('prints JSON, Markdown and a badge', async () => {
    const changed = changeChecklistText(null, { kind: 'not-applicable', practice: 7, reason: 'tables only' });
    assert.ok('text' in changed);
    await writeChecklist(changed.text);
    const json = JSON.parse((await greenMl(['practices', '--json', project()], env)).stdout) as {
      version: number;
      practices: unknown[];
    };
    assert.deepEqual([json.version, json.practices.length], [1, 17]);
    assert.match(
      (await greenMl(['practices', '--format', 'markdown', project()], env)).stdout,
      /^## Green ML practices\n\n0 of 16 practices done\.\n/,
    );
    assert.equal(
      (await greenMl(['practices', '--format', 'badge', project()], env)).stdout,
      'green ML | 0/16 practices\n',
    );
  });

  it('says the same from the cache, which `lint` fills too', async () => {
    const search =
      'from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, {"C": range(72)}, cv=5).fit(x)\n';
    await writeFile(join(project(), 'a.py'), search);
    await writeFile(join(project(), 'b.py'), 'with EmissionsTracker():\n    pass\n');
    await writeFile(join(project(), 'c.py'), '\0');
    await writeFile(join(project(), 'ci.yml'), 'on: push\n');
    const json = async (...args: string[]): Promise<string> =>
      (await greenMl(['practices', '--json', ...args, project()], env)).stdout;
    const fresh = await json('--no-cache');
    assert.match(fresh, /"path": "a.py"/);
    assert.match(fresh, /"path": "b.py"/);
    // The program's own compiled code is no result.
    const kept = await readdir(join(folder, 'cache', 'green-ml')).catch(() => []);
    assert.deepEqual(
      kept.filter((name) => name !== 'code'),
      [],
    );
    await greenMl(['lint', project()], env);
    for (let call = 0; call < 3; call++) assert.equal(await json(), fresh);
    await writeFile(join(project(), 'b.py'), 'x = 1\n');
    assert.doesNotMatch(await json(), /"path": "b.py"/);
  });

  it('names a checklist that it cannot use in one sentence, and a folder that is not there', async () => {
    await writeChecklist('{\n  "version": 1,\n');
    const broken = await greenMl(['practices', project()], env);
    assert.equal(broken.code, 2);
    assert.match(
      broken.stderr,
      /^green-ml: \.green-ml\/checklist\.json.* cannot be used\. It is not valid JSON\. Fix it, or restore an earlier version\.\n$/,
    );
    const missing = await greenMl(['practices', join(folder, 'nowhere')], env);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /^green-ml: .*nowhere cannot be read \(ENOENT\); give the folder of a project\.\n$/);
  });
});
