// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ProblemError, retryAfter } from '../src/api';
import { refusal } from '../src/check';
import { host, streetMapPage, webAddress } from '../src/links';

const LIMITS = { max_bytes: 1000, max_pixels: 1000, max_pictures: 2 };

describe('files', () => {
  it.each([
    ['a.jpg', 'image/jpeg', 10, null],
    ['a.JPG', '', 10, null],
    ['a.bmp', 'image/x-ms-bmp', 10, null],
    ['pasted', 'image/png', 10, null],
    ['a.jpg', 'image/jpeg', 1000, null],
    ['a.jpg', 'image/jpeg', 1001, 'bytes'],
    ['a.jpg', 'image/jpeg', 0, 'empty'],
    ['a.svg', 'image/svg+xml', 10, 'type'],
    ['a.heic', 'image/heic', 10, 'type'],
    ['a.txt', '', 10, 'type'],
  ])('%s of type "%s" with %d bytes: %s', (name, type, size, expected) => {
    expect(refusal({ name, type, size }, LIMITS)).toBe(expected);
  });
});

describe('addresses', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://a/b', '//a/b', 'a', ''])(
    '%j is no web address',
    (text) => {
      expect(webAddress(text)).toBeNull();
    },
  );

  it('are those of pages', () => {
    expect(webAddress('https://www.flickr.com/photo.gne?id=1')).toBe('https://www.flickr.com/photo.gne?id=1');
    expect(host('https://{s}.tile.example/{z}/{x}/{y}.png')).toBe('tile.example');
    expect(host('https://tile.example:8443/{z}/{x}/{y}.png')).toBe('tile.example:8443');
    expect(streetMapPage({ lat: 45.4, lng: 12.3 })).toBe(
      'https://www.openstreetmap.org/?mlat=45.400000&mlon=12.300000#map=18/45.400000/12.300000',
    );
  });
});

describe('a busy server', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['7', 7],
    ['0', 1],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 1],
    ['soon', 10],
    [null, 10],
  ])('with Retry-After %j is tried again after %d s', (header, seconds) => {
    expect(retryAfter(header, now)).toBe(seconds);
  });

  it('has a message in any case', () => {
    expect(new ProblemError({ type: 'about:blank', title: 'Teapot', status: 418, detail: '' }, null).message).toBe(
      'Teapot',
    );
  });
});
