// @ts-check
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { obtainChromium } from './chromium.mjs';

const options = async () => ({
  executablePath: await obtainChromium(),
  // The sandbox does not work in containers and as root. The browser only opens our own pages.
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
  // The scripts end their processes themselves.
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
});

/** Starts a headless Chromium for the tests. The caller must close it. */
export async function openBrowser() {
  return chromium.launch(await options());
}

/** @type {Promise<import('playwright-core').BrowserContext> | undefined} */
let shared;

/**
 * A page of the one browser of a test run, which ends with it. The browser keeps what it has fetched and compiled of
 * VS Code, so that the next window opens sooner, and nothing that a former page of this address stored. The caller closes
 * the page.
 * @param {string} address
 * @param {{ readonly width: number, readonly height: number }} size in CSS pixels
 */
export async function sharedPage(address, size) {
  shared ??= openShared();
  const context = await shared;
  const page = await context.newPage();
  await page.setViewportSize(size);
  const session = await context.newCDPSession(page);
  const storageTypes = 'cookies,file_systems,indexeddb,local_storage,service_workers,cache_storage';
  await session.send('Storage.clearDataForOrigin', { origin: new URL(address).origin, storageTypes });
  await session.detach();
  return page;
}

async function openShared() {
  // The folder of a test run is deleted at its end.
  const { GREEN_ML_RESULTS: results } = process.env;
  const profile = await mkdtemp(join(results === undefined ? tmpdir() : dirname(results), 'green-ml-browser-'));
  return chromium.launchPersistentContext(profile, { ...(await options()), locale: 'en-US' });
}
