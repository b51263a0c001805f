import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { assertSarif } from '../../support/sarif-schema';
import { greenMl } from '../support';

interface Region {
  readonly startLine: number;
  readonly startColumn?: number;
  readonly endColumn?: number;
}

interface Log {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly rules: readonly {
          readonly id: string;
          readonly properties: { readonly tags: readonly string[] } & Readonly<Record<string, unknown>>;
        }[];
      };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly message: { readonly text: string };
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
          readonly region: Region;
        };
        readonly properties?: { readonly cell: number };
      }[];
    }[];
  }[];
}

const head = 'from sklearn.model_selection import GridSearchCV\n';
const search = (name: string): string => `${name} = GridSearchCV(m, {"C": range(72), "größe": "a\\tb"}, cv=5).fit(x)\n`;
const linesOf = (source: string): string[] => source.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Reads a log as GitHub does: paths from the root of the repository, lines of the files as they are stored. */
async function read(
  log: Log,
  root: string,
): Promise<readonly { readonly path: string; readonly line: string; readonly marked: string }[]> {
  const [run] = log.runs;
  assert.ok(run && log.runs.length === 1);
  assert.ok(
    run.tool.driver.rules.every(
      ({ properties }) => !('security-severity' in properties) && properties.tags.length <= 10,
    ),
  );
  return Promise.all(
    run.results.map(async ({ ruleId, ruleIndex, message, partialFingerprints, locations }) => {
      assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
      assert.ok(message.text.length > 0 && locations.length >= 1 && locations.length <= 10);
      assert.ok(Object.keys(partialFingerprints).length > 0);
      const { artifactLocation, region } = locations[0]!.physicalLocation;
      assert.doesNotMatch(artifactLocation.uri, /^[a-z]+:|[\s%](?![0-9A-F]{2})|\\\\/);
      const path = fileURLToPath(new URL(artifactLocation.uri, pathToFileURL(`${root}/`)));
      const text = await readFile(path, 'utf8');
      const line = text.split('\n')[region.startLine - 1];
      assert.ok(line !== undefined);
      return {
        path: path.slice(root.length + 1),
        line,
        marked: line.slice(
          (region.startColumn ?? 1) - 1,
          region.endColumn === undefined ? undefined : region.endColumn - 1,
        ),
      };
    }),
  );
}

describe('SARIF as GitHub reads it', function () {
  this.timeout(60_000);
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'green ml %-'));
    await mkdir(join(root, '.git'));
    const notebook = (cells: readonly (string | readonly string[])[], space?: number): string =>
      JSON.stringify(
        {
          cells: cells.map((source, index) => ({
            cell_type: index === 0 ? 'markdown' : 'code',
            metadata: {},
            outputs: [],
            source,
          })),
          metadata: {},
          nbformat: 4,
          nbformat_minor: 5,
        },
        null,
        space,
      );
    const files: Readonly<Record<string, string>> = {
      'top.py': head + search('top'),
      'src/ein ordner/ä#?.py': head + search('odd'),
      'src/lines.ipynb': notebook([['# title\n'], linesOf(`${head}\n`), linesOf(`x = 1\n  \n${search('lines')}`)], 1),
      'src/whole.ipynb': notebook(['# title', head, `x = "\\u00e4"\n${search('whole')}`], 2),
      'src/flat.ipynb': notebook(['# title', head + search('flat'), search('again')]),
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  });

  afterEach(() => rm(root, { recursive: true }));

  const lint = async (
    cwd: string,
    paths: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Log> => {
    const { stdout } = await greenMl(
      ['lint', '--format', 'sarif', '--no-cache', '--select', 'grid-search', ...paths],
      env,
      cwd,
    );
    const log = JSON.parse(stdout) as Log;
    await assertSarif(log);
    return log;
  };

  for (const [name, folder, paths] of [
    ['the root', '', ['.']],
    ['a folder within', 'src', ['.', '..']],
    ['a folder deep within', 'src/ein ordner', ['../..']],
  ] as const) {
    it(`leads from ${name} to the lines of the stored files`, async () => {
      const found = await read(await lint(join(root, folder), paths), root);
      assert.deepEqual([...new Set(found.map(({ path }) => path))].sort(), [
        'src/ein ordner/ä#?.py',
        'src/flat.ipynb',
        'src/lines.ipynb',
        'src/whole.ipynb',
        'top.py',
      ]);
      assert.equal(found.length, 6);
      for (const { marked } of found) assert.match(marked, /^GridSearchCV\(m, \{.*, cv=5\)$/);
      assert.ok(
        found.some(({ line }) => line.includes('"lines = GridSearchCV(')),
        'the line of a list of lines',
      );
    });
  }

  it('leads there from a folder outside of any repository', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'green-ml-outside-'));
    const found = await read(await lint(outside, [join(root, 'src')]), root);
    assert.deepEqual([...new Set(found.map(({ path }) => path))].sort(), [
      'src/ein ordner/ä#?.py',
      'src/flat.ipynb',
      'src/lines.ipynb',
      'src/whole.ipynb',
    ]);
    await rm(outside, { recursive: true });
  });

  it('knows a finding again whatever the folder it is linted from', async () => {
    const prints = ({ runs }: Log): string[] =>
      runs[0]!.results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints)).sort();
    assert.deepEqual(prints(await lint(join(root, 'src'), ['.', '../top.py'])), prints(await lint(root, ['.'])));
  });

  it('takes the folder of the workflow for the root', async () => {
    const found = await read(
      await lint(join(root, 'src'), ['flat.ipynb'], { GITHUB_WORKSPACE: join(root, 'src') }),
      join(root, 'src'),
    );
    assert.deepEqual(
      found.map(({ path }) => path),
      ['flat.ipynb', 'flat.ipynb'],
    );
  });

  it('names the cell of a notebook, and the place within it', async () => {
    const { results } = (await lint(root, ['src/lines.ipynb'])).runs[0]!;
    assert.deepEqual(results[0]?.locations[0]?.properties, {
      cell: 2,
      cellRegion: { startLine: 3, startColumn: 9, endLine: 3, endColumn: search('lines').indexOf('.fit') + 1 },
    });
  });
});
