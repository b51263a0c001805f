import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const pages = ['docs/architecture.md', 'CONTRIBUTING.md', 'README.md'];

/** Paths and npm scripts in code spans, without those that contain a placeholder. */
function spans(text: string): readonly string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span).filter((span) => !/[<>…*]/.test(span));
}

describe('the pages for contributors', () => {
  for (const page of pages) {
    it(`name only files that exist: ${page}`, async () => {
      const text = await readFile(page, 'utf8');
      const paths = spans(text).filter((span) => /^(?:src|test|scripts|docs|bench|examples|schemas)\//.test(span));
      const short = spans(text).filter(
        (span) => /^[a-z]+\/(?:[\w-]+\/)*[\w-]+\.ts$/.test(span) && !paths.includes(span),
      );
      const missing = [...paths, ...short.map((path) => join('src', path))].filter(
        (path) => !existsSync(path) && !existsSync(path.replace(/^src\/test\//, 'test/')),
      );
      assert.deepEqual(missing, []);
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
      assert.deepEqual(
        links.filter((path) => !existsSync(page.startsWith('docs/') ? join('docs', path) : path)),
        [],
      );
    });

    it(`name only npm scripts that exist: ${page}`, async () => {
      const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
        readonly scripts: Readonly<Record<string, string>>;
      };
      const named = [...(await readFile(page, 'utf8')).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
      assert.deepEqual(
        named.filter((name) => !(name in scripts)),
        [],
      );
    });
  }

  it('show every room on the right floor', async () => {
    const text = await readFile('docs/architecture.md', 'utf8');
    const rooms = (await readdir('src', { withFileTypes: true })).filter((entry) => entry.isDirectory());
    assert.deepEqual(
      rooms.map(({ name }) => name).filter((name) => !text.includes(`\`${name}\``)),
      [],
    );
  });
});
