// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The known photos that the answer is based on, and the points they share with the visitor's picture.

import { byId, el, show, svg } from './dom';
import { distance } from './geo';
import { host, webAddress } from './links';
import type { CityMap } from './map';
import type { Answer, Candidate, Match } from './schema';
import { writePermission } from './settings';
import { type Item, type State, type Store, selectedItem } from './store';
import { turnedImage, turnOf } from './turning';
import { count, distanceText, percent } from './words';

export function startEvidence(store: Store, map: CityMap): void {
  const section = byId('evidence');
  store.view(
    (state) => [state.language, selectedItem(state), state.thumbnails, state.shownMatch],
    (state) => {
      const item = selectedItem(state);
      section.hidden = !item?.answer;
      if (item?.answer) show(section, ...parts(item, item.answer, state, store, map));
      else show(section);
    },
  );
}

/** Brings a candidate of the list into view, for one who clicked its dot on the map. */
export function pointOut(index: number): void {
  const row = document.getElementById(`candidate-${index}`);
  row?.scrollIntoView({ block: 'center' });
  row?.querySelector<HTMLElement>('a, button')?.focus({ preventScroll: true });
}

function parts(item: Item, answer: Answer, state: State, store: Store, map: CityMap): (HTMLElement | false)[] {
  const { words } = state.language;
  const { candidates } = answer;
  const matches = drawable(item, answer);
  const title = el('h2', { id: 'evidence-title' }, words.evidenceTitle);
  if (candidates.length === 0) return [title, el('p', {}, words.evidenceNone)];
  const match = matches.find(({ photo_id }) => photo_id === state.shownMatch) ?? matches[0];
  return [
    title,
    el('p', { class: 'small' }, words.evidenceIntro),
    match !== undefined && matchFigure(item, match, candidates, state),
    thumbnailSwitch(candidates, state, store),
    el(
      'ol',
      { class: 'candidates' },
      ...candidates.map((candidate, index) =>
        row(candidate, index, { answer, matches, shown: match, state, store, map }),
      ),
    ),
  ];
}

const MIN_POINTS = 4; // of a drawing: through fewer there is always a way from one picture to the other

/** The matches that have points, and pictures to draw them on. */
function drawable(item: Item, { matches }: Answer): Match[] {
  if (item.preview === '') return [];
  return matches.filter(
    ({ width, height, other_width, other_height, pairs }) =>
      pairs.length >= MIN_POINTS && Math.min(width, height, other_width, other_height) > 0,
  );
}

function thumbnailSwitch(candidates: Candidate[], state: State, store: Store): HTMLElement | false {
  const { words } = state.language;
  const hosts = [...new Set(candidates.map(({ thumbnail }) => host(webAddress(thumbnail) ?? '')).filter(Boolean))];
  if (hosts.length === 0) return false;
  const box = el('input', { id: 'thumbnails', type: 'checkbox', role: 'switch', checked: state.thumbnails });
  box.addEventListener('change', () => {
    writePermission('thumbnails', box.checked);
    store.change({ thumbnails: box.checked });
  });
  return el(
    'label',
    { class: 'check', for: 'thumbnails' },
    box,
    el('span', {}, words.thumbnailsSwitch, el('span', { class: 'small' }, words.thumbnailsMeaning(hosts.join(', ')))),
  );
}

interface Surroundings {
  answer: Answer;
  matches: Match[];
  shown: Match | undefined;
  state: State;
  store: Store;
  map: CityMap;
}

function row(
  candidate: Candidate,
  index: number,
  { answer, matches, shown, state, store, map }: Surroundings,
): HTMLElement {
  const { language, thumbnails } = state;
  const { words } = language;
  const address = webAddress(candidate.url);
  const picture = thumbnails ? webAddress(candidate.thumbnail) : null;
  const match = matches.find(({ photo_id }) => photo_id === candidate.photo_id);
  const isShown = match !== undefined && match === shown;
  const name = address
    ? el(
        'a',
        { id: `photo-${index}`, href: address, target: '_blank', rel: 'noopener noreferrer' },
        candidate.photo_id,
        el('span', { class: 'visually-hidden' }, ` ${words.newTab}`),
      )
    : el('span', {}, candidate.photo_id);
  return el(
    'li',
    {
      id: `candidate-${index}`,
      onmouseenter: () => map.highlight(index),
      onmouseleave: () => map.highlight(null),
      onfocusin: () => map.highlight(index),
      onfocusout: () => map.highlight(null),
    },
    el(
      'button',
      {
        id: `on-map-${index}`,
        type: 'button',
        class: 'number',
        'aria-label': words.candidateOnMap(index + 1),
        onclick: () => map.highlight(index, true),
      },
      String(index + 1),
    ),
    picture !== null && thumbnail(picture, candidate.photo_id, words),
    el(
      'div',
      { class: 'about' },
      el('div', { class: 'photo' }, name),
      el(
        'div',
        { class: 'bar', 'aria-hidden': 'true' },
        el('span', { style: `width:${candidate.probability * 100}%` }),
      ),
      el(
        'div',
        { class: 'small' },
        [
          words.candidateProbability(percent(candidate.probability, language)),
          pointsText(candidate.inliers, state),
          words.candidateDistance(distanceText(distance(candidate, answer), language)),
        ].join(' · '),
      ),
    ),
    match !== undefined &&
      el(
        'button',
        {
          id: `points-${index}`,
          type: 'button',
          class: 'quiet points',
          'aria-pressed': String(isShown),
          'aria-label': `${words.showPoints}: ${candidate.photo_id}`,
          onclick: () => store.change({ shownMatch: candidate.photo_id }),
        },
        isShown ? words.shownPoints : words.showPoints,
      ),
  );
}

