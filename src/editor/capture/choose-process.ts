import { uptime } from 'node:os';
import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { labelText } from '../../present/plain-text';
import { formatDuration, grouped } from '../../present/words';
import { findCandidates, type ProcessCandidate } from '../../processes/candidates';
import { whyStranger } from '../../processes/proof';
import { findMeasuredCommand } from '../../runs/command/command-line';
import { processLabel } from '../../runs/command/process-label';
import { pause } from '../../system/clock';
import { ownerOf } from '../../system/files';
import { commands } from '../contributions/commands';
import type { RunHost } from './run-host';

// Whoever chooses a process needs these too, and loads them with this file.
export { processLabel, whyStranger };

interface ProcessItem extends QuickPickItem {
  /** Null for a heading. */
  readonly pid: number | null;
}

/** The command line below a process: more of it is never visible. */
const longestDetail = 300;

/** From this share of a core, a process counts as computing now. */
const busyCores = 0.05;

/** Time between the two readings of CPU time that show which processes are busy. */
const betweenReadingsMilliseconds = 400;

export const chosenByHand = { anchors: [], self: process.pid, isNew: false, isChosen: true, fits: null };

/** Lets the user pick a process or type any process ID. */
export async function chooseProcess(host: RunHost): Promise<number | null> {
  const picker = window.createQuickPick<ProcessItem>();
  picker.title = l10n.t(commands.measureProcess.title);
  picker.placeholder = l10n.t('Choose a process or type its process ID');
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.busy = true;
  let listed: readonly ProcessItem[] = [];
  const offer = (): void => {
    const typed = /^\s*(\d+)\s*$/.exec(picker.value)?.[1];
    const own =
      typed !== undefined && !listed.some(({ pid }) => pid === Number(typed)) ? [typedItem(Number(typed))] : [];
    picker.items = [...own, ...listed];
  };
  picker.onDidChangeValue(offer);
  const chosen = new Promise<number | null>((resolve) => {
    picker.onDidAccept(() => resolve(picker.selectedItems[0]?.pid ?? null));
    picker.onDidHide(() => resolve(null));
  });
  picker.show();
  try {
    listed = itemsOf(host, await candidatesOf(host));
    picker.busy = false;
    offer();
    return await chosen;
  } finally {
    picker.dispose();
  }
}

/** The processes that can be measured. */
async function candidatesOf(host: RunHost): Promise<readonly ProcessCandidate[]> {
  const table = await host.processes();
  const { clock } = host;
  const found = await findCandidates(
    table,
    isOwn,
    () => waitForSecondReading(host),
    () => ({ uptimeSeconds: uptime(), wallMilliseconds: clock.wallMilliseconds() }),
  );
  const all = await table.snapshot(new Set());
  return found.filter(({ pid }) => whyStranger(pid, all, chosenByHand) === null);
}

/** What computes now, busiest first; then the rest, with the programs first that the meter knows from terminals. */
function itemsOf(host: RunHost, candidates: readonly ProcessCandidate[]): readonly ProcessItem[] {
  const { commands: patterns } = host.settings(null);
  const isKnown = ({ commandLine }: ProcessCandidate): boolean =>
    findMeasuredCommand(commandLine.join(' '), patterns) !== null;
  const busy = candidates.filter(({ cores }) => cores >= busyCores);
  const quiet = candidates.filter((each) => !busy.includes(each));
  const known = quiet.filter(isKnown);
  return [
    ...section(l10n.t('computing now'), busy),
    ...section(l10n.t('idle now'), [...known, ...quiet.filter((each) => !known.includes(each))]),
  ];
}

/** Waits, and returns for how long, in seconds. */
async function waitForSecondReading({ clock }: RunHost): Promise<number> {
  const began = clock.monotonicSeconds();
  await pause(clock, betweenReadingsMilliseconds);
  return clock.monotonicSeconds() - began;
}

/** On Linux, the list leaves out processes of other users; their IDs can still be typed. */
async function isOwn(pid: number): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid === undefined) return true;
  try {
    return (await ownerOf(`/proc/${pid}`)) === process.getuid();
  } catch {
    return false;
  }
}

function section(heading: string, candidates: readonly ProcessCandidate[]): readonly ProcessItem[] {
  if (candidates.length === 0) return [];
  return [{ label: heading, kind: QuickPickItemKind.Separator, pid: null }, ...candidates.map(itemOf)];
}

function itemOf({ pid, commandLine, cores, residentBytes, name, parent, ageSeconds }: ProcessCandidate): ProcessItem {
  const label = processLabel(commandLine, name);
  const age = ageSeconds === null ? [] : [l10n.t('for {0}', formatDuration(ageSeconds))];
  return {
    pid,
    label: labelText(`${label.name} ${label.arguments}`.trimEnd()),
    description: [
      `${Math.round(cores * 100)} % CPU`,
      ...age,
      `${grouped(Math.round(residentBytes / 1e6))} MB`,
      `PID ${pid}`,
      // Of the workers of two trainings, only this tells whose they are.
      ...(parent === null ? [] : [l10n.t('started by {0}', labelText(parentLabel(parent)))]),
    ].join(' · '),
    detail: labelText(commandLine.join(' ').slice(0, longestDetail)),
  };
}

function parentLabel({ commandLine, name }: NonNullable<ProcessCandidate['parent']>): string {
  return commandLine.length === 0 ? name : processLabel(commandLine, name).name;
}

function typedItem(pid: number): ProcessItem {
  return { pid, label: l10n.t('Process {0}', pid), description: l10n.t('the process ID you typed'), alwaysShow: true };
}
