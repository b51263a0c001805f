import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { withEdits } from '../../../src/lint/fixes/apply-fixes';
import type { Finding } from '../../../src/lint/engine/findings';
import { skip } from '../../support/skip';
import { lintWith } from '../support';

const fixture = resolve('test/fixtures/torch');

interface Outcome {
  readonly printed: string;
  readonly problem: string | null;
  readonly history: boolean;
}

/** Runs programs with Python: with PyTorch itself where GREEN_ML_TORCH_PYTHON has it, else with a small one of our own. */
function run(programs: readonly string[]): readonly Outcome[] {
  const own = process.env['GREEN_ML_TORCH_PYTHON'];
  const python = own ?? process.env['GREEN_ML_PYTHON'] ?? 'python3';
  const env = own === undefined ? { ...process.env, PYTHONPATH: resolve(fixture, 'small') } : process.env;
  return JSON.parse(
    execFileSync(python, [resolve(fixture, 'run.py')], { input: JSON.stringify(programs), encoding: 'utf8', env }),
  ) as readonly Outcome[];
}

/** What a program may calculate with: a loss, other tensors with and without history, and numbers of all kinds. */
const losses = ['loss', 'reg', 'aux', 'learned'] as const;
const others = [
  'weight',
  'ACC',
  'scale',
  'mask',
  'factor',
  'len(x)',
  'x.size(0)',
  '0.5',
  '3',
  'args.steps',
  'ramp(step)',
] as const;
const all = [...losses, ...others];

const operand = (names: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...names);

const { expression } = fc.letrec<{ expression: string; binary: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    operand(all),
    tie('binary'),
    operand(losses).map((name) => `${name}.mean()`),
    operand(losses).map((name) => `-${name}`),
  ),
  binary: fc
    .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/'), tie('expression'), fc.boolean())
    .map(([a, operator, b, bare]) => (bare ? `(${a}) ${operator} ${b}` : `(${a} ${operator} ${b})`)),
}));

const addend = fc.oneof(
  expression,
  operand(all).map((name) => `${name} * len(x)`),
  operand(losses).map((name) => `${name}.item() / ACC`),
  operand(losses).map((name) => `scale * ${name}.detach()`),
);

interface Shape {
  readonly start: string;
  readonly added: string;
  readonly sum: string;
  readonly print: string;
  readonly first: boolean;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  start: expression,
  added: addend,
  sum: fc.constantFrom('total += @', 'total = total + @', 'total = @ + total'),
  print: fc.constantFrom(
    'print(f"{total:.4f}")',
    'print("%.4f" % (total / 3))',
    'print(float(total))',
    'print(float(total / len(data)))',
  ),
  first: fc.boolean(),
});

const sumLine = /^ {4}total/m;

function program({ start, added, sum, print, first }: Shape): string {
  const lines = [`(${start}).backward()`, sum.replace('@', added)];
  return `import torch
from torch import nn
from types import SimpleNamespace

ACC = 4
weight = 0.5
args = SimpleNamespace(steps=2)
learned = nn.Parameter(torch.tensor(1.5))
w = nn.Parameter(torch.tensor(2.0))
criterion = nn.MSELoss()
data = [(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0])), (torch.tensor([2.0, 3.0]), torch.tensor([1.0, 2.0]))]

def ramp(step):
    return min(1.0, 0.5 * (step + 1))

def get_weight(step):
    return 0.25 + step

total = 0.0
for step, (x, y) in enumerate(data):
    scale = get_weight(step)
    mask = torch.tensor(0.5)
    factor = (x * 2).mean()
    loss = criterion(x * w, y)
    reg = (w * w) * 0.1
    aux = (w * x).mean()
    ${(first ? lines.reverse() : lines).join('\n    ')}
${print}
`;
}

const numberIn = (text: string): number => Number(/-?\d+(?:\.\d+)?(?:e-?\d+)?/.exec(text)?.[0]);

const added = (finding: Finding): string => /history of every (\S+) that is added/.exec(finding.message)?.[1] ?? '';

