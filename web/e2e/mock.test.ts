// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// What needs certain answers: only with the mock server.

import type { Page } from '@playwright/test';
import { answered, expect, expectAccessible, give, MOCK, picture, test } from './fixtures';
import { answer } from './mock-server.mjs';

test.skip(!MOCK, 'a real server does not give these answers');

/** The page, with another answer of the server where given. */
async function open(page: Page, changes: Record<string, unknown> = {}): Promise<void> {
  await page.route('**/api/v1/model', async (route) => {
    const model = await (await route.fetch()).json();
    await route.fulfill({ json: { ...model, ...changes } });
  });
  await page.goto('/');
  await expect(page.locator('#foot')).toContainText('venloc 0');
}

test.describe('verdicts', () => {
  test('pin', async ({ page }) => {
    await open(page);
    await give(page, 'pin.jpg');
    await expect(page.locator('#answer-title')).toHaveText('Very likely here');
    await expect(page.locator('.sentence')).toHaveText('Very likely within 87 m of 45.43389, 12.33789 in Venice.');
    await expect(page.locator('#map .pin')).toHaveCount(1);
    await expect(page.locator('#map .ring')).toHaveCount(0);
    await expect(page.locator('.facts')).toContainText('The error is below 100 m with a probability of 91%');
    await expect(page.locator('.facts')).toContainText('within 18 m with 50% probability, and within 87 m with 90%');
  });

  test('likely, near a named place', async ({ page }) => {
    await open(page);
    await give(page, 'likely.jpg');
    await expect(page.locator('#answer-title')).toHaveText('Probably near Piazza San Marco');
    await expect(page.locator('.sentence')).toHaveText('Probably within 56 m of 45.43389, 12.33789 in Venice.');
    await expect(page.locator('#map .pin')).toHaveCount(1);
    await expectAccessible(page);
  });

  test('around', async ({ page }) => {
    await open(page);
    await give(page, 'around.jpg');
    await expect(page.locator('.sentence')).toHaveText('Not sure: perhaps within 1.2 km of 45.434, 12.338 in Venice.');
    await expect(page.locator('#map .pin')).toHaveCount(0);
    const ring = await page.locator('#map path.ring').boundingBox();
    const region = await page.locator('#map path.region-90').boundingBox();
    // A circle, smaller than the 90 % region.
    expect(Math.abs((ring?.width ?? 0) - (ring?.height ?? 9))).toBeLessThan(3);
    expect(ring?.width).toBeLessThan(region?.width ?? 0);
    await expectAccessible(page);
  });

  test('elsewhere', async ({ page }) => {
    await open(page);
    await give(page, 'elsewhere.jpg');
    await expect(page.locator('#answer-title')).toHaveText('Probably not Venice');
    await expect(page.locator('.sentence')).toHaveText(
      'This does not look like Venice; if it is, the place is somewhere around 45.434, 12.338.',
    );
    await expect(page.locator('#map .pin, #map .ring')).toHaveCount(0);
    const pale = await page.locator('path.region-50').evaluate((path) => getComputedStyle(path).fillOpacity);
    expect(Number(pale)).toBeLessThan(0.15);
    await expect(page.locator('.candidates')).toContainText('no matching points');
    await expectAccessible(page);
  });
});

test('the place in the file stands beside the estimate', async ({ page }) => {
  await open(page);
  await give(page, 'exif.jpg');
  await expect(page.locator('.facts')).toContainText(
    'The GPS position in the file is 45.43421, 12.33842, 55 m from the estimate',
  );
  await expect(page.locator('#map .square')).toHaveCount(1);
  const scale = page.locator('.leaflet-control-scale-line');
  const near = await scale.textContent();

  // A file with a place in Paris does not make the map one of Europe.
  await page.route('**/api/v1/locate', (route) => {
    const far = { ...answer('exif.jpg'), exif: { lat: 48.85, lng: 2.35, distance_m: 845_000 } };
    return route.fulfill({
      body: `event: answer\ndata: ${JSON.stringify({ index: 0, done: 1, total: 1, ...far })}\n\nevent: end\ndata: {}\n\n`,
      contentType: 'text/event-stream',
    });
  });
  await give(page, 'paris.jpg');
  await expect(page.locator('.facts')).toContainText('845.0 km from the estimate');
  await expect(scale).toHaveText(near ?? '');
});

