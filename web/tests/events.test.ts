// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { EventParser, readEvents } from '../src/events';

const STREAM =
  'event: answer\ndata: {"index": 0}\n\n: a comment\nevent: answer\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata\n\nevent: end\ndata: {}\n\n';
const EVENTS = [
  { event: 'answer', data: '{"index": 0}' },
  { event: 'answer', data: '{"a":\n1}' },
  { event: 'message', data: '' },
  { event: 'end', data: '{}' },
];

describe('event streams', () => {
  it.each([1, 2, 3, 7, 1000])('are the same in pieces of %d', (size) => {
    const parser = new EventParser();
    const events = [];
    for (let i = 0; i < STREAM.length; i += size) events.push(...parser.push(STREAM.slice(i, i + size)));
    expect(events).toEqual(EVENTS);
  });

  it('give nothing for an event without its empty line', () => {
    expect(new EventParser().push('event: answer\ndata: {}\n')).toEqual([]);
  });

  it('are decoded across the bytes of a letter', async () => {
    const bytes = new TextEncoder().encode('data: perché\n\n');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const events = [];
    for await (const event of readEvents(body)) events.push(event);
    expect(events).toEqual([{ event: 'message', data: 'perché' }]);
  });
});
