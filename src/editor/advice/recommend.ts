import { l10n, env, QuickPickItemKind, ThemeIcon, window, type Memento, type QuickPickItem } from 'vscode';
import { ageNote } from '../../grid/age';
import { loadWorldMap } from '../../data/world-map';
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
import { tieGroups } from '../../advice/where/ties';
import type { RunReader } from '../../runs/journal/run-reader';
import { localTimeZone } from '../../system/time-zone';
import type { Clock } from '../../system/clock';
import { hiddenCommands } from '../contributions/commands';
import { commandUri, settingName } from '../contributions/links';
import type { AdvicePanel } from './advice-panel';
import { keepAnswers, readAnswers, type RegionAnswers } from './answers';
import { staysOpen } from './ask';
import { findCurrentRegions, type FoundRegion } from './current-region';
import { projectRuns } from './project-runs';
import { askOneAnswer, askRegionQuestion, energySource, regionQuestion, type FormContext } from './question-form';
import { writeRegion } from './write-region';
import { regionPickText } from '../../present/advice/region-columns';
import { headlineList, sameRegion } from '../../present/advice/region-hero';
import { regionPageBody } from '../../present/advice/region-page';
import { tieTitle } from '../../present/advice/words';
import { notify } from '../notify';

interface RegionItem extends QuickPickItem {
  readonly candidate?: RegionCandidate;
}

/** What the page shows, so that its actions work on the same regions. */
interface Shown {
  readonly answers: RegionAnswers;
  readonly question: RegionQuestion;
  readonly context: FormContext;
}

