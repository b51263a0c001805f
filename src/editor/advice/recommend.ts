import {
  env,
  QuickPickItemKind,
  ThemeIcon,
  window,
  workspace,
  WorkspaceEdit,
  type Memento,
  type QuickPickItem,
} from 'vscode';
import { ageNote } from '../../data/age';
import { findRegion, loadCatalogue, type Catalogue } from '../../advice/where/catalogue';
import { deadlineOf } from '../../advice/when/deadline';
import { loadForecaster } from '../../grid/forecast';
import { adviseJointly } from '../../advice/joint';
import { RegionLiterals } from '../../place/region-names';
import {
  adviseRegions,
  type RegionCandidate,
  type RegionAdvice,
  type RegionQuestion,
} from '../../advice/where/region-advice';
import type { RunReader } from '../../runs/run-reader';
import { localTimeZone } from '../../system/time-zone';
import type { Clock } from '../../system/clock';
import { hiddenCommands } from '../contributions/commands';
import { commandUri, settingName } from '../contributions/links';
import type { AdvicePanel } from './advice-panel';
import { keepAnswers, readAnswers, type RegionAnswers } from './answers';
import { staysOpen } from './ask';
import { findCurrentRegions, type FoundRegion } from './current-region';
import { projectRuns } from './project-runs';
import { askRegionQuestion, energySource, regionQuestion, type FormContext } from './question-form';
import { regionPickText } from '../../present/advice/region-columns';
import { headlineList, regionPageBody, sameRegion } from '../../present/advice/region-page';
import { notify } from '../notify';

interface RegionItem extends QuickPickItem {
  readonly candidate?: RegionCandidate;
}

/** The command "Recommend a Region": a question, a list of regions, and what to do with one of them. */
export class Recommender {
  constructor(
    private readonly memory: Memento,
    private readonly reader: RunReader,
    private readonly panel: AdvicePanel,
    private readonly clock: Clock,
    /** Sets a region as the location of this computer. */
    private readonly setLocation: (text: string) => Promise<void>,
  ) {}

  /** @param from the region of a CodeLens or link; null if none */
  async recommend(from: string | null): Promise<void> {
    const context = await this.context();
    const remembered = readAnswers(this.memory);
    const answers = await askRegionQuestion(from === null ? remembered : { ...remembered, from }, context);
    if (answers === null) return;
    await keepAnswers(this.memory, answers);
    const question = regionQuestion(answers, context);
    const advice = adviseRegions(context.catalogue, question);
    const showPage = (): Promise<void> => this.showPage(answers, question, advice, context);
    if (advice.candidates.length === 0) {
      void notify.information(advice.notes.join(' '));
      return;
    }
    const chosen = await pickCandidate(advice, question, context, showPage);
    if (chosen !== null) await this.choose(`${chosen.provider}:${chosen.region}`, context);
  }

  /** Asks what to do with a region: copy it, use it as the location, or replace another region with it. */
  async choose(id: string, known: FormContext | null = null): Promise<void> {
    const context = known ?? (await this.context());
    const answer = findRegion(context.catalogue, id, 'any');
    if (answer.kind === 'unknown') {
      void notify.warning(answer.message);
      return;
    }
    const { region, provider } = answer.region;
    const replaceable = context.found.filter(
      (each) => each.place !== null && each.provider === provider && each.region !== region,
    );
    const actions: readonly (QuickPickItem & { readonly run: () => PromiseLike<unknown> })[] = [
      { label: `$(clippy) Copy ${region}`, run: () => env.clipboard.writeText(region) },
      {
        label: '$(location) Set as the location of runs',
        description: settingName('location'),
        run: () => this.setLocation(answer.region.id),
      },
      ...replaceable.map((each) => ({
        label: `$(replace) Replace ${each.region}`,
        description: each.where,
        run: () => replace(each, region),
      })),
    ];
    const action = await window.showQuickPick(actions, {
      ...staysOpen,
      title: answer.region.id,
      placeHolder: 'What do you want to do with this region?',
    });
    await action?.run();
  }

