// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { reply, walkOf } from '../e2e/mock-server.mjs';
import { isFailure } from '../src/conforms';
import type { Item, State } from '../src/store';
import { turnOf } from '../src/turning';
import { selectedWalk } from '../src/walk';

const FILE = {} as File;

function item(id: number, group: number, values: Partial<Item>): Item {
  const common = { id, group, file: FILE, name: `${id}.jpg`, preview: '', answer: null, trouble: null };
  return { ...common, status: values.answer ? 'answered' : 'failed', ...values };
}

function walk(...names: string[]): Item[] {
  return walkOf(names).map((one, i) => item(i + 1, 1, { answer: isFailure(one) ? null : one }));
}

const state = (items: Item[], selected: number) => ({ items, selected }) as State;

describe('the walk of a picture', () => {
  it('has the pictures in the order of the walk', () => {
    const [first, second, third] = walk('pin.jpg', 'around.jpg', 'likely.jpg');
    const stops = selectedWalk(state([third, first, second] as Item[], 2));
    expect(stops.map(({ id, position, selected }) => [id, position, selected])).toEqual([
      [1, 1, false],
      [2, 2, true],
      [3, 3, false],
    ]);
    expect(stops[1]).toMatchObject({ verdict: 'around', lat: second?.answer?.lat, name: '2.jpg' });
  });

  it('leaves out failures and other cities', () => {
    const items = walk('pin.jpg', 'damaged.jpg', 'elsewhere.jpg', 'likely.jpg');
    expect(selectedWalk(state(items, 1)).map(({ id }) => id)).toEqual([1, 4]);
    expect(selectedWalk(state(items, 2))).toEqual([]);
  });

  it('is that of its own group, and complete', () => {
    const [one, two] = walk('pin.jpg', 'pin.jpg') as [Item, Item];
    const other = { ...two, id: 9, group: 2 };
    expect(selectedWalk(state([one, two, other], 1)).map(({ id }) => id)).toEqual([1, 2]);
    expect(selectedWalk(state([one, { ...two, status: 'sending', answer: null }], 1))).toEqual([]);
  });

  it('is none for pictures that were located one by one', () => {
    const alone = reply('pin.jpg');
    const items = [1, 2].map((id) => item(id, 1, { answer: isFailure(alone) ? null : alone }));
    expect(selectedWalk(state(items, 1))).toEqual([]);
    expect(selectedWalk(state(items, 7))).toEqual([]);
  });
});

it('turns the visitor’s picture, and not the copy in a file of answers', () => {
  const [turned] = walk('turned.jpg') as [Item];
  expect([turnOf(turned), turnOf({ ...turned, file: null }), turnOf({ ...turned, answer: null })]).toEqual([90, 0, 0]);
});
