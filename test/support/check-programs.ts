import { execFileSync } from 'node:child_process';

/** What Python's own parser says of programs after a change, given as pairs of before and after: see check.py. */
export function programProblems(pairs: readonly (readonly [string, string])[]): readonly (string | null)[] {
  const output = execFileSync(
    process.env['GREEN_ML_PYTHON'] ?? 'python3',
    ['-W', 'ignore', 'test/fixtures/fixes/check.py'],
    { input: JSON.stringify(pairs), encoding: 'utf8', maxBuffer: 1e9 },
  );
  return JSON.parse(output) as (string | null)[];
}
