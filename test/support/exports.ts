import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** An export that no other file uses. */
export interface UnusedExport {
  readonly file: string;
  readonly name: string;
}

// The formatter always writes declarations in the same way, so simple patterns find them, 50 times as fast as a parser.
const declarations =
  /^export (?:declare |abstract |async )?(?:const enum|const|let|function\*?|class|interface|type|enum) (\w{1,100})/gm;
/** Also finds imports in texts that scripts and tests bundle: `export { a, b } from './src/c';`. */
const namedImports = /\b(import|export)\s(?:type\s)?(?:\w{1,100},\s)?\{([^}]{0,5000})\} from '(\.[\w./-]{0,200})'/g;
const wholeImports = /\bimport\s\* as \w{1,100} from '(\.[\w./-]{0,200})'|\bimport\('(\.[\w./-]{0,200})'\)(?!\.\w)/g;
/** Types in comments of plain JavaScript: `import('../src/c').Name`. */
const typeImports = /\bimport\('(\.[\w./-]{0,200})'\)\.(\w{1,100})/g;

const everything = '*';

/** The declarations that a file exports and no other file uses. */
export function unusedExports(files: readonly string[]): readonly UnusedExport[] {
  const texts = files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  const taken = new Set<string>();
  for (const { file, text } of texts) {
    const take = (path: string, name: string): unknown => taken.add(`${fileOf(file, path)} ${name}`);
    for (const [, word, names = '', path = ''] of text.matchAll(namedImports)) {
      for (const name of names.split(',')) {
        const own =
          name
            .trim()
            .replace(/^type /, '')
            .split(' as ')[0] ?? '';
        take(path, own);
        // Such a text is bundled in the root of the project, so its paths are relative to the root.
        if (word === 'export') taken.add(`${fileOf('package.json', path)} ${own}`);
      }
    }
    for (const [, star, call] of text.matchAll(wholeImports)) take(star ?? call ?? '', everything);
    for (const [, path = '', name = ''] of text.matchAll(typeImports)) take(path, name);
  }
  return texts
    .flatMap(({ file, text }) => [...text.matchAll(declarations)].map(([, name = '']) => ({ file, name })))
    .filter(({ file, name }) => !taken.has(`${file} ${name}`) && !taken.has(`${file} ${everything}`));
}

/** The file that an import of `from` names. */
function fileOf(from: string, path: string): string {
  const target = normalize(join(dirname(from), path));
  return (
    [target, `${target}.ts`, join(target, 'index.ts')].find((each) => /\.\w+$/.test(each) && existsSync(each)) ?? target
  );
}
