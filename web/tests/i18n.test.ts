// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { CODES, firstLanguage, language } from '../src/i18n';
import { en } from '../src/i18n/en';

describe('languages', () => {
  it.each([
    [['it-CH', 'en'], 'it', 'it-CH'],
    [['de-AT', 'it', 'en'], 'it', 'it'],
    [['de', 'fr'], 'en', 'en'],
    [['en-GB'], 'en', 'en-GB'],
    [[], 'en', 'en'],
  ])('%j is answered in %s', (preferred, code, locale) => {
    expect(firstLanguage(preferred)).toMatchObject({ code, locale });
  });

  it.each(CODES.flatMap((code) => [[code, 'page'] as const, [code, 'file'] as const]))(
    '%s has all that it is given on a %s',
    (code, where) => {
      const { words } = language(code, [], where);
      for (const [key, english] of Object.entries(en)) {
        const text = words[key as keyof typeof en];
        expect(typeof text, key).toBe(typeof english);
        if (typeof text !== 'function') {
          expect(text, key).not.toBe('');
          continue;
        }
        const given = Array.from({ length: text.length }, (_, i) => `<${i}>`);
        const made = (text as (...values: string[]) => string)(...given);
        for (const value of given) expect(made, key).toContain(value);
      }
    },
  );

  it.each(CODES)('%s does not address the reader of a file as the person who gave the pictures', (code) => {
    const { words } = language(code, [], 'file');
    const texts = [words.tilesMeaning, words.thumbnailsMeaning, words.matchesAlone, words.matchesBoth, words.model];
    const filled = texts.map((text) => (text as (...values: string[]) => string)('', '', ''));
    expect([...filled, words.responsible, words.blankMap].join()).not.toMatch(
      /your picture|tua immagine|this server|questo server/i,
    );
  });

  it('translates the city', () => {
    expect(language('it').words.cityName('Venice')).toBe('Venezia');
    expect(language('it').words.cityName('Ghent')).toBe('Ghent');
    expect(language('en').words.cityName('')).toBe('this city');
  });
});