test('the street map comes only with permission, and the permission is stored', async ({ page, requests }) => {
  await page.route('https://tiles.example/**', (route) => route.fulfill({ body: '', contentType: 'image/png' }));
  await open(page);
  await expect(page.locator('.tiles')).toContainText(
    'tiles.example then receives your IP address and the part of the map',
  );
  expect(requests).toEqual([]);
  await page.locator('#tiles').check();
  await expect.poll(() => requests.length).toBeGreaterThan(0);
  expect(new Set(requests.map((url) => new URL(url).host))).toEqual(new Set(['tiles.example']));
  await expect(page.locator('.credit a')).toHaveAttribute('href', 'https://www.openstreetmap.org/copyright');
  await expect(page.locator('canvas.paper')).toHaveCount(0);
  await expectAccessible(page);
  await page.reload();
  await expect(page.locator('#tiles')).toBeChecked();
  await page.locator('#tiles').uncheck();
  await expect(page.locator('canvas.paper')).toBeAttached();
  await expect(page.locator('.leaflet-tile')).toHaveCount(0);
});

test('a map server that does not answer is named', async ({ page }) => {
  await page.route('https://tiles.example/**', (route) => route.abort());
  await open(page);
  await page.locator('#tiles').check();
  await expect(page.locator('.tiles .notice')).toContainText('tiles.example does not respond');
  await expectAccessible(page);
});

test('the makers of the base map are named', async ({ page }) => {
  await page.route('**/api/v1/basemap', async (route) => {
    await route.fulfill({ json: { ...(await (await route.fetch()).json()), attribution: '© Comune di Venezia <b>' } });
  });
  await open(page, { tiles: null });
  await expect(page.locator('#map-bar')).toContainText('© Comune di Venezia <b>');
});

test('known photos are shown only with permission', async ({ page, requests }) => {
  await page.route('https://photos.example/**', (route) =>
    route.request().url().endsWith('1.jpg')
      ? route.fulfill({ status: 404 })
      : route.fulfill({ body: picture('').buffer, contentType: 'image/jpeg' }),
  );
  await open(page);
  await give(page, 'likely.jpg');
  await answered(page);
  await expect(page.locator('.match-line')).toHaveCount(0);
  await expect(page.locator('.matches circle')).toHaveCount(34);
  expect(requests).toEqual([]);
  await page.locator('#thumbnails').check();
  await expect(page.locator('#candidate-0 img')).toHaveJSProperty('complete', true);
  await expect(page.locator('.match-line')).toHaveCount(34);
  await expect(page.locator('.matches circle')).toHaveCount(68);
  await expect(page.locator('#candidate-1 .preview')).toHaveText('could not be loaded');
  await expect(page.locator('#candidate-4 .preview')).toHaveCount(0);
  await expect(page.locator('#thumbnails')).toBeFocused();
  await page.locator('#points-2').click();
  await expect(page.locator('.match-line')).toHaveCount(24);
  await expectAccessible(page);
});

test('lines do not lead to a known photo that did not come', async ({ page }) => {
  await page.route('https://photos.example/**', (route) => route.fulfill({ status: 404 }));
  await open(page);
  await give(page, 'likely.jpg');
  await page.locator('#thumbnails').check();
  await expect(page.locator('.matches figcaption')).toContainText('could not be loaded');
  await expect(page.locator('.match-line')).toHaveCount(0);
  await expect(page.locator('.matches image')).toHaveCount(1);
  await expect(page.locator('.matches circle')).toHaveCount(34);
});

