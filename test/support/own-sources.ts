import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

/** The product's source files, parsed by TypeScript. */
export async function sources(): Promise<readonly ts.SourceFile[]> {
  const names = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  return Promise.all(
    names.map(async (name) =>
      ts.createSourceFile(
        name.replaceAll('\\', '/'),
        await readFile(join('src', name), 'utf8'),
        ts.ScriptTarget.Latest,
        true,
      ),
    ),
  );
}

/** All nodes of a file. */
export function* nodesOf(file: ts.SourceFile): Generator<ts.Node> {
  const open: ts.Node[] = [file];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    ts.forEachChild(node, (child) => void open.push(child));
  }
}

/** "editor/log.ts:12" */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
