import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The files that contributors edit, and those that the scripts need. */
const copied = [
  'src',
  'scripts',
  'docs',
  'schemas',
  'test/support',
  'package.json',
  'tsconfig.json',
  'biome.json',
  'LICENSE',
];

/** A copy of the source tree, in which a test follows a recipe of docs/architecture.md to the letter. */
export class TreeCopy {
  private constructor(private readonly folder: string) {}

  /** Creates a copy and removes it when `use` has ended. */
  static async with(use: (copy: TreeCopy) => void | Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'green-ml-tree-'));
    try {
      for (const each of copied) cpSync(each, join(folder, each), { recursive: true });
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
      await use(new TreeCopy(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(this.path(path), text);
  }

  /** Inserts `added` after the only match of `anchor`. */
  addAfter(path: string, anchor: RegExp, added: string): void {
    const text = this.read(path);
    const matches = [...text.matchAll(new RegExp(anchor, 'g'))];
    assert.equal(matches.length, 1, `${path} has ${String(anchor)} ${matches.length} times`);
    const end = (matches[0]?.index ?? 0) + (matches[0]?.[0].length ?? 0);
    this.write(path, text.slice(0, end) + added + text.slice(end));
  }

  /** Runs a script of the copy with Node and returns its output. */
  run(script: string, ...args: readonly string[]): string {
    return execFileSync(process.execPath, [script, ...args], { cwd: this.folder, encoding: 'utf8' });
  }

  /** TypeScript's messages about these files of the copy; empty if there are none. */
  typeFaults(...files: readonly string[]): string {
    this.write(
      'tsconfig.part.json',
      JSON.stringify({
        extends: './tsconfig.json',
        compilerOptions: { incremental: false },
        include: ['src/**/*.d.ts', ...files],
      }),
    );
    try {
      return this.run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.part.json');
    } catch (error) {
      return (error as { readonly stdout: string }).stdout;
    }
  }

  /** Runs a TypeScript module of the copy, with paths relative to its root, and returns the result of `answer`. */
  ask(code: string): unknown {
    this.write('ask.ts', code);
    this.write(
      'ask.mjs',
      "import { importTypeScript } from './scripts/import-typescript.mjs';\nconst { answer } = await importTypeScript(\"export { answer } from './ask';\");\nconsole.log(JSON.stringify(await answer(process.argv[2])));\n",
    );
    return JSON.parse(this.run('ask.mjs', resolve('dist')));
  }
}
