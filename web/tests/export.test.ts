// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { answer } from '../e2e/mock-server.mjs';
import { stem, toCsv, toGeoJson } from '../src/export';
import type { Answer } from '../src/schema';

const named = (name: string, answered: Answer) => ({ name, answer: answered, problem: '' });
const lines = (text: string) => text.replace('\ufeff', '').trimEnd().split('\r\n');

describe('CSV', () => {
  it('has a line for each answer, with a point in numbers', () => {
    const [head, exif, likely, damaged] = lines(
      toCsv([
        named('exif.jpg', answer('exif.jpg')),
        named('likely.jpg', answer('likely.jpg')),
        { name: 'damaged.jpg', answer: null, problem: 'ends too early, copy it again' },
      ]),
    );
    expect(head).toBe(
      'file,lat,lng,confidence,in_area,radius_50_m,radius_90_m,verdict,nearest,nearest_distance_m,exif_lat,exif_lng,exif_distance_m,turned_degrees,notes,problem',
    );
    expect(exif).toBe('exif.jpg,45.433890,12.337890,0.910,0.990,18,87,pin,,,45.434210,12.338420,55,0,,');
    expect(likely).toBe('likely.jpg,45.433890,12.337890,0.690,0.960,56,166,pin,Piazza San Marco,42,,,,0,,');
    expect(damaged).toBe('damaged.jpg,,,,,,,,,,,,,,,"ends too early, copy it again"');
    expect(new Set([head, exif, likely].map((line) => line?.split(',').length))).toEqual(new Set([16]));
  });

  it('has the notes in one cell', () => {
    const noted = { ...answer('pin.jpg'), notes: ['The file ends too early.', 'It was reduced.'] };
    expect(lines(toCsv([named('a.jpg', noted)]))[1]).toMatch(/,0,The file ends too early. It was reduced.,$/);
  });

  it('leaves negative numbers numbers', () => {
    const south = { ...answer('pin.jpg'), lat: -33.86 };
    expect(lines(toCsv([named('a.jpg', south)]))[1]).toMatch(/^a\.jpg,-33\.860000,/);
  });

  it.each([
    ['a,b.jpg', '"a,b.jpg"'],
    ['a "b".jpg', '"a ""b"".jpg"'],
    ['=1+1.jpg', "'=1+1.jpg"],
    ["'=1+1.jpg", "''=1+1.jpg"],
    ['＝1+1.jpg', "'＝1+1.jpg"],
    ['-a,b.jpg', '"\'-a,b.jpg"'],
    ['two\nlines.jpg', '"two\nlines.jpg"'],
  ])('keeps %s one plain cell', (name, cell) => {
    expect(
      toCsv([named(name, answer('pin.jpg'))])
        .split('\r\n')[1]
        ?.startsWith(`${cell},45.43`),
    ).toBe(true);
  });
});

describe('GeoJSON', () => {
  it('has a point and the regions of each answer, with the name of its file', () => {
    const { type, features } = toGeoJson([
      named('one.jpg', answer('exif.jpg')),
      named('two.jpg', answer('around.jpg')),
      { name: 'three.jpg', answer: null, problem: 'too large' },
    ]);
    expect(type).toBe('FeatureCollection');
    expect(features.map(({ geometry, properties }) => [geometry?.type, properties?.file, properties?.level])).toEqual([
      ['Point', 'one.jpg', undefined],
      ['MultiPolygon', 'one.jpg', 0.5],
      ['MultiPolygon', 'one.jpg', 0.9],
      ['Point', 'two.jpg', undefined],
      ['MultiPolygon', 'two.jpg', 0.5],
      ['MultiPolygon', 'two.jpg', 0.9],
      [undefined, 'three.jpg', undefined],
    ]);
    expect(features[0]?.properties).toMatchObject({ exif_lat: 45.43421, exif_lng: 12.33842, nearest: null });
    expect(features[6]).toEqual({
      type: 'Feature',
      geometry: null,
      properties: { file: 'three.jpg', problem: 'too large' },
    });
    expect(features[0]?.geometry).toEqual({ type: 'Point', coordinates: [12.33789, 45.43389] });
    expect(features[3]?.properties).toMatchObject({ verdict: 'around', radius_90_m: 1240 });
  });
});

it('names files after the picture', () => {
  expect([stem('a.b.jpg'), stem('a'), stem('.jpg')]).toEqual(['a.b', 'a', 'picture']);
});
