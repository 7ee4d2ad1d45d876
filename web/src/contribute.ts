// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// "I know where this is": the visitor says the place, and agrees that picture and place are kept.

import { contribute, ProblemError } from './api';
import type { Answer } from './contract';
import { el } from './dom';
import type { Place } from './geo';
import type { CityMap } from './map';
import { city, type Item, type State } from './store';

/** The form; its pin is on the map until it is closed. */
export function startContribution(
  item: Item,
  answer: Answer,
  state: State,
  map: CityMap,
  onClose: () => void,
): HTMLElement {
  const { code, words } = state.language;
  const start = { lat: answer.lat, lng: answer.lng };
  const lat = field('own-lat', start.lat);
  const lng = field('own-lng', start.lng);
  const consent = el('input', { id: 'consent', type: 'checkbox' });
  const said = el('p', { class: 'said', role: 'status' });
  const send = el(
    'button',
    { id: 'send-place', type: 'button', class: 'primary', onclick: () => void submit() },
    words.send,
  );

  const place = (): Place | null => {
    const typed = { lat: degrees(lat.value), lng: degrees(lng.value) };
    return inside(typed, state.model?.area) ? typed : null;
  };
  const showBad = (bad: boolean) => {
    for (const input of [lat, lng]) input.setAttribute('aria-invalid', String(bad));
    said.textContent = bad ? words.badCoordinates(words.cityName(city(state))) : '';
  };
  const typed = () => {
    const found = place();
    showBad(!found);
    if (found) map.setPin(found);
  };
  lat.addEventListener('change', typed);
  lng.addEventListener('change', typed);
  map.startPin(start, words.knowPin, (moved) => {
    lat.value = moved.lat.toFixed(6);
    lng.value = moved.lng.toFixed(6);
    showBad(false);
  });

  const close = () => {
    map.endPin();
    onClose();
    // Once the button that opened this is there again.
    setTimeout(() => document.getElementById('know')?.focus());
  };

  async function submit(): Promise<void> {
    const found = place();
    showBad(!found);
    if (!found) return lat.focus();
    if (!consent.checked) {
      said.textContent = words.consentNeeded;
      return consent.focus();
    }
    send.disabled = true;
    said.lang = code;
    said.textContent = words.sendingPlace;
    try {
      said.textContent = words.thanks(await contribute(item.file, found.lat, found.lng));
      map.endPin();
      form.querySelector('.form-body')?.remove();
    } catch (error) {
      send.disabled = false;
      // A problem is told in the server's language.
      said.lang = error instanceof ProblemError ? 'en' : code;
      said.textContent = error instanceof ProblemError ? error.message : words.unreachable;
    }
  }

  const form = el(
    'section',
    { class: 'contribution', 'aria-labelledby': 'know-title' },
    el('h3', { id: 'know-title', tabindex: -1 }, words.knowTitle),
    el(
      'div',
      { class: 'form-body' },
      el('p', { class: 'small' }, words.knowHow),
      el(
        'div',
        { class: 'fields' },
        el('label', { for: 'own-lat' }, words.lat, lat),
        el('label', { for: 'own-lng' }, words.lng, lng),
      ),
      el('label', { class: 'check', for: 'consent' }, consent, el('span', {}, words.consent)),
      el('div', { class: 'buttons' }, send),
    ),
    said,
    el('div', { class: 'buttons' }, el('button', { id: 'close-know', type: 'button', onclick: close }, words.close)),
  );
  queueMicrotask(() => document.getElementById('know-title')?.focus());
  return form;
}

function field(id: string, value: number): HTMLInputElement {
  return el('input', { id, type: 'text', inputmode: 'decimal', autocomplete: 'off', value: value.toFixed(6) });
}

/** A comma is taken for a point: Italians write one. */
function degrees(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'));
}

const AROUND = 0.1; // degrees beyond the model's area that still are around the city

function inside({ lat, lng }: Place, area: { south: number; west: number; north: number; east: number } | undefined) {
  if (!Number.isFinite(lat) || !Number.isFinite(lng)) return false;
  if (!area) return Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
  return (
    lat >= area.south - AROUND && lat <= area.north + AROUND && lng >= area.west - AROUND && lng <= area.east + AROUND
  );
}
