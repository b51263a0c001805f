// @ts-check
// Finds the texts of the interface in the code: what `t('…')` and `l10n.t('…')` translate, and the tables that are marked
// with `localisable(…)`.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {object} Finder
 * @property {Set<string>} texts
 * @property {string[]} faults what cannot be translated, one sentence each
 * @property {(name: string) => string | undefined} titleOf the title of a command of ours
 */

/**
 * The texts of the interface, in order, each once.
 * @param {string} root of the repository
 * @param {Readonly<Record<string, { readonly title: string }>>} commands their titles are texts too where a `t` names them
 * @returns {{ readonly texts: readonly string[], readonly faults: readonly string[] }}
 */
export function textsInCode(root, commands) {
  /** @type {Finder} */
  const finder = { texts: new Set(), faults: [], titleOf: (name) => commands[name]?.title };
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = join('src', name);
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    visit(source, source, finder);
  }
  return { texts: [...finder.texts].sort((a, b) => (a < b ? -1 : 1)), faults: finder.faults };
}

/**
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 * @param {Finder} finder
 */
function visit(node, source, finder) {
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
    const called = ts.isIdentifier(name) ? name.text : '';
    if (called === 't' && first !== undefined) takeText(first, source, finder);
    if (called === 'localisable' && first !== undefined) takeTable(first, source, finder);
  }
  ts.forEachChild(node, (child) => visit(child, source, finder));
}

/**
 * The first argument of a `t`: a text, a choice between texts, or something whose texts are marked where they are written.
 * @param {ts.Expression} given
 * @param {ts.SourceFile} source
 * @param {Finder} finder
 */
function takeText(given, source, finder) {
  if (ts.isStringLiteralLike(given)) finder.texts.add(given.text);
  else if (ts.isConditionalExpression(given)) {
    takeText(given.whenTrue, source, finder);
    takeText(given.whenFalse, source, finder);
  } else if (ts.isParenthesizedExpression(given)) takeText(given.expression, source, finder);
  else if (ts.isCallExpression(given) && given.expression.getText(source) === 'plural')
    for (const form of given.arguments.slice(1)) takeText(form, source, finder);
  else if (ts.isTemplateExpression(given)) {
    const { line } = source.getLineAndCharacterOfPosition(given.getStart(source));
    finder.faults.push(
      `${source.fileName}:${line + 1} has a value in its text: write {0}, and the value after the text`,
    );
  } else if (ts.isPropertyAccessExpression(given)) {
    const command = /^commands\.(\w+)\.title$/.exec(given.getText(source))?.[1];
    const title = command === undefined ? undefined : finder.titleOf(command);
    if (title !== undefined) finder.texts.add(title);
  }
}

/**
 * Every text in a table, but not its keys.
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 * @param {Finder} finder
 */
function takeTable(node, source, finder) {
  if (ts.isStringLiteralLike(node)) finder.texts.add(node.text);
  else if (ts.isPropertyAssignment(node)) takeTable(node.initializer, source, finder);
  else ts.forEachChild(node, (child) => takeTable(child, source, finder));
}

/**
 * The numbers of the values that a text has, such as "0,1".
 * @param {string} text
 */
export const valuesIn = (text) =>
  [...new Set([...text.matchAll(/\{(\d+)\}/g)].map(([, index]) => index))].sort().join();
