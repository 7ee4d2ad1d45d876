// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The state of the page. Views read it and are notified when it changes.

import type { Refusal } from './check';
import type { Language } from './i18n';
import type { Answer, Model, Problem, Sample } from './schema';

export type Trouble =
  | { kind: 'refused'; reason: Refusal }
  | { kind: 'problem'; problem: Problem; retryable: boolean }
  /** By the command line, in a file of answers. */
  | { kind: 'reported'; detail: string }
  | { kind: 'unreachable' | 'brokeOff' | 'cancelled' };

/** A picture of the visitor, and how far it has come. */
export interface Item {
  readonly id: number;
  /** None in a file of answers, from which nothing is sent. */
  readonly file: File | null;
  readonly name: string;
  /** Of the pictures that were added together. */
  readonly group: number;
  /** An address; empty where there is no picture to show. */
  readonly preview: string;
  status: 'waiting' | 'sending' | 'answered' | 'failed';
  answer: Answer | null;
  trouble: Trouble | null;
}

export type Notice = { kind: 'serverGone' | 'sampleFailed' } | { kind: 'tooMany'; limit: number };

export interface State {
  language: Language;
  model: Model | null;
  samples: Sample[];
  hasGallery: boolean;
  hasBasemap: boolean;
  /** Of the base map, where its file has one. */
  basemapCredit: string;
  tilesFailed: boolean;
  items: Item[];
  selected: number | null;
  /** Groups whose pictures are those of one walk. */
  together: ReadonlySet<number>;
  /** Of the request that is under way. */
  progress: { done: number; total: number } | null;
  busyUntil: number | null;
  notice: Notice | null;
  tiles: boolean;
  thumbnails: boolean;
  /** Photo id whose matching points are drawn; null stands for the first there is. */
  shownMatch: string | null;
  contributing: boolean;
}

export class Store {
  readonly #views: (() => void)[] = [];
  #notified = true;

  constructor(readonly state: State) {}

  /** Calls the view now, and again whenever what it depends on is another. */
  view(depends: (state: State) => unknown[], render: (state: State) => void): void {
    let last: unknown[] | null = null;
    const update = () => {
      const now = depends(this.state);
      if (last?.every((value, i) => value === now[i])) return;
      last = now;
      render(this.state);
    };
    this.#views.push(update);
    update();
  }

  /** Changes in one go are notified once. */
  change(values: Partial<State>): void {
    Object.assign(this.state, values);
    if (!this.#notified) return;
    this.#notified = false;
    queueMicrotask(() => {
      this.#notified = true;
      for (const update of this.#views) update();
    });
  }

  /** Shows another picture. */
  select(id: number): void {
    this.change({ selected: id, contributing: false, shownMatch: null });
  }

  /** Replaces items, so that views see that they changed. */
  changeItems(ids: ReadonlySet<number>, values: Partial<Item>): void {
    this.change({ items: this.state.items.map((item) => (ids.has(item.id) ? { ...item, ...values } : item)) });
  }
}

export function selectedItem(state: State): Item | null {
  return state.items.find((item) => item.id === state.selected) ?? null;
}

export function city(state: State): string {
  return state.model?.city ?? 'Venice';
}
