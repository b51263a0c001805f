import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Linter } from '../../../src/lint/engine/linter';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { allRules } from '../../../src/lint/rules';
import { documentedRules } from '../../../src/lint/rules/documented';
import { FileLinter } from '../../../src/lint/scan/file-linter';
import { mayConcernRules } from '../../../src/lint/scan/text-filter';
import { systemClock } from '../../../src/system/clock';
import { systemSourceFiles } from '../../../src/system/source-files';
import { loadParser } from '../../python/support';

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

const search =
  'from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, {"a": [1, 2, 3]}, cv=5)\ns.fit(x, y)\n';

describe('what linting loads late', function () {
  this.timeout(60_000);

  describe('the grammar', () => {
    let folder: string;
    let linter: FileLinter;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'green-ml-late-'));
      linter = new FileLinter({
        files: systemSourceFiles,
        productFolder: folder,
        clock: systemClock,
        known: new Map(),
        factsOf: null,
      });
    });
    afterEach(async () => {
      await linter.dispose();
      rmSync(folder, { recursive: true });
    });

    it('is not needed for plain Python and notebooks of it', async () => {
      const plain = await linter.lintBytes(encoded(search), join(folder, 'a.py'), defaultConfig);
      assert.deepEqual([plain.problem, plain.findings.length], [null, 1]);
      const cells = JSON.stringify({ cells: [{ cell_type: 'code', source: search }] });
      const notebook = await linter.lintBytes(encoded(cells), join(folder, 'a.ipynb'), defaultConfig);
      assert.deepEqual([notebook.problem, notebook.findings.length], [null, 1]);
    });

    it('is missed with a sentence, and not for good, where a text needs it', async () => {
      const path = join(folder, 'broken.py');
      writeFileSync(path, `${search}print (\n`);
      for (let time = 0; time < 2; time++) {
        const { key, state, outcome } = await linter.lint({ path, config: defaultConfig });
        assert.match(outcome?.problem ?? '', /^The grammar of Python cannot be loaded; install Green ML again \(/);
        assert.deepEqual([key, state, outcome?.linted], [null, null, false]);
      }
    });

    it('is loaded for the first text that needs it', async () => {
      for (const name of readdirSync('dist').filter((file) => file.endsWith('.wasm')))
        cpSync(join('dist', name), join(folder, name));
      const broken = await linter.lintBytes(encoded(`${search}print (\n`), join(folder, 'a.py'), defaultConfig);
      assert.match(broken.problem ?? '', /could not be parsed as Python/);
      assert.equal(broken.findings.length, 1);
    });
  });

  it('the rules are loaded for all that they may find something in', async () => {
    const linter = new Linter(await loadParser(), allRules);
    const settings = settingsFor(allRules, { ...defaultConfig, select: ['all'] }, 'a.py');
    const texts = documentedRules.flatMap(({ nonCompliant, compliant }) => [
      ...nonCompliant.map(({ code }) => code),
      ...compliant,
    ]);
    const wanted = texts.filter((text) => linter.mayFind(text, settings));
    assert.ok(wanted.length > 100, `${wanted.length} texts`);
    assert.deepEqual(
      wanted.filter((text) => !mayConcernRules(text, 'module')),
      [],
    );
  });

  it('no rule is loaded for what says nothing to any', () => {
    assert.equal(mayConcernRules('import os\nprint(os.getcwd())\n', 'module'), false);
    assert.equal(mayConcernRules('baseline = 3\n', 'module'), true, 'it settles a rule about the project');
    assert.equal(mayConcernRules('x = 1  # green-ml: ignore[grid-search]\n', 'module'), true);
    assert.equal(mayConcernRules('x = 1\n', 'notebook'), true);
  });
});
