// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Written by tools/answer_types.py from python/venloc/answers/schema.json; do not edit.
// Degrees for lat and lng, metres for names that end in _m.

import type { FeatureCollection } from 'geojson';
import type { Schema } from './conforms';

/** The version of this schema. It is increased when a member changes its meaning or is removed, not when one is added. */
export type SchemaVersion = 1;

/** A known photo that is evidence for a place. */
export interface Candidate {
  photo_id: string;
  /** [deg] */
  lat: number;
  /** [deg] */
  lng: number;
  /** probability that the picture was made there */
  probability: number;
  /** geometrically verified feature matches */
  inliers: number;
  /** public page, or empty */
  url: string;
  /** address of a small picture, or empty */
  thumbnail: string;
}

/** Where a picture was made, as Prediction.to_dict() returns it. */
export interface Prediction {
  /** [deg] */
  lat: number;
  /** [deg] */
  lng: number;
  /** probability that the error is below 100 m */
  confidence: number;
  /** probability that the picture shows this city at all */
  in_area: number;
  /** the true place is inside with 50 % probability [m] */
  radius_50_m: number;
  /** the true place is inside with 90 % probability [m] */
  radius_90_m: number;
  /** the evidence, best first */
  candidates: Candidate[];
  /** clockwise turn that made the picture upright before it was located; 0 as a rule */
  turned_degrees: number;
  /** what the picture seems to be; other than a picture, the answer means little */
  content: 'picture' | 'blank' | 'text' | 'screenshot';
  /** what to know about the answer, one sentence each */
  notes: string[];
}

/** Matching points of the picture and a known photo. */
export interface Match {
  photo_id: string;
  /** width of the picture [px], scaled to a longer side of 1000 */
  width: number;
  height: number;
  /** width of the known photo [px], scaled to a longer side of 1000 */
  other_width: number;
  other_height: number;
  /** x and y in the picture, then in the known photo [px], from the top left */
  pairs: [x: number, y: number, u: number, v: number][];
}

/** The GPS position in the metadata of the picture. */
export interface ExifPlace {
  /** [deg] */
  lat: number;
  /** [deg] */
  lng: number;
  /** distance to the answer [m] */
  distance_m: number;
}

/** The nearest place of the gazetteer. */
export interface NamedPlace {
  name: string;
  /** [deg] */
  lat: number;
  /** [deg] */
  lng: number;
  /** distance to the answer [m] */
  distance_m: number;
}

/** GeoJSON polygons of the land. */
export type Land = FeatureCollection & { attribution?: string };

/** GeoJSON of the posterior: its mode, and the regions of highest density of 50 % and 90 %. */
export type Regions = FeatureCollection;

/** How to report the answer: as a place (pin), as a neighbourhood (around), or as a picture of another city (elsewhere). */
export type Verdict = 'pin' | 'around' | 'elsewhere';

/** A picture in the walk whose pictures were located together. */
export interface Walk {
  /** position of the picture in the walk, from 1 */
  position: number;
  /** number of pictures of the walk that were located */
  pictures: number;
}

/** Where a picture was made, as the server reports it and the page shows it. */
export interface Answer extends Prediction {
  schema_version: SchemaVersion;
  /** its name, without folders */
  file: string;
  verdict: Verdict;
  /** for the candidates that have matching points */
  matches: Match[];
  regions: Regions;
  exif: ExifPlace | null;
  nearest: NamedPlace | null;
  walk: Walk | null;
}

/** An error, for programs (status) and people (detail): RFC 9457. */
export interface Problem {
  /** The type of the problem; about:blank = the type follows from the status. */
  type: string;
  /** The status in words. */
  title: string;
  /** The HTTP status of the response. */
  status: number;
  /** What is wrong, and what to do about it. */
  detail: string;
}

/** A picture that could not be located. */
export interface Failure {
  schema_version: SchemaVersion;
  /** its name, without folders */
  file: string;
  problem: Problem;
}

/** Further members of an event, besides those of its answer or failure. */
export interface AnswerEvent {
  /** position of the picture in the request, from 0 */
  index: number;
  /** number of pictures that are finished so far */
  done: number;
  /** number of pictures in the request */
  total: number;
}

/** An event before the answers of pictures of one walk. */
export interface WalkProgress {
  /** number of pictures that are processed so far */
  done: number;
  /** number of pictures in the request */
  total: number;
}

/** The area of the model [deg]. */
export interface Area {
  south: number;
  west: number;
  north: number;
  east: number;
}

/** The limits of a request. */
export interface Limits {
  /** maximum bytes of a picture */
  max_bytes: number;
  /** maximum pixels of a picture */
  max_pixels: number;
  /** maximum pictures of a request */
  max_pictures: number;
}

