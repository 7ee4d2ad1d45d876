// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Below the map: its legend, and the switch for street-map tiles.

import { byId, el, show } from './dom';
import { host } from './links';
import type { CityMap } from './map';
import { writePermission } from './settings';
import { type State, type Store, selectedItem } from './store';
import { selectedWalk } from './walk';
import { percent } from './words';

export function startMapBar(store: Store, map: CityMap): void {
  const bar = byId('map-bar');
  store.view(
    (state) => [
      state.language,
      state.model,
      selectedItem(state)?.answer,
      selectedWalk(state).length,
      state.tiles,
      state.hasGallery,
      state.hasBasemap,
      state.basemapCredit,
      state.tilesFailed,
      state.contributing,
    ],
    (state) => show(bar, legend(state), tilesPart(state, store), fingers(state)),
  );
  store.view(
    ({ model, tiles }) => [model, tiles],
    ({ model, tiles }) => map.setTiles(tiles && model?.tiles ? model.tiles.url : null),
  );
}

function legend(state: State): HTMLElement {
  const { language, hasGallery, tiles, model, contributing } = state;
  const { words } = language;
  const answer = selectedItem(state)?.answer;
  const drawn = !(tiles && model?.tiles);
  const signs: [sign: string, text: string][] = [];
  if (answer?.verdict === 'pin') signs.push(['pin', words.legendPin]);
  if (answer) {
    const pale = answer.verdict === 'elsewhere' ? ' pale' : '';
    signs.push([`region-50${pale}`, words.legendRegion(percent(0.5, language))]);
    signs.push([`region-90${pale}`, words.legendRegion(percent(0.9, language))]);
  }
  if (answer?.verdict === 'around') signs.push(['ring', words.legendRing(percent(0.5, language))]);
  if (answer && answer.candidates.length > 0)
    signs.push([answer.verdict === 'elsewhere' ? 'dot-elsewhere' : 'dot', words.legendCandidate]);
  if (selectedWalk(state).length > 0) signs.push(['stop', words.legendWalk]);
  if (answer?.exif) signs.push(['square', words.legendExif]);
  if (contributing) signs.push(['own-pin', words.legendYours]);
  if (drawn && hasGallery) signs.push(['density', words.legendDensity]);
  return el(
    'ul',
    { class: 'legend' },
    ...signs.map(([sign, text]) =>
      el('li', {}, el('span', { class: `sign sign-${sign}`, 'aria-hidden': 'true' }), text),
    ),
  );
}

function tilesPart(state: State, store: Store): HTMLElement | false {
  const { language, model, tiles, hasGallery, hasBasemap, basemapCredit, tilesFailed } = state;
  const { words } = language;
  const empty = !hasGallery && !hasBasemap;
  const drawn = el(
    'p',
    { class: 'small' },
    empty ? words.blankMap : words.tilesNone,
    basemapCredit && ` ${basemapCredit}`,
  );
  if (!model?.tiles) return model !== null && (empty || basemapCredit !== '') && drawn;
  const name = host(model.tiles.url);
  const box = el('input', { id: 'tiles', type: 'checkbox', role: 'switch', checked: tiles });
  box.addEventListener('change', () => {
    writePermission('tiles', box.checked);
    store.change({ tiles: box.checked });
  });
  return el(
    'div',
    { class: 'tiles' },
    el(
      'label',
      { class: 'check', for: 'tiles' },
      box,
      el('span', {}, words.tilesSwitch(name), el('span', { class: 'small' }, words.tilesMeaning(name))),
    ),
    tiles && tilesFailed && el('p', { class: 'notice', role: 'alert' }, words.tilesFailed(name)),
    tiles ? credit(model.tiles.attribution) : drawn,
  );
}

/** The server's words as text; OpenStreetMap requires a link to its terms. */
function credit(attribution: string): HTMLElement {
  const text = attribution.includes('OpenStreetMap')
    ? el(
        'a',
        { href: 'https://www.openstreetmap.org/copyright', target: '_blank', rel: 'noopener noreferrer' },
        attribution,
      )
    : attribution;
  return el('p', { class: 'small credit' }, text);
}

function fingers({ language: { words } }: State): HTMLElement {
  return el('p', { class: 'small touch-only' }, words.mapFingers);
}