describe('running totals that are really run', () => {
  it('are run by PyTorch itself where there is one', function () {
    if (process.env['GREEN_ML_TORCH_PYTHON'] === undefined)
      skip(this, 'GREEN_ML_TORCH_PYTHON names no Python with PyTorch');
    const [outcome] = run(['import torch\nprint(torch.__version__, torch.compile)']);
    assert.equal(outcome?.problem, null);
  });

  it('are reported only where a tensor with history is added, and their safe fixes print the same number without it', async function () {
    this.timeout(300_000);
    // A losing shape (nothing to go backwards from, a division by zero) is found out by running it.
    const shapes = fc.sample(shape, { numRuns: 2500, seed: 20261128 });
    const before = shapes.map(program);
    const ran = run(before);
    const reported: {
      readonly code: string;
      readonly safe: string | null;
      readonly other: string | null;
      readonly before: Outcome;
    }[] = [];
    for (const [index, code] of before.entries()) {
      const outcome = ran[index];
      assert.ok(outcome);
      if (outcome.problem !== null) continue;
      const findings = await lintWith('graph-retention', code);
      for (const finding of findings)
        assert.ok(
          losses.some((name) => name === added(finding)),
          `${finding.message}\n${code}`,
        );
      if (findings.length > 0) assert.ok(outcome.history, `nothing keeps a history in\n${code}`);
      const fixes = findings.flatMap((finding) => finding.fixes);
      const safe = fixes.filter((fix) => fix.safe);
      const after = (chosen: typeof fixes): string | null =>
        chosen[0] === undefined ? null : withEdits(code, chosen[0].edits);
      reported.push({ code, safe: after(safe), other: after(fixes.filter((fix) => !fix.safe)), before: outcome });
    }
    const fixed = reported.flatMap(({ code, safe, other, before: outcome }) => [
      ...(safe === null ? [] : [{ code, after: safe, isSafe: true, outcome }]),
      ...(other === null ? [] : [{ code, after: other, isSafe: false, outcome }]),
    ]);
    for (const [index, outcome] of run(fixed.map(({ after }) => after)).entries()) {
      const { code, after, isSafe, outcome: first } = fixed[index] ?? assert.fail();
      assert.equal(outcome.problem, null, `${code}\nbecame\n${after}`);
      assert.ok(
        Math.abs(numberIn(outcome.printed) - numberIn(first.printed)) <=
          1e-3 * Math.max(1, Math.abs(numberIn(first.printed))),
        `${first.printed} and ${outcome.printed}\n${after}`,
      );
      if (!isSafe) continue;
      assert.equal(outcome.history, false, after);
      assert.deepEqual(await lintWith('graph-retention', after), [], after);
    }
    // Enough of each, so that this says something.
    assert.ok(fixed.filter(({ isSafe }) => isSafe).length >= 20, String(fixed.filter(({ isSafe }) => isSafe).length));
    assert.ok(fixed.filter(({ isSafe }) => !isSafe).length >= 20, String(fixed.filter(({ isSafe }) => !isSafe).length));
    assert.ok(before.every((code) => sumLine.test(code)));
  });

  const totals: readonly (readonly [string, string, string | null])[] = [
    ['loss / ACC', 'loss', 'loss.item()'],
    ['loss * weight', 'loss / ACC', 'loss.item() / ACC'],
    ['0.5 * loss', 'loss.mean()', 'loss.mean().item()'],
    ['loss / ACC', '-loss', '-loss.item()'],
    ['loss / ACC', 'loss.item() / ACC', null],
    ['weight * loss', 'weight', null],
    ['loss * scale', 'scale', null],
    ['scale * loss + reg', 'scale', null],
    ['mask * loss', 'mask', null],
    ['loss / len(x)', 'len(x)', null],
  ];
  for (const [start, sum, expected] of totals) {
    it(`of ${sum} after (${start}).backward() ${expected === null ? 'are left alone' : `become ${expected}`}`, async () => {
      const code = program({ start, added: sum, sum: 'total += @', print: 'print(f"{total:.4f}")', first: false });
      const [finding] = await lintWith('graph-retention', code);
      if (expected === null) {
        assert.equal(finding, undefined);
        return;
      }
      const fix = finding?.fixes[0];
      assert.equal(fix?.safe, true);
      const after = withEdits(code, fix.edits);
      assert.ok(after.includes(`total += ${expected}\n`), after);
      const [first, second] = run([code, after]);
      assert.equal(second?.printed, first?.printed);
      assert.deepEqual([first?.history, second?.history], [true, false]);
    });
  }
});
