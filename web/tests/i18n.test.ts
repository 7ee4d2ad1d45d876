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

  it.each(CODES)('%s says all that it is given', (code) => {
    const { words } = language(code);
    for (const [key, english] of Object.entries(en)) {
      const text = words[key as keyof typeof en];
      expect(typeof text, key).toBe(typeof english);
      if (typeof text !== 'function') {
        expect(text, key).not.toBe('');
        continue;
      }
      const given = Array.from({ length: text.length }, (_, i) => `<${i}>`);
      const told = (text as (...values: string[]) => string)(...given);
      for (const value of given) expect(told, key).toContain(value);
    }
  });

  it('translates the city', () => {
    expect(language('it').words.cityName('Venice')).toBe('Venezia');
    expect(language('it').words.cityName('Ghent')).toBe('Ghent');
    expect(language('en').words.cityName('')).toBe('this city');
  });
});
