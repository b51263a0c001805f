import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { providers, type Provider } from '../../data/providers';
import { findRegion, type Catalogue, type CatalogueRegion } from '../../advice/where/catalogue';
import { parseResidency } from '../../place/geography';
import { gpuNames } from '../../advice/where/gpu';
import type { RegionQuestion } from '../../advice/where/region-advice';
import type { RegionAnswers } from './answers';
import { askNumber, askText, staysOpen } from './ask';
import type { FoundRegion } from './current-region';
import type { ProjectRuns } from './project-runs';
import { formatEnergy, grouped, plural } from '../../present/words';
import { commands } from '../contributions/commands';

/** The data for the question. */
export interface FormContext {
  readonly catalogue: Catalogue;
  readonly found: readonly FoundRegion[];
  readonly runs: ProjectRuns;
}

interface FormItem extends QuickPickItem {
  /** Which answer it is. Undefined on the item that shows the regions. */
  readonly answer?: keyof RegionAnswers;
  /** Changes the answers; null if dismissed. */
  readonly change?: () => Promise<RegionAnswers | null>;
}

const title = l10n.t(commands.recommendRegion.title);

/** Lets the user check and change the question; null if dismissed. */
export async function askRegionQuestion(answers: RegionAnswers, context: FormContext): Promise<RegionAnswers | null> {
  for (let current = answers; ; ) {
    const item = await window.showQuickPick<FormItem>(formItems(current, context), {
      ...staysOpen,
      title,
      placeHolder: l10n.t('Show regions, or change the requirements'),
      matchOnDescription: true,
    });
    if (item === undefined) return null;
    if (item.change === undefined) return current;
    current = (await item.change()) ?? current;
  }
}

/** Asks for one answer; null if dismissed. */
export async function askOneAnswer(
  key: keyof RegionAnswers,
  answers: RegionAnswers,
  context: FormContext,
): Promise<RegionAnswers | null> {
  const item = formItems(answers, context).find(({ answer }) => answer === key);
  return (await item?.change?.()) ?? null;
}

/** The question from the answers; the rest is guessed from the project. */
export function regionQuestion(answers: RegionAnswers, context: FormContext): RegionQuestion {
  const from = regionInUse(answers, context);
  const residency = answers.within === null ? null : parseResidency(answers.within);
  return {
    provider: providerOf(answers.provider) ?? from?.provider ?? 'any',
    from,
    kilowattHours: answers.kilowattHours ?? context.runs.kilowattHours,
    within: residency?.kind === 'countries' ? residency.countries : null,
    maximumRoundTripMilliseconds: from === null ? null : answers.maximumRoundTripMilliseconds,
    gpu: answers.gpu,
    dataGigabytes: answers.dataGigabytes,
    embodiedKilograms: answers.embodiedKilograms,
    usdPerTonne: answers.usdPerTonne,
  };
}

/** Where the energy of the question comes from, as shown to the user. */
export function energySource(answers: RegionAnswers, { runs }: FormContext): string | null {
  if (answers.kilowattHours !== null) return l10n.t('entered by you');
  if (runs.kilowattHours === null) return null;
  return l10n.t(
    plural(runs.count, 'measured in {0} run of this project', 'measured in {0} runs of this project'),
    grouped(runs.count),
  );
}

function providerOf(text: string | null): Provider | 'any' | null {
  return text === 'any' ? 'any' : (providers.find((name) => name === text) ?? null);
}

function regionInUse({ from }: RegionAnswers, { catalogue, found }: FormContext): CatalogueRegion | null {
  const [guess] = found;
  const text = from ?? (guess === undefined ? '' : `${guess.provider}:${guess.region}`);
  const answer = text === '' ? null : findRegion(catalogue, text, 'any');
  return answer?.kind === 'found' ? answer.region : null;
}

