// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// What holds with every server.

import { readFileSync } from 'node:fs';
import { answered, expect, expectAccessible, give, picture, test } from './fixtures';

test.beforeEach(({ page }) => page.goto('/').then(() => expect(page.locator('#foot')).toContainText('venloc 0')));

test('a picture that is chosen is located', async ({ page, requests }) => {
  await give(page, 'piazza.jpg');
  await answered(page);
  await expect(page.locator('#answer .sentence')).toHaveText(/\d+\.\d{3,5}, \d+\.\d{3,5}/);
  await expect(page.locator('#answer .preview img')).toHaveJSProperty('complete', true);
  await expect(page.locator('.facts')).toContainText(/probability of \d+%/);
  await expect(page.locator('#announcement')).toContainText('piazza.jpg: ');
  await expect(page.locator('path.region-50')).toHaveAttribute('d', /^M/);
  await expect(page.locator('path.region-90')).toHaveAttribute('d', /^M/);
  await expectAccessible(page);
  expect(requests).toEqual([]);
});

test('the evidence is listed, linked and on the map', async ({ page }) => {
  await give(page, 'piazza.jpg');
  await answered(page);
  const rows = page.locator('.candidates li');
  expect(await rows.count()).toBeGreaterThan(0);
  expect(await page.locator('#map .dot').count()).toBeGreaterThanOrEqual(await rows.count());
  const link = rows.first().locator('a');
  await expect(link).toHaveAttribute('href', /^https?:/);
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer');
  await rows.first().hover();
  await expect(page.locator('.dot.highlighted span')).toHaveText('1');
});

test('the foot leads to the limits and the cards', async ({ page }) => {
  const links = page.locator('#foot nav a');
  await expect(links).toHaveCount(6);
  await expect(links.first()).toHaveText('Limits and responsible use');
  await expect(links.first()).toHaveAttribute('href', 'documents/limits');
  await expect(page.locator('#foot nav')).toHaveAttribute('aria-label', 'About venloc');
});

test('a picture can be pasted', async ({ page }) => {
  await page.evaluate(
    (bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'pasted.jpg', { type: 'image/jpeg' }));
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
    },
    [...picture('').buffer],
  );
  await answered(page);
  await expect(page.locator('#answer .name')).toHaveText('pasted.jpg');
});

test('a picture can be dropped anywhere', async ({ page }) => {
  const data = await page.evaluateHandle(
    (bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'dropped.jpg', { type: 'image/jpeg' }));
      return transfer;
    },
    [...picture('').buffer],
  );
  await page.dispatchEvent('#map', 'dragover', { dataTransfer: data });
  await expect(page.locator('.drop-now')).toBeVisible();
  await page.dispatchEvent('#map', 'drop', { dataTransfer: data });
  await expect(page.locator('.drop-now')).toBeHidden();
  await answered(page);
  await expect(page.locator('#answer .name')).toHaveText('dropped.jpg');
});

test('a sample is located by a click', async ({ page }) => {
  const sample = page.locator('.sample').first();
  await expect(sample.locator('img')).toHaveJSProperty('complete', true);
  await sample.click();
  await answered(page);
  await expect(page.locator('.matches circle').first()).toBeVisible();
  await expect(page.locator('.samples')).toBeHidden();
  await page.locator('#start-over').click();
  await expect(page.locator('.samples')).toBeVisible();
  await expect(page.locator('#answer')).toBeHidden();
  await expect(page.locator('#map .dot')).toHaveCount(0);
});

