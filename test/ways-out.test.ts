import assert from 'node:assert/strict';
import ts from 'typescript';
import { nodesOf, placeOf, sources } from './support/own-sources';

/**
 * Every way out of the product to a person, a file or another program, with the modules that use it. A module that is
 * not named here must go through one of them: names and messages come from outside, and each medium has its own dangers.
 */
const waysOut: Readonly<
  Record<
    string,
    { readonly finds: (node: ts.Node) => boolean; readonly gates: readonly string[]; readonly instead: string }
  >
> = {
  'the streams of the process': {
    finds: isMember('process', /^std(out|err)$/),
    gates: ['cli/main.ts'],
    instead: 'io.stdout and io.stderr, which are gated (cli/terminal.ts)',
  },
  'streams without their gate': {
    finds: isCallOf(/^(rawStream|writeStyled|writeWhole)$/),
    // The server for agents writes messages of its protocol, which are JSON on one line.
    gates: [
      ...['cli/lint.ts', 'cli/lint/reports.ts', 'cli/live-line.ts', 'cli/mcp-server.ts', 'cli/run-records.ts'],
      'cli/terminal.ts',
    ],
    instead: 'write(), unless it is a document or has colours of ours',
  },
  'the console': {
    finds: (node) => ts.isIdentifier(node) && node.text === 'console' && !ts.isPropertyAssignment(node.parent),
    gates: [],
    instead: 'io.stderr, or the log of the editor',
  },
  notifications: {
    finds: isMemberName(/^(show(Information|Warning|Error)Message|setStatusBarMessage)$/),
    gates: ['editor/notify.ts'],
    instead: 'notify (editor/notify.ts)',
  },
  'Markdown of the editor': {
    finds: (node) => ts.isNewExpression(node) && node.expression.getText() === 'MarkdownString',
    gates: [
      'editor/agents/tool-calls.ts',
      'editor/lint/finding-hover.ts',
      'editor/runs/history-tree.ts',
      'editor/runs/status-item.ts',
      'editor/advice/literal-hints.ts',
    ],
    instead: 'escapeMarkdown for each part from outside, then name the module here',
  },
  'pages of the editor': {
    finds: (node) =>
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      /\.(html|innerHTML|outerHTML|srcdoc)$/.test(node.left.getText()),
    gates: ['editor/webview-page.ts', 'editor/practices/practices-page.ts', 'editor/advice/advice-panel.ts'],
    instead: 'escapeHtml for each part from outside, then name the module here; textContent in a page',
  },
  'HTML and code from text': {
    finds: isMemberName(/^(insertAdjacentHTML|createContextualFragment|parseFromString)$/),
    gates: [],
    instead: 'elements and textContent',
  },
  'code from text': {
    finds: (node) =>
      (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
      /^(eval|Function|document\.write(ln)?)$/.test(node.expression.getText()),
    gates: [],
    instead: 'nothing',
  },
  'labels with icons': {
    finds: (node) =>
      (ts.isNewExpression(node) && /^(CodeLens|TreeItem|NotebookCellStatusBarItem)$/.test(node.expression.getText())) ||
      isMemberName(/^(createStatusBarItem|createQuickPick|showQuickPick)$/)(node),
    gates: [
      'editor/lint/ignore-actions.ts',
      'editor/lint/lenses.ts',
      'editor/runs/cell-figures.ts',
      'editor/runs/history-documents.ts',
      'editor/runs/history-tree.ts',
      'editor/capture/choose-process.ts',
      'editor/capture/manual-runs.ts',
      'editor/capture/measure-cluster.ts',
      'editor/runs/set-budget.ts',
      'editor/runs/status-item.ts',
      'editor/advice/best-time.ts',
      'editor/advice/live-choice.ts',
      'editor/advice/literal-hints.ts',
      'editor/advice/question-form.ts',
      'editor/advice/recommend.ts',
      'editor/advice/set-location.ts',
      'editor/advice/time-questions.ts',
    ],
    instead: 'labelText for each part from outside, then name the module here',
  },
  spreadsheets: {
    finds: isImportOf(/^csv-stringify/),
    gates: ['runs/export-codecarbon.ts'],
    instead: 'escape_formulas',
  },
  'other programs': {
    finds: isImportOf(/^(node:)?child_process$/),
    gates: ['system/signal-sentinel.ts', 'system/spawn.ts'],
    instead: 'Programs (system/spawn.ts), which finds them by absolute paths',
  },
  'programs by their paths': {
    finds: isCallOf(/^startAttached$/),
    // The example and green-ml for agents are our own scripts, with the program that runs the extension.
    gates: [
      'agents/terminal.ts',
      'cli/foreground-command.ts',
      'cli/terminal-relay/terminal-relay.ts',
      'editor/first-steps/example-terminal.ts',
    ],
    instead: 'Programs (system/spawn.ts), which finds them by absolute paths',
  },
  'files that are read': {
    finds: isNamedImport(/^(node:)?fs(\/promises)?$/, /^(readFile|readFileSync|createReadStream|open|openSync)$/),
    // Own files are read with a limit or by their first bytes, and pipes are ours.
    gates: [
      'system/code-cache.ts',
      'system/files.ts',
      'system/own-files.ts',
      'system/pipes.ts',
      'system/recycled-file.ts',
      'system/write-document.ts',
    ],
    instead: 'readSmallText or readRegularFile (system/files.ts)',
  },
  'files that are written': {
    finds: isNamedImport(
      /^(node:)?fs(\/promises)?$/,
      /^(writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|copyFile|rename|renameSync)$/,
    ),
    // Compiled code is kept in a folder of our own, before anything else is loaded; so is the file of a run, which is
    // replaced each second.
    gates: ['system/code-cache.ts', 'system/own-files.ts', 'system/recycled-file.ts', 'system/write-document.ts'],
    instead: 'writeDocument (system/write-document.ts)',
  },
  'files of our own': {
    finds: isNamedImport(/\/own-files$/, /^ownFiles(Now)?$/),
    // All of them write into folders of our own only.
    gates: [
      'cli/live-services.ts',
      'lint/scan/store-folder.ts',
      'power/calibration-file.ts',
      'power/neighbours.ts',
      'runs/ambient-log.ts',
      'runs/journal/journal.ts',
      'runs/run-file.ts',
      'runs/journal/run-writer.ts',
    ],
    instead: 'writeDocument (system/write-document.ts)',
  },
  'files of a workspace that are read': {
    finds: isMember('workspace.fs', /^readFile$/),
    gates: ['editor/workspace-file.ts'],
    instead: 'readWorkspaceFile (editor/workspace-file.ts)',
  },
  'files of a workspace that are written': {
    finds: isMember('workspace.fs', /^writeFile$/),
    gates: [
      'editor/lint/ignore-in-project.ts',
      'editor/runs/history-documents.ts',
      'editor/practices/folder-practices.ts',
      'editor/advice/save-calendar.ts',
    ],
    instead: 'an edit that can be undone, or name the module here',
  },
};

function isMember(object: string, name: RegExp): (node: ts.Node) => boolean {
  return (node) =>
    ts.isPropertyAccessExpression(node) && node.expression.getText() === object && name.test(node.name.text);
}

function isMemberName(name: RegExp): (node: ts.Node) => boolean {
  return (node) => ts.isPropertyAccessExpression(node) && name.test(node.name.text);
}

function isCallOf(name: RegExp): (node: ts.Node) => boolean {
  return (node) => ts.isCallExpression(node) && name.test(node.expression.getText());
}

function moduleOf(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
    return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? null : node.moduleSpecifier.text;
  if (
    !ts.isCallExpression(node) ||
    (node.expression.kind !== ts.SyntaxKind.ImportKeyword && node.expression.getText() !== 'require')
  )
    return null;
  const [name] = node.arguments;
  return name !== undefined && ts.isStringLiteralLike(name) ? name.text : null;
}

function isImportOf(module: RegExp): (node: ts.Node) => boolean {
  return (node) => module.test(moduleOf(node) ?? '');
}

/** Whole namespaces count too. */
function isNamedImport(module: RegExp, name: RegExp): (node: ts.Node) => boolean {
  return (node) => {
    if (!module.test(moduleOf(node) ?? '')) return false;
    const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : undefined;
    if (bindings === undefined || !ts.isNamedImports(bindings)) return true;
    return bindings.elements.some(
      (element) => !element.isTypeOnly && name.test((element.propertyName ?? element.name).text),
    );
  };
}

describe('ways out of the product', () => {
  let files: readonly ts.SourceFile[];

  before(async () => {
    files = await sources();
  });

  for (const [way, { finds, gates, instead }] of Object.entries(waysOut)) {
    it(`${way}: only where it is named`, () => {
      const found = new Map<string, string>();
      for (const file of files)
        for (const node of nodesOf(file)) if (finds(node)) found.set(file.fileName, placeOf(node));
      const strangers = [...found].filter(([name]) => !gates.includes(name)).map(([, place]) => place);
      assert.deepEqual(strangers, [], `use instead: ${instead}`);
      const gone = gates.filter((name) => !found.has(name));
      assert.deepEqual(gone, [], 'named, but not a way out any more');
    });
  }

  it('are seen in each of their forms', () => {
    const seen = (text: string): readonly string[] => {
      const file = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
      return Object.entries(waysOut)
        .filter(([, { finds }]) => [...nodesOf(file)].some(finds))
        .map(([way]) => way);
    };
    for (const [text, way] of [
      ['process.stdout.write("x")', 'the streams of the process'],
      ['console.log(1)', 'the console'],
      ['void vscode.window.showErrorMessage(name)', 'notifications'],
      ['new MarkdownString(name)', 'Markdown of the editor'],
      ['panel.webview.html = name', 'pages of the editor'],
      ['element.insertAdjacentHTML("beforeend", name)', 'HTML and code from text'],
      ['import * as fs from "node:fs"', 'files that are read'],
      ['import { readFile as read } from "fs/promises"', 'files that are read'],
      ['const fs = await import("node:fs/promises")', 'files that are written'],
      ['import { exec } from "child_process"', 'other programs'],
      ['const { exec } = require("node:child_process")', 'other programs'],
    ] as const)
      assert.ok(seen(text).includes(way), text);
    assert.deepEqual(seen('import type { Stats } from "node:fs"; io.stdout.write(x)'), []);
  });
});
