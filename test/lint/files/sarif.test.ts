import assert from 'node:assert/strict';
import type { FindingJson } from '../../../src/lint/engine/findings';
import { asText } from '../../../src/lint/engine/plain-text';
import { documentedRules as allRules } from '../../../src/lint/rules/documented';
import { mostResults, sarifReport, type SarifFinding } from '../../../src/lint/files/sarif';
import { publicFile } from '../../../src/system/public-home';
import { assertSarif } from '../../support/sarif-schema';

const finding = (change: Partial<FindingJson> = {}): FindingJson => ({
  rule: 'grid-search',
  practice: 16,
  severity: 'warning',
  message: '361 fits.',
  path: 'src/train.py',
  cell: null,
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 9,
  estimate: { fits: 361 },
  url: 'https://example.org',
  fix: null,
  ...change,
});

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
      readonly region: object;
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Run {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly name: string;
        readonly help: { readonly text: string; readonly markdown: string };
        readonly helpUri?: string;
        readonly defaultConfiguration: object;
      }[];
    };
  };
  readonly originalUriBaseIds: Readonly<Record<string, { readonly uri: string }>>;
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications: readonly object[];
  }[];
  readonly results: readonly Result[];
}

async function runOf(
  findings: readonly SarifFinding[],
  errors: readonly { path: string; message: string }[] = [],
): Promise<Run> {
  const { parts } = sarifReport({
    version: '1.2.3',
    folder: '/work/my project',
    root: '/work/my project',
    rules: allRules,
    reports: () => findings.map((each) => [each]),
    errors,
    successful: true,
  });
  const text = [...parts].join('');
  const log = JSON.parse(text) as { readonly runs: readonly Run[] };
  await assertSarif(log);
  assert.equal(text, `${JSON.stringify(log, null, 2)}\n`);
  return log.runs[0]!;
}

const fingerprints = ({ results }: Run): string[] =>
  results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints));

