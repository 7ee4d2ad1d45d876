// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Addresses that come from data, or are made of it.

import type { Place } from './geo';

/** The address of a web page or picture; nothing for javascript: and other surprises. */
export function webAddress(text: string): string | null {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

export function host(address: string): string {
  try {
    return new URL(address.replace('{s}.', '')).host;
  } catch {
    return '';
  }
}

export function streetMapPage({ lat, lng }: Place): string {
  const place = `${lat.toFixed(6)}/${lng.toFixed(6)}`;
  return `https://www.openstreetmap.org/?mlat=${lat.toFixed(6)}&mlon=${lng.toFixed(6)}#map=18/${place}`;
}
