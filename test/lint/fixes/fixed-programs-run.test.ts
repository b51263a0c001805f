import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { documentedRules } from '../../../src/lint/rules/documented';
import { kerasPython, librariesPython, noLibraries, noTorch, torchPython } from '../../support/libraries-python';
import { skip } from '../../support/skip';
import { loadParser } from '../../python/support';
import { fixed, lint } from '../support';

const folder = 'test/fixtures/fixes/programs';

interface Program {
  readonly rule: string;
  readonly title: string;
  /** What becomes of the number that the program prints last: `361 to 101`, `fewer`, `half` or `same`. */
  readonly change: string;
  readonly code: string;
}

/** The programs of a file, and what runs before each of them. */
function programsOf(name: string): { readonly first: string; readonly programs: readonly Program[] } {
  const [first = '', ...blocks] = readFileSync(join(folder, name), 'utf8').split('# ---\n');
  const programs = blocks.map((block) => {
    const [, rule, title, change, code] = /^# ([a-z-]+): (.+)\n# (.+)\n([^]*)$/.exec(block) ?? [];
    assert.ok(rule && title && change && code, block);
    return { rule, title, change, code };
  });
  return { first, programs };
}

interface Outcome {
  /** The last line that the program printed. */
  readonly told: string;
  readonly problem: string | null;
}

function run(python: string, first: string, programs: readonly string[]): readonly Outcome[] {
  const output = execFileSync(python, ['test/fixtures/fixes/run-programs.py'], {
    input: JSON.stringify([first, ...programs]),
    encoding: 'utf8',
    env: { ...process.env, HOME: resolve('out'), KERAS_BACKEND: 'jax' },
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1e8,
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as readonly Outcome[];
}

/** The program after its fix, which settles its finding; and whether the fix is called safe. */
async function afterFix({ rule, title, code }: Program): Promise<{ readonly after: string; readonly safe: boolean }> {
  const of = async (text: string) => (await lint(text, { select: ['all'] })).filter((finding) => finding.rule === rule);
  const found = await of(code);
  for (const finding of found) {
    const index = finding.fixes.findIndex((fix) => fix.title === title);
    if (index === -1) continue;
    const after = fixed(code, finding, index);
    const tree = (await loadParser()).parse(after);
    tree.dispose();
    assert.ok(!tree.hasErrors, after);
    assert.equal((await of(after)).length, found.length - 1, after);
    return { after, safe: finding.fixes[index]?.safe === true };
  }
  const offered = found.flatMap(({ fixes }) => fixes.map((fix) => fix.title));
  return assert.fail(`${rule} offers ${JSON.stringify(offered)}, not ${title}, for\n${code}`);
}

/** What a program printed: the class of its result, and a number. */
function parts({ told, problem }: Outcome, code: string): { readonly kind: string; readonly count: number } {
  assert.equal(problem, null, `${problem ?? ''}\n${code}`);
  const [, kind, count] = /^(.*) (\d+)$/.exec(told) ?? [];
  assert.ok(kind && count, `it printed ${told}\n${code}`);
  return { kind, count: Number(count) };
}

/** The kinds of fixes, whatever numbers are in them. */
const kindOf = (title: string): string => title.replace(/\d+/g, 'N');

const environments: readonly {
  readonly files: RegExp;
  readonly python: () => string | null;
  readonly missing: string;
}[] = [
  { files: /^(?:sklearn|optuna|boosters)\.py$/, python: librariesPython, missing: noLibraries },
  { files: /^keras\.py$/, python: kerasPython, missing: noLibraries },
  { files: /^torch-\w+\.py$/, python: torchPython, missing: noTorch },
];

describe('programs run with their libraries before and after a fix', () => {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.py'))) {
    const environment = environments.find(({ files }) => files.test(name));
    it(`and come to the same class of result: ${name}`, async function () {
      this.timeout(600_000);
      const python = environment?.python() ?? null;
      if (python === null) skip(this, environment?.missing ?? '');
      const { first, programs } = programsOf(name);
      const fixes = await Promise.all(programs.map(afterFix));
      const outcomes = run(
        python,
        first,
        programs.flatMap(({ code }, index) => [code, fixes[index]?.after ?? '']),
      );
      for (const [index, { change, code }] of programs.entries()) {
        const { after, safe } = fixes[index] ?? assert.fail();
        const [one, two] = outcomes.slice(2 * index, 2 * index + 2);
        assert.ok(one && two);
        const [old, now] = [parts(one, code), parts(two, after)];
        assert.equal(now.kind, old.kind, after);
        if (safe) assert.equal(two.told, one.told, after);
        const said = `${old.count} to ${now.count}`;
        if (change === 'fewer') assert.ok(now.count < old.count, `${said}\n${after}`);
        else if (change === 'half') assert.equal(now.count, old.count / 2, after);
        else assert.equal(said, change === 'same' ? `${old.count} to ${old.count}` : change, after);
      }
    });
  }

  it('are there for every fix that the examples of the rules have', async () => {
    const tried = new Set(
      readdirSync(folder).flatMap((name) => programsOf(name).programs.map(({ title }) => kindOf(title))),
    );
    const offered = new Set<string>();
    for (const { nonCompliant } of documentedRules)
      for (const { code } of nonCompliant)
        for (const { fixes } of await lint(code, { select: ['all'] }))
          for (const { title } of fixes) offered.add(kindOf(title));
    assert.deepEqual([...offered].filter((title) => !tried.has(title)).sort(), []);
  });
});
