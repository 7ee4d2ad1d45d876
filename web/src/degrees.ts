// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Coordinates as people type and paste them.

import type { Place } from './geo';

/** Not a number where it is none. A comma is read as a point, because Italians write commas. */
export function degrees(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'));
}

const NUMBER = '[+-]?\\d+(?:[.,]\\d+)?';
const APART = new RegExp(`^\\s*(${NUMBER})(?:\\s*;\\s*|,?\\s+)(${NUMBER})\\s*$`);
const WITH_POINTS = /^\s*([+-]?\d+\.\d+),([+-]?\d+\.\d+)\s*$/;

/** Latitude and longitude in one text, as maps give them: "45.43389, 12.33789"; null where it is another. */
export function pair(text: string): { lat: string; lng: string } | null {
  const [, lat, lng] = APART.exec(text) ?? WITH_POINTS.exec(text) ?? [];
  return lat !== undefined && lng !== undefined ? { lat, lng } : null;
}

interface Area {
  south: number;
  west: number;
  north: number;
  east: number;
}

const AROUND = 0.1; // degrees beyond the model's area that still are around the city

/** Whether the place is in or around the city. */
export function around({ lat, lng }: Place, area: Area | undefined): boolean {
  if (!Number.isFinite(lat) || !Number.isFinite(lng)) return false;
  if (!area) return Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
  // Across 180° the west is larger than the east.
  const east = area.east < area.west ? area.east + 360 : area.east;
  const between = [lng, lng + 360, lng - 360].some((one) => one >= area.west - AROUND && one <= east + AROUND);
  return lat >= area.south - AROUND && lat <= area.north + AROUND && between;
}
