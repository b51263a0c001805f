import { extname } from 'node:path';
import type { SelectionOptions } from './run-selection';

/** The options of `green-ml runs report`. */
export interface ReportOptions extends SelectionOptions {
  readonly format?: ReportForm;
  readonly output?: string;
  readonly title?: string;
  /** A folder or a pattern with the journals of a team. */
  readonly team?: string;
  readonly pseudonyms?: boolean;
  readonly units?: number;
  readonly unit: string;
  readonly embodiedKg?: number;
  readonly lifespanHours?: number;
  readonly share: number;
  readonly practices: boolean;
}

type ReportForm = 'markdown' | 'html' | 'json';

/** The form of a report: as asked, else by the name of the file. */
export function formOf({ format, output }: ReportOptions): ReportForm {
  if (format !== undefined) return format;
  const ending = extname(output ?? '').toLowerCase();
  return ['.html', '.htm'].includes(ending) ? 'html' : ending === '.json' ? 'json' : 'markdown';
}