/** Raster tiles that a visitor can switch on. */
export interface Tiles {
  /** address with {z}, {x} and {y} */
  url: string;
  /** attribution */
  attribution: string;
}

/** The model that makes the answers. */
export interface Model {
  city: string;
  /** kind of the model */
  kind: string;
  /** number of known photos */
  photos: number;
  /** version of venloc */
  version: string;
  area: Area;
  limits: Limits;
  tiles: Tiles | null;
  /** whether the server has a base map to draw below the answers */
  basemap: boolean;
  /** whether contributions of visitors are accepted */
  contributions: boolean;
}

/** The places of the known photos. */
export interface Gallery {
  /** latitude and longitude of each [deg] */
  places: [lat: number, lng: number][];
}

/** A sample picture. */
export interface Sample {
  name: string;
  title: string;
  credit: string;
  /** relative to the page */
  url: string;
  /** a small copy, relative to the page */
  thumbnail: string;
}

/** A stored contribution. */
export interface Contribution {
  id: string;
}

/** The data that `venloc locate --map` stores in the page. */
export interface Embedded {
  model: Model;
  gallery: Gallery;
  basemap: Land | null;
  answers: EmbeddedAnswer[];
}

/** A picture and its answer. */
export interface EmbeddedAnswer {
  /** a data: address of a small copy, or empty */
  picture: string;
  reply: Answer | Failure;
}

/** A column of the table of answers: where its value is, digits after the point, whether GeoJSON has it as a property. */
export interface Column {
  name: string;
  path: readonly string[];
  digits?: number;
  property?: boolean;
}

export const COLUMNS: readonly Column[] = [
  {"name": "file", "path": ["file"]},
  {"name": "lat", "path": ["lat"], "digits": 6, "property": false},
  {"name": "lng", "path": ["lng"], "digits": 6, "property": false},
  {"name": "confidence", "path": ["confidence"], "digits": 3},
  {"name": "in_area", "path": ["in_area"], "digits": 3},
  {"name": "radius_50_m", "path": ["radius_50_m"], "digits": 0},
  {"name": "radius_90_m", "path": ["radius_90_m"], "digits": 0},
  {"name": "verdict", "path": ["verdict"]},
  {"name": "nearest", "path": ["nearest", "name"]},
  {"name": "nearest_distance_m", "path": ["nearest", "distance_m"], "digits": 0},
  {"name": "exif_lat", "path": ["exif", "lat"], "digits": 6},
  {"name": "exif_lng", "path": ["exif", "lng"], "digits": 6},
  {"name": "exif_distance_m", "path": ["exif", "distance_m"], "digits": 0},
  {"name": "turned_degrees", "path": ["turned_degrees"], "digits": 0},
  {"name": "notes", "path": ["notes"]},
  {"name": "problem", "path": ["problem"], "property": false},
];

