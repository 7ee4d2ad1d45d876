// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// What went wrong with a picture, and what the visitor can do.

import type { Limits } from './contract';
import { el } from './dom';
import type { Item, State } from './store';
import { count, megabytes } from './words';

/** The text, in the page's language or, where only the server knows, in the server's. */
export function troubleText(item: Item, { language }: State, limits: Limits): { text: string; lang?: 'en' } {
  const { words } = language;
  const { trouble } = item;
  if (!trouble) return { text: '' };
  if (trouble.kind === 'refused') {
    if (trouble.reason === 'type') return { text: words.refusedType(item.name) };
    if (trouble.reason === 'empty') return { text: words.refusedEmpty(item.name) };
    if (trouble.reason === 'bytes')
      return { text: words.refusedBytes(item.name, megabytes(limits.max_bytes, language)) };
    return { text: words.refusedPixels(item.name, count(limits.max_pixels / 1e6, language)) };
  }
  if (trouble.kind === 'problem') {
    const { status, detail } = trouble.problem;
    if (status === 429) return { text: words.tooOften };
    return detail ? { text: detail, lang: 'en' } : { text: words.problemWithoutText(status) };
  }
  return {
    text: { unreachable: words.unreachable, brokeOff: words.brokeOff, cancelled: words.cancelledText }[trouble.kind],
  };
}

export function troubleParagraph(item: Item, state: State, limits: Limits): HTMLElement {
  const { text, lang } = troubleText(item, state, limits);
  return el('p', { class: 'trouble', ...(lang ? { lang } : {}) }, text);
}
