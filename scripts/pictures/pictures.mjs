// @ts-check
// Writes pictures: small enough for a page that loads at once, and sharp on today's screens.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';

/**
 * @typedef {{ png: Buffer, seconds: number }} Frame a screenshot, and for how long it is shown
 */

/**
 * Writes a still picture. An interface has few colours, so a palette loses nothing that one sees.
 * @param {string} path
 * @param {Buffer} png
 */
export async function writeStill(path, png) {
  await mkdir(dirname(path), { recursive: true });
  await sharp(png).png({ palette: true, quality: 80, effort: 10, dither: 0, compressionLevel: 9 }).toFile(path);
}

/**
 * Writes a moving picture that repeats for ever. Equal frames become one.
 * @param {string} path of a `.webp`
 * @param {readonly Frame[]} frames
 * @param {{ width: number }} options in pixels
 */
export async function writeMoving(path, frames, { width }) {
  await mkdir(dirname(path), { recursive: true });
  /** @type {{ pixels: Buffer, seconds: number }[]} */
  const distinct = [];
  for (const { png, seconds } of frames) {
    const pixels = await sharp(png).removeAlpha().resize({ width, kernel: 'lanczos3' }).png().toBuffer();
    const last = distinct.at(-1);
    if (last?.pixels.equals(pixels)) last.seconds += seconds;
    else distinct.push({ pixels, seconds });
  }
  const image = sharp(
    distinct.map(({ pixels }) => pixels),
    { join: { animated: true } },
  );
  const delay = distinct.map(({ seconds }) => Math.round(seconds * 1000));
  await image.webp({ loop: 0, delay, quality: 70, effort: 4, minSize: true, mixed: true }).toFile(path);
}
