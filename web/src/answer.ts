// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The answer for the selected picture, in words, with what one does with a place.

import { Contribution, contributionForm } from './contribute';
import { byId, el, show } from './dom';
import { save, stem, toCsv, toGeoJson } from './export';
import { streetMapPage } from './links';
import { isRetryable, type Locating } from './locating';
import type { CityMap } from './map';
import { contentSentence, notesOf } from './notes';
import { preview } from './pictures';
import type { Answer } from './schema';
import { city, type Item, type State, type Store, selectedItem } from './store';
import { troubleParagraph } from './trouble';
import {
  answerCoordinates,
  confidenceWord,
  coordinates,
  distanceText,
  headline,
  percent,
  radiiSentence,
  sentence,
} from './words';

export function startAnswer(store: Store, locating: Locating, map: CityMap): void {
  const section = byId('answer');
  // The place that the visitor gives for each picture, until it is sent; of the selected one while the form is open.
  const drafts = new Map<number, Contribution>();
  const draft = (item: Item, answer: Answer) => {
    const found = drafts.get(item.id) ?? new Contribution(item, answer);
    drafts.set(item.id, found);
    return found;
  };
  store.view(
    (state) => [state.language, state.model, selectedItem(state), state.contributing],
    (state) => {
      const item = selectedItem(state);
      for (const [id, other] of drafts) {
        if (state.contributing && id === item?.id) continue;
        other.onStatus = null; // its form is gone
        if (other.status.kind === 'kept' || !state.items.some((one) => one.id === id)) drafts.delete(id);
      }
      const contribution = state.contributing && item?.answer ? draft(item, item.answer) : null;
      // In the strip a picture that waits is seen anyway.
      section.hidden = !item || (!item.answer && !item.trouble && state.items.length > 1);
      if (!item) {
        show(section);
      } else if (item.answer) {
        show(section, ...answerParts(item, item.answer, contribution, state, store, map));
      } else if (item.trouble) {
        show(section, ...failureParts(item, state, locating));
      } else {
        show(
          section,
          el('div', { class: 'answer-head' }, preview(item, state), el('p', { class: 'small name' }, item.name)),
        );
      }
    },
  );
}

function failureParts(item: Item, state: State, locating: Locating): HTMLElement[] {
  const { words } = state.language;
  const parts = [
    el(
      'div',
      { class: 'answer-head' },
      preview(item, state),
      el('div', {}, el('p', { class: 'small name' }, item.name), el('h2', { id: 'answer-title' }, words.notLocated)),
    ),
    troubleParagraph(item, state, locating.limits),
  ];
  if (item.trouble && isRetryable(item.trouble)) {
    const again = el(
      'button',
      { id: 'try-again', type: 'button', class: 'primary', onclick: () => locating.retry() },
      words.tryAgain,
    );
    parts.push(el('div', { class: 'buttons' }, again));
  }
  return parts;
}

function answerParts(
  item: Item,
  answer: Answer,
  contribution: Contribution | null,
  state: State,
  store: Store,
  map: CityMap,
): (HTMLElement | null)[] {
  const { language } = state;
  const { words } = language;
  const name = city(state);
  const content = contentSentence(answer, language);
  return [
    el(
      'div',
      { class: 'answer-head' },
      preview(item, state),
      el(
        'div',
        {},
        el('p', { class: 'small name' }, item.name),
        el('h2', { id: 'answer-title', class: `verdict-${answer.verdict}` }, headline(answer, name, language)),
        el('p', { class: 'sentence' }, `${sentence(answer, name, language)}.`),
      ),
    ),
    content === null ? null : el('p', { class: 'notice' }, content),
    facts(answer, state),
    actions(item, answer, state, store),
    contribution && contributionForm(contribution, state, map, () => store.change({ contributing: false })),
    el('p', { class: 'small' }, words.estimateNote),
  ];
}

function facts(answer: Answer, state: State): HTMLElement {
  const { language } = state;
  const { words } = language;
  const name = words.cityName(city(state));
  const rows: [string, ...(Node | string)[]][] = [
    [
      words.confidence,
      el('strong', {}, confidenceWord(answer.confidence, language)),
      meter(answer.confidence),
      words.confidenceMeans(percent(answer.confidence, language), distanceText(100, language)),
    ],
    [words.radiiLabel, radiiSentence(answer, name, language)],
    [words.inAreaLabel(name), words.inArea(percent(answer.in_area, language), name)],
  ];
  const { nearest, exif } = answer;
  // How far a place is from an uncertain point means nothing.
  if (nearest && answer.verdict === 'pin') {
    rows.push([words.nearestLabel, words.nearest(nearest.name, distanceText(nearest.distance_m, language))]);
  }
  if (exif) {
    rows.push([words.exifLabel, words.exif(coordinates(exif.lat, exif.lng), distanceText(exif.distance_m, language))]);
  }
  const notes = notesOf(answer, language);
  if (notes.length > 0) {
    const sentences = notes.map(({ text, english }) => el('li', english ? { lang: 'en' } : {}, text));
    rows.push([words.notesLabel, el('ul', { class: 'notes' }, ...sentences)]);
  }
  return el(
    'dl',
    { class: 'facts' },
    ...rows.flatMap(([term, ...values]) => [el('dt', {}, term), el('dd', {}, ...values)]),
  );
}

/** The number beside it is for those who do not see it. */
function meter(share: number): HTMLElement {
  return el(
    'span',
    { class: 'meter', 'aria-hidden': 'true' },
    el('span', { style: `width:${Math.round(share * 100)}%` }),
  );
}

function actions(item: Item, answer: Answer, state: State, store: Store): HTMLElement {
  const { words } = state.language;
  const place = answerCoordinates(answer);
  const message = el('span', { class: 'message small', role: 'status' });
  const copy = async () => {
    message.textContent = (await copied(place)) ? words.copied : words.copyFailed(place);
  };
  const named = [{ name: item.name, answer, problem: '' }];
  return el(
    'div',
    { class: 'buttons' },
    el(
      'button',
      { id: 'copy', type: 'button', class: answer.verdict === 'pin' ? 'primary' : '', onclick: () => void copy() },
      words.copy,
    ),
    el(
      'a',
      { id: 'open-map', class: 'button', href: streetMapPage(answer), target: '_blank', rel: 'noopener noreferrer' },
      words.openMap,
      el('span', { class: 'visually-hidden' }, ` ${words.newTab}`),
    ),
    state.model?.contributions === true &&
      item.file !== null &&
      !state.contributing &&
      el('button', { id: 'know', type: 'button', onclick: () => store.change({ contributing: true }) }, words.know),
    el(
      'button',
      {
        id: 'csv',
        type: 'button',
        'aria-label': words.download(words.csv),
        onclick: () => save(toCsv(named), 'text/csv', `${stem(item.name)}.csv`),
      },
      words.csv,
    ),
    el(
      'button',
      {
        id: 'geojson',
        type: 'button',
        'aria-label': words.download(words.geoJson),
        onclick: () => save(JSON.stringify(toGeoJson(named)), 'application/geo+json', `${stem(item.name)}.geojson`),
      },
      words.geoJson,
    ),
    message,
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // pages without https may not
  }
}
