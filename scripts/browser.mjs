// @ts-check
import { chromium } from 'playwright-core';
import { obtainChromium } from './chromium.mjs';

/** Starts a headless Chromium for the tests. The caller must close it. */
export async function openBrowser() {
  return chromium.launch({
    executablePath: await obtainChromium(),
    // The sandbox does not work in containers and as root. The browser only opens our own pages.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
    // The scripts end their processes themselves.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
