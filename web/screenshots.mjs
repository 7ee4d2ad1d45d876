// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The pictures of docs/web-page, from a server with the sample pictures: VENLOC_URL=… node screenshots.mjs

import { chromium } from '@playwright/test';

const server = process.env.VENLOC_URL ?? 'http://127.0.0.1:8000';
const folder = new URL('../docs/web-page/', import.meta.url).pathname;
const samples = new URL('../examples/pictures/', import.meta.url).pathname;
const desktop = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });

/** Opens the page and, with a sample's name or those of a walk, locates it; `look` brings into view what is to be seen. */
async function shot(name, { sample, walk, viewport = desktop, look = async () => {}, ...options }) {
  const context = await browser.newContext({ viewport, ...options });
  const page = await context.newPage();
  await page.goto(server);
  await page.locator('.sample img').first().waitFor();
  if (sample) {
    await page.locator('.sample', { hasText: sample }).click();
    await page.locator('#answer-title').waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500); // the map comes to rest
  }
  if (walk) {
    const chooser = page.waitForEvent('filechooser');
    await page.locator('#choose').click();
    await (await chooser).setFiles(walk.map((file) => samples + file));
    await page.locator('#together').check();
    await page.locator('#map .stop').first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500);
  }
  await look(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${folder}${name}.jpg`, type: 'jpeg', quality: 85 });
  await context.close();
}

await shot('start', {});
await shot('answer', { sample: 'basilica' });
await shot('evidence', {
  sample: 'Porta della Carta',
  look: (page) => page.locator('#evidence-title').evaluate((title) => title.scrollIntoView()),
});
await shot('unsure-dark', { sample: "Ca' d'Oro", colorScheme: 'dark' });
const walk = [
  'grand-canal-from-accademia.jpg',
  'piazza-san-marco.jpg',
  'porta-della-carta.jpg',
  'basilica-san-marco.jpg',
];
await shot('walk', { walk });
await shot('phone-italian', { sample: 'basilica', viewport: phone, locale: 'it-IT', isMobile: true, hasTouch: true });
await browser.close();