test('points are drawn on what there is', async ({ page }) => {
  await page.route('https://photos.example/**', (route) =>
    route.fulfill({ body: picture('').buffer, contentType: 'image/jpeg' }),
  );
  await open(page);
  await page.route('**/api/v1/locate', (route) => {
    const reply = answer('likely.jpg');
    const [first, second, third] = reply.candidates;
    if (!first || !second || !third || !reply.matches?.[1] || !reply.matches[2]) throw new Error('too few');
    first.thumbnail = '';
    reply.matches[1].other_width = 0;
    third.inliers = 1;
    reply.matches[2].pairs = reply.matches[2].pairs.slice(0, 1);
    const event = { index: 0, done: 1, total: 1, ...reply };
    return route.fulfill({
      body: `event: answer\ndata: ${JSON.stringify(event)}\n\nevent: end\ndata: {}\n\n`,
      contentType: 'text/event-stream',
    });
  });
  await give(page, 'likely.jpg');
  await page.locator('#thumbnails').check();
  await expect(page.locator('.matches circle')).toHaveCount(34);
  await expect(page.locator('.matches image')).toHaveCount(1);
  await expect(page.locator('.match-line')).toHaveCount(0);
  await expect(page.locator('.points')).toHaveCount(1);
  await expect(page.locator('#candidate-2')).toContainText('1 matching point ·');
});

test('what a photo is called cannot become a part of the page', async ({ page }) => {
  const evil = '<img src=x onerror="document.title=1">';
  await open(page, { tiles: { url: 'https://tiles.example/{z}/{x}/{y}.png', attribution: evil } });
  await page.route('**/api/v1/locate', async (route) => {
    const body = (await (await route.fetch()).text()).replaceAll(
      'flickr:46959953515',
      JSON.stringify(evil).slice(1, -1),
    );
    await route.fulfill({
      body: body.replaceAll('https://www.flickr.com', 'javascript:alert(1)//'),
      contentType: 'text/event-stream',
    });
  });
  await give(page, `likely${evil.replaceAll('"', '')}.jpg`);
  await answered(page);
  await expect(page.locator('#candidate-0 .photo')).toHaveText(evil);
  await expect(page.locator('.candidates a')).toHaveCount(0);
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
});

test.describe('failures', () => {
  test('of one among several', async ({ page }) => {
    await open(page);
    await give(page, 'pin.jpg', 'damaged.jpg');
    await expect(page.locator('.picture.is-failed')).toHaveCount(1);
    await page.locator('.picture.is-failed').click();
    await expect(page.locator('.trouble')).toHaveText(/^damaged\.jpg: the JPEG ends too early; copy the file again/);
    await expect(page.locator('#try-again')).toHaveCount(0);
    await expectAccessible(page);
  });

  test('in Italian, with what only the server reports in its English', async ({ page }) => {
    await open(page);
    await page.locator('#language-it').click();
    await give(page, 'pin.jpg', 'damaged.jpg');
    await page.locator('.picture.is-failed').click();
    await expect(page.locator('.trouble')).toContainText(/^Il server non può usare questa immagine così com’è\./);
    await expect(page.locator('.trouble .detail')).toHaveText(/^damaged\.jpg: the JPEG ends too early/);
    await expect(page.locator('.trouble .detail')).toHaveAttribute('lang', 'en');
    await expectAccessible(page);
    await page.locator('#language-en').click();
    await expect(page.locator('.trouble')).toHaveText(/^damaged\.jpg: the JPEG ends too early/);
    await expect(page.locator('.trouble .detail')).toHaveCount(0);
  });

  for (const [status, text] of [
    [408, 'L’invio delle immagini ha richiesto troppo tempo. Riprova con meno immagini o con immagini più piccole.'],
    [500, 'Si è verificato un errore interno del server. Riprova.'],
    [502, 'Il server non ha potuto rispondere (errore 502). Riprova più tardi.'],
  ] as const) {
    test(`with status ${status}, wholly in Italian`, async ({ page }) => {
      await open(page);
      await page.locator('#language-it').click();
      const detail = status === 502 ? '' : 'in English';
      await page.route('**/api/v1/locate', (route) =>
        route.fulfill({ status, json: { title: 'Oh', status, detail }, contentType: 'application/problem+json' }),
      );
      await give(page, 'pin.jpg');
      await expect(page.locator('.trouble')).toHaveText(text);
      await expect(page.locator('#try-again')).toBeVisible();
    });
  }

  test('of the whole request', async ({ page }) => {
    await open(page);
    await give(page, 'refused.jpg');
    await expect(page.locator('.trouble')).toHaveText('refused.jpg: larger than 20 MB; make the picture smaller');
    await expect(page.locator('#try-again')).toBeVisible();
  });

  test('of a busy server, which is tried again', async ({ page }) => {
    await open(page);
    await give(page, `busy-${Date.now()}.jpg`);
    await expect(page.locator('#pictures')).toContainText('The server is busy');
    await expect(page.locator('.countdown')).toHaveText(/Next try in [12] s/);
    await expectAccessible(page);
    await answered(page);
    await expect(page.locator('#pictures')).toBeHidden();
  });

  test('of a busy server, given up', async ({ page }) => {
    await open(page);
    await give(page, `busy-x${Date.now()}.jpg`);
    await page.locator('#cancel').click();
    await expect(page.locator('.trouble')).toHaveText('You cancelled before the picture was located.');
    await page.locator('#try-again').click();
    await answered(page);
  });

  test('of the connection amid the answers', async ({ page }) => {
    await open(page);
    await give(page, 'pin.jpg', 'broken.jpg');
    await expect(page.locator('.picture.is-answered')).toHaveCount(1);
    await page.locator('.picture.is-failed').click();
    await expect(page.locator('.trouble')).toContainText('The connection was lost');
    await expect(page.locator('#try-again')).toBeVisible();
  });

  test('of a server that is gone', async ({ page }) => {
    await open(page);
    await page.route('**/api/v1/locate', (route) => route.abort());
    await give(page, 'pin.jpg');
    await expect(page.locator('.trouble')).toContainText('The server cannot be reached');
    await expectAccessible(page);
    await page.unroute('**/api/v1/locate');
    await page.locator('#try-again').press('Enter');
    await answered(page);
    await expect(page.locator('#answer')).toBeFocused();
  });

  test('of a server that was never there', async ({ page }) => {
    await page.route('**/api/v1/model', (route) => route.abort());
    await page.goto('/');
    await expect(page.locator('.notice')).toContainText('The server cannot be reached');
    await expectAccessible(page);
    await page.unroute('**/api/v1/model');
    await page.locator('#reconnect').click();
    await expect(page.locator('.notice')).toBeHidden();
    await expect(page.locator('.sample').first()).toBeVisible();
  });
});

