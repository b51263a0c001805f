import assert from 'node:assert/strict';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

type DrawnBy = typeof import('../../scripts/pictures/drawn-by.mjs');

/** The scripts find their files by their own place, so they are imported from there and not bundled. */
const drawnBy = async (): Promise<DrawnBy> =>
  (await import(pathToFileURL(resolve('scripts', 'pictures', 'drawn-by.mjs')).href)) as DrawnBy;

/** Everybody who opens the page loads them all. */
const mostBytes = 2_500_000;

const folder = join('docs', 'pictures');

describe('the pictures of README and walkthrough', () => {
  it('show what the code draws now', async () => {
    const old = await (await drawnBy()).oldPictures();
    assert.deepEqual(old, [], 'the pictures of these surfaces are out of date: run "npm run screenshots"');
  });

  it('are out of date when a text, a size or a style changes, and not when a name does', async () => {
    const { literalsOf, styleOf } = await drawnBy();
    const code = (text: string, size: string, name: string): readonly string[] =>
      literalsOf(
        `import { a } from './${name}'; type ${name} = 'x' | 1; const ${name} = f(${size}, \`${text} \${a} of\`);`,
      );
    const now = code('epoch', '200', 'before');
    assert.deepEqual(now, ['200', 'epoch ', ' of']);
    assert.deepEqual(code('epoch', '200', 'after'), now);
    assert.notDeepEqual(code('round', '200', 'before'), now);
    assert.notDeepEqual(code('epoch', '180', 'before'), now);
    assert.deepEqual(styleOf('a {\n  top: 1px; /* why */\n}'), styleOf('a { top: 1px; }'));
    assert.notDeepEqual(styleOf('a { top: 1px; }'), styleOf('a { top: 2px; }'));
  });

  it('are shown in light and dark, each with words for people who do not see it, and are all used', async () => {
    const text = await readFile('README.md', 'utf8');
    const pictures = [
      ...text.matchAll(
        /<picture>\n {2}<source media="\(prefers-color-scheme: light\)" srcset="([^"]+)">\n {2}<img src="([^"]+)" width="\d+" alt="([^"]+)">\n<\/picture>/g,
      ),
    ];
    assert.ok(pictures.length >= 6);
    assert.equal(pictures.length, text.match(/<img/g)?.length, 'every picture is written in this way');
    for (const [, light = '', dark = '', words = ''] of pictures) {
      assert.equal(light, dark.replace('-dark.', '-light.'));
      assert.ok(words.length > 40, words);
    }
    const shown = pictures.flatMap(([, light = '', dark = '']) => [light, dark]).map((path) => path.split('/').at(-1));
    const files = (await readdir(folder)).filter((name) => !name.endsWith('.json'));
    assert.deepEqual([...shown].sort(), files.sort());
  });

  it('are small', async () => {
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < mostBytes, `${bytes} bytes`);
  });
});
