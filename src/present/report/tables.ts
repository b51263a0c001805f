import type { RunsSummary } from '../../runs/summary';
import type { Estimate } from '../../units/estimate';
import { html, type Html } from '../html';
import { escapeMarkdown } from '../markup';
import { about, energyWithin, massWithin, type ShownEstimate } from '../quantities';
import { formatDuration, formatEnergy, formatMass } from '../words';
import type { ReportGroup } from './groups';

/** The tables of reports. */

export interface ReportTable {
  readonly caption: string;
  readonly header: readonly string[];
  /** The first cell is the row's name; the others are figures. */
  readonly rows: readonly (readonly string[])[];
}

/** The limits of a figure in words. */
export function rangeText({ value, range }: ShownEstimate, { high }: Estimate): string {
  // Nothing that is measured or modelled is exact.
  return range ?? (high === 0 || value.startsWith('<') ? 'too little to distinguish from 0' : 'no range is known');
}

/** "~1.2 kg", or with two bases, "~1.2 kg lifecycle, ~300 g operational". */
function emissionsText(emissions: RunsSummary['emissions'], isAbout: boolean): string {
  const shown = emissions.map(({ basis, grams }) => ({
    basis,
    text: about(isAbout, massWithin(grams.value, grams).value),
  }));
  if (shown.length < 2) return shown[0]?.text ?? formatMass(null);
  return shown.map(({ basis, text }) => `${text} ${basis}`).join(', ');
}

/** A row: name, runs, time, energy, its limits, emissions. */
export function groupRow({
  label,
  runs,
  seconds,
  energy: { total },
  emissions,
  isModelled: isAbout,
}: ReportGroup): string[] {
  const used = total === null ? null : energyWithin(total.value, total);
  return [
    label,
    String(runs),
    formatDuration(seconds),
    used === null ? formatEnergy(null) : about(isAbout, used.value),
    total === null || used === null ? '' : rangeText(used, total),
    emissionsText(emissions, isAbout),
  ];
}

/** A table with its caption as a heading. */
export function markdownTable({ caption, header, rows }: ReportTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [`## ${caption}`, '', line(header), `|:--|${'--:|'.repeat(header.length - 1)}`, ...rows.map(line)].join('\n');
}

/** A table that becomes a list on a narrow page. */
export function htmlTable({ caption, header, rows }: ReportTable): Html {
  // On a narrow page, style makes a list of each row, which would no longer be a table without its roles.
  const head = header.map(
    (cell, column) => html`<th scope="col" role="columnheader"${column > 0 && html` class="number"`}>${cell}</th>`,
  );
  const cellOf = (cell: string, column: number): Html =>
    html`<td role="cell" class="number" data-title="${header[column + 1] ?? ''}">${cell}</td>`;
  const body = rows.map(
    ([name = '', ...cells]) =>
      html`<tr role="row"><th scope="row" role="rowheader">${name}</th>${cells.map(cellOf)}</tr>`,
  );
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table role="table"><thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">${body}</tbody></table></div>`;
}
