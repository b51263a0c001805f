import { l10n, window, type SecretStorage } from 'vscode';
import type { ServiceInput, ServiceSetup } from '../../grid/services/service';
import { serviceSetups, type LiveChoice } from '../../grid/services/services';
import { commands } from '../contributions/commands';
import { anyText, Settings, trueOrFalse } from '../contributions/use-settings';

/** The live services that are turned on, by settings and by keys in VS Code's secret storage. */
export async function readLiveChoice(secrets: SecretStorage): Promise<LiveChoice> {
  const settings = new Settings();
  const given: Record<string, string> = {};
  for (const { variable, kept } of serviceSetups.flatMap(({ inputs }) => [...inputs])) {
    const value =
      kept.in === 'secrets' ? await secrets.get(kept.key) : settings.read(kept.key, anyText).trim() || undefined;
    if (value !== undefined) given[variable] = value;
  }
  return { publicServices: settings.read('live.publicServices', trueOrFalse), given };
}

/** The command "Set the Key of a Live Service". An empty key turns the service off. */
export async function askKey(secrets: SecretStorage): Promise<void> {
  const services = serviceSetups
    .map(({ name, inputs }: ServiceSetup) => ({ label: name, keys: inputs.filter(isSecret) }))
    .filter(({ keys }) => keys.length > 0);
  const service = await window.showQuickPick(services, {
    title: l10n.t(commands.setLiveKey.title),
    placeHolder: l10n.t('Keys are kept in the secret storage of VS Code'),
  });
  for (const { label, kept } of service?.keys ?? []) {
    if (!(await askSecret(secrets, kept.key, label, kept.isPassword))) return;
  }
}

type SecretInput = ServiceInput & { readonly kept: { readonly in: 'secrets' } };

function isSecret(input: ServiceInput): input is SecretInput {
  return input.kept.in === 'secrets';
}

/** True if a key was entered. */
async function askSecret(secrets: SecretStorage, key: string, title: string, isPassword: boolean): Promise<boolean> {
  const value = await window.showInputBox({
    title,
    password: isPassword,
    prompt: l10n.t('Leave empty to turn the service off.'),
    ignoreFocusOut: true,
  });
  if (value === undefined) return false;
  if (value === '') await secrets.delete(key);
  else await secrets.store(key, value);
  return value !== '';
}
