// @ts-check
// What a file of src may import: the floors of the house, VS Code and the outside. A rule of our own, since those of ESLint
// see neither `await import('…')` nor `typeof import('…')`, and compare the text of a path instead of where it leads.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { root } from './progress.mjs';

/**
 * The floors, lowest first. A folder imports from lower floors and from itself, never from its neighbours on the same floor
 * and never upwards. docs/architecture.md shows them.
 */
const floors = [
  ['data', 'units', 'system'],
  // Words, tables, HTML and charts, which messages of every floor are made of.
  ['present'],
  ['processes', 'python', 'project', 'place'],
  ['grid', 'power', 'lint'],
  ['runs', 'advice'],
  ['practices'],
  // What is shown of runs and of advice, wherever it is shown.
  ['present/report', 'present/advice'],
  ['webview'],
  // What coding agents may call, in the editor and over the protocol.
  ['agents'],
  ['editor', 'cli'],
  ['extension.ts'],
];

/** What browser code may use: plain functions and types without Node. */
const browserSafe = ['units', 'present', 'system/shapes'];

/** The floor of VS Code's own API. */
const ofTheEditor = ['editor', 'extension.ts'];

/** Modules of Node that lead outside; types of theirs are harmless. */
const outside = new Set(
  [
    ...['fs', 'fs/promises', 'child_process', 'cluster', 'dgram', 'dns', 'dns/promises', 'http', 'http2', 'https'],
    ...['net', 'timers', 'timers/promises', 'tls'],
  ].flatMap((name) => [name, `node:${name}`]),
);

const rooms = floors.flat();

/**
 * @param {string} path from the root, with or without its ending
 * @returns {string | null} the smallest room that it lies in
 */
function roomOf(path) {
  const inside = rooms.filter(
    (room) => path === `src/${room.replace(/\.ts$/, '')}` || `${path}/`.startsWith(`src/${room}/`),
  );
  return inside.reduce(
    (best, room) => (best === null || room.length > best.length ? room : best),
    /** @type {string | null} */ (null),
  );
}

/** @param {string} room */
function allowedIn(room) {
  if (room === 'webview') return browserSafe;
  return floors
    .slice(
      0,
      floors.findIndex((floor) => floor.includes(room)),
    )
    .flat();
}

/**
 * Why a file may not import something; null if it may.
 *
 * @param {string} path of the file, from the root
 * @param {string} name as it is written in the import
 * @param {boolean} isType whether only types are taken
 * @returns {string | null}
 */
export function importFault(path, name, isType) {
  const room = roomOf(path.replace(/\.ts$/, ''));
  if (room === null) return null;
  if (name === 'vscode')
    return ofTheEditor.includes(room)
      ? null
      : 'The engine knows nothing of VS Code: `vscode` is imported in src/editor and src/extension.ts alone.';
  if (!name.startsWith('.')) {
    if (room === 'webview' && name.startsWith('node:')) return 'A browser has none of the modules of Node.';
    return room !== 'system' && !isType && outside.has(name)
      ? 'Files, programs and the network are reached through src/system.'
      : null;
  }
  const target = join(dirname(path), name);
  const other = roomOf(target);
  const allowed = allowedIn(room);
  if (other === null && target === 'package.json') return null;
  if (
    other === room ||
    (other !== null && (allowed.includes(other) || allowed.some((each) => target === `src/${each}`)))
  )
    return null;
  return `src/${room} may import only from: ${[room, ...allowed].join(', ')}.`;
}

/** @type {import('eslint').Rule.RuleModule} */
const imports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const path = relative(root.replaceAll('\\', '/'), context.filename.replaceAll('\\', '/'));
    /** @type {(node: import('eslint').Rule.Node, source: unknown, isType: boolean) => void} */
    const check = (node, source, isType) => {
      const name = /** @type {{ value?: unknown } | null | undefined} */ (source)?.value;
      if (typeof name !== 'string') return;
      const message = importFault(path, name, isType);
      if (message !== null) context.report({ node, message });
    };
    /** @type {(node: any) => boolean} */
    const onlyTypes = ({ importKind, exportKind, specifiers = [] }) =>
      [importKind, exportKind].includes('type') ||
      (specifiers.length > 0 &&
        specifiers.every((/** @type {any} */ each) => [each.importKind, each.exportKind].includes('type')));
    return {
      Program(node) {
        if (roomOf(path.replace(/\.ts$/, '')) === null)
          context.report({
            node,
            message: 'This folder has no floor: give it one in scripts/house-imports.mjs and docs/architecture.md.',
          });
      },
      'ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration': (/** @type {any} */ node) =>
        check(node, node.source, onlyTypes(node)),
      ImportExpression: (/** @type {any} */ node) => check(node, node.source, false),
      TSImportType: (/** @type {any} */ node) => check(node, node.source ?? node.argument?.literal, true),
      TSImportEqualsDeclaration: (/** @type {any} */ node) =>
        check(node, node.moduleReference.expression, node.importKind === 'type'),
    };
  },
};

/**
 * Its version is its text, so that ESLint forgets kept results when a floor changes.
 * @type {import('eslint').ESLint.Plugin}
 */
export const house = {
  meta: {
    name: 'house',
    version: createHash('sha256')
      .update(readFileSync(fileURLToPath(import.meta.url)))
      .digest('hex'),
  },
  rules: { imports },
};