describe('SARIF', () => {
  it('the schema refuses what is no log', async () => {
    for (const wrong of [
      {},
      { version: '2.1.0', runs: [{}] },
      { version: '2.0.0', runs: [] },
      { version: '2.1.0', runs: [], more: 1 },
    ]) {
      await assert.rejects(assertSarif(wrong));
    }
  });

  it('describes every rule with its level, its help and its page', async () => {
    const { rules } = (await runOf([])).tool.driver;
    assert.deepEqual(
      rules.map(({ id }) => id),
      allRules.map(({ id }) => id),
    );
    for (const [index, { name, help, helpUri, defaultConfiguration }] of rules.entries()) {
      const rule = allRules[index]!;
      assert.match(name, /^[A-Z][A-Za-z]+$/);
      assert.ok(help.markdown.includes(rule.remedy));
      assert.doesNotMatch(help.text, /`/);
      // A dead link would be worse than none.
      assert.equal(helpUri ?? null, publicFile(`docs/rules/${rule.id}.md`));
      assert.deepEqual(defaultConfiguration, {
        enabled: rule.enabled,
        level: rule.severity === 'warning' ? 'warning' : 'note',
      });
    }
  });

  it('gives each finding its level, place and figures', async () => {
    const { results } = await runOf([
      { finding: finding(), line: 's = GridSearchCV(m)' },
      { finding: finding({ severity: 'information', practice: null }), line: 'a' },
      { finding: finding({ severity: 'hint', estimate: null, fix: { title: 'x', safe: true } }), line: 'b' },
    ]);
    assert.deepEqual(
      results.map(({ level }) => level),
      ['warning', 'note', 'note'],
    );
    assert.deepEqual(
      results.map(({ properties }) => properties['severity']),
      ['warning', 'information', 'hint'],
    );
    const [first] = results;
    assert.equal(allRules[first!.ruleIndex]?.id, 'grid-search');
    assert.deepEqual(first?.locations[0]?.physicalLocation, {
      artifactLocation: { uri: 'src/train.py', uriBaseId: '%SRCROOT%' },
      region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
    });
    assert.deepEqual(first.properties['estimate'], { fits: 361 });
  });

  it('names the cell of a notebook', async () => {
    const { results } = await runOf([{ finding: finding({ path: 'a.ipynb', cell: 2 }), line: 'x' }]);
    assert.equal(results[0]?.properties['cell'], 2);
  });

  it('holds no more results than readers take, leaves out the least important, and says so', () => {
    const many = Array.from({ length: mostResults + 7 }, (_, index) => ({
      finding: finding({ line: index + 1, severity: index < 10 ? ('hint' as const) : ('warning' as const) }),
      line: null,
    }));
    const { findings, parts } = sarifReport({
      version: '1.2.3',
      folder: '/w',
      root: '/w',
      rules: allRules,
      reports: () => [many],
      errors: [],
      successful: true,
    });
    const { results, invocations } = (JSON.parse([...parts].join('')) as { readonly runs: readonly [Run] }).runs[0];
    assert.equal(findings, many.length);
    assert.equal(results.length, mostResults);
    assert.equal(results.filter(({ properties }) => properties['severity'] === 'hint').length, 3);
    assert.match(JSON.stringify(invocations[0]?.toolExecutionNotifications), /7 findings are left out/);
  });

  it('writes any path as a URI', async () => {
    const paths = ['ein ordner/ä%#?.py', '../beside.py', '/elsewhere/b c.py', 'a:b.py'];
    const run = await runOf(
      paths.map((path) => ({ finding: finding({ path }), line: null })),
      [{ path: 'bad one.py', message: 'It is broken.' }],
    );
    assert.equal(run.originalUriBaseIds['%SRCROOT%']?.uri, 'file:///work/my%20project/');
    const resolved = run.results.map(({ locations }) => {
      const { uri, uriBaseId } = locations[0]!.physicalLocation.artifactLocation;
      return decodeURIComponent(
        new URL(uri, uriBaseId === undefined ? undefined : 'file:///work/my%20project/').pathname,
      );
    });
    assert.deepEqual(resolved, [
      '/work/my project/ein ordner/ä%#?.py',
      '/work/beside.py',
      '/elsewhere/b c.py',
      '/work/my project/a:b.py',
    ]);
    assert.equal(run.invocations[0]?.toolExecutionNotifications.length, 1);
  });

  it('knows a finding again when lines above it come and go, and tells equal ones apart', async () => {
    const before = await runOf([
      { finding: finding({ line: 3 }), line: '  s = f(x)' },
      { finding: finding({ line: 9 }), line: 's = f(x)' },
      { finding: finding({ line: 12 }), line: 's = g(x)' },
      { finding: finding({ line: 3, path: 'other.py' }), line: 's = f(x)' },
      { finding: finding({ line: 3, rule: 'run-cap' }), line: 's = f(x)' },
    ]);
    assert.equal(new Set(fingerprints(before)).size, 5);
    const after = await runOf([
      { finding: finding({ line: 5 }), line: '    s = f(x)' },
      { finding: finding({ line: 14, message: 'Other words.' }), line: 's =  f(x)' },
      { finding: finding({ line: 17 }), line: 's = g(x)' },
      { finding: finding({ line: 8, path: 'other.py' }), line: 's = f(x)' },
      { finding: finding({ line: 8, rule: 'run-cap' }), line: 's = f(x)' },
    ]);
    assert.deepEqual(fingerprints(after), fingerprints(before));
  });
});

describe('asText', () => {
  it('takes the marks out of Markdown and leaves code as it is', () => {
    assert.equal(asText('`a_b` and **c**, see [the page](https://x.y/z_(1)) `**kw`'), 'a_b and c, see the page) **kw');
    assert.equal(asText('2 * 3 * 4'), '2 * 3 * 4');
  });
});
