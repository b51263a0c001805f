import { parentPort, workerData } from 'node:worker_threads';
import { decodeSource } from '../../lint/files/decode';
import { kindOf } from '../../lint/files/files';
import { cutShort, lintSource, tooLong } from '../../lint/files/lint-files';
import { codeOf, copyMark } from '../../lint/scan/copies';
import { Linter, longestText, type Analysis } from '../../lint/engine/linter';
import { allRules } from '../../lint/rules';
import { settingsFor, type LintSettings } from '../../lint/engine/settings';
import { lintConfigured } from '../../lint/files/configured';
import { marimoParts } from '../../python/marimo';
import { KeptNotebook } from '../../python/notebook';
import { PythonParser, type SyntaxTree } from '../../python/parser';
import type { LintAnswer, LintReply, LintRequest, WorkerStart } from './protocol';

/** Lints in a separate thread, so that no text can block other extensions. */
class LintWorker {
  /** The last syntax tree of each open document. */
  private readonly trees = new Map<string, SyntaxTree>();
  private readonly notebooks = new Map<string, KeptNotebook>();
  private readonly linter: Linter;

  constructor(private readonly parser: PythonParser) {
    this.linter = new Linter(parser, allRules);
  }

  async answer(request: LintRequest): Promise<LintReply | null> {
    if (request.kind === 'forget') {
      this.forget(request.key);
      return null;
    }
    try {
      return { id: request.id, ...(await this.lint(request)) };
    } catch (error) {
      return { id: request.id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  }

  private lint({ key, source, path, config }: LintRequest & { kind: 'lint' }): LintAnswer | Promise<LintAnswer> {
    const settings = settingsFor(allRules, config, path);
    if (source.kind === 'file') return this.lintFile(source.bytes, path, settings);
    if (source.kind === 'notebook') {
      const length = source.cells.reduce((sum, cell) => sum + cell.source.length, 0);
      if (length > longestText) {
        this.forget(key);
        return { findings: [], notice: tooLong(length) };
      }
      return answerOf(this.linter.lintCells(source.cells, settings, this.notebook(key)));
    }
    const { text } = source;
    if (source.kind === 'configuration')
      return lintConfigured(text, settings).then(({ findings }) => ({ findings, notice: null }));
    const parts = text.length > longestText ? null : marimoParts(text);
    if (parts !== null) return answerOf(this.linter.lintMarimo(parts, settings, this.notebook(key)));
    if (text.length > longestText || !this.linter.mayFind(text, settings)) {
      this.forget(key);
      return { findings: [], notice: text.length > longestText ? tooLong(text.length) : null };
    }
    const previous = this.trees.get(key);
    const tree = previous === undefined ? this.parser.parse(text) : this.parser.reparse(previous, text);
    this.trees.set(key, tree);
    return answerOf(this.linter.lintTree(tree, settings));
  }

  /** A file that cannot be decoded has no findings. */
  private async lintFile(bytes: Uint8Array, path: string, settings: LintSettings): Promise<LintAnswer> {
    const decoded = decodeSource(bytes);
    if ('problem' in decoded) return { findings: [], notice: null };
    const kind = kindOf(path);
    if (kind === 'configuration')
      return { findings: (await lintConfigured(decoded.text, settings)).findings, notice: null };
    const { analysis, cells } = lintSource(this.linter, decoded.text, kind, settings);
    return analysis === null
      ? { findings: [], notice: null }
      : { ...answerOf(analysis), copy: copyMark(analysis.findings, codeOf(decoded.text, cells)) };
  }

  private notebook(key: string): KeptNotebook {
    let kept = this.notebooks.get(key);
    if (kept === undefined) this.notebooks.set(key, (kept = new KeptNotebook(this.parser)));
    return kept;
  }

  private forget(key: string): void {
    this.trees.get(key)?.dispose();
    this.trees.delete(key);
    this.notebooks.get(key)?.dispose();
    this.notebooks.delete(key);
  }
}

/** Leaves out syntax errors; other extensions show them. */
const answerOf = (analysis: Analysis): LintAnswer => ({
  findings: analysis.findings,
  notice: cutShort(analysis)[0] ?? null,
});

async function main(): Promise<void> {
  if (parentPort === null) throw new Error('This file must run in a worker thread.');
  const port = parentPort;
  const { productFolder } = workerData as WorkerStart;
  // Messages that arrive while the grammar loads wait in the port.
  const worker = new LintWorker(await PythonParser.load(productFolder));
  port.on('message', (request: LintRequest) => {
    void worker.answer(request).then((reply) => {
      if (reply !== null) port.postMessage(reply);
    });
  });
}

void main();
