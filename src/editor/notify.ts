import { window, type MessageOptions } from 'vscode';
import { labelText, noticeText } from '../present/plain-text';

/**
 * All notifications go through here. VS Code turns `[text](command:…)` into links, and names of files, runs and folders
 * come from outside: they are escaped, so that none of them can add a link.
 */
export const notify = {
  information: (text: string, ...buttons: readonly string[]): Thenable<string | undefined> =>
    window.showInformationMessage(noticeText(text), ...buttons),
  warning: (text: string, ...buttons: readonly string[]): Thenable<string | undefined> =>
    window.showWarningMessage(noticeText(text), ...buttons),
  error: (text: string, ...buttons: readonly string[]): Thenable<string | undefined> =>
    window.showErrorMessage(noticeText(text), ...buttons),
  /** Shows text in the status bar for five seconds. Icons in the text are escaped. */
  status: (text: string): void => void window.setStatusBarMessage(labelText(text), 5000),
  /** Asks a question in a modal dialog. */
  ask: (text: string, detail: string, ...buttons: readonly string[]): Thenable<string | undefined> =>
    window.showWarningMessage(
      noticeText(text),
      { modal: true, detail: noticeText(detail) } satisfies MessageOptions,
      ...buttons,
    ),
} as const;
