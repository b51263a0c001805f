import { window, type MessageOptions } from 'vscode';
import { labelText, noticeText } from '../present/plain-text';

/**
 * The one way to the notifications of the editor, which make links of `[text](command:…)`: names of files, runs and
 * folders come from outside, and none of them may bring a link of its own.
 */
export const notify = {
  information: (text: string, ...buttons: readonly string[]): Thenable<string | undefined> =>
    window.showInformationMessage(noticeText(text), ...buttons),
  warning: (text: string, ...buttons: readonly string[]): Thenable<string | undefined> =>
    window.showWarningMessage(noticeText(text), ...buttons),
  error: (text: string, ...buttons: readonly string[]): Thenable<string | undefined> =>
    window.showErrorMessage(noticeText(text), ...buttons),
  /** A sentence in the status bar, for five seconds; icons are ours alone. */
  status: (text: string): void => void window.setStatusBarMessage(labelText(text), 5000),
  /** A question that must be answered. */
  ask: (text: string, detail: string, ...buttons: readonly string[]): Thenable<string | undefined> =>
    window.showWarningMessage(
      noticeText(text),
      { modal: true, detail: noticeText(detail) } satisfies MessageOptions,
      ...buttons,
    ),
} as const;