test('a request can be cancelled, and what was answered stays', async ({ page }) => {
  await open(page);
  await give(page, 'pin.jpg', 'slow.jpg', 'slow2.jpg');
  await expect(page.locator('.picture.is-answered')).toHaveCount(1);
  await expect(page.locator('.status')).toContainText('1 of 3 located');
  await expectAccessible(page);
  await page.locator('#cancel').click();
  await expect(page.locator('.picture .state')).toHaveText(['located', 'cancelled', 'cancelled']);
});

test('after starting over amid a request the next picture is located', async ({ page }) => {
  await open(page);
  await give(page, 'slow.jpg');
  await expect(page.locator('.status')).toContainText('Locating the picture');
  await page.locator('#start-over').click();
  await expect(page.locator('#choose')).toBeFocused();
  await give(page, 'pin.jpg');
  await answered(page);
  await expect(page.locator('#answer .name')).toHaveText('pin.jpg');
  await expect(page.locator('#strip')).toBeHidden();
});

test('more pictures can be given amid a request', async ({ page }) => {
  await open(page);
  await give(page, 'slow.jpg');
  await give(page, 'pin.jpg', 'around.jpg');
  await expect(page.locator('.picture.is-answered')).toHaveCount(3);
  await expect(page.locator('#answer .name')).toHaveText('pin.jpg');
});

test('many bytes go in several requests, and the progress is of all', async ({ page }) => {
  await open(page);
  let requests = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/locate')) requests += 1;
  });
  const large = Buffer.alloc(5_000_000, 1);
  await give(page, ...['slow.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg'].map((name) => picture(name, large)));
  await expect(page.locator('.status')).toContainText('0 of 5 located');
  await expect(page.locator('.picture.is-answered')).toHaveCount(5, { timeout: 30_000 });
  expect(requests).toBe(3);
});

