import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { GreenMlApi } from '../../src/extension';
import type { Journal } from '../../src/runs/journal';
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
  afterEach(() => setUrl(undefined));
  after(() => server.dispose());

  it('is measured by Prometheus until a person stops it, and has its nodes in the record', async () => {
    await setUrl(server.url);
    await measure();
    const status = await waitFor('its power', () => /kW/.test(api.statusText()) && api.statusText());
    assert.match(status, /^\$\(zap\) 29 kW · .*Wh · cluster$/);
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
    await setUrl('http://127.0.0.1:9');
    const refused = measure();
    // Notifications wait for a person.
    await vscode.commands.executeCommand('notifications.clearAll');
    await Promise.race([Promise.all([started, refused]), waitFor('an answer', () => !api.isMeasuring())]);
    assert.equal(api.isMeasuring(), false);
    assert.equal(server.questions, before);
    assert.deepEqual(await journal.ids(), []);
  });
});
