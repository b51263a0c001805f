import assert from 'node:assert/strict';
import { annotation, errorAnnotation } from '../../../src/cli/lint/github-report';
import type { FindingJson } from '../../../src/lint/engine/findings';

const finding: FindingJson = {
  rule: 'grid-search',
  practice: 16,
  severity: 'warning',
  message: '50% more, one: two,\nthree\r',
  path: 'src/a,b:c%.py',
  cell: null,
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 9,
  estimate: null,
  url: '',
  fix: null,
};

const here = { cwd: '/repo', workspace: undefined };

/** What GitHub's runner reads from a line; written after its own parser, `ActionCommand.cs`. */
function readBack(line: string): { name: string; properties: Record<string, string>; message: string } {
  const {
    name = '',
    list = '',
    message = '',
  } = /^::(?<name>\w+) (?<list>.*?)::(?<message>.*)\n$/.exec(line)?.groups ?? {};
  const data = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const property = (text: string): string =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  const pairs = list
    .split(',')
    .map((pair) => [pair.slice(0, pair.indexOf('=')), property(pair.slice(pair.indexOf('=') + 1))]);
  return { name, properties: Object.fromEntries(pairs) as Record<string, string>, message: data(message) };
}

describe('GitHub annotations', () => {
  it('escape what the runner would take for its own', () => {
    assert.equal(
      annotation(finding, here),
      '::warning file=src/a%2Cb%3Ac%25.py,line=3,endLine=3,col=5,endColumn=9,title=grid-search (practice 16)::50%25 more, one: two,%0Athree%0D\n',
    );
    const { name, properties, message } = readBack(annotation(finding, here));
    assert.deepEqual([name, properties['file'], message], ['warning', finding.path, finding.message]);
    assert.equal(
      errorAnnotation({ path: 'bad.ipynb', message: 'It is broken.' }, here),
      '::error file=bad.ipynb,title=not linted::It is broken.\n',
    );
  });

  it('have a level for each severity', () => {
    const names = (['warning', 'information', 'hint'] as const).map(
      (severity) => readBack(annotation({ ...finding, severity }, here)).name,
    );
    assert.deepEqual(names, ['warning', 'notice', 'notice']);
  });

  it('have columns within one line only', () => {
    const { properties } = readBack(annotation({ ...finding, endLine: 5 }, here));
    assert.deepEqual(
      [properties['line'], properties['endLine'], properties['col'], properties['endColumn']],
      ['3', '5', undefined, undefined],
    );
  });

  it('say the cell and the line of a notebook in words', () => {
    const { properties, message } = readBack(
      annotation({ ...finding, path: 'n.ipynb', cell: 2, message: 'Waste.' }, here),
    );
    assert.deepEqual(properties, { file: 'n.ipynb', title: 'grid-search (practice 16)' });
    assert.equal(message, 'Cell 2, line 3: Waste.');
  });

  it('start their paths from the repository', () => {
    const file = (path: string, cwd: string): string | undefined =>
      readBack(annotation({ ...finding, path }, { cwd, workspace: '/repo' })).properties['file'];
    assert.equal(file('a.py', '/repo/ml'), 'ml/a.py');
    assert.equal(file('../a.py', '/repo/ml'), 'a.py');
    assert.equal(file('/repo/x/a.py', '/elsewhere'), 'x/a.py');
    assert.equal(file('a.py', '/elsewhere'), 'a.py');
  });
});