test('a picture that was turned is shown upright, with its points, and contributed as it is', async ({ page }) => {
  await open(page);
  await give(page, 'turned.jpg');
  await expect(page.locator('.notes')).toHaveText(/^The picture seems to lie on its side .* clockwise by 90°/);
  await expect(page.locator('#answer .preview')).toHaveAttribute('data-turned', '90');
  const frame = await page.locator('#answer .preview').boundingBox();
  const image = await page.locator('#answer .preview img').boundingBox();
  expect([image?.x, image?.y, image?.width, image?.height].map((v) => Math.round(v ?? 0))).toEqual(
    [(frame?.x ?? 0) + 1, (frame?.y ?? 0) + 1, (frame?.width ?? 0) - 2, (frame?.height ?? 0) - 2].map(Math.round),
  );
  // The turned picture fills the drawing in which the points are.
  const drawing = await page.locator('.matches svg').boundingBox();
  const drawn = await page.locator('.matches image').boundingBox();
  expect([drawn?.x, drawn?.y].map((v) => Math.round(v ?? 0))).toEqual(
    [drawing?.x, drawing?.y].map((v) => Math.round(v ?? 0)),
  );
  expect(Math.abs((drawn?.width ?? 0) - (drawing?.width ?? 9))).toBeLessThan(1);
  expect(Math.abs((drawn?.height ?? 0) - (drawing?.height ?? 9))).toBeLessThan(1);
  await expectAccessible(page);
  await page.locator('#know').click();
  await page.locator('#consent').check();
  const sent = page.waitForRequest('**/api/v1/contributions');
  await page.locator('#send-place').click();
  const original = picture('').buffer;
  expect((await sent).postDataBuffer()?.includes(original)).toBe(true);
});

test('notes are in the language of the page, or marked as English', async ({ page }) => {
  await open(page);
  await page.locator('#language-it').click();
  await give(page, 'noted.jpg', 'screenshot.jpg');
  await expect(page.locator('.facts')).toContainText('Note');
  await expect(page.locator('.notes li')).toHaveText([/^Il file è incompleto/, 'The sky is <b>grey</b>.']);
  await expect(page.locator('.notes [lang=en]')).toHaveText('The sky is <b>grey</b>.');
  await page.locator('.picture').nth(1).click();
  await expect(page.locator('#answer .notice')).toHaveText(/^Sembra una schermata o un grafico, non un’immagine/);
  await expectAccessible(page);
});

