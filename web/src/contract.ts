// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// What the server says: the types of its HTTP interface. Degrees for lat and lng, metres for names that end in _m.

import type { FeatureCollection } from 'geojson';

export interface Model {
  city: string;
  kind: string;
  photos: number;
  version: string;
  area: { south: number; west: number; north: number; east: number };
  limits: Limits;
  tiles: { url: string; attribution: string } | null;
  basemap: boolean;
  contributions: boolean;
}

export interface Limits {
  max_bytes: number;
  max_pixels: number;
  max_pictures: number;
}

export interface Gallery {
  places: [lat: number, lng: number][];
}

/** Polygons of the land; a member `attribution`, where there is one, is whom to thank for them. */
export type Land = FeatureCollection & { attribution?: string };

export interface Sample {
  name: string;
  title: string;
  credit: string;
  url: string;
  thumbnail: string;
}

export type Verdict = 'pin' | 'around' | 'elsewhere';

export interface Candidate {
  photo_id: string;
  lat: number;
  lng: number;
  probability: number;
  inliers: number;
  url: string;
  thumbnail: string;
}

/** Points that were found in both pictures: x, y in the visitor's, u, v in the known photo [px]. */
export interface Match {
  photo_id: string;
  width: number;
  height: number;
  other_width: number;
  other_height: number;
  pairs: [x: number, y: number, u: number, v: number][];
}

export interface Answer {
  file: string;
  lat: number;
  lng: number;
  confidence: number;
  in_area: number;
  radius_50_m: number;
  radius_90_m: number;
  verdict: Verdict;
  candidates: Candidate[];
  regions: FeatureCollection;
  matches?: Match[];
  exif: { lat: number; lng: number; distance_m: number } | null;
  nearest: { name: string; distance_m: number; lat: number; lng: number } | null;
}

/** RFC 9457. */
export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail: string;
}

export interface Failure {
  file: string;
  problem: Problem;
}

export interface AnswerEvent {
  index: number;
  done: number;
  total: number;
}

export function isFailure(reply: Answer | Failure): reply is Failure {
  return 'problem' in reply;
}