/** The command "Recommend a Region": a question, a list of regions, and what to do with one of them. */
export class Recommender {
  private shown: Shown | null = null;

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
    const advice = adviseRegions(context.catalogue, question, l10n.t);
    if (advice.candidates.length === 0) {
      void notify.information(advice.notes.join(' '));
      return;
    }
    const chosen = await pickCandidate(advice, question, context, () =>
      this.showPage({ answers, question, context }, advice),
    );
    if (chosen !== null) await this.choose(`${chosen.provider}:${chosen.region}`, context);
  }

  /** Asks what to do with a region: copy it, use it as the location, or replace another region with it. */
  async choose(id: string, known: FormContext | null = null): Promise<void> {
    const context = known ?? (await this.context());
    const answer = findRegion(context.catalogue, id, 'any', l10n.t);
    if (answer.kind === 'unknown') {
      void notify.warning(answer.message);
      return;
    }
    const { region, provider } = answer.region;
    const replaceable = context.found.filter(
      (each) => each.place !== null && each.provider === provider && each.region !== region,
    );
    const actions: readonly (QuickPickItem & { readonly run: () => PromiseLike<unknown> })[] = [
      { label: `$(clippy) ${l10n.t('Copy {0}', region)}`, run: () => env.clipboard.writeText(region) },
      {
        label: `$(location) ${l10n.t('Set as the location of runs')}`,
        description: settingName('location'),
        run: () => this.setLocation(answer.region.id),
      },
      ...replaceable.map((each) => ({
        label: `$(replace) ${l10n.t('Replace {0}', each.region)}`,
        description: each.where,
        run: () => writeRegion(each, region),
      })),
    ];
    const action = await window.showQuickPick(actions, {
      ...staysOpen,
      title: answer.region.id,
      placeHolder: l10n.t('What do you want to do with this region?'),
    });
    await action?.run();
  }

  /** Writes a region where the page found the one in use, and shows the page for what is in the file then. */
  async write(id: string): Promise<void> {
    const found = this.shown === null ? null : regionInCode(this.shown);
    if (this.shown === null || found === null) return this.choose(id);
    const { answers } = this.shown;
    const answer = findRegion(this.shown.context.catalogue, id, found.provider);
    if (answer.kind === 'unknown' || !(await writeRegion(found, answer.region.region))) return;
    const now = { ...answers, from: answers.from === null ? null : answer.region.id };
    await keepAnswers(this.memory, now);
    await this.showAgain(now, false);
  }

  /** Asks for one answer that is missing on the page, and shows the page with it. */
  async ask(missing: keyof RegionAnswers): Promise<void> {
    const context = this.shown?.context ?? (await this.context());
    const answers = await askOneAnswer(missing, this.shown?.answers ?? readAnswers(this.memory), context);
    if (answers === null) return;
    await keepAnswers(this.memory, answers);
    await this.showAgain(answers, true);
  }

  private async showAgain(answers: RegionAnswers, inFront: boolean): Promise<void> {
    const context = await this.context();
    const question = regionQuestion(answers, context);
    await this.showPage({ answers, question, context }, adviseRegions(context.catalogue, question, l10n.t), inFront);
  }

  private async context(): Promise<FormContext> {
    const catalogue = await loadCatalogue();
    const [found, runs] = await Promise.all([
      findCurrentRegions(new RegionLiterals(catalogue.regions), process.env),
      projectRuns(this.reader),
    ]);
    return { catalogue, found, runs };
  }

  private async showPage(shown: Shown, advice: RegionAdvice, inFront = true): Promise<void> {
    this.shown = shown;
    const { answers, question, context } = shown;
    const now = this.clock.wallMilliseconds();
    const joint = await this.jointly(answers.hours, question, context.catalogue, now);
    const age = ageNote(context.catalogue.updated, now, l10n.t);
    const inCode = regionInCode(shown);
    this.panel.show(
      l10n.t('Cloud regions by emissions'),
      regionPageBody(
        {
          advice: age === null ? advice : { ...advice, notes: [...advice.notes, age] },
          question,
          energySource: energySource(answers, context),
          joint,
          catalogue: context.catalogue,
          map: await loadWorldMap(),
          actions: {
            chooseUri: (region) => commandUri(hiddenCommands.chooseRegion, region),
            write:
              inCode === null
                ? null
                : { into: inCode.where, uri: (region) => commandUri(hiddenCommands.writeRegion, region) },
            askUri: (missing) => commandUri(hiddenCommands.askRegionAnswer, missing),
          },
        },
        l10n.t,
      ),
      inFront,
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

const pageButton = { iconPath: new ThemeIcon('open-preview'), tooltip: l10n.t('Show as Page') };

/** The list of regions; its button shows it as a page. Null if dismissed or shown as a page. */
function pickCandidate(
  advice: RegionAdvice,
  question: RegionQuestion,
  { catalogue }: FormContext,
  showPage: () => Promise<void>,
): Promise<RegionCandidate | null> {
  const pick = window.createQuickPick<RegionItem>();
  pick.title = l10n.t('Cloud regions by emissions');
  pick.placeholder = l10n.t(
    'g CO₂e per kWh of IT equipment: grid of {0} (Electricity Maps, ODbL 1.0) × PUE',
    catalogue.year,
  );
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
  const headlines = headlineList(advice, l10n.t);
  const rest = advice.candidates.filter(
    (candidate) => !headlines.some((headline) => sameRegion(headline.candidate, candidate)),
  );
  return [
    ...headlines.flatMap(({ title, candidate }) => [
      { label: title, kind: QuickPickItemKind.Separator },
      regionItem(candidate, question),
    ]),
    { label: l10n.t('All'), kind: QuickPickItemKind.Separator },
    { label: `$(open-preview) ${l10n.t('Show as page')}`, alwaysShow: true },
    ...tieGroups(rest).flatMap((group) => [
      { label: tieTitle(group, l10n.t) ?? '', kind: QuickPickItemKind.Separator },
      ...group.map((candidate) => regionItem(candidate, question)),
    ]),
  ];
}

function regionItem(candidate: RegionCandidate, question: RegionQuestion): RegionItem {
  return { ...regionPickText(candidate, question, l10n.t), candidate };
}

/** Where a file names the region in use; null if none does. */
function regionInCode({ question: { from }, context }: Shown): FoundRegion | null {
  if (from === null) return null;
  return (
    context.found.find(
      ({ provider, region, place }) => place !== null && provider === from.provider && region === from.region,
    ) ?? null
  );
}