test.describe('pictures of one walk', () => {
  test('are located together and drawn in their order', async ({ page }) => {
    await open(page);
    await give(page, 'pin-10.jpg', 'pin-9.jpg', 'damaged.jpg', 'around.jpg');
    await expect(page.locator('.picture.is-answered')).toHaveCount(3);
    await expect(page.locator('#map .stop')).toHaveCount(0);
    const sent = page.waitForRequest('**/api/v1/locate');
    await page.locator('#together').focus();
    await page.keyboard.press('Space');
    const body = (await sent).postDataBuffer()?.toString('latin1') ?? '';
    expect(body).toMatch(/name="together"\r\n\r\ntrue/);
    // By name, as they have no times; what cannot be read is not sent again.
    expect([...body.matchAll(/filename="([^"]*)"/g)].map(([, name]) => name)).toEqual([
      'around.jpg',
      'pin-9.jpg',
      'pin-10.jpg',
    ]);
    await expect(page.locator('.picture .state')).toHaveText([
      'no. 3 of the walk',
      'no. 2 of the walk',
      'not located',
      'no. 1 of the walk',
    ]);
    await expect(page.locator('#together')).toBeChecked();
    await expect(page.locator('#together')).toBeFocused();
    await expect(page.locator('#map path.walk')).toHaveAttribute('d', /^M[^L]+L[^L]+L[^L]+$/);
    await expect(page.locator('#map .stop')).toHaveText(['1', '2', '3']);
    await expect(page.locator('#map .stop.selected')).toHaveText('3');
    await expect(page.locator('.notes')).toContainText('as number 3 of 3');
    await expect(page.locator('.legend')).toContainText('pictures of the walk');
    await expectAccessible(page);

    await page.locator('#map .stop-around').click();
    await expect(page.locator('#answer .name')).toHaveText('around.jpg');
    await expect(page.locator('#map .stop.selected')).toHaveText('1');
    await page.locator('.picture').nth(2).click();
    await expect(page.locator('#map .stop')).toHaveCount(0);
  });

  test('get their own answers back without a request', async ({ page }) => {
    await open(page);
    await give(page, 'pin.jpg', 'pin2.jpg');
    await expect(page.locator('.picture.is-answered')).toHaveCount(2);
    const alone = await page.locator('.sentence').textContent();
    await page.locator('#together').check();
    await expect(page.locator('#map .stop')).toHaveCount(2);
    await expect(page.locator('.sentence')).not.toHaveText(alone ?? '');
    let requests = 0;
    page.on('request', () => {
      requests += 1;
    });
    await page.locator('#together').uncheck();
    await expect(page.locator('.sentence')).toHaveText(alone ?? '');
    await expect(page.locator('#map .stop, #map .walk')).toHaveCount(0);
    await expect(page.locator('.picture .state')).toHaveText(['located', 'located']);
    expect(requests).toBe(0);
  });

  test('are those that were added at once', async ({ page }) => {
    await open(page);
    await give(page, 'alone.jpg');
    await answered(page);
    await expect(page.locator('#together')).toHaveCount(0);
    await give(page, 'a.jpg', 'b.jpg');
    await page.locator('#together').check();
    await expect(page.locator('#map .stop')).toHaveCount(2);
    await page.locator('.picture').first().click();
    await expect(page.locator('#together')).toHaveCount(0);
    await expect(page.locator('.picture .state').first()).toHaveText('located');
    await give(page, 'c.jpg', 'd.jpg');
    await expect(page.locator('#together')).not.toBeChecked();
    await page.locator('#start-over').click();
    await give(page, 'e.jpg', 'f.jpg');
    await expect(page.locator('#together')).not.toBeChecked();
  });

  test('can be switched on amid a request, cancelled and tried again', async ({ page }) => {
    await open(page);
    await give(page, 'pin.jpg', 'slow.jpg');
    await page.locator('#together').check();
    await expect(page.locator('.status')).toContainText('1 of 2 located');
    await page.locator('#cancel').click();
    await expect(page.locator('.picture .state')).toHaveText(['cancelled', 'cancelled']);
    await page.locator('.picture').first().click();
    await page.locator('#try-again').click();
    await expect(page.locator('.picture .state')).toHaveText(['no. 1 of the walk', 'no. 2 of the walk']);
  });

  test('are sent again together when the connection broke', async ({ page }) => {
    await open(page);
    await give(page, 'a.jpg', 'b.jpg');
    await expect(page.locator('.picture.is-answered')).toHaveCount(2);
    await page.route('**/api/v1/locate', (route) => route.abort());
    await page.locator('#together').check();
    await expect(page.locator('.trouble')).toContainText('The server cannot be reached');
    await page.unroute('**/api/v1/locate');
    await page.locator('#try-again').click();
    await expect(page.locator('#map .stop')).toHaveCount(2);
  });
});

test('pictures are checked before they are sent', async ({ page }) => {
  await open(page, { limits: { max_bytes: 150_000, max_pixels: 100_000, max_pictures: 3 } });
  const requested: string[] = [];
  page.on('request', (request) => requested.push(new URL(request.url()).pathname));
  await give(
    page,
    picture('large.jpg', Buffer.alloc(200_000)),
    picture('pixels.jpg'),
    picture('empty.jpg', Buffer.alloc(0)),
    picture('fourth.jpg'),
  );
  await expect(page.locator('.notice')).toContainText('at most 3 pictures');
  await expect(page.locator('.picture.is-failed')).toHaveCount(3);
  await expect(page.locator('.trouble')).toHaveText(/large\.jpg is larger than 0\.2\sMB/);
  await page.locator('.picture').nth(1).click();
  await expect(page.locator('.trouble')).toHaveText(/pixels\.jpg has more than 0\.1 million pixels/);
  await page.locator('.picture').nth(2).click();
  await expect(page.locator('.trouble')).toContainText('empty.jpg is empty');
  expect(requested).not.toContain('/api/v1/locate');
});

