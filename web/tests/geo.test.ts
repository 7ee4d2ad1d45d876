// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { distance, leading, middle, moved, regionRings } from '../src/geo';

const RIALTO = { lat: 45.438, lng: 12.3358 };

const square = (lat: number, lng: number, side: number) => [
  { lat, lng },
  { lat, lng: lng + side },
  { lat: lat + side, lng: lng + side },
  { lat: lat + side, lng },
];

describe('distances', () => {
  it('is a few metres right', () => {
    // From the Rialto bridge to the campanile of San Marco, on the ellipsoid.
    expect(Math.abs(distance(RIALTO, { lat: 45.434, lng: 12.339 }) - 510)).toBeLessThan(3);
  });

  it('goes there and back', () => {
    const there = moved(RIALTO, 300, -400);
    expect(distance(RIALTO, there)).toBeCloseTo(500, 0);
    expect(there.lat).toBeGreaterThan(RIALTO.lat);
    expect(there.lng).toBeLessThan(RIALTO.lng);
  });
});

describe('regions', () => {
  it('come the largest level first, with all their rings', () => {
    const ring = [
      [12, 45],
      [13, 45],
      [13, 46],
      [12, 45],
    ];
    const regions = regionRings({
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [12, 45] } },
        { type: 'Feature', properties: { level: 0.5 }, geometry: { type: 'Polygon', coordinates: [ring] } },
        {
          type: 'Feature',
          properties: { level: 0.9 },
          geometry: { type: 'MultiPolygon', coordinates: [[ring, ring], [ring]] },
        },
      ],
    });
    expect(regions.map(({ level, rings }) => [level, rings.length])).toEqual([
      [0.9, 3],
      [0.5, 1],
    ]);
    expect(regions[1]?.rings[0]?.[1]).toEqual({ lat: 45, lng: 13 });
  });

  it('leave specks out of the view', () => {
    const large = square(45, 12, 1);
    expect(leading([large, square(46, 12, 0.01), square(46, 13, 0.5)])).toHaveLength(2);
    expect(leading([])).toEqual([]);
  });
});

it('the middle leaves out the few far away', () => {
  const places = [
    ...Array.from({ length: 98 }, (_, i) => ({ lat: 45 + i / 1000, lng: 12 })),
    { lat: 0, lng: 0 },
    { lat: 90, lng: 90 },
  ];
  const [southWest, northEast] = middle(places, 0.96);
  expect(southWest?.lat).toBeGreaterThan(44);
  expect(northEast?.lat).toBeLessThan(46);
  expect(middle([])).toEqual([]);
});
