import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What a contributor edits, and what the scripts need. */
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

/** A copy of the tree, in which a test follows a recipe of docs/architecture.md to the letter. */
export class TreeCopy {
  private constructor(private readonly folder: string) {}

  /** Removes the copy when `use` has ended. */
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

  /** Puts `added` behind the only place where `anchor` matches. */
  addBehind(path: string, anchor: RegExp, added: string): void {
    const text = this.read(path);
    const matches = [...text.matchAll(new RegExp(anchor, 'g'))];
    assert.equal(matches.length, 1, `${path} has ${String(anchor)} ${matches.length} times`);
    const end = (matches[0]?.index ?? 0) + (matches[0]?.[0].length ?? 0);
    this.write(path, text.slice(0, end) + added + text.slice(end));
  }

  /** Runs a script of the copy with Node and returns what it prints. */
  run(script: string, ...args: readonly string[]): string {
    return execFileSync(process.execPath, [script, ...args], { cwd: this.folder, encoding: 'utf8' });
  }

  /** What TypeScript says of a part of the copy; empty if nothing is wrong. */
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

  /** Runs a TypeScript module of the copy, with paths from its root; what it prints last is its answer as JSON. */
  ask(code: string): unknown {
    this.write('ask.ts', code);
    this.write(
      'ask.mjs',
      "import { importTypeScript } from './scripts/import-typescript.mjs';\nconst { answer } = await importTypeScript(\"export { answer } from './ask';\");\nconsole.log(JSON.stringify(await answer(process.argv[2])));\n",
    );
    return JSON.parse(this.run('ask.mjs', resolve('dist')));
  }
}
