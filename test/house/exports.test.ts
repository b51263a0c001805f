import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unusedExports } from '../support/exports';

describe('exports', () => {
  it('are used by another file', () => {
    const files = ['src', 'test', 'bench', 'scripts'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:ts|mjs|cjs)$/.test(name) && !name.startsWith('fixtures'))
        .map((name) => join(folder, name)),
    );
    const idle = unusedExports(files).map(({ file, name }) => `${file.replaceAll('\\', '/')} ${name}`);
    assert.deepEqual(
      // VS Code calls what the extension exports.
      idle.filter((each) => each.startsWith('src/') && !each.startsWith('src/extension.ts ')),
      [],
      'remove the word "export"',
    );
  });

  it('are reported if no file uses them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'green-ml-exports-'));
    try {
      const write = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const files = [
        write(
          'a.ts',
          'export const one = 1;\nexport type Two = 2;\nexport function three() {}\nexport class Four {}\n',
        ),
        write('b.ts', "import { one, type Two } from './a';\nexport const five = one;\n"),
        write('c.ts', "import * as b from './b';\nexport interface Six {}\n"),
        write('d.mjs', "/** @type {import('./c').Six} */\nconst text = \"export { three as it } from './a';\";\n"),
      ];
      assert.deepEqual(
        unusedExports(files).map(({ name }) => name),
        ['Four'],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
