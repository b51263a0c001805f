// @ts-check
// Collects the licence texts of everything that is shipped with the product, as the licences require.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @typedef {{ name: string, version: string | null, licence: string, home: string | null, text: string }} Notice
 */

/** Software that is compiled into the parser's WebAssembly and has no package of its own. */
const compiledIn = [
  {
    name: 'Emscripten runtime (in web-tree-sitter.wasm)',
    licence: 'MIT',
    home: 'https://github.com/emscripten-core/emscripten',
    file: 'emscripten.txt',
  },
  { name: 'musl libc (in web-tree-sitter.wasm)', licence: 'MIT', home: 'https://musl.libc.org', file: 'musl.txt' },
  {
    name: 'ICU, for Unicode in Tree-sitter (in web-tree-sitter.wasm)',
    licence: 'ICU',
    home: 'https://icu.unicode.org',
    file: 'icu.txt',
  },
];

/** What our own files were made from. */
const madeFrom = [
  {
    name: 'world-atlas (the outlines of land on the map of regions, from Natural Earth, which is in the public domain)',
    licence: 'ISC',
    home: 'https://github.com/topojson/world-atlas',
    file: 'world-atlas.txt',
  },
];

/**
 * @param {readonly string[]} files the files that are bundled or copied, relative to the repository
 * @returns {Promise<string>} the text of the notices
 * @throws an Error that names a package without a licence text
 */
export async function thirdPartyNotices(files) {
  const folders = new Set(files.map(packageFolder).filter((folder) => folder !== null));
  const notices = await Promise.all([...folders].map(noticeOf));
  for (const { file, ...rest } of [...compiledIn, ...madeFrom]) {
    notices.push({ ...rest, version: null, text: await readFile(join(import.meta.dirname, 'licences', file), 'utf8') });
  }
  notices.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  const head =
    'Green ML includes the software below. The licence of its tables of carbon intensity is in data/electricity-maps.\n';
  return [head, ...notices.map(section)].join('\n');
}

/**
 * The folder of the package that a file belongs to; null for our own files.
 * @param {string} file
 */
function packageFolder(file) {
  const match = /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file);
  return match?.[1]?.replaceAll('\\', '/') ?? null;
}

/**
 * @param {string} folder
 * @returns {Promise<Notice>}
 */
async function noticeOf(folder) {
  const { name, version, license, homepage, repository } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const names = (await readdir(folder)).filter((each) => /^(licen[cs]e|copying|notice)([-.].*)?$/i.test(each)).sort();
  const texts = await Promise.all(names.map((each) => readFile(join(folder, each), 'utf8')));
  const text = texts
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .join('\n\n');
  if (text === '')
    throw new Error(
      `${name} is shipped, but its package (${folder}) contains no licence text: add it to scripts/licences.`,
    );
  const home = homepage ?? (typeof repository === 'string' ? repository : repository?.url) ?? null;
  return { name, version, licence: typeof license === 'string' ? license : 'see below', home, text };
}

/** @param {Notice} notice */
function section({ name, version, licence, home, text }) {
  const line = '-'.repeat(80);
  return `${line}\n${name}${version === null ? '' : ` ${version}`} (${licence})\n${home === null ? '' : `${home}\n`}\n${text.trim().replaceAll('\r\n', '\n')}\n`;
}
