// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Pictures of one walk, which are located together.

import type { Verdict } from './schema';
import { type Item, type State, selectedItem } from './store';

/** A picture of a walk on the map. */
export interface Stop {
  id: number;
  name: string;
  lat: number;
  lng: number;
  /** In the walk, from 1. */
  position: number;
  verdict: Verdict;
  selected: boolean;
}

/** The pictures that were added with this one. */
export function groupOf(item: Item, { items }: State): Item[] {
  return items.filter(({ group }) => group === item.group);
}

/** The walk of the selected picture in its order; empty without one, and until all of it is located. */
export function selectedWalk(state: State): Stop[] {
  const selected = selectedItem(state);
  if (!selected?.answer?.walk) return [];
  const group = groupOf(selected, state);
  if (group.some(({ status }) => status === 'waiting' || status === 'sending')) return [];
  return group
    .flatMap(({ id, name, answer }): Stop[] => {
      // A picture of another city is no part of the way through this one.
      if (!answer?.walk || answer.verdict === 'elsewhere') return [];
      const { lat, lng, verdict, walk } = answer;
      return [{ id, name, lat, lng, verdict, position: walk.position, selected: id === selected.id }];
    })
    .sort((a, b) => a.position - b.position);
}