/** What the page checks while it runs, by name. */
export const DEFINITIONS: Readonly<Record<string, Schema>> = {
  "SchemaVersion": {"const": 1},
  "Candidate": {"type": "object", "required": ["photo_id", "lat", "lng", "probability", "inliers", "url", "thumbnail"], "properties": {"photo_id": {"type": "string"}, "lat": {"type": "number"}, "lng": {"type": "number"}, "probability": {"type": "number"}, "inliers": {"type": "integer"}, "url": {"type": "string"}, "thumbnail": {"type": "string"}}},
  "Prediction": {"type": "object", "required": ["lat", "lng", "confidence", "in_area", "radius_50_m", "radius_90_m", "candidates", "turned_degrees", "content", "notes"], "properties": {"lat": {"type": "number"}, "lng": {"type": "number"}, "confidence": {"type": "number"}, "in_area": {"type": "number"}, "radius_50_m": {"type": "number"}, "radius_90_m": {"type": "number"}, "candidates": {"type": "array", "items": {"$ref": "#/$defs/Candidate"}}, "turned_degrees": {"type": "integer"}, "content": {"enum": ["picture", "blank", "text", "screenshot"]}, "notes": {"type": "array", "items": {"type": "string"}}}},
  "Match": {"type": "object", "required": ["photo_id", "width", "height", "other_width", "other_height", "pairs"], "properties": {"photo_id": {"type": "string"}, "width": {"type": "integer"}, "height": {"type": "integer"}, "other_width": {"type": "integer"}, "other_height": {"type": "integer"}, "pairs": {"type": "array", "items": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}}}},
  "ExifPlace": {"type": "object", "required": ["lat", "lng", "distance_m"], "properties": {"lat": {"type": "number"}, "lng": {"type": "number"}, "distance_m": {"type": "number"}}},
  "NamedPlace": {"type": "object", "required": ["name", "lat", "lng", "distance_m"], "properties": {"name": {"type": "string"}, "lat": {"type": "number"}, "lng": {"type": "number"}, "distance_m": {"type": "number"}}},
  "Positions": {"type": "array", "anyOf": [{"items": {"type": "number"}}, {"items": {"$ref": "#/$defs/Positions"}}]},
  "Geometry": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}, "coordinates": {"$ref": "#/$defs/Positions"}}},
  "Land": {"type": "object", "required": ["type", "features"], "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": {"type": "object", "required": ["geometry"], "properties": {"geometry": {"$ref": "#/$defs/Geometry"}}}}, "attribution": {"type": "string"}}},
  "Regions": {"type": "object", "required": ["type", "features"], "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": {"type": "object", "required": ["type", "properties", "geometry"], "properties": {"type": {"const": "Feature"}, "properties": {"anyOf": [{"$ref": "#/$defs/ModeProperties"}, {"$ref": "#/$defs/RegionProperties"}]}, "geometry": {"$ref": "#/$defs/Geometry"}}}}}},
  "ModeProperties": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "mode"}}},
  "RegionProperties": {"type": "object", "required": ["kind", "level"], "properties": {"kind": {"const": "region"}, "level": {"type": "number"}}},
  "Verdict": {"enum": ["pin", "around", "elsewhere"]},
  "Walk": {"type": "object", "required": ["position", "pictures"], "properties": {"position": {"type": "integer"}, "pictures": {"type": "integer"}}},
  "Answer": {"allOf": [{"$ref": "#/$defs/Prediction"}], "type": "object", "required": ["schema_version", "file", "verdict", "matches", "regions", "exif", "nearest", "walk"], "properties": {"schema_version": {"$ref": "#/$defs/SchemaVersion"}, "file": {"type": "string"}, "verdict": {"$ref": "#/$defs/Verdict"}, "matches": {"type": "array", "items": {"$ref": "#/$defs/Match"}}, "regions": {"$ref": "#/$defs/Regions"}, "exif": {"anyOf": [{"$ref": "#/$defs/ExifPlace"}, {"type": "null"}]}, "nearest": {"anyOf": [{"$ref": "#/$defs/NamedPlace"}, {"type": "null"}]}, "walk": {"anyOf": [{"$ref": "#/$defs/Walk"}, {"type": "null"}]}}},
  "Problem": {"type": "object", "required": ["type", "title", "status", "detail"], "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}}},
  "Failure": {"type": "object", "required": ["schema_version", "file", "problem"], "properties": {"schema_version": {"$ref": "#/$defs/SchemaVersion"}, "file": {"type": "string"}, "problem": {"$ref": "#/$defs/Problem"}}},
  "Area": {"type": "object", "required": ["south", "west", "north", "east"], "properties": {"south": {"type": "number"}, "west": {"type": "number"}, "north": {"type": "number"}, "east": {"type": "number"}}},
  "Limits": {"type": "object", "required": ["max_bytes", "max_pixels", "max_pictures"], "properties": {"max_bytes": {"type": "integer"}, "max_pixels": {"type": "integer"}, "max_pictures": {"type": "integer"}}},
  "Tiles": {"type": "object", "required": ["url", "attribution"], "properties": {"url": {"type": "string"}, "attribution": {"type": "string"}}},
  "Model": {"type": "object", "required": ["city", "kind", "photos", "version", "area", "limits", "tiles", "basemap", "contributions"], "properties": {"city": {"type": "string"}, "kind": {"type": "string"}, "photos": {"type": "integer"}, "version": {"type": "string"}, "area": {"$ref": "#/$defs/Area"}, "limits": {"$ref": "#/$defs/Limits"}, "tiles": {"anyOf": [{"$ref": "#/$defs/Tiles"}, {"type": "null"}]}, "basemap": {"type": "boolean"}, "contributions": {"type": "boolean"}}},
  "Gallery": {"type": "object", "required": ["places"], "properties": {"places": {"type": "array", "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}}}},
  "Embedded": {"type": "object", "required": ["model", "gallery", "basemap", "answers"], "properties": {"model": {"$ref": "#/$defs/Model"}, "gallery": {"$ref": "#/$defs/Gallery"}, "basemap": {"anyOf": [{"$ref": "#/$defs/Land"}, {"type": "null"}]}, "answers": {"type": "array", "items": {"$ref": "#/$defs/EmbeddedAnswer"}}}},
  "EmbeddedAnswer": {"type": "object", "required": ["picture", "reply"], "properties": {"picture": {"type": "string"}, "reply": {"anyOf": [{"$ref": "#/$defs/Answer"}, {"$ref": "#/$defs/Failure"}]}}},
};
