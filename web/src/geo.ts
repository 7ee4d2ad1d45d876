// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Places and shapes on the earth, as far as a city needs them.

import type { FeatureCollection, Position } from 'geojson';

export interface Place {
  lat: number;
  lng: number;
}

const METRES_PER_DEGREE = 111_195; // of latitude
const SPECK = 0.02; // of the box around the largest part of the regions

/** Metres between two places of a city, as on a plane. */
export function distance(a: Place, b: Place): number {
  const north = (a.lat - b.lat) * METRES_PER_DEGREE;
  const east = (a.lng - b.lng) * METRES_PER_DEGREE * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot(north, east);
}

export function moved(place: Place, northM: number, eastM: number): Place {
  return {
    lat: place.lat + northM / METRES_PER_DEGREE,
    lng: place.lng + eastM / (METRES_PER_DEGREE * Math.cos((place.lat * Math.PI) / 180)),
  };
}

/** Level and rings of each region, the largest level first, so that the smaller is drawn over it. */
export function regionRings(regions: FeatureCollection): { level: number; rings: Place[][] }[] {
  const found: { level: number; rings: Place[][] }[] = [];
  for (const { geometry, properties } of regions.features) {
    const level: unknown = properties?.level;
    if (typeof level !== 'number') continue;
    if (geometry.type === 'Polygon') found.push({ level, rings: geometry.coordinates.map(places) });
    if (geometry.type === 'MultiPolygon') found.push({ level, rings: geometry.coordinates.flat().map(places) });
  }
  return found.sort((a, b) => b.level - a.level);
}

function places(ring: Position[]): Place[] {
  return ring.map(([lng, lat]) => ({ lat: lat ?? 0, lng: lng ?? 0 }));
}

/** The rings but the specks among them, for which the map is not made smaller. */
export function leading(rings: Place[][]): Place[][] {
  const sizes = rings.map((ring) => {
    const lats = ring.map((p) => p.lat);
    const lngs = ring.map((p) => p.lng);
    return (Math.max(...lats) - Math.min(...lats)) * (Math.max(...lngs) - Math.min(...lngs));
  });
  const largest = Math.max(0, ...sizes);
  return rings.filter((_, i) => (sizes[i] ?? 0) >= SPECK * largest);
}

/** The middle part of the places: a few far away do not make the map small. */
export function middle(all: readonly Place[], share = 0.93): Place[] {
  const cut = (values: number[]) => {
    const sorted = values.sort((a, b) => a - b);
    const skip = Math.floor(((1 - share) / 2) * sorted.length);
    return [sorted[skip] ?? 0, sorted[sorted.length - 1 - skip] ?? 0] as const;
  };
  if (all.length === 0) return [];
  const [south, north] = cut(all.map((p) => p.lat));
  const [west, east] = cut(all.map((p) => p.lng));
  return [
    { lat: south, lng: west },
    { lat: north, lng: east },
  ];
}
