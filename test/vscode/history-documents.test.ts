import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunRecord } from '../../src/runs/record';
import { headerOf, intervalOf } from '../runs/support';
import { greenMl } from './meter-support';
import { waitFor, workspaceFolder } from './support';

describe('documents from the history', () => {
  let folder: string;
  let records: readonly RunRecord[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-documents-'));
    const { journal } = await greenMl();
    await rm(journal.folder, { recursive: true, force: true });
    for (const [index, name] of ['slow.py', 'fast.py'].entries()) {
      const startedAt = Date.now() - 3_600_000 * (2 - index);
      const seconds = 100 / (index + 1);
      const writer = await journal.begin(`20261120T00000${index}Z-00000${index}`);
      await writer.append({
        type: 'start',
        version: 1,
        ...headerOf({ name, startedAt, folder: workspaceFolder().uri.fsPath }),
      });
      for (let part = 1; part <= 4; part++)
        await writer.append({
          type: 'sample',
          ...intervalOf({ at: startedAt + 250 * seconds * part, joules: 3600, seconds: seconds / 4 }),
        });
      await writer.end({ type: 'end', at: startedAt + seconds * 1000, exitCode: 0, meterCpuSeconds: 0 });
    }
    records = (await journal.list()).runs;
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm((await greenMl()).journal.folder, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });

  const nodes = () => records.map((record) => ({ type: 'run', record }));
  const target = (name: string) => vscode.Uri.file(join(folder, name));

  it('compare two selected runs, without claiming too much', async () => {
    await vscode.commands.executeCommand('greenML.runs.compare', nodes()[1], nodes());
    const label = 'slow.py and fast.py';
    await waitFor('the tab', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => tab.label.includes(label))),
    );
    const uri = vscode.Uri.from({
      scheme: 'green-ml-comparison',
      path: `/${label}.md`,
      query: records.map(({ id }) => id).join('&'),
    });
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    assert.match(text, /Against slow\.py, fast\.py took 50 % less time; their energy is too close to call/);
    assert.match(
      text,
      /It is uncertain whether the faster run saved energy: it drew 288 W instead of 144 W on average\./,
    );
    assert.match(text, /The ratio of their energies is 1/);
    assert.match(text, /\| Energy \| 4 Wh \| 4 Wh \|/);
  });

  it('export the selected runs, or those of the project', async () => {
    await vscode.commands.executeCommand('greenML.runs.export', nodes()[0], [nodes()[0]], {
      format: 'codecarbon',
      target: target('runs.csv'),
    });
    const csv = (await readFile(join(folder, 'runs.csv'), 'utf8')).trim().split('\n');
    assert.equal(csv.length, 2);
    assert.match(csv[0] ?? '', /^timestamp,project_name,run_id,/);
    await vscode.commands.executeCommand('greenML.runs.export', undefined, [], {
      format: 'json',
      target: target('runs.json'),
    });
    const { runs } = JSON.parse(await readFile(join(folder, 'runs.json'), 'utf8')) as { runs: RunRecord[] };
    assert.deepEqual(runs, records);
  });

  it('report on the project as HTML and as Markdown', async () => {
    await vscode.commands.executeCommand('greenML.runs.report', undefined, [], { target: target('report.html') });
    const html = await readFile(join(folder, 'report.html'), 'utf8');
    assert.match(html, /<svg [\s\S]*slow\.py/);
    assert.match(html, /Power of the run that used the most/);
    await vscode.commands.executeCommand('greenML.runs.report', undefined, [], { target: target('report.md') });
    assert.match(await readFile(join(folder, 'report.md'), 'utf8'), /\| fast\.py \| 1 \| 50 s \| 4 Wh \|/);
  });

  it('include the statement for a paper', async () => {
    await vscode.commands.executeCommand('greenML.runs.copyStatement', undefined, [], { format: 'latex' });
    const latex = await waitFor('the statement', async () => {
      const text = await vscode.env.clipboard.readText();
      return text.startsWith('\\paragraph{Energy and emissions.}') && text;
    });
    assert.match(latex, /2 runs of 2\\,min 30\\,s together .* used 8\\,Wh/);
    await vscode.commands.executeCommand('greenML.runs.copyStatement', nodes()[0], [nodes()[0]], {
      format: 'markdown',
    });
    await waitFor('the other statement', async () =>
      (await vscode.env.clipboard.readText()).startsWith('**Energy and emissions.** One run of 1 min 40 s'),
    );
  });
});
