// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Puts the page together.

import './style.css';
import { startAnswer } from './answer';
import { getBasemap, getGallery, getModel, getSamples } from './api';
import { byId, el, reducedMotion, show } from './dom';
import { itemsOf, readEmbedded } from './embedded';
import { pointOut, startEvidence } from './evidence';
import { CODES, firstLanguage, type Language, language, rememberLanguage } from './i18n';
import { startFileHead, startIntake } from './intake';
import { Locating } from './locating';
import { CityMap } from './map';
import { startMapBar } from './mapbar';
import { startPictures } from './pictures';
import type { Gallery, Land, Model } from './schema';
import { readPermission } from './settings';
import { city, type Item, Store, selectedItem } from './store';
import { troubleText } from './trouble';
import { selectedWalk } from './walk';
import { count, sentence } from './words';

const element = document.getElementById('venloc-answers');
const where = element ? 'file' : 'page';
const embedded = element && readEmbedded(element.textContent ?? '');
const items = embedded ? itemsOf(embedded) : [];

const store = new Store({
  language: firstLanguage(navigator.languages, where),
  model: null,
  samples: [],
  hasGallery: false,
  hasBasemap: false,
  basemapCredit: '',
  tilesFailed: false,
  items,
  selected: items[0]?.id ?? null,
  together: new Set(),
  progress: null,
  busyUntil: null,
  notice: null,
  tiles: readPermission('tiles'),
  thumbnails: readPermission('thumbnails'),
  shownMatch: null,
  contributing: false,
});

const announcement = byId('announcement');
const locating = new Locating(store, {
  sending(pictures) {
    announcement.textContent = store.state.language.words.announceSending(pictures);
  },
  settled,
});
const map = new CityMap(byId('map'), {
  candidate: pointOut,
  stop: (id) => store.select(id),
  tiles: (tilesFailed) => store.change({ tilesFailed }),
});

if (embedded) {
  takeModel(embedded.model);
  takeGallery(embedded.gallery);
  if (embedded.basemap) takeLand(embedded.basemap);
}
startHead();
if (where === 'file') startFileHead(store);
else startIntake(store, locating, () => void load());
startPictures(store, locating);
startAnswer(store, locating, map);
startEvidence(store, map);
startMapBar(store, map);
startMap();
startFoot();
if (where === 'page') void load();

/** Announces the answer to screen readers, and brings the first one into view. */
function settled(item: Item): void {
  const { state } = store;
  const text = item.answer
    ? sentence(item.answer, city(state), state.language)
    : troubleText(item, state, locating.limits).text.replace(/\.$/, '');
  announcement.textContent = state.language.words.announceAnswer(item.name, text);
  if (item.id !== state.selected) return;
  // After the views have drawn it.
  setTimeout(() => {
    const title = document.getElementById('answer-title')?.getBoundingClientRect();
    if (!title || (title.top >= 0 && title.bottom <= innerHeight * 0.8)) return;
    byId('answer').scrollIntoView({ block: 'start', behavior: reducedMotion() ? 'auto' : 'smooth' });
  });
}

function startHead(): void {
  const languages = byId('languages');
  store.view(
    (state) => [state.language, state.model],
    (state) => {
      const { code, words } = state.language;
      document.documentElement.lang = code;
      document.title = words.pageTitle(words.cityName(city(state)));
      byId('skip').textContent = words.skip;
      languages.setAttribute('aria-label', words.languageLabel);
      show(
        languages,
        ...CODES.map((other) =>
          el(
            'button',
            {
              id: `language-${other}`,
              type: 'button',
              lang: other,
              'aria-pressed': String(other === code),
              onclick: () => {
                rememberLanguage(other);
                store.change({ language: language(other, navigator.languages, where) });
              },
            },
            language(other).words.name,
          ),
        ),
      );
    },
  );
}

function startMap(): void {
  store.view(
    (state) => [state.language, state.model],
    (state) => {
      byId('map-title').textContent = state.language.words.mapTitle;
      map.setLanguage(state.language, city(state));
    },
  );
  store.view(
    (state) => [selectedItem(state)?.answer ?? null, state.language, JSON.stringify(selectedWalk(state))],
    (state) => map.show(selectedItem(state)?.answer ?? null, selectedWalk(state), state.language),
  );
  store.view(
    ({ contributing }) => [contributing],
    ({ contributing }) => {
      if (!contributing) map.endPin();
    },
  );
}

function startFoot(): void {
  const foot = byId('foot');
  store.view(
    ({ language: spoken, model }) => [spoken, model],
    ({ language: spoken, model }) => {
      const { words } = spoken;
      show(
        foot,
        el('p', {}, words.responsible),
        model !== null &&
          el('p', {}, words.model(count(model.photos, spoken), words.cityName(model.city), model.version)),
        where === 'page' && documents(words), // a file of answers has no server
      );
    },
  );
}

function documents(words: Language['words']): HTMLElement {
  const link = (name: string, text: string) => el('a', { href: `documents/${name}` }, text);
  return el(
    'nav',
    { 'aria-label': words.documents },
    link('limits', words.documentLimits),
    link('model-card', words.documentModel),
    link('data-card', words.documentData),
    link('citation', words.documentCitation),
    link('security', words.documentSecurity),
    link('code-of-conduct', words.documentConduct),
  );
}

async function load(): Promise<void> {
  // Requested at once; the page does without what does not come.
  const rest = Promise.allSettled([getGallery(), getSamples()]);
  try {
    const model = await getModel();
    takeModel(model);
    if (model.basemap) void drawLand();
  } catch {
    store.change({ notice: { kind: 'serverGone' } });
    addEventListener('online', () => void load(), { once: true });
  }
  const [gallery, samples] = await rest;
  if (samples.status === 'fulfilled') store.change({ samples: samples.value });
  if (gallery.status === 'fulfilled') takeGallery(gallery.value);
}

async function drawLand(): Promise<void> {
  try {
    takeLand(await getBasemap());
  } catch {
    // The known photos are the map, then.
  }
}

function takeModel(model: Model): void {
  store.change({ model, notice: null });
  map.setModel(model);
}

function takeGallery({ places }: Gallery): void {
  map.setGallery(places.map(([lat, lng]) => ({ lat, lng })));
  store.change({ hasGallery: places.length > 0 });
}

function takeLand(land: Land): void {
  map.setLand(land);
  store.change({ hasBasemap: true, basemapCredit: land.attribution ?? '' });
}
