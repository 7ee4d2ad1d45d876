// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The page as one file, with answers put in as `venloc locate --map` does, opened from the disk.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { ANSWERS as ELEMENT } from '../one-file';
import type { Embedded } from '../src/schema';
import { test as base, expect, expectAccessible, MOCK, picture } from './fixtures';
import { ANSWERS, reply, walkOf } from './mock-server.mjs';

const BUILT = process.env.VENLOC_WEB_OUT ?? fileURLToPath(new URL('../dist', import.meta.url));
const PICTURE = `data:image/jpeg;base64,${picture('').buffer.toString('base64')}`;

const test = base.extend<{ open: (json: string) => Promise<string> }>({
  /** Opens the file with this in its element, and gives its address. Nothing may be written to the console. */
  open: async ({ page }, use, info) => {
    const messages: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') messages.push(message.text());
    });
    await use(async (json) => {
      const html = readFileSync(`${BUILT}/map.html`, 'utf8');
      expect(html.split(ELEMENT).length).toBe(2);
      const file = info.outputPath('answers.html');
      writeFileSync(
        file,
        html.replace(ELEMENT, () => ELEMENT.replace('null', () => json.replaceAll('<', '\\u003c'))),
      );
      const address = pathToFileURL(file).href;
      await page.goto(address);
      return address;
    });
    expect(messages).toEqual([]);
  },
});

test.skip(!MOCK, 'no server has a part in it');

function filled(names: string[], changes: Partial<Embedded> = {}): string {
  const content: Embedded = {
    model: { ...ANSWERS['/api/v1/model'](), contributions: false },
    gallery: ANSWERS['/api/v1/gallery'](),
    basemap: ANSWERS['/api/v1/basemap'](),
    answers: names.map((name) => ({ picture: name.startsWith('bare') ? '' : PICTURE, reply: reply(name) })),
    ...changes,
  };
  return JSON.stringify(content);
}

/** Photos and tiles, as if the network were there. */
async function answerElsewhere(page: Page): Promise<void> {
  await page.route(/^https:/, (route) => route.fulfill({ body: picture('').buffer, contentType: 'image/jpeg' }));
}

