import {
  l10n,
  tasks,
  window,
  workspace,
  type Disposable,
  type Memento,
  type QuickPickItem,
  type SecretStorage,
  type Terminal,
  type TaskExecution,
} from 'vscode';
import { presets, type Preset } from '../../power/prometheus/presets';
import { parseSelector } from '../../power/prometheus/selector';
import type { ClusterSource } from '../../power/prometheus/setup';
import { TreeTracker } from '../../processes/tree-tracker';
import { labelText } from '../../present/plain-text';
import { componentNames } from '../../runs/cluster/boundary';
import { commands } from '../contributions/commands';
import type { ClusterRequest } from '../contributions/arguments';
import type { ManualRuns } from './manual-runs';
import { openWithProgress, prometheusUrl, sourceOf, tellProblem } from './prometheus';
import type { RunHost } from './run-host';

/** What the questions about a cluster need. */
export interface ClusterPorts {
  readonly secrets: SecretStorage;
  /** Remembers the last selectors of the workspace. */
  readonly memory: Memento;
}

/** Until when a job is measured. A terminal's job ends with the command that ends next there, or with the terminal. */
type Until = { readonly terminal: Terminal } | { readonly task: TaskExecution } | null;

const title = (): string => l10n.t(commands.measureCluster.title);

/** The command "Measure a Cluster Job". */
export async function measureCluster(
  host: RunHost,
  manual: ManualRuns,
  { secrets, memory, running }: ClusterPorts & { readonly running: ReadonlyMap<Terminal, string> },
  given: ClusterRequest | undefined,
): Promise<void> {
  const url = prometheusUrl();
  if (url === null) {
    await tellProblem(l10n.t('No Prometheus server is set. Enter its address in the settings.'));
    return;
  }
  const source = given === undefined ? await askSource(memory) : sourceOf(given.preset, given.select);
  if (source === null) return;
  const until = given === undefined ? await askUntil(running) : null;
  if (until === undefined) return;
  const cluster = await openWithProgress(url, [source], secrets);
  if ('kind' in cluster) {
    await tellProblem(cluster.sentence);
    return;
  }
  const folder = workspace.workspaceFolders?.[0]?.uri ?? null;
  const name = source.select ?? source.query ?? source.preset;
  const run = await host.start(
    folder,
    { name, kind: 'manual', command: null, folder: folder?.fsPath ?? null, tree: new TreeTracker() },
    null,
    cluster,
  );
  manual.add(run);
  endWith(until, () => void manual.end(run.id).catch((error: unknown) => host.failed(error)));
}

async function askSource(memory: ClusterPorts['memory']): Promise<ClusterSource | null> {
  const picked = await window.showQuickPick(presetItems(), {
    title: title(),
    placeHolder: l10n.t('Choose where the energy in Prometheus comes from'),
    // People look up labels in another window meanwhile.
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) return null;
  const { label: preset, example } = picked;
  const key = `prometheus.select.${preset}`;
  const text = await window.showInputBox({
    title: title(),
    value: memory.get<string>(key, ''),
    placeHolder: example ?? (preset === 'joules' ? 'sum(my_energy_joules_total)' : 'sum(my_power_watts)'),
    prompt:
      example === null
        ? l10n.t('PromQL whose values are {0}', preset)
        : l10n.t('The labels that only the devices of the job have, such as {0}', example),
    validateInput: (typed) => (example === null ? emptyProblem(typed) : selectorProblem(typed)),
    ignoreFocusOut: true,
  });
  if (text === undefined) return null;
  await memory.update(key, text);
  return sourceOf(preset, text);
}

function emptyProblem(text: string): string | null {
  return text.trim() === '' ? l10n.t('Write an expression.') : null;
}

function selectorProblem(text: string): string | null {
  const read = parseSelector(text);
  return read.kind === 'problem' ? `${read.sentence.slice(0, 1).toUpperCase()}${read.sentence.slice(1)}` : null;
}

/** @returns items whose example is null if they take a query */
function presetItems(): readonly (QuickPickItem & { readonly example: string | null })[] {
  const own = (label: 'joules' | 'watts', detail: string) => ({
    label,
    description: l10n.t('PromQL of your own'),
    detail,
    example: null,
  });
  return [
    ...presets.map((preset) => ({
      label: preset.name,
      description: preset.exporter,
      detail: measuredBy(preset),
      example: preset.example,
    })),
    own('joules', l10n.t('Counters in joules')),
    own('watts', l10n.t('Power in watts')),
  ];
}

/** "Whole devices, idle power included: GPU" */
function measuredBy({ of, parts }: Preset): string {
  const components = [...new Set(parts.map(({ component }) => l10n.t(componentNames[component])))].join(', ');
  return of === 'devices'
    ? l10n.t('Whole devices, idle power included: {0}', components)
    : l10n.t('The share of pods or containers: {0}', components);
}

/**
 * @param running the commands that run in terminals, as far as they are known
 * @returns null for "until I stop it"; undefined if the person gave up
 */
async function askUntil(running: ReadonlyMap<Terminal, string>): Promise<Until | undefined> {
  const items: (QuickPickItem & { readonly until: Until })[] = [
    { label: l10n.t('Until I stop it'), until: null },
    ...tasks.taskExecutions.map((task) => ({
      label: l10n.t('Until the task {0} ends', labelText(task.task.name)),
      until: { task },
    })),
    ...window.terminals
      .filter(({ exitStatus }) => exitStatus === undefined)
      .map((terminal) => ({
        label: l10n.t('Until the command in the terminal {0} ends', labelText(terminal.name)),
        description: labelText(running.get(terminal) ?? ''),
        until: { terminal },
      })),
  ];
  if (items.length === 1) return null;
  const picked = await window.showQuickPick(items, {
    title: title(),
    placeHolder: l10n.t('Choose when measuring ends'),
    ignoreFocusOut: true,
  });
  return picked?.until;
}

/** Calls `end` once, when the terminal's command or the task is over. */
function endWith(until: Until, end: () => void): void {
  if (until === null) return;
  const listening: Disposable[] = [];
  const once = (isOver: boolean): void => {
    if (!isOver) return;
    for (const each of listening) each.dispose();
    end();
  };
  if ('task' in until) {
    listening.push(tasks.onDidEndTask(({ execution }) => once(execution === until.task)));
    // It may have ended while Prometheus was asked.
    once(!tasks.taskExecutions.includes(until.task));
    return;
  }
  const { terminal } = until;
  listening.push(
    window.onDidEndTerminalShellExecution((ended) => once(ended.terminal === terminal)),
    window.onDidCloseTerminal((closed) => once(closed === terminal)),
  );
  once(terminal.exitStatus !== undefined);
}
