// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Answers that come with the page, in one file: `venloc locate --map` writes them into an element of it.

import type { FeatureCollection } from 'geojson';
import { type Answer, type Failure, type Gallery, isFailure, type Land, type Model } from './contract';
import type { Item } from './store';

export interface Embedded {
  model: Model;
  gallery: Gallery;
  basemap: Land | null;
  /** A picture is a data: address, or empty. */
  answers: { picture: string; reply: Answer | Failure }[];
}

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => Number.isFinite(value);
const truth: Check = (value) => typeof value === 'boolean';
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const numbers =
  (length: number): Check =>
  (value) =>
    Array.isArray(value) && value.length === length && value.every(number);

/** Of the type's members none can be forgotten here. */
function record<T>(checks: { [K in keyof Required<T>]: Check }): Check {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries<Check>(checks).every(([key, check]) => check((value as Record<string, unknown>)[key]));
}

const positions: Check = (value) => Array.isArray(value) && (value.every(number) || value.every(positions));

const features = record<Pick<FeatureCollection, 'type' | 'features'>>({
  type: oneOf('FeatureCollection'),
  features: list(record({ geometry: record({ type: text, coordinates: optional(positions) }) })),
});

const place = { lat: number, lng: number };

const answer = record<Answer>({
  file: text,
  ...place,
  confidence: number,
  in_area: number,
  radius_50_m: number,
  radius_90_m: number,
  verdict: oneOf('pin', 'around', 'elsewhere'),
  candidates: list(
    record<Answer['candidates'][number]>({
      photo_id: text,
      ...place,
      probability: number,
      inliers: number,
      url: text,
      thumbnail: text,
    }),
  ),
  regions: features,
  matches: optional(
    list(
      record<NonNullable<Answer['matches']>[number]>({
        photo_id: text,
        width: number,
        height: number,
        other_width: number,
        other_height: number,
        pairs: list(numbers(4)),
      }),
    ),
  ),
  exif: orNull(record<NonNullable<Answer['exif']>>({ ...place, distance_m: number })),
  nearest: orNull(record<NonNullable<Answer['nearest']>>({ name: text, ...place, distance_m: number })),
});

const failure = record<Failure>({
  file: text,
  problem: record<Failure['problem']>({ type: optional(text), title: text, status: number, detail: text }),
});

const embedded = record<Embedded>({
  model: record<Model>({
    city: text,
    kind: text,
    photos: number,
    version: text,
    area: record<Model['area']>({ south: number, west: number, north: number, east: number }),
    limits: record<Model['limits']>({ max_bytes: number, max_pixels: number, max_pictures: number }),
    tiles: orNull(record<NonNullable<Model['tiles']>>({ url: text, attribution: text })),
    basemap: truth,
    contributions: truth,
  }),
  gallery: record<Gallery>({ places: list(numbers(2)) }),
  basemap: orNull(features),
  answers: list(
    record<Embedded['answers'][number]>({ picture: text, reply: (value) => failure(value) || answer(value) }),
  ),
});

/** What the element holds; null where it is no answers. */
export function readEmbedded(json: string): Embedded | null {
  try {
    const value: unknown = JSON.parse(json);
    return embedded(value) ? (value as Embedded) : null;
  } catch {
    return null; // cut short, for instance
  }
}

/** The pictures of the file, all of them settled. */
export function itemsOf({ answers }: Embedded): Item[] {
  return answers.map(({ picture, reply }, index): Item => {
    const item = {
      id: index + 1,
      file: null,
      name: reply.file,
      // Another address would ask a server.
      preview: picture.startsWith('data:image/') ? picture : '',
    };
    if (!isFailure(reply)) return { ...item, status: 'answered', answer: reply, trouble: null };
    const { title, detail } = reply.problem;
    return { ...item, status: 'failed', answer: null, trouble: { kind: 'told', detail: detail || title } };
  });
}
