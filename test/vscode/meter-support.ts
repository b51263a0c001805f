import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { GreenMlApi } from '../../src/extension';
import { Journal, type StoredRun } from '../../src/runs/journal/journal';
import { waitFor } from './support';

/** The activated extension and the journal that it writes in these tests. */
export async function greenMl(): Promise<{ readonly api: GreenMlApi; readonly journal: Journal }> {
  const extension = vscode.extensions.getExtension<GreenMlApi>('green-ml.green-ml');
  assert.ok(extension);
  const api = await extension.activate();
  const state = process.env['XDG_STATE_HOME'];
  assert.ok(state, 'the tests must have a state directory of their own');
  return { api, journal: new Journal(join(state, 'green-ml')) };
}

/** Waits until the one run in the journal is closed. */
export function closedRun(journal: Journal): Promise<StoredRun> {
  return waitFor('the record to be closed', async () => {
    const [id, ...others] = await journal.ids();
    assert.equal(others.length, 0, 'there must be one run');
    const run = id === undefined ? null : await journal.read(id);
    return run?.record.status === 'completed' ? run : null;
  });
}
