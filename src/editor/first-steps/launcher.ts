import { posix, win32 } from 'node:path';
import { shellWord } from '../../system/shell-word';

/** What the launchers start, and where. */
export interface LauncherTarget {
  readonly platform: NodeJS.Platform;
  /** The program that runs the extension: Node, or the editor itself, which contains Node. */
  readonly program: string;
  /** Whether the program is the editor, and not Node alone. */
  readonly isElectron: boolean;
  /** The script of the command line. */
  readonly script: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Launcher {
  readonly name: string;
  readonly content: string;
}

/** Written into each launcher, and by which we know our own. */
const origin = 'Written by the command "Green ML: Put green-ml on the PATH".';

/**
 * The files that start the command line with the editor's own Node, which needs no Node on the computer. On Windows,
 * there is one for its own shells and one for those of Git and MSYS.
 */
export function launchers(target: LauncherTarget): readonly Launcher[] {
  const forShell = { name: 'green-ml', content: shellScript(target) };
  return target.platform === 'win32' ? [forShell, { name: 'green-ml.cmd', content: batchFile(target) }] : [forShell];
}

/** The command line removes the variable, so that measured programs do not get it. */
function shellScript({ program, script, isElectron }: LauncherTarget): string {
  const node = isElectron ? 'ELECTRON_RUN_AS_NODE=1 ' : '';
  return `#!/bin/sh\n# ${origin}\n${node}exec ${shellWord(program)} ${shellWord(script)} "$@"\n`;
}

function batchFile({ program, script, isElectron, env }: LauncherTarget): string {
  const node = isElectron ? ['set ELECTRON_RUN_AS_NODE=1'] : [];
  const start = `"${inBatch(program, env)}" "${inBatch(script, env)}" %*`;
  return ['@echo off', `rem ${origin}`, 'setlocal', ...node, start, ''].join('\r\n');
}

/**
 * Batch files are read in the console's code page, which need not have the letters of the user's name: the home folder
 * is named by its variable.
 */
function inBatch(path: string, { USERPROFILE: home }: LauncherTarget['env']): string {
  const escaped = path.replaceAll('%', '%%');
  const isBelow = home !== undefined && path.toLowerCase().startsWith(`${home.toLowerCase()}\\`);
  return isBelow ? `%USERPROFILE%${path.slice(home.length).replaceAll('%', '%%')}` : escaped;
}

/** What is added to the end of PATH for the folder: a program of the same name that the user has already comes first. */
export function pathEntry(folder: string, platform: NodeJS.Platform): string {
  return (platform === 'win32' ? win32 : posix).delimiter + folder;
}