test('several pictures are located, and one of them shown', async ({ page }) => {
  await give(page, 'one.jpg', 'two.jpg', picture('letter.txt', Buffer.from('Dear Sir'), 'text/plain'));
  await expect(page.locator('.picture.is-answered')).toHaveCount(2);
  await answered(page);
  await expect(page.locator('#answer .name')).toHaveText('one.jpg');
  await page.locator('.picture').nth(1).click();
  await expect(page.locator('#answer .name')).toHaveText('two.jpg');
  await expect(page.locator('.picture').nth(1)).toBeFocused();
  await expect(page.locator('.picture').nth(1)).toHaveAttribute('aria-current', 'true');
  await page.locator('.picture').nth(2).click();
  await expect(page.locator('.trouble')).toContainText('letter.txt is not a picture');
  await expect(page.locator('#map path.region')).toHaveCount(0);
  await expectAccessible(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#all-csv').click()]);
  const rows = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n');
  expect(rows.map((row) => row.replace('\ufeff', '').split(',')[0])).toEqual([
    'file',
    'one.jpg',
    'two.jpg',
    'letter.txt',
  ]);
});

test('the answer can be taken along', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await give(page, 'piazza.jpg');
  await answered(page);
  await page.locator('#copy').click();
  await expect(page.locator('#answer .message')).toHaveText('Copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  await expect(page.locator('#answer .sentence')).toContainText(copied);
  await expect(page.locator('#open-map')).toHaveAttribute('href', /^https:\/\/www\.openstreetmap\.org\/\?mlat=45\./);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#geojson').click()]);
  expect(download.suggestedFilename()).toBe('piazza.geojson');
  const { features } = JSON.parse(readFileSync(await download.path(), 'utf8'));
  expect(features[0].properties.file).toBe('piazza.jpg');
});

test('in Italian', async ({ page }) => {
  await give(page, 'piazza.jpg');
  await answered(page);
  await page.locator('#language-it').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'it');
  await expect(page).toHaveTitle(/Venezia/);
  await expect(page.locator('#answer .sentence')).toContainText('Venezia');
  await expect(page.locator('#evidence-title')).toHaveText('Indizi');
  await expect(page.locator('#language-it')).toBeFocused();
  await expectAccessible(page);
  await page.reload();
  await expect(page.locator('h1')).toHaveText('In quale punto di Venezia è stata realizzata questa immagine?');
});

test.describe('of an Italian browser', () => {
  test.use({ locale: 'it-IT' });
  test('the page is in Italian', async ({ page }) => {
    await expect(page.locator('html')).toHaveAttribute('lang', 'it');
    await expect(page.locator('#choose')).toHaveText('Scegli le immagini');
  });
});

test.describe('in the dark', () => {
  test.use({ colorScheme: 'dark' });
  test('the page is dark and can be read', async ({ page }) => {
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(23, 32, 39)');
    await expectAccessible(page);
    await give(page, 'piazza.jpg');
    await answered(page);
    await expectAccessible(page);
  });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  test('nothing overflows, and the buttons are large enough for fingers', async ({ page }) => {
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= 360);
    expect(await fits()).toBe(true);
    await expect(page.locator('#photograph')).toBeVisible();
    await expectAccessible(page);
    await give(page, 'a-picture-with-a-name-that-has-no-end-and-no-space-in-it.jpg', 'two.jpg');
    await answered(page);
    await expect(page.locator('#answer-title')).toBeInViewport();
    expect(await fits()).toBe(true);
    for (const button of await page.locator('button:visible, a.button:visible, input:visible').all()) {
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
    }
    await expectAccessible(page);
  });
});

test('by keyboard alone', async ({ page }) => {
  // Before the key is pressed, which is quicker than the start of listening.
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Tab');
  await expect(page.locator('#skip')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.locator('#choose')).toBeFocused();
  const outline = await page.locator('#choose').evaluate((button) => getComputedStyle(button).outlineStyle);
  expect(outline).toBe('solid');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles([picture('one.jpg'), picture('two.jpg')]);
  await answered(page);
  await expect(page.locator('.picture.is-answered')).toHaveCount(2);
  const reach = async (selector: string) => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      if (await page.locator(selector).evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`Tab does not reach ${selector}`);
  };
  await reach('.strip li:nth-child(2) button');
  await page.keyboard.press('Enter');
  await expect(page.locator('#answer .name')).toHaveText('two.jpg');
  await reach('#copy');
  await reach('#map');
  const before = await page.locator('path.region-50').boundingBox();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await page.locator('path.region-50').boundingBox())?.x).not.toBe(before?.x);
  await reach('#photo-0');
});

test('a first visit sends no request elsewhere and has no violation', async ({ page, requests }) => {
  await expect(page.locator('h1')).toHaveText('Where in Venice was this picture made?');
  await expect(page.locator('canvas.paper')).toBeAttached();
  // Something is drawn: not all pixels are empty.
  const drawn = await page.locator('canvas.paper').evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return pixels.some((value) => value !== 0);
  });
  expect(drawn).toBe(true);
  await expectAccessible(page);
  expect(requests).toEqual([]);
});