function formItems(answers: RegionAnswers, context: FormContext): readonly FormItem[] {
  const question = regionQuestion(answers, context);
  const [guess] = context.found;
  const guessed = answers.from === null && guess !== undefined && question.from !== null ? ` (${guess.where})` : '';
  const energy =
    question.kilowattHours === null
      ? l10n.t('unknown')
      : `${formatEnergy(question.kilowattHours * 1000)}, ${energySource(answers, context) ?? ''}`;
  const set = <K extends keyof RegionAnswers>(
    key: K,
    typed: { readonly value: RegionAnswers[K] } | null,
  ): RegionAnswers | null => (typed === null ? null : { ...answers, [key]: typed.value });
  return [
    { label: `$(list-ordered) ${l10n.t('Show regions')}` },
    { label: l10n.t('Requirements'), kind: QuickPickItemKind.Separator },
    {
      label: `$(cloud) ${l10n.t('Provider')}`,
      description: question.provider,
      answer: 'provider',
      change: async () => set('provider', await pickProvider()),
    },
    {
      label: `$(location) ${l10n.t('Region in use')}`,
      description: question.from === null ? l10n.t('none') : `${question.from.id}${guessed}`,
      answer: 'from',
      change: async () => set('from', await pickRegion(context)),
    },
    {
      label: `$(shield) ${l10n.t('Data must stay in')}`,
      description: answers.within ?? l10n.t('anywhere'),
      answer: 'within',
      change: async () =>
        set(
          'within',
          await askText(title, l10n.t('EU, EEA or country codes, such as DE,CH.'), answers.within, checkResidency),
        ),
    },
    {
      label: `$(pulse) ${l10n.t('Maximum round-trip time')}`,
      description:
        answers.maximumRoundTripMilliseconds === null ? l10n.t('any') : `${answers.maximumRoundTripMilliseconds} ms`,
      answer: 'maximumRoundTripMilliseconds',
      change: async () =>
        set(
          'maximumRoundTripMilliseconds',
          await askNumber(
            title,
            l10n.t('Maximum round-trip time from the region in use, in milliseconds.'),
            answers.maximumRoundTripMilliseconds,
          ),
        ),
    },
    {
      label: `$(circuit-board) ${l10n.t('GPU')}`,
      description: answers.gpu ?? l10n.t('any'),
      answer: 'gpu',
      change: async () => set('gpu', await pickGpu(context.catalogue)),
    },
    {
      label: `$(database) ${l10n.t('Data to move')}`,
      description: answers.dataGigabytes === null ? l10n.t('none') : `${answers.dataGigabytes} GB`,
      answer: 'dataGigabytes',
      change: async () =>
        set(
          'dataGigabytes',
          await askNumber(title, l10n.t('Data to move to the region once, in gigabytes.'), answers.dataGigabytes),
        ),
    },
    {
      label: `$(zap) ${l10n.t('Energy')}`,
      description: energy,
      answer: 'kilowattHours',
      change: async () =>
        set(
          'kilowattHours',
          await askNumber(
            title,
            l10n.t('Energy of the job in kWh, without the overhead of the data centre.'),
            answers.kilowattHours,
          ),
        ),
    },
    {
      label: `$(package) ${l10n.t('Hardware manufacturing')}`,
      description:
        answers.embodiedKilograms === null
          ? l10n.t('not counted')
          : l10n.t('{0} kg, the same in each region', answers.embodiedKilograms),
      answer: 'embodiedKilograms',
      change: async () =>
        set(
          'embodiedKilograms',
          await askNumber(
            title,
            l10n.t("The job's share of manufacturing the hardware, in kg CO₂e."),
            answers.embodiedKilograms,
          ),
        ),
    },
    {
      label: `$(tag) ${l10n.t('Carbon price')}`,
      description: answers.usdPerTonne === null ? l10n.t('none') : l10n.t('{0} USD per tonne', answers.usdPerTonne),
      answer: 'usdPerTonne',
      change: async () =>
        set(
          'usdPerTonne',
          await askNumber(
            title,
            l10n.t('Price of a tonne of CO₂e in USD, to weigh emissions against the cost of moving data.'),
            answers.usdPerTonne,
          ),
        ),
    },
    {
      label: `$(clock) ${l10n.t('Start time')}`,
      description:
        answers.hours === null
          ? l10n.t('any')
          : l10n.t('cleanest start within a day, for a job of {0} h', answers.hours),
      answer: 'hours',
      change: async () =>
        set(
          'hours',
          await askNumber(title, l10n.t('Duration of the job in hours, to find its best start too.'), answers.hours),
        ),
    },
  ];
}

function checkResidency(text: string): string | null {
  const residency = parseResidency(text, l10n.t);
  return residency.kind === 'unknown' ? residency.message : null;
}

async function pickProvider(): Promise<{ readonly value: string } | null> {
  const item = await window.showQuickPick(['any', ...providers], {
    ...staysOpen,
    title,
    placeHolder: l10n.t('Which cloud provider?'),
  });
  return item === undefined ? null : { value: item };
}

async function pickRegion({ catalogue, found }: FormContext): Promise<{ readonly value: string } | null> {
  const guesses = found.map(({ provider, region, where }) => ({
    label: `${provider}:${region}`,
    description: where,
    value: `${provider}:${region}`,
  }));
  const all = catalogue.regions.map(({ id, place }) => ({ label: id, description: place, value: id }));
  const items = [
    ...guesses,
    { label: l10n.t('None'), description: l10n.t('no region in use'), value: '' },
    ...all.filter(({ value }) => !guesses.some((guess) => guess.value === value)),
  ];
  const item = await window.showQuickPick(items, {
    ...staysOpen,
    title,
    placeHolder: l10n.t('Which region do you use now?'),
    matchOnDescription: true,
  });
  return item === undefined ? null : { value: item.value };
}

async function pickGpu({ instances }: Catalogue): Promise<{ readonly value: string | null } | null> {
  const item = await window.showQuickPick(
    [{ label: l10n.t('Any'), value: null }, ...gpuNames(instances).map((name) => ({ label: name, value: name }))],
    { ...staysOpen, title, placeHolder: l10n.t('Which GPU do you need?') },
  );
  return item === undefined ? null : { value: item.value };
}
