// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The visitor's pictures as a strip to choose from, and how far the request is.

import { byId, el, show } from './dom';
import { save, toCsv, toGeoJson } from './export';
import { isLocatable, type Locating } from './locating';
import { type Item, type State, type Store, selectedItem } from './store';
import { troubleText } from './trouble';
import { turnOf } from './turning';
import { groupOf } from './walk';

export function startPictures(store: Store, locating: Locating): void {
  const section = byId('pictures');
  const countdown = el('span', { class: 'countdown' });
  let ticking: ReturnType<typeof setInterval> | undefined;

  // Apart from the strip, so that its pictures stay while numbers change.
  const strip = el('ul', { class: 'strip', id: 'strip' });
  const status = el('div', { class: 'status' });
  const walk = el('div', {});
  const downloads = el('div', { class: 'buttons' });
  const title = el('h2', { class: 'visually-hidden' });
  section.append(title, status, strip, walk, downloads);

  store.view(
    ({ language, items, progress, busyUntil }) => [language, items.length, progress, busyUntil],
    ({ language, items, progress, busyUntil }) => {
      if (items.length === 0) frames.clear();
      title.textContent = language.words.picturesTitle;
      strip.setAttribute('aria-label', language.words.picturesTitle);
      section.hidden = items.length < 2 && !progress && busyUntil === null;
    },
  );
  store.view(
    ({ language, items, selected }) => [language, items, selected],
    (state) => {
      const { items, selected, language } = state;
      strip.hidden = items.length < 2;
      show(
        strip,
        ...items.map((item) =>
          el(
            'li',
            {},
            el(
              'button',
              {
                id: `picture-${item.id}`,
                type: 'button',
                class: `picture is-${item.status}`,
                'aria-current': item.id === selected ? 'true' : 'false',
                onclick: () => store.select(item.id),
              },
              stripPreview(item, state),
              el('span', { class: 'name' }, item.name),
              el('span', { class: 'state' }, itemState(item, language.words)),
            ),
          ),
        ),
      );
      const settled = items.filter(({ answer, trouble }) => answer || trouble);
      const answers = settled.map((item) => ({
        name: item.name,
        answer: item.answer,
        problem: troubleText(item, state, locating.limits).text,
      }));
      const any = answers.length > 1 && answers.some(({ answer }) => answer);
      show(
        downloads,
        any &&
          el(
            'button',
            {
              id: 'all-csv',
              type: 'button',
              class: 'quiet',
              onclick: () => save(toCsv(answers), 'text/csv', 'venloc.csv'),
            },
            language.words.allCsv,
          ),
        any &&
          el(
            'button',
            {
              id: 'all-geojson',
              type: 'button',
              class: 'quiet',
              onclick: () => save(JSON.stringify(toGeoJson(answers)), 'application/geo+json', 'venloc.geojson'),
            },
            language.words.allGeoJson,
          ),
      );
    },
  );
  store.view(
    ({ language, items, selected, together }) => [language, items, selected, together],
    (state) => {
      const part = togetherSwitch(state, locating);
      walk.hidden = !part;
      show(walk, part);
    },
  );
  store.view(
    ({ language, progress, busyUntil }) => [language, progress, busyUntil],
    ({ language: { words }, progress, busyUntil }) => {
      clearInterval(ticking);
      const cancel = el('button', { id: 'cancel', type: 'button', onclick: () => locating.cancel() }, words.cancel);
      if (busyUntil !== null) {
        const tick = () => {
          countdown.textContent = words.busyIn(Math.max(0, Math.ceil((busyUntil - Date.now()) / 1000)));
        };
        tick();
        ticking = setInterval(tick, 250);
        const tryNow = el('button', { id: 'try-now', type: 'button', onclick: () => locating.tryNow() }, words.tryNow);
        show(
          status,
          el('p', { class: 'notice', role: 'alert' }, words.busy),
          el('p', { class: 'row' }, countdown, tryNow, cancel),
        );
      } else if (progress) {
        const text = progress.total === 1 ? words.progressOne : words.progress(progress.done, progress.total);
        const bar =
          progress.total === 1
            ? el('progress', { 'aria-label': text })
            : el('progress', { 'aria-label': text, value: progress.done, max: progress.total });
        show(status, el('p', { class: 'row' }, el('span', {}, text), cancel), bar);
      } else {
        show(status);
      }
      status.hidden = busyUntil === null && !progress;
    },
  );
}

const frames = new Map<number, HTMLElement>();

/** The same element each time, so that the picture does not flicker. */
function stripPreview(item: Item, state: State): HTMLElement {
  const frame = frames.get(item.id) ?? preview(item, state);
  frames.set(item.id, frame);
  turn(frame, item);
  return frame;
}

/** The picture itself, or a word where the browser cannot show it. */
export function preview(item: Item, { language: { words } }: State): HTMLElement {
  const frame = el('span', { class: 'preview' });
  turn(frame, item);
  const none = () => frame.replaceChildren(el('span', { class: 'small' }, words.noPreview));
  if (item.preview === '') {
    none();
    return frame;
  }
  const image = el('img', { src: item.preview, alt: '' });
  image.addEventListener('error', none);
  frame.append(image);
  return frame;
}

/** The style sheet turns what is in the frame. */
function turn(frame: HTMLElement, item: Item): void {
  frame.dataset.turned = String(turnOf(item));
}

/** For the pictures that were added with the selected one, where there are several that the server can locate. */
function togetherSwitch(state: State, locating: Locating): HTMLElement | null {
  const { words } = state.language;
  const item = selectedItem(state);
  const group = item ? groupOf(item, state).filter(isLocatable) : [];
  if (!item || group.length < 2) return null;
  const box = el('input', {
    id: 'together',
    type: 'checkbox',
    role: 'switch',
    checked: state.together.has(item.group),
  });
  box.addEventListener('change', () => locating.setTogether(item.group, box.checked));
  return el(
    'label',
    { class: 'check', for: 'together' },
    box,
    el('span', {}, words.togetherSwitch, el('span', { class: 'small' }, words.togetherMeaning(group.length))),
  );
}

function itemState(item: Item, words: State['language']['words']): string {
  if (item.trouble?.kind === 'cancelled') return words.cancelled;
  if (item.answer?.walk) return words.answeredTogether(item.answer.walk.position);
  return { waiting: words.waiting, sending: words.sending, answered: words.answered, failed: words.failed }[
    item.status
  ];
}
