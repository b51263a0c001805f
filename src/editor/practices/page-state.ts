import { l10n } from 'vscode';
import { assess, progressOf, type AssessedPractice } from '../../practices/assess';
import { emptyChecklist } from '../../practices/checklist';
import { checklistPath, type ChecklistReading } from '../../practices/checklist-file';
import { evidenceSourceNames, gatherEvidence } from '../../practices/evidence';
import type { ProjectFacts } from '../../practices/facts';
import { whatNext, type Basis } from '../../practices/next';
import { groups, groupTitles } from '../../practices/practice';
import { placeText } from '../../practices/place-text';
import type { PracticesReport } from '../../practices/report';
import { sources, type SourceId } from '../../practices/sources';
import { practices } from '../../practices/table';
import { furtherAdvice } from '../../practices/table/beyond';
import type { LinkView, PageContent, PagePlace, PageState, PracticeView } from '../../webview/practices/protocol';
import type { AvailableAction } from './actions';
import { english, localisable, type Translate } from '../../present/l10n';

/** What is known about one folder's practices. */
export interface FolderState {
  readonly reading: ChecklistReading;
  /** Why the last change could not be written; null if it was. */
  readonly writeProblem: string | null;
  readonly facts: ProjectFacts;
  readonly gathering: boolean;
  /** False until all evidence has been gathered once. */
  readonly evidenceKnown: boolean;
  readonly notes: readonly string[];
}

const basisTexts: Record<Basis, string> = localisable({
  'measure-first': 'Not measured yet',
  saving: 'Computed from your measurements',
  relative: 'From your code, not measured yet',
  energy: 'Energy measured in this project',
  findings: 'Found in your code, not measured yet',
  published: 'Only published figures',
});

/** The folder's practices, for reports and the page. */
export function reportOf({ reading, facts, notes }: FolderState, t: Translate = english): PracticesReport {
  const checklist = reading.kind === 'read' ? reading.checklist : emptyChecklist;
  const assessed = assess(checklist, gatherEvidence(facts, t));
  return { assessed, next: whatNext(assessed, facts, undefined, t), notes };
}

export function pageState(
  state: FolderState,
  folders: Pick<PageState, 'folders' | 'folder'>,
  actionsOf: (practice: number) => readonly AvailableAction[],
): PageState {
  const { assessed, next } = reportOf(state, l10n.t);
  return {
    ...folders,
    problem: problemOf(state, folders.folder !== null),
    editable: folders.folder !== null && state.reading.kind === 'read',
    progress: progressOf(assessed),
    practices: assessed.map((each) => practiceView(each, actionsOf(each.practice.number))),
    next: next.map(({ practice: { number, title }, basis, reason }) => ({
      number,
      title: l10n.t(title),
      basis: l10n.t(basisTexts[basis]),
      reason,
    })),
    gathering: state.gathering,
    evidenceKnown: state.evidenceKnown,
    notes: state.notes,
  };
}

function problemOf({ reading, writeProblem }: FolderState, hasFolder: boolean): PageState['problem'] {
  if (!hasFolder)
    return {
      text: l10n.t('No folder is open. Open a folder to keep a checklist and to see its evidence.'),
      offers: 'open-folder',
    };
  if (reading.kind !== 'read') {
    return {
      text:
        reading.line === null
          ? l10n.t('{0} cannot be used and was not changed. {1}', checklistPath, reading.problem)
          : l10n.t(
              '{0}, line {1}, cannot be used and was not changed. {2}',
              checklistPath,
              reading.line,
              reading.problem,
            ),
      offers: 'open-checklist',
    };
  }
  return writeProblem === null ? null : { text: writeProblem, offers: null };
}

function practiceView(
  { practice, status, notApplicable, items, evidence }: AssessedPractice,
  actions: readonly AvailableAction[],
): PracticeView {
  return {
    number: practice.number,
    status,
    notApplicable,
    items: items.map(({ id, done, note, contradicted, looksDone }) => ({ id, done, note, contradicted, looksDone })),
    evidence: evidence.map(({ text, verdict, source, places }) => ({
      text,
      verdict,
      source: l10n.t(evidenceSourceNames[source]),
      places: places.map(({ path, cell, line }) => ({
        label: placeText({ path, cell, line }, l10n.t),
        path,
        cell,
        line,
      })),
    })),
    actions: actions.map(({ id, title }) => ({ id, title })),
  };
}

/** What the page shows about practices in every project; sent once. */
export function pageContent(place: PagePlace): PageContent {
  return {
    place,
    groups: groups.map((group) => ({
      title: l10n.t(groupTitles[group]),
      practices: practices
        .filter((practice) => practice.group === group)
        .map(({ number, title, what, why, figures, links, items }) => ({
          number,
          title: l10n.t(title),
          what: l10n.t(what),
          why: l10n.t(why),
          figures: figures.map(({ text, source }) => ({ text: l10n.t(text), source: link(source) })),
          links: links.map(link),
          items: items.map(({ id, text }) => ({ id, text: l10n.t(text) })),
        })),
    })),
    beyond: furtherAdvice.map(({ title, text, source }) => ({
      title: l10n.t(title),
      text: l10n.t(text),
      source: link(source),
    })),
  };
}

function link(id: SourceId): LinkView {
  const { name, title, url } = sources[id];
  return { name, title, url };
}
