// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Answers as files, made in the browser.

import type { Feature, FeatureCollection, Geometry } from 'geojson';
import type { Answer } from './contract';

export interface Named {
  name: string;
  answer: Answer | null;
  /** Why there is no answer, in words. */
  problem: string;
}

const COLUMNS = [
  'file',
  'lat',
  'lng',
  'confidence',
  'in_area',
  'radius_50_m',
  'radius_90_m',
  'verdict',
  'nearest',
  'nearest_distance_m',
  'exif_lat',
  'exif_lng',
  'exif_distance_m',
  'problem',
] as const;

/** A line for each picture; without an answer all is empty but the reason. */
export function toCsv(answers: readonly Named[]): string {
  const rows = answers.map(({ name, answer, problem }) => [
    cell(name),
    answer?.lat.toFixed(6) ?? '',
    answer?.lng.toFixed(6) ?? '',
    answer?.confidence.toFixed(3) ?? '',
    answer?.in_area.toFixed(3) ?? '',
    answer?.radius_50_m.toFixed(0) ?? '',
    answer?.radius_90_m.toFixed(0) ?? '',
    answer?.verdict ?? '',
    cell(answer?.nearest?.name ?? ''),
    answer?.nearest?.distance_m.toFixed(0) ?? '',
    answer?.exif?.lat.toFixed(6) ?? '',
    answer?.exif?.lng.toFixed(6) ?? '',
    answer?.exif?.distance_m.toFixed(0) ?? '',
    cell(problem),
  ]);
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  return `\ufeff${[COLUMNS, ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`;
}

/** Quoted where needed; a text that a spreadsheet would take for a formula is made a plain one. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A point and its regions for each answer; a picture without one is a feature that is nowhere (RFC 7946). */
export function toGeoJson(answers: readonly Named[]): FeatureCollection<Geometry | null> {
  return { type: 'FeatureCollection', features: answers.flatMap(features) };
}

function features({ name, answer, problem }: Named): Feature<Geometry | null>[] {
  if (!answer) return [{ type: 'Feature', geometry: null, properties: { file: name, problem } }];
  const { confidence, in_area, radius_50_m, radius_90_m, verdict } = answer;
  const point: Feature = {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [answer.lng, answer.lat] },
    properties: {
      file: name,
      confidence,
      in_area,
      radius_50_m,
      radius_90_m,
      verdict,
      nearest: answer.nearest?.name ?? null,
      nearest_distance_m: answer.nearest?.distance_m ?? null,
      exif_lat: answer.exif?.lat ?? null,
      exif_lng: answer.exif?.lng ?? null,
      exif_distance_m: answer.exif?.distance_m ?? null,
    },
  };
  const shapes = answer.regions.features
    .filter(({ geometry }) => geometry.type !== 'Point')
    .map((feature) => ({ ...feature, properties: { ...feature.properties, file: name } }));
  return [point, ...shapes];
}

export function save(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser may still be reading when click() returns.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The file's name without its ending. */
export function stem(name: string): string {
  return name.replace(/\.[^.]*$/, '') || 'picture';
}
