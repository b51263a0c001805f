import {
  EventEmitter,
  l10n,
  NotebookCellStatusBarAlignment,
  NotebookCellStatusBarItem,
  notebooks,
  type Disposable,
  type NotebookCell,
  type NotebookCellStatusBarItemProvider,
} from 'vscode';
import { inLine, labelText } from '../../present/plain-text';

/** What a cell's status bar shows about its last execution. */
export interface CellFigure {
  /** "~0.8 Wh". */
  readonly text: string;
  readonly tooltip: string;
}

/** Notebook types whose cells run in Jupyter kernels. */
const notebookTypes = ['jupyter-notebook', 'interactive'];

/** Shows the energy of each cell in its status bar. Registered with the first figure. */
export class CellFigures implements NotebookCellStatusBarItemProvider, Disposable {
  private readonly figures = new WeakMap<NotebookCell, CellFigure>();
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeCellStatusBarItems = this.changed.event;
  private registrations: readonly Disposable[] = [];

  set(cell: NotebookCell, figure: CellFigure | null): void {
    if (figure === null) {
      if (this.figures.delete(cell)) this.changed.fire();
      return;
    }
    this.figures.set(cell, figure);
    if (this.registrations.length === 0) {
      this.registrations = notebookTypes.map((type) => notebooks.registerNotebookCellStatusBarItemProvider(type, this));
    }
    this.changed.fire();
  }

  provideCellStatusBarItems(cell: NotebookCell): NotebookCellStatusBarItem[] {
    const figure = this.figures.get(cell);
    if (figure === undefined) return [];
    const item = new NotebookCellStatusBarItem(`$(zap) ${labelText(figure.text)}`, NotebookCellStatusBarAlignment.Left);
    item.tooltip = inLine(figure.tooltip);
    item.accessibilityInformation = { label: l10n.t('Green ML: this cell used {0}', figure.text) };
    return [item];
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.changed.dispose();
  }
}
