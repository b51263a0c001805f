// @ts-check
// Says whether the pictures still show what the code draws: by the texts, sizes and styles in the files that draw each
// surface. A change of anything else, such as a name or a type, does not make a picture old.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { Problem, root } from '../progress.mjs';

const everyPage = ['src/present/base.css', 'src/present/editor-theme.css'];
const advice = [...everyPage, 'src/present/advice/advice.css', 'src/present/advice/page.ts'];
const charts = ['charts.ts', 'overlays.ts', 'palette.ts', 'power-figure.ts'].map((name) => `src/webview/live/${name}`);
const statusBar = ['src/editor/runs/status-text.ts', 'src/editor/runs/status-tooltip.ts'];
const runPage = [
  ...['page.ts', 'bought-figure.ts', 'unit-figure.ts', 'run.css'].map((name) => `src/webview/run/${name}`),
  ...charts,
  ...everyPage,
];

/** The files that draw what a picture shows, by the name of the picture without its theme. */
export const drawnBy = /** @type {const} @satisfies {Readonly<Record<string, readonly string[]>>} */ ({
  'first-run': [...statusBar, ...runPage],
  'status-bar': statusBar,
  run: runPage,
  finding: ['src/editor/lint/lenses.ts', 'src/editor/lint/finding-hover.ts'],
  practices: [
    ...['page.ts', 'practice-card.ts', 'evidence-list.ts', 'parts.ts', 'practices.css'].map(
      (name) => `src/webview/practices/${name}`,
    ),
    'src/present/progress-words.ts',
    ...everyPage,
  ],
  regions: [
    ...['region-page.ts', 'region-hero.ts', 'region-map.ts', 'region-columns.ts'].map(
      (name) => `src/present/advice/${name}`,
    ),
    ...advice,
  ],
  times: [
    ...['time-page.ts', 'time-hero.ts', 'time-content.ts', 'day-chart.ts'].map((name) => `src/present/advice/${name}`),
    ...advice,
  ],
  budget: ['src/editor/runs/status-tooltip.ts'],
});

/** @typedef {keyof typeof drawnBy} Surface */

export const surfaces = /** @type {readonly Surface[]} */ (Object.keys(drawnBy));

const manifest = join(root, 'docs', 'pictures', 'drawn-by.json');

/**
 * The surfaces whose pictures are older than what draws them.
 * @returns {Promise<readonly Surface[]>}
 */
export async function oldPictures() {
  const recorded = await recordedPrints();
  const now = await Promise.all(surfaces.map(printOf));
  return surfaces.filter((surface, index) => recorded[surface] !== now[index]);
}

/**
 * Records that the pictures of these surfaces have just been taken.
 * @param {readonly Surface[]} taken
 */
export async function recordTaken(taken) {
  const recorded = await recordedPrints();
  const prints = await Promise.all(
    surfaces.map(async (surface) => [surface, taken.includes(surface) ? await printOf(surface) : recorded[surface]]),
  );
  await writeFile(manifest, `${JSON.stringify(Object.fromEntries(prints), null, 2)}\n`);
}

/** @returns {Promise<Readonly<Partial<Record<Surface, string>>>>} */
async function recordedPrints() {
  const text = await readFile(manifest, 'utf8').catch(() => '{}');
  return JSON.parse(text);
}

/** @param {Surface} surface */
async function printOf(surface) {
  const hash = createHash('sha256');
  for (const path of drawnBy[surface]) {
    const text = await readFile(join(root, path), 'utf8').catch(() => {
      throw new Problem(`${path} has moved: correct the list in scripts/pictures/drawn-by.mjs.`);
    });
    for (const part of path.endsWith('.css') ? styleOf(text) : literalsOf(text)) hash.update(`${part}\0`);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The texts and numbers in expressions.
 * @param {string} code TypeScript
 * @returns {readonly string[]}
 */
export function literalsOf(code) {
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isTypeNode(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    const isLiteral =
      ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    if (isLiteral && node.text.trim() !== '') found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('drawing.ts', code, ts.ScriptTarget.Latest));
  return found;
}

/**
 * @param {string} sheet
 * @returns {readonly string[]}
 */
export function styleOf(sheet) {
  return [sheet.replace(/\/\*[^]*?\*\//g, '').replace(/\s+/g, ' ')];
}
