import { l10n, ProgressLocation, window, type SecretStorage } from 'vscode';
import type { Problem } from '../../power/prometheus/client';
import type { ClusterSource } from '../../power/prometheus/setup';
import type { ClusterMapping } from '../../runs/cluster/cluster-mapping';
import { openCluster, ownCpuSeconds, type OpenCluster } from '../../runs/cluster/open-cluster';
import { openClusterSoon } from '../../runs/cluster/waiting-cluster';
import { systemClock } from '../../system/clock';
import { systemHttp } from '../../system/http';
import { commands, editorCommands } from '../contributions/commands';
import { settingName } from '../contributions/links';
import { executeCommand } from '../contributions/use-commands';
import { anyText, Settings } from '../contributions/use-settings';
import { notify } from '../notify';

const tokenKey = 'prometheus.token';

/** The address in the settings; null if none is set. */
export function prometheusUrl(): string | null {
  const url = new Settings().read('prometheus.url', anyText).trim();
  return url === '' ? null : url;
}

/** The command "Set the Token of Prometheus". An empty text removes it. */
export async function askToken(secrets: SecretStorage): Promise<void> {
  const token = await window.showInputBox({
    title: l10n.t(commands.setPrometheusToken.title),
    password: true,
    prompt: l10n.t(
      'It is kept in the secret storage of VS Code, and sent only to the server in the settings. Leave empty to remove it.',
    ),
    validateInput: (text) => (/\s/.test(text.trim()) ? l10n.t('A token has no spaces.') : null),
    ignoreFocusOut: true,
  });
  if (token === undefined) return;
  if (token.trim() === '') await secrets.delete(tokenKey);
  else await secrets.store(tokenKey, token.trim());
}

/**
 * Asks the server of the settings; the caller has checked that there is one.
 *
 * @param open `openClusterSoon` if a run must not wait for the answer
 */
export async function openWithProgress(
  url: string,
  sources: readonly ClusterSource[],
  secrets: SecretStorage,
  open = openCluster,
): Promise<OpenCluster | Problem> {
  const token = (await secrets.get(tokenKey)) ?? null;
  const wayToToken = `give a valid token with the command "Green ML: ${commands.setPrometheusToken.title}"`;
  return window.withProgress({ location: ProgressLocation.Window, title: l10n.t('Asking Prometheus') }, () =>
    open(
      { server: { url, token, wayToToken }, sources, http: systemHttp, clock: systemClock, ownCpuSeconds },
      (sentence) => void tellProblem(sentence),
    ),
  );
}

/** The preset with its selector, or with its query. */
export function sourceOf(preset: string, text: string): ClusterSource {
  const isOwn = preset === 'joules' || preset === 'watts';
  return { preset, select: isOwn ? null : text, query: isOwn ? text : null };
}

/** The cluster that the settings name for a run; a note for its record, and a message, if it cannot be asked. */
export async function openMapped(
  mappings: readonly ClusterMapping[],
  secrets: SecretStorage,
): Promise<OpenCluster | { readonly note: string }> {
  const url = prometheusUrl();
  const cluster =
    url === null
      ? {
          kind: 'problem' as const,
          sentence: `no Prometheus server is set; enter it in ${settingName('prometheus.url')}.`,
        }
      : await openWithProgress(
          url,
          mappings.map(({ preset, select }) => sourceOf(preset, select)),
          secrets,
          openClusterSoon,
        );
  if (!('kind' in cluster)) return cluster;
  void tellProblem(cluster.sentence);
  return {
    note: `The setting ${settingName('prometheus.runs')} names a cluster for this run, which could not be asked: ${cluster.sentence} The figures are those of this machine.`,
  };
}

/** Says what is wrong, with the ways to change it. */
export async function tellProblem(sentence: string): Promise<void> {
  const [setting, token] = [l10n.t('Open Setting'), l10n.t(commands.setPrometheusToken.title)];
  const answer = await notify.error(
    `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`,
    setting,
    ...(sentence.includes('token') ? [token] : []),
  );
  if (answer === setting) await executeCommand(editorCommands.openSettings, settingName('prometheus.url'));
  if (answer === token) await executeCommand(commands.setPrometheusToken);
}
