// @ts-check
import { chromium } from 'playwright-core';
import { obtainChromium } from './chromium.mjs';

/** Starts a headless Chromium for the tests; its caller closes it. */
export async function openBrowser() {
  return chromium.launch({
    executablePath: await obtainChromium(),
    // The sandbox needs rights that containers and root do not have; the browser sees our own pages alone.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
    // The scripts end what they started themselves.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