function pointsText(inliers: number, { language }: State): string {
  if (inliers === 0) return language.words.candidateNoPoints;
  return inliers === 1 ? language.words.candidateOnePoint : language.words.candidatePoints(count(inliers, language));
}

function thumbnail(address: string, id: string, words: State['language']['words']): HTMLElement {
  const frame = el('span', { class: 'preview' });
  const image = el('img', { src: address, alt: words.knownPhoto(id), loading: 'lazy', referrerpolicy: 'no-referrer' });
  image.addEventListener('error', () => frame.replaceChildren(el('span', { class: 'small' }, words.photoMissing)));
  frame.append(image);
  return frame;
}

const unreachable = new Set<string>(); // thumbnails that did not come

const STAGE = 1000; // long side of the visitor's picture in the drawing
const GAP = 24;

/** The points on the visitor's picture; with the visitor's leave also the known photo, and lines from one to the other. */
function matchFigure(item: Item, match: Match, candidates: Candidate[], state: State): HTMLElement {
  const { language, thumbnails } = state;
  const { words } = language;
  const candidate = candidates.find(({ photo_id }) => photo_id === match.photo_id);
  const address = thumbnails && candidate ? webAddress(candidate.thumbnail) : null;
  const other = address !== null && !unreachable.has(address) ? address : null;
  const points = count(match.pairs.length, language);
  const caption = other ? words.matchesBoth(points, match.photo_id) : words.matchesAlone(points, match.photo_id);

  // Upright pictures stand side by side, wide ones one above the other.
  const beside = match.height > match.width || match.other_height > match.other_width;
  const mine = beside
    ? { width: (match.width / match.height) * STAGE, height: STAGE }
    : { width: STAGE, height: (match.height / match.width) * STAGE };
  const theirs = beside
    ? { width: (match.other_width / match.other_height) * STAGE, height: STAGE }
    : { width: STAGE, height: (match.other_height / match.other_width) * STAGE };
  const shift = beside ? { x: mine.width + GAP, y: 0 } : { x: 0, y: mine.height + GAP };
  const width = other && beside ? shift.x + theirs.width : mine.width;
  const height = other && !beside ? shift.y + theirs.height : mine.height;

  const marks = match.pairs.map(([x, y, u, v]) => ({
    from: { x: (x / match.width) * mine.width, y: (y / match.height) * mine.height },
    to: { x: shift.x + (u / match.other_width) * theirs.width, y: shift.y + (v / match.other_height) * theirs.height },
    // One colour across both pictures; neighbours differ.
    colour: `hsl(${Math.round((x / match.width) * 300)} 85% 60%)`,
  }));
  const radius = Math.max(width, height) / 110;
  const known = other && svg('image', { href: other, ...shift, ...theirs, preserveAspectRatio: 'none' });
  const point = ({ x, y }: { x: number; y: number }, colour: string) =>
    svg('circle', { cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1), fill: colour, class: 'match-point' });
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${width.toFixed(0)} ${height.toFixed(0)}`, role: 'img', 'aria-label': caption },
    turnedImage(item.preview, turnOf(item), mine),
    ...(known ? [known] : []),
    ...(other
      ? marks.map(({ from, to, colour }) =>
          svg('path', {
            d: `M${from.x.toFixed(1)} ${from.y.toFixed(1)}L${to.x.toFixed(1)} ${to.y.toFixed(1)}`,
            stroke: colour,
            class: 'match-line',
          }),
        )
      : []),
    ...marks.map(({ from, colour }) => point(from, colour)),
    ...(other ? marks.map(({ to, colour }) => point(to, colour)) : []),
  );
  const missing = address !== null && other === null && ` (${words.knownPhoto(match.photo_id)}: ${words.photoMissing})`;
  const figure = el('figure', { class: 'matches' }, drawing, el('figcaption', {}, caption, missing));
  if (known && other) {
    // Lines into an empty frame would show nothing.
    known.addEventListener('error', () => {
      unreachable.add(other);
      figure.replaceWith(matchFigure(item, match, candidates, state));
    });
  }
  return figure;
}
