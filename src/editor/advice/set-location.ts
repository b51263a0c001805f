import { basename } from 'node:path/posix';
import { l10n, ConfigurationTarget, QuickPickItemKind, window, workspace, type QuickPickItem, type Uri } from 'vscode';
import { loadPlaceGuesser } from '../../place/guess';
import { placeKnowledge } from '../../place/intensity';
import { loadPlaceFinder } from '../../place/location';
import { latest } from '../../place/place';
import { loadRegions, loadZones } from '../../data/places';
import { findChosen } from '../../runs/place';
import { localTimeZone } from '../../system/time-zone';
import { labelText } from '../../present/plain-text';
import { threeDigits } from '../../present/words';
import { commands } from '../contributions/commands';
import { readEditorSettings } from '../meter-settings';
import { Settings } from '../contributions/use-settings';
import { currentFolder } from '../project-file';
import { projectSettingsOf } from '../settings-files';
import { staysOpen } from './ask';
import { notify } from '../notify';

interface PlaceItem extends QuickPickItem {
  /** The value of the setting; empty for the guess. */
  readonly value?: string;
  /** What to do instead of writing the setting. */
  readonly open?: () => Promise<void>;
}

/** The command "Set Location": lets the user pick the location of this computer and writes the setting. */
export async function askLocation(): Promise<void> {
  const value = await pickPlace(
    l10n.t(commands.setLocation.title),
    l10n.t('Where is this computer?'),
    true,
    await projectLocation(),
  );
  if (value !== null) await writeLocation(value);
}

/** The settings file that sets the location of this project. */
interface ProjectLocation {
  readonly uri: Uri;
  readonly name: string;
  /** The location that it sets, as shown to the user. */
  readonly place: string;
}

/** Null if no file sets the location, or a workspace setting overrides it. */
async function projectLocation(): Promise<ProjectLocation | null> {
  const folder = currentFolder();
  const { location, path } = await projectSettingsOf(folder);
  if (folder === null || location === null || path === null || readEditorSettings(folder).ofWorkspace.location !== null)
    return null;
  const uri = folder.with({ path });
  const { place } = await findChosen({ value: location, from: { by: 'setting' } }, localTimeZone());
  return {
    uri,
    name: workspace.asRelativePath(uri),
    place: `${place.label}, ${threeDigits(place.intensity.gramsPerKWh)} g/kWh`,
  };
}

async function open({ uri }: ProjectLocation): Promise<void> {
  await window.showTextDocument(uri);
}

/** Lets the user pick a zone, country or cloud region; empty for the guess, null if dismissed. */
export async function pickPlace(
  title: string,
  placeHolder: string,
  offerGuess: boolean,
  file: ProjectLocation | null = null,
): Promise<string | null> {
  const item = await window.showQuickPick<PlaceItem>(placeItems(offerGuess, file), {
    ...staysOpen,
    title,
    placeHolder,
    matchOnDescription: true,
  });
  await item?.open?.();
  return item?.value ?? null;
}

/** Writes the location to the setting: the workspace setting if there is one, else the user setting. */
export async function writeLocation(text: string): Promise<void> {
  const answer = text === '' ? null : (await loadPlaceFinder()).find(text, 'setting', l10n.t);
  if (answer?.kind === 'unknown') {
    void notify.warning(answer.message);
    return;
  }
  const settings = new Settings();
  const inWorkspace = settings.valueOfWorkspace('location') !== undefined;
  await settings.write(
    'location',
    text === '' ? undefined : text,
    inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global,
  );
  const file = await projectLocation();
  const { place } = await findChosen(text === '' ? null : { value: text, from: { by: 'setting' } }, localTimeZone());
  if (file === null || inWorkspace)
    notify.status(l10n.t('Location: {0}, {1} g/kWh', place.label, threeDigits(place.intensity.gramsPerKWh)));
  else void explainPrecedence(file, text);
}

/** The project's file overrides user settings, so the new setting would seem to do nothing. */
async function explainPrecedence(file: ProjectLocation, text: string): Promise<void> {
  const openFile = l10n.t('Open {0}', basename(file.uri.path));
  const override = l10n.t('Set for This Workspace');
  const answer = await notify.information(
    l10n.t('{0} sets the location of this project ({1}) and overrides your user setting.', file.name, file.place),
    openFile,
    ...(text === '' ? [] : [override]),
  );
  if (answer === openFile) await open(file);
  if (answer === override) await new Settings().write('location', text, ConfigurationTarget.Workspace);
}

async function placeItems(offerGuess: boolean, file: ProjectLocation | null): Promise<PlaceItem[]> {
  const [{ zones }, { regions }, guess] = await Promise.all([loadZones(), loadRegions(), loadPlaceGuesser()]);
  const guessed = guess.guess(localTimeZone());
  return [
    ...(file === null
      ? []
      : [
          {
            label: `$(go-to-file) ${l10n.t('Open {0}', labelText(file.name))}`,
            description: l10n.t('sets the location of this project: {0}', labelText(file.place)),
            open: () => open(file),
          },
        ]),
    ...(offerGuess
      ? [
          {
            label: `$(globe) ${l10n.t('Guess from time zone')}`,
            description: l10n.t(
              placeKnowledge(guessed.intensity) === 'unknown' ? 'unknown location: {0}, {1} g/kWh' : '{0}, {1} g/kWh',
              guessed.label,
              threeDigits(guessed.intensity.gramsPerKWh),
            ),
            value: '',
          },
        ]
      : []),
    { label: l10n.t('Grid zones (Electricity Maps, ODbL 1.0)'), kind: QuickPickItemKind.Separator },
    ...zones.map((zone) => ({
      label: zone.name,
      description: `${zone.zone} · ${latest(zone)} g/kWh`,
      value: zone.zone,
    })),
    { label: l10n.t('Cloud regions'), kind: QuickPickItemKind.Separator },
    ...regions.map(({ provider, region, place, zone }) => ({
      label: `${provider}:${region}`,
      description: `${place} · ${zone}`,
      value: `${provider}:${region}`,
    })),
  ];
}
