// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Answers as files, made in the browser.

import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { type Answer, COLUMNS, type Column } from './schema';

export interface Named {
  name: string;
  answer: Answer | null;
  /** Why there is no answer, in words. */
  problem: string;
}

/** A line for each picture; without an answer all is empty but the reason. */
export function toCsv(answers: readonly Named[]): string {
  const rows = [
    COLUMNS.map(({ name }) => name),
    ...answers.map((named) => COLUMNS.map((column) => cellOf(named, column))),
  ];
  // The mark at the beginning is how spreadsheets recognise UTF-8.
  return `\ufeff${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
}

/** The value of a column; undefined or null where there is none. */
function found({ name, answer, problem }: Named, { path }: Column): unknown {
  const row: unknown = { ...answer, file: name, problem };
  return path.reduce((inner, key) => (inner as Record<string, unknown> | null)?.[key], row);
}

function cellOf(named: Named, column: Column): string {
  const value = found(named, column);
  if (typeof value === 'number') return value.toFixed(column.digits);
  return quoted(Array.isArray(value) ? value.join(' ') : String(value ?? ''));
}

/** Quoted where needed; a text that a spreadsheet would read as a formula is made a plain one. */
function quoted(text: string): string {
  const plain = /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A point and its regions for each answer; a picture without one is a feature without a geometry (RFC 7946). */
export function toGeoJson(answers: readonly Named[]): FeatureCollection<Geometry | null> {
  return { type: 'FeatureCollection', features: answers.flatMap(features) };
}

function features(named: Named): Feature<Geometry | null>[] {
  const { name, answer, problem } = named;
  if (!answer) return [{ type: 'Feature', geometry: null, properties: { file: name, problem } }];
  const columns = COLUMNS.filter(({ property }) => property !== false);
  const point: Feature = {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [answer.lng, answer.lat] },
    properties: Object.fromEntries(columns.map((column) => [column.name, found(named, column) ?? null])),
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
