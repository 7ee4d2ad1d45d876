// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// What went wrong with a picture, and what the visitor can do.

import { type Child, el } from './dom';
import type { Language } from './i18n';
import type { Limits, Problem } from './schema';
import type { Item, State } from './store';
import { count, megabytes } from './words';

/** What went wrong, in the page's language. */
export interface Explanation {
  text: string;
  /** What only the server can report, in its English. */
  detail?: string;
}

// Statuses for which the server reports no more than the page's own words contain.
const EXPLAINED_IN_FULL: ReadonlySet<number> = new Set([400, 408, 429, 500, 504]);

export function troubleText(item: Item, { language }: State, limits: Limits): Explanation {
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
  if (trouble.kind === 'problem') return problemText(trouble.problem, language);
  if (trouble.kind === 'reported') return inTheirWords(words.unusable, trouble.detail, language);
  return {
    text: { unreachable: words.unreachable, brokeOff: words.brokeOff, cancelled: words.cancelledText }[trouble.kind],
  };
}

/** What the server could not do. */
export function problemText({ status, detail }: Problem, language: Language): Explanation {
  const { code, words } = language;
  const known: Readonly<Record<number, string>> = words.problems;
  const own = known[status] ?? words.problemWithoutText(status);
  if (status === 429 || (code !== 'en' && EXPLAINED_IN_FULL.has(status))) return { text: own };
  return inTheirWords(own, detail, language);
}

/** English words are shown as they are on the English page, and below the page's own elsewhere. */
function inTheirWords(own: string, detail: string, { code }: Language): Explanation {
  if (detail === '') return { text: own };
  return code === 'en' ? { text: detail } : { text: own, detail };
}

export function explanationParts({ text, detail }: Explanation): Child[] {
  return [text, detail !== undefined && el('span', { class: 'small detail', lang: 'en' }, detail)];
}

export function troubleParagraph(item: Item, state: State, limits: Limits): HTMLElement {
  return el('p', { class: 'trouble' }, ...explanationParts(troubleText(item, state, limits)));
}
