// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The city drawn without any map server: the land, where the server has its outline, and the known photos as a soft density.

import type { FeatureCollection, Position } from 'geojson';
import * as L from 'leaflet';
import type { Place } from './geo';

const CELL_DEG = 0.00025; // photos this near to each other are one dot
const REACH_M = 48; // of a dot [m]
const MIN_PX = 6;
const MAX_PX = 20;
const FAINTEST = 0.38; // opacity of the dot of a single photo
const PADDING = 0.4; // of the map's size that is drawn around it, for dragging
const EQUATOR_M = 40_075_016.7;

export class PaperLayer extends L.Layer {
  readonly #canvas = document.createElement('canvas');
  #places: { place: Place; count: number }[] = [];
  #most = 1;
  #polygons: Position[][][] = [];
  #land: { zoom: number; paths: Path2D[] } | null = null;
  #corner = L.latLng(0, 0); // of the canvas, in the north-west
  #zoom = 0;

  constructor() {
    super();
    L.setOptions(this, { pane: 'tilePane' });
  }

  setPlaces(places: readonly Place[]): void {
    const cells = new Map<string, { place: Place; count: number }>();
    for (const place of places) {
      const key = `${Math.round(place.lat / CELL_DEG)} ${Math.round(place.lng / CELL_DEG)}`;
      const cell = cells.get(key);
      if (cell) cell.count += 1;
      else cells.set(key, { place, count: 1 });
    }
    this.#places = [...cells.values()];
    this.#most = Math.max(1, ...this.#places.map(({ count }) => count));
    this.redraw();
  }

  setLand(collection: FeatureCollection): void {
    this.#polygons = collection.features.flatMap(({ geometry }) => {
      if (geometry.type === 'Polygon') return [geometry.coordinates];
      return geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
    });
    this.#land = null;
    this.redraw();
  }

  override onAdd(map: L.Map): this {
    this.#canvas.className = 'leaflet-zoom-animated paper';
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.getPane()?.append(this.#canvas);
    this._map = map;
    this.redraw();
    return this;
  }

  override onRemove(): this {
    this.#canvas.remove();
    return this;
  }

  override getEvents(): { [name: string]: L.LeafletEventHandlerFn } {
    return {
      viewreset: () => this.redraw(),
      moveend: () => this.redraw(),
      zoomanim: (event) => this.#follow(event as L.ZoomAnimEvent),
    };
  }

  /** Scales and moves what is drawn while the map flies to another zoom. */
  #follow({ center, zoom }: L.ZoomAnimEvent): void {
    const map = this._map;
    const offset = map
      .project(this.#corner, zoom)
      .subtract(map.project(center, zoom))
      .add(map.getSize().divideBy(2))
      .subtract(L.DomUtil.getPosition(map.getPane('mapPane') as HTMLElement));
    L.DomUtil.setTransform(this.#canvas, offset, map.getZoomScale(zoom, this.#zoom));
  }

  redraw(): void {
    const map = this._map;
    if (!map) return;
    const size = map.getSize();
    if (size.x === 0 || size.y === 0) return;
    const margin = size.multiplyBy(PADDING).round();
    const extent = size.add(margin.multiplyBy(2));
    const topLeft = map.containerPointToLayerPoint(margin.multiplyBy(-1));
    this.#corner = map.layerPointToLatLng(topLeft);
    this.#zoom = map.getZoom();
    const ratio = Math.min(devicePixelRatio, 2);
    this.#canvas.width = extent.x * ratio;
    this.#canvas.height = extent.y * ratio;
    this.#canvas.style.width = `${extent.x}px`;
    this.#canvas.style.height = `${extent.y}px`;
    L.DomUtil.setTransform(this.#canvas, topLeft, 1);
    const pen = this.#canvas.getContext('2d');
    if (!pen) return;
    const origin = map.project(this.#corner, this.#zoom);
    const colours = getComputedStyle(map.getContainer());
    pen.scale(ratio, ratio);
    this.#drawLand(pen, origin, colours);
    this.#drawDensity(pen, origin, extent, colours);
  }

  #drawLand(pen: CanvasRenderingContext2D, origin: L.Point, colours: CSSStyleDeclaration): void {
    if (this.#polygons.length === 0) return;
    // Large numbers lose their fraction in a path: it is drawn from a corner of the city.
    const [lng = 0, lat = 0] = this.#polygons[0]?.[0]?.[0] ?? [];
    const start = this._map.project([lat, lng], this.#zoom);
    if (this.#land?.zoom !== this.#zoom) {
      this.#land = { zoom: this.#zoom, paths: this.#polygons.map((rings) => this.#path(rings, start)) };
    }
    pen.save();
    pen.translate(start.x - origin.x, start.y - origin.y);
    pen.fillStyle = colours.getPropertyValue('--land');
    pen.strokeStyle = colours.getPropertyValue('--shore');
    pen.lineWidth = 0.75;
    for (const path of this.#land.paths) {
      pen.fill(path, 'evenodd');
      pen.stroke(path);
    }
    pen.restore();
  }

  #path(rings: Position[][], start: L.Point): Path2D {
    const path = new Path2D();
    for (const ring of rings) {
      ring.forEach(([lng = 0, lat = 0], i) => {
        const { x, y } = this._map.project([lat, lng], this.#zoom).subtract(start);
        if (i === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
      });
      path.closePath();
    }
    return path;
  }

  #drawDensity(pen: CanvasRenderingContext2D, origin: L.Point, extent: L.Point, colours: CSSStyleDeclaration): void {
    const latitude = (this.#corner.lat * Math.PI) / 180;
    const metre = (256 * 2 ** this.#zoom) / (EQUATOR_M * Math.cos(latitude)); // [px]
    const reach = Math.min(MAX_PX, Math.max(MIN_PX, REACH_M * metre));
    const dot = softDot(reach, colours.getPropertyValue('--place'));
    for (const { place, count } of this.#places) {
      const { x, y } = this._map.project([place.lat, place.lng], this.#zoom).subtract(origin);
      if (x < -reach || y < -reach || x > extent.x + reach || y > extent.y + reach) continue;
      pen.globalAlpha = FAINTEST + (1 - FAINTEST) * (Math.log(count) / Math.log(this.#most + 1));
      pen.drawImage(dot, x - reach, y - reach, 2 * reach, 2 * reach);
    }
  }
}

/** A dot that fades outwards. */
function softDot(reach: number, colour: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.ceil(reach * 4);
  const pen = canvas.getContext('2d');
  if (!pen) return canvas;
  const middle = canvas.width / 2;
  const fade = pen.createRadialGradient(middle, middle, 0, middle, middle, middle);
  // The eighths of a bell curve.
  for (let i = 0; i <= 8; i++) {
    const opacity = i === 8 ? 0 : Math.exp(-4 * (i / 8) ** 2);
    fade.addColorStop(i / 8, `rgb(0 0 0 / ${opacity.toFixed(3)})`);
  }
  pen.fillStyle = fade;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  // A gradient from a colour to nothing passes through grey in some browsers: the colour comes last.
  pen.globalCompositeOperation = 'source-in';
  pen.fillStyle = colour;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
