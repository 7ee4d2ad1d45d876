// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ANSWERS, reply } from '../e2e/mock-server.mjs';
import { itemsOf, readEmbedded } from '../src/embedded';
import type { Embedded } from '../src/schema';

const PICTURE = 'data:image/jpeg;base64,/9g=';

function content(...names: string[]): Embedded {
  return {
    model: ANSWERS['/api/v1/model'](),
    gallery: ANSWERS['/api/v1/gallery'](),
    basemap: ANSWERS['/api/v1/basemap'](),
    answers: names.map((name) => ({ picture: PICTURE, reply: reply(name) })),
  };
}

/** The content with another value at this path of keys. */
function changed(path: (string | number)[], value: unknown): string {
  const all = structuredClone(content('exif.jpg', 'likely.jpg', 'damaged.jpg')) as unknown;
  const last = path.at(-1) as string;
  const parent = path.slice(0, -1).reduce((inner, key) => (inner as Record<string, unknown>)[key], all);
  (parent as Record<string, unknown>)[last] = value;
  return JSON.stringify(all);
}

describe('embedded answers', () => {
  it('are read as they are', () => {
    const all = content('pin.jpg', 'around.jpg', 'elsewhere.jpg', 'exif.jpg', 'likely.jpg', 'damaged.jpg');
    expect(readEmbedded(JSON.stringify(all))).toEqual(all);
  });

  it.each([
    [['basemap'], null],
    [['model', 'tiles'], null],
    [['gallery', 'places'], []],
    [['answers', 0, 'picture'], ''],
    [['answers', 0, 'reply', 'matches'], []],
    [['answers', 0, 'reply', 'candidates'], []],
    [['answers', 0, 'reply', 'candidates', 0, 'inliers'], 0],
    [['answers', 0, 'reply', 'candidates', 0, 'thumbnail'], ''],
    [['basemap', 'attribution'], 'the city'],
    [['later'], 'a member that this page does not define'],
  ])('may have %j: %j', (path, value) => {
    expect(readEmbedded(changed(path, value))).not.toBeNull();
  });

  it.each([
    [['model'], null],
    [['model', 'photos'], 2148.5],
    [['model', 'area', 'west'], '12'],
    [['answers', 0, 'reply', 'schema_version'], 2],
    [['answers', 0, 'reply', 'matches'], undefined],
    [['answers', 0, 'reply', 'regions', 'features', 1, 'properties'], { kind: 'region' }],
    [['gallery', 'places', 3], [45]],
    [['basemap', 'features'], undefined],
    [['basemap', 'features', 0, 'geometry', 'coordinates'], [['a']]],
    [['answers'], {}],
    [['answers', 0, 'reply'], null],
    [['answers', 0, 'reply', 'verdict'], 'sure'],
    [['answers', 0, 'reply', 'lat'], null],
    [['answers', 0, 'reply', 'exif'], undefined],
    [['answers', 0, 'reply', 'regions', 'type'], 'Feature'],
    [['answers', 0, 'reply', 'candidates', 0, 'url'], null],
    [['answers', 0, 'reply', 'matches'], null],
    [
      ['answers', 0, 'reply', 'matches', 0, 'pairs', 0],
      [1, 2, 3],
    ],
    [['answers', 1, 'reply', 'nearest', 'name'], 1],
    [['answers', 2, 'reply', 'problem', 'detail'], undefined],
  ])('are refused with %j: %j', (path, value) => {
    expect(readEmbedded(changed(path, value))).toBeNull();
  });

  it.each(['', 'null', '[]', '{}', '{"model":', 'NaN'])('are not in %j', (json) => {
    expect(readEmbedded(json)).toBeNull();
  });

  it('become pictures that are settled', () => {
    const all = content('pin.jpg', 'damaged.jpg', 'likely.jpg');
    for (const [index, picture] of [PICTURE, 'https://elsewhere.example/a.jpg', ''].entries())
      (all.answers[index] as { picture: string }).picture = picture;
    const items = itemsOf(all);
    expect(items.map(({ name, status, preview }) => [name, status, preview])).toEqual([
      ['pin.jpg', 'answered', PICTURE],
      ['damaged.jpg', 'failed', ''],
      ['likely.jpg', 'answered', ''],
    ]);
    expect(items[0]?.answer).toBe(all.answers[0]?.reply);
    expect(items[1]?.trouble).toMatchObject({
      kind: 'reported',
      detail: expect.stringMatching(/^damaged\.jpg: the JPEG/),
    });
    expect(new Set(items.map(({ id }) => id)).size).toBe(3);
  });
});
