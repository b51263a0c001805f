import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { GreenMlApi } from '../../src/extension';
import type { Journal } from '../../src/runs/journal/journal';
import type { RunRecord } from '../../src/runs/record';
import { FakePrometheus } from '../support/fake-prometheus';
import { closedRun, greenMl } from './meter-support';
import { waitFor } from './support';

const select = 'pod=~"bert-.*"';

/** The energy in joules that eight nodes with eight GPUs must have used in the time of a run. */
function isTruth({ machineWh, durationSeconds }: RunRecord, watts: number): void {
  const [joules, truth] = [(machineWh.total ?? NaN) * 3600, watts * durationSeconds];
  assert.ok(Math.abs(joules - truth) <= 0.02 * truth, `${joules} J instead of ${truth} J`);
}

describe('a run on a cluster', function () {
  this.timeout(120_000);
  let api: GreenMlApi;
  let journal: Journal;
  let server: FakePrometheus;
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('greenML');
  const setUrl = (url: string | undefined): Thenable<void> =>
    configuration().update('prometheus.url', url, vscode.ConfigurationTarget.Global);
  const setMappings = (mappings: readonly object[] | undefined): Thenable<void> =>
    configuration().update('prometheus.runs', mappings, vscode.ConfigurationTarget.Global);
  const runTask = async (name: string, seconds = '5'): Promise<void> => {
    const sleep = new vscode.ProcessExecution('sleep', [seconds]);
    const task = new vscode.Task({ type: 'process', name }, vscode.TaskScope.Workspace, name, 'test', sleep);
    let hasEnded = false;
    const listening = vscode.tasks.onDidEndTask(({ execution }) => (hasEnded ||= execution.task.name === name));
    await vscode.tasks.executeTask(task);
    await waitFor(`the task ${name} to end`, () => hasEnded);
    listening.dispose();
  };
  /** An address where nobody answers. */
  const closedUrl = async (): Promise<string> => {
    const gone = await FakePrometheus.start({ nodes: 1, gpusOfNode: 1, watts: () => 1, select });
    const { url } = gone;
    await gone.dispose();
    return url;
  };
  const measure = (): Thenable<unknown> =>
    vscode.commands.executeCommand('greenML.prometheus.measure', { preset: 'dcgm', select });

  before(async () => {
    ({ api, journal } = await greenMl());
    server = await FakePrometheus.start({
      nodes: 8,
      gpusOfNode: 8,
      watts: (node) => (node === 3 ? 90 : 500),
      select,
    });
  });
  beforeEach(() => rm(journal.folder, { recursive: true, force: true }));
  afterEach(async () => {
    await vscode.commands.executeCommand('greenML.runs.stopManual');
    await setMappings(undefined);
    await setUrl(undefined);
  });
  after(() => server.dispose());

  it('is measured by Prometheus until a person stops it, and has its nodes in the record', async () => {
    await setUrl(server.url);
    await measure();
    const status = await waitFor('its power', () => /kW/.test(api.statusText()) && api.statusText());
    assert.match(status, /^\$\(zap\) 28\.7 kW · .*Wh · cluster$/);
    await vscode.commands.executeCommand('greenML.runs.stopManual');
    const { record } = await closedRun(journal);
    assert.equal(record.kind, 'manual');
    assert.equal(record.name, select);
    assert.equal(record.scope, 'machine');
    assert.equal(record.hardware, null);
    isTruth(record, server.watts);
    assert.equal(record.energyWh.total, null);
    assert.deepEqual(record.cluster?.stragglers, ['n3']);
    assert.equal(record.cluster.totalDevices, 64);
    assert.deepEqual(
      record.missing.map(({ component }) => component),
      ['cpu', 'memory'],
    );
    assert.equal(api.isMeasuring(), false);
    assert.match(api.statusText(), / · cluster$/);
  });

  it('asks nobody and starts nothing without an address, or with one where nobody answers', async () => {
    const before = server.questions;
    const started = measure();
    await setUrl(await closedUrl());
    const refused = measure();
    // Notifications wait for a person.
    await vscode.commands.executeCommand('notifications.clearAll');
    await Promise.race([Promise.all([started, refused]), waitFor('an answer', () => !api.isMeasuring())]);
    assert.equal(api.isMeasuring(), false);
    assert.equal(server.questions, before);
    assert.deepEqual(await journal.ids(), []);
  });

  it('counts instead of this machine for the runs that the settings name, whatever program waits for them', async () => {
    await setUrl(server.url);
    await setMappings([{ match: 'on the cluster', preset: 'dcgm', select }]);
    const before = server.questions;
    await runTask('sleep here');
    assert.equal(server.questions, before);
    await runTask('train on the cluster');
    const { record } = await closedRun(journal);
    assert.deepEqual([record.kind, record.name, record.exitCode], ['task', 'train on the cluster', 0]);
    assert.deepEqual(record.command, ['sleep 5']);
    assert.equal(record.cluster?.totalNodes, 8);
    assert.equal(record.scope, 'machine');
    isTruth(record, server.watts);
    assert.ok(server.questions > before);
  });

  it('begins at once if the server does not answer yet, and has all of its energy in the end', async () => {
    await setUrl(server.url);
    await setMappings([{ match: 'on the cluster', preset: 'dcgm', select }]);
    const release = server.hold();
    const running = runTask('train on the cluster', '12');
    try {
      await waitFor('the run to say so', () => /cluster, no answer yet$/.test(api.statusText()));
      assert.equal(api.isMeasuring(), true);
    } finally {
      release();
    }
    await waitFor('its power', () => /kW/.test(api.statusText()));
    await running;
    const { record } = await closedRun(journal);
    assert.ok(record.durationSeconds > 9, `${record.durationSeconds} s`);
    isTruth(record, server.watts);
    assert.equal(record.gaps.length, 0);
    assert.doesNotMatch(record.notes.join(), /had not answered/);
  });

  it('has a budget and says how much of it is used', async () => {
    await setUrl(server.url);
    await configuration().update('budget.run', '200Wh', vscode.ConfigurationTarget.Global);
    try {
      await measure();
      // 28.7 kW use 200 Wh in 25 s.
      await waitFor('its budget', () => /\d+ % of budget/.test(api.statusText()));
      assert.match(api.statusLines().join('; '), /Budget: \d+ % of 200 Wh/);
    } finally {
      await configuration().update('budget.run', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is measured here, and says so, if the cluster cannot be asked', async () => {
    await setUrl(await closedUrl());
    await setMappings([{ match: 'on the cluster', preset: 'dcgm', select }]);
    await runTask('train on the cluster');
    const { record } = await closedRun(journal);
    assert.equal(record.cluster, undefined);
    assert.equal(record.scope, 'run');
    assert.match(
      record.notes.join(' '),
      /nothing answers at 127\.0\.0\.1:\d+; start Prometheus, or correct its address\. The figures are those of this machine\./,
    );
  });
});
