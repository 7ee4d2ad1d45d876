// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { answer } from '../e2e/mock-server.mjs';
import { CODES, language } from '../src/i18n';
import { contentSentence, notesOf } from '../src/notes';
import type { Answer } from '../src/schema';

const noted = (...notes: string[]): Answer => ({ ...answer('pin.jpg'), notes });
const texts = (one: Answer, code: (typeof CODES)[number] = 'it') =>
  notesOf(one, language(code)).map(({ text }) => text);

describe('notes', () => {
  it('are none as a rule', () => {
    expect(notesOf(answer('pin.jpg'), language('en'))).toEqual([]);
  });

  it.each(CODES)('state a turn and a walk once, in %s', (code) => {
    const { words } = language(code);
    const turned = { ...answer('turned.jpg'), walk: { position: 2, pictures: 5 } };
    turned.notes.push('Located together with 4 other pictures.');
    expect(notesOf(turned, language(code))).toEqual([
      { text: words.noteTurned(90), english: false },
      { text: words.noteWalk(2, 5), english: false },
    ]);
  });

  it.each([
    ['the file is cut short: the last 12 % of its rows are missing', 'Il file è incompleto: manca una parte'],
    ['the file is cut short: fine detail or colour is missing', 'Il file è incompleto: manca una parte'],
    ['a raw file; its embedded preview of 640 x 480 px was read', 'Il file è un file RAW'],
    [
      'the picture of 4000 x 3000 px was read at 2000 x 1500 px, as max_decoded_pixels is 9',
      'L’immagine di 4000 x 3000',
    ],
    ['this model was built from too few photos to calibrate it (it has 3): probabilities are rough', 'Il modello è'],
  ])('are in the words of the page: %s', (sentence, own) => {
    const [note] = notesOf(noted(sentence), language('it'));
    expect(note?.text.startsWith(own), note?.text).toBe(true);
    expect(note?.english).toBe(false);
  });

  it('are in the words of the server where the page has none', () => {
    expect(notesOf(noted('the sky is grey'), language('it'))).toEqual([{ text: 'The sky is grey.', english: true }]);
    expect(texts(noted('Is it?', 'It is.'))).toEqual(['Is it?', 'It is.']);
  });

  it('name both sizes of a picture that was reduced', () => {
    expect(texts(noted('the picture of 40 x 30 px was read at 20 x 15 px'), 'en')).toEqual([
      'The picture of 40 x 30 pixels was read at 20 x 15 pixels.',
    ]);
  });
});

describe('what a picture shows', () => {
  const of = (content: Answer['content']) => contentSentence({ ...answer('pin.jpg'), content }, language('en'));

  it('is not stated of pictures', () => {
    expect(of('picture')).toBeNull();
  });

  it.each([
    ['blank', 'blank'],
    ['text', 'a page of text'],
    ['screenshot', 'a screenshot'],
  ] as const)('is stated of others, once: %s', (content, words) => {
    expect(of(content)).toContain(words);
    expect(texts(noted(`The picture seems to be ${words}, not a picture of a place.`))).toEqual([]);
  });
});
