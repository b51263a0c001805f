import type {
  CodeLens,
  CodeLensProvider,
  DocumentSelector,
  Hover,
  HoverProvider,
  Position,
  TextDocument,
} from 'vscode';
import { Settings, trueOrFalse } from '../contributions/use-settings';
import type { LiteralHints } from './literal-hints';

/** Files in which regions are written. Python has its lenses from the linter. */
export const configurationFiles: DocumentSelector = [
  { language: 'yaml' },
  { language: 'terraform' },
  { language: 'dockercompose' },
  { pattern: '**/*.{tf,tfvars}' },
];
export const allFiles: DocumentSelector = [...configurationFiles, { language: 'python' }];

/** Hints at regions in files; what they are made of is read with the first file that is asked about. */
export class LazyHints implements HoverProvider, CodeLensProvider {
  private opened: Promise<LiteralHints> | null = null;

  async provideHover(document: TextDocument, position: Position): Promise<Hover | null> {
    return (await this.open()).provideHover(document, position);
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    if (!new Settings(document).read('regions.codeLens', trueOrFalse)) return [];
    return (await this.open()).provideCodeLenses(document);
  }

  private open(): Promise<LiteralHints> {
    this.opened ??= import('./literal-hints').then(({ LiteralHints }) => new LiteralHints());
    return this.opened;
  }
}
