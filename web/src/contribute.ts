// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// "I know where this is": the visitor gives the place, and agrees that picture and place are kept.

import { contribute, ProblemError } from './api';
import { around, degrees, pair } from './degrees';
import { el, show } from './dom';
import type { Place } from './geo';
import type { CityMap } from './map';
import type { Answer, Problem } from './schema';
import { city, type Item, type State } from './store';
import { type Explanation, explanationParts, problemText } from './trouble';

type Status =
  | { kind: 'nothing' | 'badCoordinates' | 'consentNeeded' | 'sending' | 'unreachable' }
  | { kind: 'problem'; problem: Problem }
  | { kind: 'kept'; id: string };

/** The place that the visitor gives for a picture. It outlives its form, which is redrawn when the language changes. */
export class Contribution {
  /** As they were typed. */
  lat: string;
  lng: string;
  pin: Place;
  consent = false;
  sending = false;
  status: Status = { kind: 'nothing' };
  /** Of the form that is on the page. */
  onStatus: (() => void) | null = null;

  constructor(
    readonly item: Item,
    { lat, lng }: Answer,
  ) {
    this.pin = { lat, lng };
    this.lat = lat.toFixed(6);
    this.lng = lng.toFixed(6);
  }

  report(status: Status): void {
    this.status = status;
    this.onStatus?.();
  }

  async send(place: Place): Promise<void> {
    if (!this.item.file) return;
    this.sending = true;
    this.report({ kind: 'sending' });
    let status: Status;
    try {
      status = { kind: 'kept', id: await contribute(this.item.file, place.lat, place.lng) };
    } catch (error) {
      status = error instanceof ProblemError ? { kind: 'problem', problem: error.problem } : { kind: 'unreachable' };
    }
    this.sending = false;
    this.report(status);
  }
}

/** The form; its pin is on the map until it is closed. */
export function contributionForm(
  contribution: Contribution,
  state: State,
  map: CityMap,
  onClose: () => void,
): HTMLElement {
  const { words } = state.language;
  const lat = field('own-lat', contribution.lat);
  const lng = field('own-lng', contribution.lng);
  const consent = el('input', { id: 'consent', type: 'checkbox', checked: contribution.consent });
  const message = el('p', { class: 'message', role: 'status' });
  const send = el('button', { id: 'send-place', type: 'submit', class: 'primary' }, words.send);

  const place = (): Place | null => {
    const typed = { lat: degrees(lat.value), lng: degrees(lng.value) };
    return around(typed, state.model?.area) ? typed : null;
  };
  const keepTyped = () => {
    contribution.lat = lat.value;
    contribution.lng = lng.value;
  };
  const typed = () => {
    const found = place();
    contribution.report({ kind: found ? 'nothing' : 'badCoordinates' });
    if (!found) return;
    contribution.pin = found;
    map.setPin(found);
  };
  for (const input of [lat, lng]) {
    input.addEventListener('input', () => {
      const both = pair(input.value);
      if (both) {
        lat.value = both.lat;
        lng.value = both.lng;
        typed();
      }
      keepTyped();
    });
    input.addEventListener('change', typed);
  }
  consent.addEventListener('change', () => {
    contribution.consent = consent.checked;
  });

  const close = () => {
    map.endPin();
    onClose();
    // Once the button that opened this is there again.
    setTimeout(() => document.getElementById('know')?.focus());
  };

  async function submit(): Promise<void> {
    const found = place();
    if (!found) {
      contribution.report({ kind: 'badCoordinates' });
      return lat.focus();
    }
    if (!consent.checked) {
      contribution.report({ kind: 'consentNeeded' });
      return consent.focus();
    }
    await contribution.send(found);
  }

  const body = el(
    'form',
    {
      class: 'form-body',
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        if (!contribution.sending) void submit();
      },
    },
    el('p', { class: 'small' }, words.knowHow),
    el(
      'div',
      { class: 'fields' },
      el('label', { for: 'own-lat' }, words.lat, lat),
      el('label', { for: 'own-lng' }, words.lng, lng),
    ),
    el('label', { class: 'check', for: 'consent' }, consent, el('span', {}, words.consent)),
    el('div', { class: 'buttons' }, send),
  );
  const form = el(
    'section',
    {
      class: 'contribution',
      'aria-labelledby': 'know-title',
      onkeydown: (event) => {
        if ((event as KeyboardEvent).key === 'Escape') close();
      },
    },
    el('h3', { id: 'know-title', tabindex: -1 }, words.knowTitle),
    body,
    message,
    el('div', { class: 'buttons' }, el('button', { id: 'close-know', type: 'button', onclick: close }, words.close)),
  );

  const update = () => {
    const { kind } = contribution.status;
    for (const input of [lat, lng]) input.setAttribute('aria-invalid', String(kind === 'badCoordinates'));
    send.disabled = contribution.sending;
    body.hidden = kind === 'kept';
    show(message, ...explanationParts(statusText(contribution.status, state)));
    // Another form may have the pin by now.
    if (kind === 'kept' && form.isConnected) map.fixPin();
  };
  map.startPin(contribution.pin, words.knowPin, (moved) => {
    contribution.pin = { lat: moved.lat, lng: moved.lng };
    lat.value = moved.lat.toFixed(6);
    lng.value = moved.lng.toFixed(6);
    keepTyped();
    contribution.report({ kind: 'nothing' });
  });
  if (contribution.status.kind === 'kept') map.fixPin();
  // A form that replaces another leaves the focus where it is.
  if (!contribution.onStatus) queueMicrotask(() => document.getElementById('know-title')?.focus());
  contribution.onStatus = update;
  update();
  return form;
}

function statusText(status: Status, state: State): Explanation {
  const { language } = state;
  const { words } = language;
  if (status.kind === 'problem') return problemText(status.problem, language);
  if (status.kind === 'kept') return { text: words.thanks(status.id) };
  if (status.kind === 'badCoordinates') return { text: words.badCoordinates(words.cityName(city(state))) };
  const { consentNeeded, sendingPlace, unreachable } = words;
  return { text: { nothing: '', consentNeeded, sending: sendingPlace, unreachable }[status.kind] };
}

function field(id: string, value: string): HTMLInputElement {
  return el('input', { id, type: 'text', inputmode: 'decimal', autocomplete: 'off', value });
}
