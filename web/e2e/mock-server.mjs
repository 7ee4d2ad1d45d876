// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// A server that answers by the rules of the HTTP interface without reading any picture: the name of a file determines
// the answer.
//
//   pin, likely, around, elsewhere, exif    an answer of that kind (any other name: likely)
//   damaged                                 a failure of this picture
//   busy                                    503 for the whole request, once
//   refused                                 413 for the whole request
//   broken                                  the stream breaks off instead of this answer
//   slow                                    the answer takes its time
//   turned, noted, screenshot               an answer to a picture that was turned, with notes, of another content
//
// Pictures that are sent together get places of a walk, in their order.

import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = process.env.VENLOC_WEB_OUT ?? fileURLToPath(new URL('../dist', import.meta.url));
const PICTURES = fileURLToPath(new URL('../../examples/pictures', import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data: https:; " +
  "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};
const LIMITS = { max_bytes: 20_000_000, max_pixels: 50_000_000, max_pictures: 20 };
const SLOW_MS = 3000;
const METRE_LAT = 1 / 111_195;
const METRE_LNG = METRE_LAT / Math.cos((45.4345 * Math.PI) / 180);

/** The same numbers at every start. */
function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const CANAL = [
  [45.4411, 12.3207],
  [45.4428, 12.3265],
  [45.441, 12.3318],
  [45.438, 12.3358],
  [45.4352, 12.3318],
  [45.433, 12.3275],
  [45.4312, 12.3285],
  [45.4313, 12.3335],
  [45.4335, 12.3395],
];

function places() {
  const next = random(7);
  return Array.from({ length: 2000 }, () => {
    const [lat, lng] = CANAL[Math.floor(next() ** 0.6 * CANAL.length)];
    const spread = () => (next() + next() + next() - 1.5) * 700;
    return [lat + spread() * METRE_LAT, lng + spread() * METRE_LNG];
  });
}

/** A ring with bays, around a place. */
function blob(lat, lng, radius, seed) {
  const next = random(seed);
  const waves = [2, 3, 5].map((n) => [n, next() * 0.18, next() * 6.28]);
  const ring = Array.from({ length: 72 }, (_, i) => {
    const angle = (i / 72) * 2 * Math.PI;
    const r = radius * waves.reduce((sum, [n, size, phase]) => sum + size * Math.sin(n * angle + phase), 1);
    return [lng + r * Math.cos(angle) * METRE_LNG, lat + r * Math.sin(angle) * METRE_LAT];
  });
  return [[...ring, ring[0]]];
}

const KINDS = {
  pin: { confidence: 0.91, in_area: 0.99, radius_50_m: 18, radius_90_m: 87, verdict: 'pin' },
  likely: { confidence: 0.69, in_area: 0.96, radius_50_m: 56, radius_90_m: 166, verdict: 'pin' },
  around: { confidence: 0.24, in_area: 0.81, radius_50_m: 430, radius_90_m: 1240, verdict: 'around' },
  elsewhere: { confidence: 0.04, in_area: 0.12, radius_50_m: 700, radius_90_m: 1900, verdict: 'elsewhere' },
};

const NOTES = {
  turned: ['The picture seems to lie on its side or upside down; it was turned by 90° clockwise and located so.'],
  noted: ['the file is cut short: the last 12 % of its rows are missing', 'the sky is <b>grey</b>'],
};

export function answer(file) {
  const kind = Object.keys(KINDS).find((name) => file.startsWith(name)) ?? (file.startsWith('exif') ? 'pin' : 'likely');
  const facts = KINDS[kind];
  const [lat, lng] = [45.43389, 12.33789];
  const next = random(11);
  const spread = facts.radius_50_m;
  const candidates = Array.from({ length: 10 }, (_, i) => {
    const away = spread * (0.3 + i * 0.45);
    const angle = next() * 2 * Math.PI;
    return {
      photo_id: `flickr:4695995${3515 + i}`,
      lat: lat + away * Math.sin(angle) * METRE_LAT,
      lng: lng + away * Math.cos(angle) * METRE_LNG,
      probability: Math.max(0.001, facts.confidence * 0.5 * 0.55 ** i),
      inliers: kind === 'elsewhere' ? 0 : Math.max(0, 34 - 5 * i),
      url: i === 4 ? '' : `https://www.flickr.com/photo.gne?id=4695995${3515 + i}`,
      thumbnail: i === 4 ? '' : `https://photos.example/${i}.jpg`,
    };
  });
  const matches = candidates
    .filter(({ inliers }) => inliers > 0)
    .slice(0, 3)
    .map(({ photo_id, inliers }) => ({
      photo_id,
      width: 640,
      height: 452,
      other_width: 640,
      other_height: 480,
      pairs: Array.from({ length: inliers }, () => {
        const [x, y] = [60 + next() * 520, 60 + next() * 250];
        return [x, y, 40 + x * 0.85 + next() * 4, 70 + y * 0.9 + next() * 4];
      }),
    }));
  const part = (level, radius, seed) => ({
    type: 'Feature',
    properties: { kind: 'region', level },
    geometry: {
      type: 'MultiPolygon',
      coordinates: [
        blob(lat, lng, radius, seed),
        blob(lat + 2.2 * facts.radius_90_m * METRE_LAT, lng, radius * 0.4, seed + 1),
      ],
    },
  });
  return {
    schema_version: 1,
    file,
    lat,
    lng,
    ...facts,
    candidates,
    turned_degrees: file.startsWith('turned') ? 90 : 0,
    notes: NOTES[Object.keys(NOTES).find((name) => file.startsWith(name))] ?? [],
    content: file.startsWith('screenshot') ? 'screenshot' : 'picture',
    regions: {
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', properties: { kind: 'mode' }, geometry: { type: 'Point', coordinates: [lng, lat] } },
        part(0.5, facts.radius_50_m, 3),
        part(0.9, facts.radius_90_m, 5),
      ],
    },
    matches,
    exif: file.startsWith('exif') ? { lat: 45.43421, lng: 12.33842, distance_m: 54.6 } : null,
    nearest: kind === 'likely' ? { name: 'Piazza San Marco', distance_m: 42, lat: 45.4341, lng: 12.3384 } : null,
    walk: null,
  };
}

/** The answers for pictures of one walk: along the shore, in their order. */
export function walkOf(files) {
  const replies = files.map(reply);
  const pictures = replies.filter(({ problem }) => !problem).length;
  let position = 0;
  return replies.map((one) => {
    if (one.problem) return one;
    position += 1;
    const [lat, lng] = [one.lat + 40 * position * METRE_LAT, one.lng + 110 * position * METRE_LNG];
    return { ...one, lat, lng, walk: { position, pictures } };
  });
}

const problem = (status, title, detail) => ({ type: 'about:blank', title, status, detail });

export function reply(file) {
  if (!file.startsWith('damaged')) return answer(file);
  return {
    schema_version: 1,
    file,
    problem: problem(
      422,
      'Unprocessable Content',
      `${file}: the JPEG ends too early; copy the file again from where it came.`,
    ),
  };
}

function sendJson(response, status, body, headers = {}) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'Content-Type': type, ...headers });
  response.end(JSON.stringify(body));
}

