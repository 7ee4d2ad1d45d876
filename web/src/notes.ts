// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// What to know about an answer: how the picture was read and located.

import type { Language } from './i18n';
import type { Dictionary } from './i18n/en';
import type { Answer } from './schema';

export interface Note {
  text: string;
  /** Whether it is the server's own sentence. */
  english: boolean;
}

// Sentences of the server that the page has in its own words; null where a member of the answer states the same.
const KNOWN: readonly [sentence: RegExp, own: ((words: Dictionary, parts: readonly string[]) => string) | null][] = [
  [/turned by \d+° clockwise/, null],
  [/^located together with \d+ other/i, null],
  [/^the picture seems to be .*, not a picture of a place/i, null],
  [/^the file is cut short/i, (words) => words.noteCutShort],
  [/^a raw file; its embedded preview/i, (words) => words.noteRawPreview],
  [/^the picture of (.+) px was read at (.+) px/i, (words, [from = '', to = '']) => words.noteReduced(from, to)],
  [/^this model was built from too few photos/i, (words) => words.noteUncalibrated],
];

export function notesOf(answer: Answer, language: Language): Note[] {
  const { words } = language;
  const own: string[] = [];
  if (answer.turned_degrees !== 0) own.push(words.noteTurned(answer.turned_degrees));
  if (answer.walk) own.push(words.noteWalk(answer.walk.position, answer.walk.pictures));
  return [
    ...own.map((text) => ({ text, english: false })),
    ...answer.notes.map((sentence) => noteOf(sentence, words)).filter((note) => note !== null),
  ];
}

function noteOf(sentence: string, words: Dictionary): Note | null {
  for (const [known, own] of KNOWN) {
    const found = known.exec(sentence);
    if (found) return own && { text: own(words, found.slice(1)), english: false };
  }
  return { text: asSentence(sentence), english: true };
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** What the picture seems to be, where it is none of a place; else null. */
export function contentSentence({ content }: Answer, { words }: Language): string | null {
  return content === 'picture' ? null : words.contents[content];
}
