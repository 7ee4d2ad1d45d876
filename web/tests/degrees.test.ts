// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { around, degrees, pair } from '../src/degrees';

describe('degrees', () => {
  it.each([
    ['45.434', 45.434],
    [' 45,434 ', 45.434],
    ['-12', -12],
    ['', Number.NaN],
    ['45.4 N', Number.NaN],
    ['1,2,3', Number.NaN],
  ])('%j is %d', (text, value) => {
    expect(degrees(text)).toBe(value);
  });
});

describe('two coordinates in one text', () => {
  it.each([
    ['45.43389, 12.33789', '45.43389', '12.33789'],
    ['45.43389,12.33789', '45.43389', '12.33789'],
    [' 45.43389 12.33789\n', '45.43389', '12.33789'],
    ['45,43389; 12,33789', '45,43389', '12,33789'],
    ['45,43389, 12,33789', '45,43389', '12,33789'],
    ['-33.86;+151.2', '-33.86', '+151.2'],
  ])('%j', (text, lat, lng) => {
    expect(pair(text)).toEqual({ lat, lng });
  });

  it.each(['45,43389', '45.43389', '45.4,', '', '45 N 12 E', '1 2 3', 'oh'])('%j is not', (text) => {
    expect(pair(text)).toBeNull();
  });
});

describe('around the city', () => {
  const area = { south: 45.4, west: 12.2, north: 45.5, east: 12.4 };

  it.each([
    [45.43, 12.33, true],
    [45.59, 12.33, true],
    [45.61, 12.33, false],
    [45.43, 12.09, false],
    [12.33, 45.43, false],
    [Number.NaN, 12.33, false],
  ])('%d, %d: %s', (lat, lng, is) => {
    expect(around({ lat, lng }, area)).toBe(is);
  });

  it('crosses 180° where the west is larger than the east', () => {
    const taveuni = { south: -17, west: 179.9, north: -16.5, east: -179.9 };
    for (const lng of [179.95, 180, -180, -179.95, 179.85, -179.85])
      expect(around({ lat: -16.8, lng }, taveuni)).toBe(true);
    for (const lng of [0, 179.7, -179.7]) expect(around({ lat: -16.8, lng }, taveuni)).toBe(false);
  });

  it('is the earth where no city is known', () => {
    expect(around({ lat: -90, lng: 180 }, undefined)).toBe(true);
    expect(around({ lat: 91, lng: 0 }, undefined)).toBe(false);
  });
});
