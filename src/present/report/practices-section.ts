import { progressOf, type AssessedPractice, type PracticeStatus } from '../../practices/assess';
import { groups, groupTitles } from '../../practices/practice';
import type { PracticesReport } from '../../practices/report';
import { html, type Html } from '../html';
import { progressParts } from '../progress-words';

const statusNames: Readonly<Record<PracticeStatus, string>> = {
  done: 'done',
  open: 'open',
  contradicted: 'contradicted',
  'not-applicable': 'not applicable',
};

/** How far the team is, what would save the most next, and the state of each practice with its evidence. */
export function practicesSection({ assessed, next, notes }: PracticesReport): Html {
  const progress = progressOf(assessed);
  const { count, what, remark } = progressParts(progress);
  const share = progress.applicable === 0 ? 0 : (progress.done / progress.applicable) * 100;
  const steps = next.map(({ practice, reason }) => html`<li><strong>${practice.title}.</strong> ${reason}</li>`);
  const states = groups.map((group) => {
    const members = assessed.filter(({ practice }) => practice.group === group);
    return html`<h3>${groupTitles[group]}</h3><ul class="practices">${members.map(practiceItem)}</ul>`;
  });
  return html`<section><h2>Practices</h2><p><strong>${count}</strong> ${what}${remark !== null && `, ${remark}`}.</p><div class="meter" aria-hidden="true"><span style="width:${share.toFixed(1)}%"></span></div>${steps.length > 0 && html`<h3>Next steps</h3><ol class="steps">${steps}</ol>`}<details class="numbers"><summary>All practices and their evidence</summary>${states}${notes.map((note) => html`<p class="quiet">${note}</p>`)}</details></section>`;
}

function practiceItem({ practice, status, notApplicable, items, evidence }: AssessedPractice): Html {
  const ticked = items.filter(({ done }) => done).length;
  const about = notApplicable ?? `${ticked} of ${items.length} items ticked`;
  const found = evidence.map(
    ({ text, verdict }) =>
      html`<li>${verdict === 'against' ? 'Against: ' : verdict === 'for' ? 'For: ' : ''}${text}</li>`,
  );
  return html`<li><span class="status ${status}">${statusNames[status]}</span> ${practice.number}. ${practice.title} <span class="quiet">${about}</span>${found.length > 0 && html`<ul>${found}</ul>`}</li>`;
}