  private async context(): Promise<FormContext> {
    const catalogue = await loadCatalogue();
    const [found, runs] = await Promise.all([
      findCurrentRegions(new RegionLiterals(catalogue.regions), process.env),
      projectRuns(this.reader),
    ]);
    return { catalogue, found, runs };
  }

  private async showPage(
    answers: RegionAnswers,
    question: RegionQuestion,
    advice: RegionAdvice,
    context: FormContext,
  ): Promise<void> {
    const now = this.clock.wallMilliseconds();
    const source = energySource(answers, context);
    const joint = await this.jointly(answers.hours, question, context.catalogue, now);
    const age = ageNote(context.catalogue.updated, now);
    this.panel.show(
      'Cloud regions by emissions',
      regionPageBody({
        advice: age === null ? advice : { ...advice, notes: [...advice.notes, age] },
        question,
        energySource: source,
        joint,
        catalogue: context.catalogue,
        chooseUri: (region) => commandUri(hiddenCommands.chooseRegion, region),
      }),
    );
  }

  private async jointly(
    hours: number | null,
    question: RegionQuestion,
    catalogue: Catalogue,
    now: number,
  ): Promise<Parameters<typeof regionPageBody>[0]['joint']> {
    const deadline = hours === null ? null : deadlineOf(null, hours, now);
    if (hours === null || deadline?.kind !== 'time') return null;
    const time = { now, hours, deadline: deadline.time, kilowattHours: question.kilowattHours, minimumGrams: null };
    return {
      candidates: adviseJointly(catalogue, await loadForecaster(), question, time),
      now,
      timeZone: localTimeZone() ?? 'UTC',
    };
  }
}

const pageButton = { iconPath: new ThemeIcon('open-preview'), tooltip: 'Show as Page' };

/** The list of regions; its button shows it as a page. Null if dismissed or shown as a page. */
function pickCandidate(
  advice: RegionAdvice,
  question: RegionQuestion,
  { catalogue }: FormContext,
  showPage: () => Promise<void>,
): Promise<RegionCandidate | null> {
  const pick = window.createQuickPick<RegionItem>();
  pick.title = 'Cloud regions by emissions';
  pick.placeholder = `g CO2e per kWh of IT equipment: grid of ${catalogue.year} (Electricity Maps, ODbL 1.0) × PUE`;
  pick.ignoreFocusOut = staysOpen.ignoreFocusOut;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.buttons = [pageButton];
  pick.items = regionItems(advice, question);
  return new Promise((resolve) => {
    pick.onDidTriggerButton(() => {
      pick.hide();
      void showPage();
    });
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      pick.hide();
      if (item?.candidate === undefined) void showPage();
      resolve(item?.candidate ?? null);
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(null);
    });
    pick.show();
  });
}

function regionItems(advice: RegionAdvice, question: RegionQuestion): readonly RegionItem[] {
  const headlines = headlineList(advice);
  const rest = advice.candidates.filter(
    (candidate) => !headlines.some((headline) => sameRegion(headline.candidate, candidate)),
  );
  return [
    ...headlines.flatMap(({ title, candidate }) => [
      { label: title, kind: QuickPickItemKind.Separator },
      regionItem(candidate, question),
    ]),
    { label: 'All', kind: QuickPickItemKind.Separator },
    { label: '$(open-preview) Show as page', alwaysShow: true },
    ...rest.map((candidate) => regionItem(candidate, question)),
  ];
}

function regionItem(candidate: RegionCandidate, question: RegionQuestion): RegionItem {
  return { ...regionPickText(candidate, question), candidate };
}

async function replace({ place }: FoundRegion, region: string): Promise<void> {
  if (place === null) return;
  const edit = new WorkspaceEdit();
  edit.replace(place.uri, place.range, region);
  await workspace.applyEdit(edit);
  await window.showTextDocument(place.uri, { selection: place.range });
}