test('one picture, without any server', async ({ page, open, requests, context }) => {
  await context.setOffline(true);
  const address = await open(filled(['likely.jpg']));
  await expect(page.locator('h1')).toHaveText('Where in Venice was this picture made?');
  await expect(page.locator('#answer-title')).toHaveText('Probably near Piazza San Marco');
  await expect(page.locator('#answer .name')).toHaveText('likely.jpg');
  const image = page.locator('#answer .preview img');
  await expect.poll(() => image.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBeGreaterThan(0);
  await expect(page.locator('#map .pin')).toHaveCount(1);
  await expect(page.locator('path.region-90')).toHaveAttribute('d', /^M/);
  await expect(page.locator('canvas.paper')).toBeAttached();
  await expect(page.locator('.with-land')).toHaveCount(1);
  await expect(page.locator('.matches circle')).toHaveCount(34);
  await page.locator('#points-1').click();
  await expect(page.locator('.matches circle')).toHaveCount(29);
  await expect(page.locator('#foot')).toContainText('Located with 2,148 known photos of Venice');
  await expect(page.locator('#foot a')).toHaveCount(0); // no server has the documents

  await expect(page.locator('input[type=file], .drop, .samples, .privacy, #know, #try-again')).toHaveCount(0);
  await expect(page.locator('#pictures')).toBeHidden();
  await expect(page.locator('body')).not.toContainText(/your picture|sets no cookies|Pictures are sent to/i);
  await expectAccessible(page);
  expect(requests).toEqual([address]);
});

test('pictures of one walk are drawn as such, and are not turned again', async ({ page, open }) => {
  const replies = walkOf(['pin.jpg', 'turned.jpg', 'damaged.jpg']);
  await open(filled([], { answers: replies.map((one) => ({ picture: PICTURE, reply: one })) }));
  await expect(page.locator('#map .stop')).toHaveText(['1', '2']);
  await expect(page.locator('.picture .state')).toHaveText(['no. 1 of the walk', 'no. 2 of the walk', 'not located']);
  await expect(page.locator('#together')).toHaveCount(0);
  await page.locator('.picture').nth(1).click();
  await expect(page.locator('#answer .preview')).toHaveAttribute('data-turned', '0');
  await expectAccessible(page);
});

test('the answer can be taken along', async ({ page, open, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(filled(['pin.jpg']));
  await page.locator('#copy').click();
  await expect(page.locator('#answer .message')).toHaveText('Copied');
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#geojson').click()]);
  expect(download.suggestedFilename()).toBe('pin.geojson');
  const { features } = JSON.parse(readFileSync(await download.path(), 'utf8'));
  expect(features[0].properties.file).toBe('pin.jpg');
});

test('several pictures, a failure and one without a picture among them', async ({ page, open, requests }) => {
  const evil = 'around</script><img src=x onerror="document.title=1">$&.jpg';
  const address = await open(filled(['pin.jpg', 'damaged.jpg', 'bare.jpg', evil]));
  await expect(page.locator('.picture')).toHaveCount(4);
  await expect(page.locator('.picture').first()).toHaveAttribute('aria-current', 'true');
  await expect(page.locator('#answer .name')).toHaveText('pin.jpg');

  await page.locator('.picture').nth(1).click();
  await expect(page.locator('.trouble')).toHaveText(/^damaged\.jpg: the JPEG ends too early; copy the file again/);
  await expect(page.locator('#try-again')).toHaveCount(0);
  await expect(page.locator('#map path.region')).toHaveCount(0);
  await expectAccessible(page);

  await page.locator('.picture').nth(2).click();
  await expect(page.locator('#answer .preview')).toHaveText('no preview');
  await expect(page.locator('.matches, .points')).toHaveCount(0);
  await expect(page.locator('.candidates li')).toHaveCount(10);

  await page.locator('.picture').nth(3).click();
  await expect(page.locator('#answer .name')).toHaveText(evil);
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
  await expect(page.locator('#map path.ring')).toHaveCount(1);

  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#all-csv').click()]);
  const rows = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n');
  expect(rows).toHaveLength(5);
  expect(rows.find((row) => row.startsWith('damaged.jpg'))).toContain('the JPEG ends too early');
  expect(rows[1]).toMatch(/^pin\.jpg,45\.433890/);
  expect(requests).toEqual([address]);
});

test('in Italian', async ({ page, open, requests }) => {
  const address = await open(filled(['exif.jpg', 'damaged.jpg']));
  await page.locator('#language-it').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'it');
  await expect(page.locator('#intake')).toContainText('2 immagini localizzate da venloc');
  await expect(page.locator('.facts')).toContainText('La posizione GPS nel file dell’immagine è 45.43421, 12.33842');
  await expect(page.locator('#foot')).toContainText('Questo file contiene piccole copie delle immagini');
  await expect(page.locator('body')).not.toContainText(/tua immagine|tue immagini/i);
  await expectAccessible(page);
  await page.locator('.picture').nth(1).click();
  await expect(page.locator('.trouble')).toContainText(/^Non è stato possibile usare questa immagine\./);
  await expect(page.locator('.trouble .detail')).toHaveText(/^damaged\.jpg: the JPEG ends too early/);
  await expectAccessible(page);
  expect(requests).toEqual([address]);
});

test('requests to others need permission, and each file its own', async ({ page, open, requests }) => {
  await answerElsewhere(page);
  const address = await open(filled(['likely.jpg']));
  expect(requests).toEqual([address]);
  await page.locator('#thumbnails').check();
  await expect(page.locator('#candidate-0 img')).toHaveJSProperty('complete', true);
  await expect(page.locator('.match-line')).toHaveCount(34);
  expect(new Set(requests.slice(1).map((url) => new URL(url).host))).toEqual(new Set(['photos.example']));
  await page.locator('#tiles').check();
  await expect(page.locator('.leaflet-tile-loaded').first()).toBeVisible();
  expect(new Set(requests.slice(1).map((url) => new URL(url).host))).toEqual(
    new Set(['photos.example', 'tiles.example']),
  );
  requests.length = 0;
  await page.reload();
  await expect(page.locator('#tiles')).not.toBeChecked();
  await expect(page.locator('#thumbnails')).not.toBeChecked();
  expect(requests).toEqual([address]);
});

test('without base map, gallery and tiles', async ({ page, open }) => {
  const model = { ...ANSWERS['/api/v1/model'](), tiles: null, contributions: false };
  await open(filled(['elsewhere.jpg'], { model, gallery: { places: [] }, basemap: null }));
  await expect(page.locator('#answer-title')).toHaveText('Probably not Venice');
  await expect(page.locator('#map-bar')).toContainText('This file has no map of the city');
  await expect(page.locator('.matches')).toHaveCount(0);
  await expectAccessible(page);
});

for (const [what, json] of [
  ['that is not filled', 'null'],
  ['that is cut short', filled(['pin.jpg']).slice(0, 5000)],
] as const) {
  test(`a file ${what} reports it`, async ({ page, open, requests }) => {
    const address = await open(json);
    await expect(page.locator('.notice')).toContainText('This file contains no answers');
    await expect(page.locator('#answer, #evidence').filter({ visible: true })).toHaveCount(0);
    await expectAccessible(page);
    expect(requests).toEqual([address]);
  });
}

test.describe('in the dark', () => {
  test.use({ colorScheme: 'dark' });
  test('the file can be read', async ({ page, open }) => {
    await open(filled(['pin.jpg', 'around.jpg']));
    await expect(page.locator('#answer .sentence')).toBeVisible();
    await expectAccessible(page);
  });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  test('nothing overflows', async ({ page, open }) => {
    await open(filled(['a-picture-with-a-name-that-has-no-end-and-no-space-in-it.jpg', 'damaged.jpg']));
    await expect(page.locator('#answer-title')).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= 360)).toBe(true);
    await expectAccessible(page);
  });
});
