import * as vscode from 'vscode';

/** How often a condition is looked at: often enough to be quick, seldom enough to leave the machine to the editor. */
const lookMilliseconds = 50;

/**
 * Waits until `condition` gives something other than undefined, null or false, and returns that.
 * The limit is no part of the test: it only turns a hang into an error that says what was waited for.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitSeconds = 45,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + limitSeconds * 1000;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>;
    if (performance.now() > end) throw new Error(`Waited ${limitSeconds} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
}

/** A message of the Debug Adapter Protocol, as far as the tests read it. */
export interface AdapterMessage {
  readonly type: string;
  readonly event?: string;
  readonly command?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What one debug session did. */
export interface WatchedSession {
  readonly session: vscode.DebugSession;
  /** What its adapter sent, in order. */
  readonly messages: AdapterMessage[];
  ended: boolean;
}

/** Watches every debug session from its beginning to its end. */
export class SessionWatch implements vscode.Disposable {
  readonly sessions: WatchedSession[] = [];
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      vscode.debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: (session) => {
          const messages: AdapterMessage[] = [];
          this.sessions.push({ session, messages, ended: false });
          return { onDidSendMessage: (message: AdapterMessage) => messages.push(message) };
        },
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        for (const watched of this.sessions) if (watched.session.id === session.id) watched.ended = true;
      }),
    ];
  }

  /** Waits until at least one session was seen and all that were seen have ended. */
  async ended(): Promise<readonly WatchedSession[]> {
    await waitFor(
      'the debug sessions to end',
      () => this.sessions.length > 0 && this.sessions.every((each) => each.ended),
    );
    return this.sessions;
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }
}

/** The bodies of the events with this name that a session's adapter sent. */
export function eventBodies(watched: WatchedSession, event: string): readonly Readonly<Record<string, unknown>>[] {
  return watched.messages
    .filter((each) => each.type === 'event' && each.event === event)
    .map((each) => each.body ?? {});
}

/** What the adapter reported as output of the debugged program (`stdout`) or of itself (`console`, …). */
export function outputOf(watched: WatchedSession, category: string): string {
  return eventBodies(watched, 'output')
    .filter((body) => body['category'] === category)
    .map((body) => String(body['output']))
    .join('');
}

/** The folder that the editor has open. */
export function workspaceFolder(): vscode.WorkspaceFolder {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('The editor has no folder open.');
  return folder;
}

/**
 * Makes a folder of the workspace, with those above it, one after the other: VS Code's watcher never sees what happens in a
 * folder that is made in the same moment as its parent.
 */
export async function watchedFolder(folder: vscode.Uri): Promise<vscode.Uri> {
  const { uri: root } = workspaceFolder();
  const names = folder.path.slice(root.path.length + 1).split('/');
  for (const [index] of names.entries()) {
    const each = vscode.Uri.joinPath(root, ...names.slice(0, index + 1));
    if (await isFolder(each)) continue;
    await vscode.workspace.fs.createDirectory(each);
    await waitForWatcher(each);
  }
  return folder;
}

const isFolder = async (uri: vscode.Uri): Promise<boolean> =>
  vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );

async function waitForWatcher(folder: vscode.Uri): Promise<void> {
  const probe = vscode.Uri.joinPath(folder, 'probe');
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, 'probe'));
  let isSeen = false;
  const seen = (): void => void (isSeen = true);
  const listening = [watcher.onDidCreate(seen), watcher.onDidChange(seen)];
  try {
    let looks = 0;
    await waitFor('the new folder to be watched', async () => {
      if (looks % 20 === 0) await vscode.workspace.fs.writeFile(probe, new TextEncoder().encode(String(looks)));
      looks += 1;
      return isSeen;
    });
  } finally {
    for (const each of [...listening, watcher]) each.dispose();
    await vscode.workspace.fs.delete(probe);
  }
}
