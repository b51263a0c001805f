import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { circlesIn } from '../support/circles';

/** Our own files that a file imports, including imports of types only. */
function importsOf(file: string): readonly string[] {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .flatMap((name) => {
      const path = normalize(join(dirname(file), name));
      return [`${path}.ts`, join(path, 'index.ts')].filter((each) => existsSync(each)).slice(0, 1);
    });
}

describe('imports', () => {
  it('never run in a circle, imports of types included', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join('src', name));
    const imports = new Map(files.map((file) => [file, importsOf(file)]));
    const count = [...imports.values()].reduce((sum, each) => sum + each.length, 0);
    assert.ok(count > files.length, `only ${count} imports were found in ${files.length} files`);
    const circles = circlesIn(imports).map((circle) => circle.map((file) => file.replaceAll('\\', '/')).sort());
    assert.deepEqual(circles, [], 'move what both sides need to a file that both can import');
  });

  it('are reported if they run in a circle', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d', 'outside']],
      ['d', ['b']],
      ['e', ['e']],
    ]);
    assert.deepEqual(
      circlesIn(graph).map((circle) => [...circle].sort()),
      [['b', 'd'], ['e']],
    );
    assert.deepEqual(circlesIn(new Map([['a', ['b']]])), []);
  });
});
