// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The map: a drawing of the city, or street-map tiles where the visitor allows them, and an answer over it.

import type { FeatureCollection } from 'geojson';
import * as L from 'leaflet';
import { reducedMotion, svg } from './dom';
import { leading, middle, moved, type Place, regionRings } from './geo';
import type { Language } from './i18n';
import { PaperLayer } from './paper';
import type { Answer, Model } from './schema';
import type { Stop } from './walk';
import { percent } from './words';

const SHOWN_PROBABILITY = 0.02; // of a candidate that must be on the map
const STEP_M = 5; // of an arrow key
const LONG_STEP_M = 50; // with Shift

export class CityMap {
  readonly #map: L.Map;
  readonly #paper = new PaperLayer();
  readonly #answer = L.layerGroup();
  #zoomControl: L.Control.Zoom | null = null;
  #tiles: L.TileLayer | null = null;
  #dots: L.Marker[] = [];
  #pin: L.Marker | null = null;
  #onMove: ((place: Place) => void) | null = null;
  #home: L.LatLngBounds | null = null;
  #limits: L.LatLngBounds | null = null;
  #shown: Answer | null = null;
  #stops = 0; // of the walk that is shown

  constructor(
    container: HTMLElement,
    readonly on: {
      candidate(index: number): void;
      stop(id: number): void;
      tiles(failed: boolean): void;
    },
  ) {
    const still = reducedMotion();
    this.#map = L.map(container, {
      attributionControl: false, // Leaflet would take the server's text for HTML; the page shows it itself
      zoomControl: false,
      zoomSnap: 0.5,
      minZoom: 10,
      maxZoom: 19,
      maxBoundsViscosity: 0.8,
      // One finger scrolls the page, two move the map.
      dragging: !matchMedia('(pointer: coarse)').matches,
      zoomAnimation: !still,
      fadeAnimation: !still,
      markerZoomAnimation: !still,
      inertia: !still,
    });
    this.#map.setView([45.4355, 12.335], 13);
    this.#paper.addTo(this.#map);
    this.#answer.addTo(this.#map);
    L.control.scale({ imperial: false, position: 'bottomright' }).addTo(this.#map);
    this.#map.on('click', ({ latlng }) => this.#movePin(latlng));
    // Colours of the drawing follow the scheme.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#paper.redraw());
    new ResizeObserver(() => this.#resized()).observe(container);
  }

  setLanguage({ words }: Language, city: string): void {
    this.#map.getContainer().setAttribute('aria-label', words.mapOf(words.cityName(city)));
    this.#zoomControl?.remove();
    this.#zoomControl = L.control.zoom({
      zoomInTitle: words.zoomIn,
      zoomOutTitle: words.zoomOut,
      position: 'topright',
    });
    this.#zoomControl.addTo(this.#map);
  }

  setModel({ area }: Model): void {
    const bounds = L.latLngBounds([area.south, area.west], [area.north, area.east]);
    this.#limits = bounds.pad(0.5);
    this.#map.setMaxBounds(this.#limits);
    this.#home ??= bounds;
    if (!this.#shown) this.#fit(this.#home);
  }

  setGallery(places: readonly Place[]): void {
    this.#paper.setPlaces(places);
    if (places.length === 0) return;
    this.#home = L.latLngBounds(middle(places).map(({ lat, lng }) => [lat, lng]));
    if (!this.#shown) this.#fit(this.#home);
  }

  setLand(land: FeatureCollection): void {
    this.#map.getContainer().classList.add('with-land');
    this.#paper.setLand(land);
  }

  setTiles(address: string | null): void {
    this.#tiles?.remove();
    this.#tiles = null;
    this.#map.options.zoomSnap = address ? 1 : 0.5; // tiles have seams between whole zooms
    this.#map.getContainer().classList.toggle('with-tiles', address !== null);
    if (address) {
      this.#paper.remove();
      this.#map.setZoom(Math.round(this.#map.getZoom()), { animate: false });
      // Tile servers require the site of a request; the address of the page is kept from them.
      this.#tiles = L.tileLayer(address, { maxZoom: 19, referrerPolicy: 'strict-origin-when-cross-origin' });
      this.#tiles.on('tileerror', () => this.on.tiles(true)).on('tileload', () => this.on.tiles(false));
      this.#tiles.addTo(this.#map);
    } else {
      this.#paper.addTo(this.#map);
    }
  }

  /** An answer, and the walk of its picture. */
  show(answer: Answer | null, walk: readonly Stop[], language: Language): void {
    const again = answer === this.#shown && walk.length === this.#stops;
    this.#shown = answer;
    this.#stops = walk.length;
    this.#answer.clearLayers();
    this.#dots = [];
    if (!answer) {
      if (this.#home && !again) this.#fit(this.#home);
      return;
    }
    const bounds = L.latLngBounds([[answer.lat, answer.lng]]);
    for (const { level, rings } of regionRings(answer.regions)) {
      L.polygon(rings, {
        className: `region region-${Math.round(level * 100)} region-${answer.verdict}`,
        interactive: false,
        smoothFactor: 0.5,
        noClip: true,
      }).addTo(this.#answer);
      for (const place of leading(rings).flat()) bounds.extend(place);
    }
    this.#drawWalk(walk, bounds);
    this.#drawCandidates(answer, bounds, language);
    if (answer.exif) {
      marker(answer.exif, exifSign(), 18, language.words.legendExif).addTo(this.#answer);
      // A file from elsewhere does not make the map small; how far it is, is in the text.
      if (this.#limits?.contains(answer.exif)) bounds.extend(answer.exif);
    }
    if (answer.verdict === 'pin') {
      const icon = L.divIcon({ html: pinSign(), className: 'pin', iconSize: [30, 40], iconAnchor: [15, 39] });
      const title = language.words.legendPin;
      L.marker(answer, { icon, title, keyboard: false, interactive: false, zIndexOffset: 1000 }).addTo(this.#answer);
    } else if (answer.verdict === 'around') {
      L.circle(answer, { radius: answer.radius_50_m, className: 'ring', interactive: false }).addTo(this.#answer);
      for (const side of [-1, 1]) bounds.extend(moved(answer, side * answer.radius_50_m, side * answer.radius_50_m));
    }
    if (!again) this.#fit(bounds.pad(0.06));
  }

  /** The places of the pictures in their order, joined by a line. */
  #drawWalk(walk: readonly Stop[], bounds: L.LatLngBounds): void {
    if (walk.length === 0) return;
    const line = { className: 'walk', interactive: false, smoothFactor: 0, noClip: true };
    L.polyline([...walk], line).addTo(this.#answer);
    for (const stop of walk) {
      const sign = document.createElement('span');
      sign.textContent = String(stop.position);
      const kind = `stop stop-${stop.verdict}${stop.selected ? ' selected' : ''}`;
      marker(stop, sign, stop.selected ? 30 : 22, `${stop.position}: ${stop.name}`, kind)
        .setZIndexOffset(stop.selected ? 900 : 700 - stop.position)
        .on('click', () => this.on.stop(stop.id))
        .addTo(this.#answer);
      bounds.extend(stop);
    }
  }

  #drawCandidates(answer: Answer, bounds: L.LatLngBounds, language: Language): void {
    this.#dots = answer.candidates.map((candidate, index) => {
      const size = 18 + 16 * Math.sqrt(candidate.probability);
      const dot = document.createElement('span');
      dot.textContent = String(index + 1);
      const title = `${index + 1}: ${percent(candidate.probability, language)}, ${candidate.photo_id}`;
      if (candidate.probability >= SHOWN_PROBABILITY) bounds.extend(candidate);
      return marker(candidate, dot, size, title, `dot-${answer.verdict}`)
        .setZIndexOffset(500 - 10 * index)
        .on('click', () => this.on.candidate(index))
        .addTo(this.#answer);
    });
  }

  /** Makes the dot of a candidate stand out; with `move` the map shows it, too. */
  highlight(index: number | null, move = false): void {
    this.#dots.forEach((dot, i) => {
      dot.getElement()?.classList.toggle('highlighted', i === index);
      dot.setZIndexOffset(i === index ? 2000 : 500 - 10 * i);
    });
    const dot = index === null ? null : this.#dots[index];
    if (dot && move && !this.#map.getBounds().pad(-0.05).contains(dot.getLatLng())) {
      this.#map.panTo(dot.getLatLng(), { animate: !reducedMotion() });
    }
  }

  /** A pin that the visitor moves, until endPin. */
  startPin(place: Place, name: string, onMove: (place: Place) => void): void {
    this.endPin();
    this.#onMove = onMove;
    const icon = L.divIcon({ html: pinSign(), className: 'pin own-pin', iconSize: [30, 40], iconAnchor: [15, 39] });
    const pin = L.marker(place, { icon, draggable: true, autoPan: true, zIndexOffset: 3000 }).addTo(this.#map);
    this.#pin = pin;
    pin.on('drag', () => onMove(pin.getLatLng()));
    const element = pin.getElement();
    element?.setAttribute('aria-label', name);
    element?.addEventListener('keydown', (event) => this.#pinKey(event));
    this.#map.getContainer().classList.add('placing');
    if (!this.#map.getBounds().contains(place)) this.#map.panTo(place, { animate: false });
  }

  setPin(place: Place): void {
    this.#pin?.setLatLng(place);
    if (!this.#map.getBounds().contains(place)) this.#map.panTo(place, { animate: false });
  }

  /** The pin stays where it is. */
  fixPin(): void {
    this.#pin?.dragging?.disable();
    this.#onMove = null;
    this.#map.getContainer().classList.remove('placing');
  }

  endPin(): void {
    this.#pin?.remove();
    this.#pin = null;
    this.#onMove = null;
    this.#map.getContainer().classList.remove('placing');
  }

  #movePin(place: Place): void {
    if (!this.#onMove) return;
    this.setPin(place);
    this.#onMove(place);
  }

  #pinKey(event: KeyboardEvent): void {
    const steps: Record<string, [north: number, east: number]> = {
      ArrowUp: [1, 0],
      ArrowDown: [-1, 0],
      ArrowRight: [0, 1],
      ArrowLeft: [0, -1],
    };
    const step = steps[event.key];
    if (!step || !this.#pin) return;
    event.preventDefault();
    event.stopPropagation(); // else the map would move as well
    const metres = event.shiftKey ? LONG_STEP_M : STEP_M;
    this.#movePin(moved(this.#pin.getLatLng(), step[0] * metres, step[1] * metres));
  }

  #fit(bounds: L.LatLngBounds): void {
    this.#map.fitBounds(bounds, { maxZoom: 17, padding: [16, 16], animate: !reducedMotion() });
  }

  #resized(): void {
    const before = this.#map.getSize();
    this.#map.invalidateSize({ animate: false });
    // A map that was hidden or much narrower has not been fitted yet.
    if (!this.#shown && this.#home && Math.abs(before.x - this.#map.getSize().x) > 50) this.#fit(this.#home);
  }
}

function marker(place: Place, html: Element, size: number, title: string, kind = ''): L.Marker {
  const icon = L.divIcon({ html: html as HTMLElement, className: `dot ${kind}`, iconSize: [size, size] });
  return L.marker(place, { icon, title, keyboard: false });
}

function pinSign(): HTMLElement {
  const sign = document.createElement('div');
  sign.append(
    svg(
      'svg',
      { viewBox: '0 0 30 40', width: 30, height: 40, 'aria-hidden': 'true' },
      svg('path', { class: 'pin-body', d: 'M15 39C11 30 2.5 23 2.5 14a12.5 12.5 0 1 1 25 0C27.5 23 19 30 15 39Z' }),
      svg('circle', { class: 'pin-eye', cx: 15, cy: 14, r: 5 }),
    ),
  );
  return sign;
}

function exifSign(): Element {
  const sign = document.createElement('span');
  sign.className = 'square';
  return sign;
}