test.describe('"I know where this is"', () => {
  test('is a pin to move, a box to tick and a thank-you', async ({ page }) => {
    await open(page);
    await give(page, 'around.jpg');
    await page.locator('#know').click();
    await expect(page.locator('#know-title')).toBeFocused();
    await expectAccessible(page);

    const pin = page.locator('.own-pin');
    await pin.focus();
    await page.keyboard.press('ArrowUp');
    await expect(page.locator('#own-lat')).toHaveValue('45.433935');
    await page.keyboard.press('Shift+ArrowRight');
    await expect(page.locator('#own-lng')).toHaveValue('12.338531');

    await page.locator('#own-lat').fill('5');
    await page.locator('#own-lat').blur();
    await expect(page.locator('.contribution .message')).toContainText('Enter a latitude and a longitude');
    const before = await pin.boundingBox();
    await page.locator('#own-lat').fill('45,4360');
    await page.locator('#own-lat').blur();
    await expect.poll(async () => (await pin.boundingBox())?.y).toBeLessThan(before?.y ?? 0);

    await page.locator('#send-place').click();
    await expect(page.locator('.contribution .message')).toContainText('without your consent');
    await page.locator('#consent').check();
    const sent = page.waitForRequest('**/api/v1/contributions');
    await page.locator('#send-place').click();
    expect((await sent).postData()).toMatch(/name="lat"\r\n\r\n45.436\r\n/);
    await expect(page.locator('.contribution .message')).toHaveText('Thank you. The picture is stored as c0ffee.');
    // The message stays to be seen, and the pin is moved no more.
    const kept = await page.locator('#own-lat').inputValue();
    await page.locator('#map').click({ position: { x: 60, y: 60 } });
    await expect(page.locator('#own-lat')).toHaveValue(kept);
    await expect(page.locator('.sign-own-pin')).toHaveCount(1);
    await page.locator('#close-know').click();
    await expect(page.locator('.contribution')).toBeHidden();
    await expect(page.locator('.own-pin, .sign-own-pin')).toHaveCount(0);
    await expect(page.locator('#know')).toBeFocused();
  });

  test('takes both coordinates at once, Enter and Escape', async ({ page }) => {
    await open(page);
    await give(page, 'around.jpg');
    await page.locator('#know').click();
    await page.locator('#own-lat').fill('45.4360, 12.3370');
    await expect(page.locator('#own-lat')).toHaveValue('45.4360');
    await expect(page.locator('#own-lng')).toHaveValue('12.3370');
    await page.locator('#own-lng').press('Escape');
    await expect(page.locator('.contribution')).toBeHidden();
    await expect(page.locator('#know')).toBeFocused();
    await page.locator('#know').press('Enter');
    await expect(page.locator('#know-title')).toBeFocused();
    await expect(page.locator('#own-lng')).toHaveValue('12.3370');
    await page.locator('#consent').check();
    const sent = page.waitForRequest('**/api/v1/contributions');
    await page.locator('#own-lat').press('Enter');
    expect((await sent).postData()).toMatch(/name="lat"\r\n\r\n45.436\r\n[\s\S]*name="lng"\r\n\r\n12.337\r\n/);
    await expect(page.locator('.contribution .message')).toHaveText('Thank you. The picture is stored as c0ffee.');
  });

  test('keeps what was typed while another picture is looked at', async ({ page }) => {
    await open(page);
    await give(page, 'around.jpg', 'pin.jpg');
    await page.locator('.picture').first().click();
    await page.locator('#know').click();
    await page.locator('#own-lat').fill('45.4360');
    await page.locator('.picture').nth(1).click();
    await expect(page.locator('.contribution')).toBeHidden();
    await page.locator('#know').click();
    await expect(page.locator('#own-lat')).toHaveValue('45.433890');
    await page.locator('.picture').first().click();
    await page.locator('#know').click();
    await expect(page.locator('#know-title')).toBeFocused();
    await expect(page.locator('#own-lat')).toHaveValue('45.4360');
  });

  test('follows a click on the map', async ({ page }) => {
    await open(page);
    await give(page, 'around.jpg');
    await page.locator('#know').click();
    await page.locator('#map').click({ position: { x: 60, y: 60 } });
    await expect(page.locator('#own-lat')).not.toHaveValue('45.433890');
  });

  test('stays as it is when the language changes', async ({ page }) => {
    await open(page);
    await give(page, 'around.jpg');
    await page.locator('#know').click();
    await page.locator('.own-pin').focus();
    await page.keyboard.press('Shift+ArrowUp');
    await expect(page.locator('#own-lat')).toHaveValue('45.434340');
    await page.locator('#consent').check();
    // From a dot that stays, as the map itself may move below words of another length.
    const fromDot = async () => {
      const [pin, dot] = [
        await page.locator('.own-pin').boundingBox(),
        await page.locator('.dot').first().boundingBox(),
      ];
      return [(pin?.x ?? 0) - (dot?.x ?? 0), (pin?.y ?? 0) - (dot?.y ?? 0)].map(Math.round);
    };
    const before = await fromDot();
    await page.locator('#language-it').click();
    await expect(page.locator('#know-title')).toHaveText('Dov’è?');
    await expect(page.locator('#language-it')).toBeFocused();
    await expect(page.locator('.own-pin')).toHaveAttribute('aria-label', 'Il luogo che scegli');
    await expect(page.locator('#own-lat')).toHaveValue('45.434340');
    await expect(page.locator('#consent')).toBeChecked();
    expect(await fromDot()).toEqual(before);

    // What is wrong stays, too, and is explained in the other language.
    await page.locator('#own-lng').fill('oh');
    await page.locator('#language-en').click();
    await expect(page.locator('#own-lng')).toHaveValue('oh');
    await expect(page.locator('.contribution .message')).toContainText('Enter a latitude and a longitude');
    await page.locator('#own-lng').fill('12.3385');
    await page.locator('#language-it').click();
    await expect(page.locator('.contribution .message')).toBeHidden();

    await page.route('**/api/v1/contributions', (route) =>
      route.fulfill({
        status: 422,
        json: { title: 'Oh', status: 422, detail: 'a picture without pixels' },
        contentType: 'application/problem+json',
      }),
    );
    await page.locator('#send-place').click();
    await expect(page.locator('.contribution .message .detail')).toHaveText('a picture without pixels');
    await expect(page.locator('.contribution .message')).toContainText('Il server non può usare questa immagine');
    await page.unroute('**/api/v1/contributions');

    const sent = page.waitForRequest('**/api/v1/contributions');
    await page.locator('#send-place').click();
    expect((await sent).postData()).toMatch(/name="lat"\r\n\r\n45.43434\r\n[\s\S]*name="lng"\r\n\r\n12.3385\r\n/);
    await expect(page.locator('.contribution .message')).toHaveText('Grazie. L’immagine è conservata come c0ffee.');
    await page.locator('#language-en').click();
    await expect(page.locator('.contribution .message')).toHaveText('Thank you. The picture is stored as c0ffee.');
    await expect(page.locator('#send-place').filter({ visible: true })).toHaveCount(0);

    // A form that is opened again begins anew.
    await page.locator('#close-know').click();
    await page.locator('#know').click();
    await expect(page.locator('#own-lat')).toHaveValue('45.433890');
    await expect(page.locator('#consent')).not.toBeChecked();
  });

  test('is not offered by every server', async ({ page }) => {
    await open(page, { contributions: false });
    await give(page, 'around.jpg');
    await answered(page);
    await expect(page.locator('#know')).toHaveCount(0);
  });
});

test('without base map, gallery and samples the page is complete', async ({ page }) => {
  await page.route('**/api/v1/gallery', (route) => route.fulfill({ json: { places: [] } }));
  await page.route('**/api/v1/samples', (route) => route.fulfill({ status: 500, body: 'oh' }));
  await open(page, { basemap: false, tiles: null });
  await expect(page.locator('#map-bar')).toContainText('no map of the city');
  await expect(page.locator('.samples')).toHaveCount(0);
  await expectAccessible(page);
  await give(page, 'pin.jpg');
  await answered(page);
  await expect(page.locator('path.region-50')).toHaveAttribute('d', /^M/);
});
