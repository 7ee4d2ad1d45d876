// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The visitor's permissions and language, kept in this browser only.

export type Permission = 'tiles' | 'thumbnails';

const PREFIX = 'venloc.';

export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null; // storage may be forbidden; the page does without
  }
}

export function writeSetting(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Then it holds until the page is closed.
  }
}

export function readPermission(name: Permission): boolean {
  return isLasting() && readSetting(name) === 'true';
}

export function writePermission(name: Permission, given: boolean): void {
  if (isLasting()) writeSetting(name, String(given));
}

/** Files share one storage in some browsers, also files of different authors: what one may fetch from others, the next may not. */
function isLasting(): boolean {
  return location.protocol !== 'file:';
}