function sendFile(response, folder, name) {
  const file = normalize(join(folder, name));
  if (!file.startsWith(folder) || !existsSync(file))
    return sendJson(response, 404, problem(404, 'Not Found', 'there is nothing here'));
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
  });
  return createReadStream(file).pipe(response);
}

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const wereBusy = new Set();

async function locate(request, response) {
  const body = await read(request);
  const names = [...body.matchAll(/name="pictures"; filename="([^"]*)"/g)].map(([, name]) =>
    Buffer.from(name, 'latin1').toString(),
  );
  const busy = names.find((name) => name.startsWith('busy'));
  if (busy && !wereBusy.has(busy)) {
    wereBusy.add(busy);
    return sendJson(response, 503, problem(503, 'Service Unavailable', 'the server is busy; try again soon'), {
      'Retry-After': '2',
    });
  }
  if (names.some((name) => name.startsWith('refused'))) {
    return sendJson(
      response,
      413,
      problem(413, 'Content Too Large', 'refused.jpg: larger than 20 MB; make the picture smaller'),
    );
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const send = (event, values) => response.write(`event: ${event}\ndata: ${JSON.stringify(values)}\n\n`);
  const total = names.length;
  const together = /name="together"\r\n\r\ntrue/.test(body);
  for (const [index, name] of names.entries()) {
    await pause(name.startsWith('slow') ? SLOW_MS : 60);
    if (name.startsWith('broken')) return response.destroy();
    if (together) send('progress', { done: index + 1, total });
    else send('answer', { index, done: index + 1, total, ...reply(name) });
  }
  if (together)
    for (const [index, one] of walkOf(names).entries()) send('answer', { index, done: index + 1, total, ...one });
  return response.end('event: end\ndata: {}\n\n');
}

async function contribute(request, response) {
  const body = await read(request);
  if (!/name="consent"\r\n\r\ntrue/.test(body))
    return sendJson(response, 422, problem(422, 'Unprocessable Content', 'nothing is kept without consent'));
  return sendJson(response, 201, { id: 'c0ffee' });
}

const samples = () =>
  readdirSync(PICTURES)
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => {
      const title = name.replace('.jpg', '').replaceAll('-', ' ');
      const url = `samples/${name}`;
      return { name, title: title[0].toUpperCase() + title.slice(1), credit: 'public domain', url, thumbnail: url };
    });

export const ANSWERS = {
  '/api/v1/model': () => ({
    city: 'Venice',
    kind: 'mock',
    photos: 2148,
    version: '0.1.0',
    area: { south: 45.4, west: 12.25, north: 45.47, east: 12.38 },
    limits: LIMITS,
    tiles: { url: 'https://tiles.example/{z}/{x}/{y}.png', attribution: '© OpenStreetMap contributors' },
    basemap: true,
    contributions: true,
  }),
  '/api/v1/gallery': () => ({ places: places() }),
  '/api/v1/basemap': () => ({
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: blob(45.4375, 12.3335, 1700, 21) } },
      { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: blob(45.4255, 12.3305, 500, 22) } },
    ],
  }),
  '/api/v1/samples': samples,
};

export function start(port = 0) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const key = `${request.method} ${pathname}`;
    if (key === 'POST /api/v1/locate') return locate(request, response);
    if (key === 'POST /api/v1/contributions') return contribute(request, response);
    if (ANSWERS[pathname]) return sendJson(response, 200, ANSWERS[pathname]());
    if (pathname.startsWith('/samples/')) return sendFile(response, PICTURES, decodeURIComponent(pathname.slice(9)));
    return sendFile(response, PAGE, pathname === '/' ? 'index.html' : decodeURIComponent(pathname));
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await start(Number(process.env.PORT ?? 8123));
  console.log(`http://127.0.0.1:${server.address().port}`);
}
