// @ts-check
// Finds the texts of the interface in the code: what `t('…')` and `l10n.t('…')` translate, and the tables that are marked
// with `localisable(…)`.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {string | { readonly message: string, readonly comment: readonly string[] }} BundleText as VS Code writes it
 *
 * @typedef {object} Finder
 * @property {Map<string, BundleText>} texts by their keys
 * @property {string[]} faults what cannot be translated, one sentence each
 * @property {(name: string) => string | undefined} titleOf the title of a command of ours
 */

/**
 * The texts of the interface by their keys, in order.
 * @param {string} root of the repository
 * @param {Readonly<Record<string, { readonly title: string }>>} commands their titles are texts too where a `t` names them
 * @param {readonly unknown[]} tables objects of the product whose titles and sentences the interface shows
 * @returns {{ readonly texts: ReadonlyMap<string, BundleText>, readonly faults: readonly string[] }}
 */
export function textsInCode(root, commands, tables) {
  /** @type {Finder} */
  const finder = { texts: new Map(), faults: [], titleOf: (name) => commands[name]?.title };
  for (const table of tables) takeSentences(table, finder);
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = join('src', name);
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    visit(source, source, finder);
  }
  return { texts: new Map([...finder.texts].sort(([a], [b]) => (a < b ? -1 : 1))), faults: finder.faults };
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
    if (called === 'inContext') takeInContext(node, finder);
    if (called === 'localisable' && first !== undefined) takeTable(first, source, finder);
  }
  ts.forEachChild(node, (child) => visit(child, source, finder));
}

/**
 * @param {Finder} finder
 * @param {string} text
 */
const add = ({ texts }, text) => texts.set(text, text);

/**
 * The first argument of a `t`: a text, a choice between texts, or something whose texts are marked where they are written.
 * @param {ts.Expression} given
 * @param {ts.SourceFile} source
 * @param {Finder} finder
 */
function takeText(given, source, finder) {
  if (ts.isStringLiteralLike(given)) add(finder, given.text);
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
    if (title !== undefined) add(finder, title);
  }
}

/**
 * `inContext(t, 'Open', 'task')` has the key "Open/task", as VS Code writes it.
 * @param {ts.CallExpression} call
 * @param {Finder} finder
 */
function takeInContext({ arguments: [, text, context] }, finder) {
  if (text !== undefined && context !== undefined && ts.isStringLiteralLike(text) && ts.isStringLiteralLike(context))
    finder.texts.set(`${text.text}/${context.text}`, { message: text.text, comment: [context.text] });
}

/**
 * Every text in a table, but not its keys.
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 * @param {Finder} finder
 */
function takeTable(node, source, finder) {
  if (ts.isStringLiteralLike(node)) add(finder, node.text);
  else if (ts.isPropertyAssignment(node)) takeTable(node.initializer, source, finder);
  else ts.forEachChild(node, (child) => takeTable(child, source, finder));
}

/** The members of practices that people read. What a rule finds follows its number: "3 grid searches". */
const shown = { title: '', what: '', why: '', text: '', one: '{0} ', several: '{0} ' };

/**
 * @param {unknown} value
 * @param {Finder} finder
 */
function takeSentences(value, finder) {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'string' && key in shown)
      add(finder, shown[/** @type {keyof typeof shown} */ (key)] + member);
    else takeSentences(member, finder);
  }
}

/**
 * The numbers of the values that a text has, such as "0,1".
 * @param {string} text
 */
export const valuesIn = (text) =>
  [...new Set([...text.matchAll(/\{(\d+)\}/g)].map(([, index]) => index))].sort().join();
