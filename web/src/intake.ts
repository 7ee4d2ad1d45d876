// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Where pictures come in: dropped, pasted, chosen, photographed, or one of the samples.

import { getSample } from './api';
import { ACCEPTED } from './check';
import { byId, el, show } from './dom';
import type { Dictionary } from './i18n/en';
import type { Locating } from './locating';
import type { Sample } from './schema';
import { city, type Notice, type State, type Store } from './store';
import { count, megabytes } from './words';

export function startIntake(store: Store, locating: Locating, reconnect: () => void): void {
  const section = byId('intake');
  const files = picker(locating, { multiple: true });
  // A phone's camera opens at once.
  const camera = picker(locating, { capture: 'environment' });

  store.view(
    ({ language, model, samples, notice, items }) => [language, model, samples, notice, items.length > 0],
    (state) => {
      const { language, items, samples, notice } = state;
      const { words } = language;
      const compact = items.length > 0;
      section.classList.toggle('compact', compact);
      show(
        section,
        el('h1', { id: 'intake-title' }, words.title(words.cityName(city(state)))),
        !compact && el('p', { class: 'intro' }, words.intro),
        notice && el('p', { class: 'notice', role: 'alert' }, noticeText(notice, state)),
        notice?.kind === 'serverGone' &&
          el(
            'div',
            { class: 'buttons' },
            el('button', { id: 'reconnect', type: 'button', onclick: reconnect }, words.tryAgain),
          ),
        el(
          'div',
          { class: 'drop' },
          el('p', { class: 'drop-words', 'aria-hidden': 'true' }, words.drop),
          el('p', { class: 'drop-now', 'aria-hidden': 'true' }, words.dropNow),
          el(
            'div',
            { class: 'buttons' },
            el(
              'button',
              { id: 'choose', type: 'button', class: 'primary', onclick: () => files.click() },
              compact ? words.chooseMore : words.choose,
            ),
            el(
              'button',
              { id: 'photograph', type: 'button', class: 'touch-only', onclick: () => camera.click() },
              words.takePhoto,
            ),
            compact &&
              el('button', { id: 'start-over', type: 'button', onclick: () => startOver(locating) }, words.startOver),
          ),
          !compact && el('p', { class: 'small' }, limitsText(state, locating)),
        ),
        el('p', { class: 'small privacy' }, words.privacy(location.hostname)),
        !compact && samples.length > 0 && sampleList(samples, words, (sample) => void trySample(sample)),
        files,
        camera,
      );
    },
  );

  async function trySample(sample: Sample): Promise<void> {
    try {
      locating.add([await getSample(sample)]);
    } catch {
      store.change({ notice: { kind: 'sampleFailed' } });
    }
  }

  listenToDropsAndPastes(section, locating);
}

/** In a file of answers nothing comes in any more. */
export function startFileHead(store: Store): void {
  const section = byId('intake');
  section.classList.add('compact');
  store.view(
    ({ language, model, items }) => [language, model, items.length],
    (state) => {
      const { words } = state.language;
      const { length } = state.items;
      show(
        section,
        el('h1', { id: 'intake-title' }, words.title(words.cityName(city(state)))),
        length > 0
          ? el('p', { class: 'small' }, words.fileNote(length))
          : el('p', { class: 'notice', role: 'alert' }, words.fileDamaged),
      );
    },
  );
}

function startOver(locating: Locating): void {
  locating.startOver();
  // The button is gone after this.
  queueMicrotask(() => byId('choose').focus());
}

function picker(locating: Locating, how: { multiple?: boolean; capture?: string }): HTMLInputElement {
  const input = el('input', { type: 'file', accept: ACCEPTED, hidden: true, ...how });
  input.addEventListener('change', () => {
    locating.add([...(input.files ?? [])]);
    input.value = ''; // so that the same file can be chosen again
  });
  return input;
}

function sampleList(samples: Sample[], words: Dictionary, choose: (sample: Sample) => void): HTMLElement {
  return el(
    'div',
    { class: 'samples' },
    el('h2', { id: 'samples-title' }, words.samplesTitle),
    el(
      'ul',
      { 'aria-labelledby': 'samples-title' },
      ...samples.map((sample) =>
        el(
          'li',
          {},
          el(
            'button',
            { type: 'button', class: 'sample', onclick: () => choose(sample) },
            el('img', { src: sample.thumbnail, alt: '', loading: 'lazy', width: 160, height: 120 }),
            el('span', {}, sample.title),
          ),
        ),
      ),
    ),
    samples.some(({ credit }) => credit !== '') &&
      el(
        'details',
        { class: 'small' },
        el('summary', {}, words.samplesCredits),
        el('ul', {}, ...samples.map(({ title, credit }) => el('li', { lang: 'en' }, `${title}: ${credit}`))),
      ),
  );
}

function limitsText({ language }: State, { limits }: Locating): string {
  return language.words.limits(count(limits.max_pictures, language), megabytes(limits.max_bytes, language));
}

function noticeText(notice: Notice, { language: { words } }: State): string {
  if (notice.kind === 'tooMany') return words.tooMany(notice.limit);
  return notice.kind === 'serverGone' ? words.serverGone : words.sampleFailed;
}

function listenToDropsAndPastes(section: HTMLElement, locating: Locating): void {
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    section.classList.add('dropping');
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) section.classList.remove('dropping');
  });
  addEventListener('drop', (event) => {
    section.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    locating.add([...(event.dataTransfer?.files ?? [])]);
  });
  addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length > 0) event.preventDefault();
    locating.add(pasted);
  });
}
