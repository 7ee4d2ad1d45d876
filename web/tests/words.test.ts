// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { answer } from '../e2e/mock-server.mjs';
import { type Code, language } from '../src/i18n';
import type { Answer } from '../src/schema';
import {
  answerCoordinates,
  confidenceWord,
  distanceText,
  headline,
  megabytes,
  percent,
  radiiSentence,
  sentence,
} from '../src/words';

const en = language('en');
const italian = language('it');
const answered = (values: Partial<Answer>): Answer => ({ ...answer('pin.jpg'), nearest: null, ...values });
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('distances', () => {
  it.each([
    [0, '0 m'],
    [4.4, '4 m'],
    [94, '94 m'],
    [94.9, '95 m'],
    [95, '100 m'],
    [123, '120 m'],
    [949, '950 m'],
    [950, '1.0 km'],
    [1240, '1.2 km'],
    [10_449, '10.4 km'],
  ])('has two figures: %d', (metres, text) => {
    expect(plain(distanceText(metres, en))).toBe(text);
  });

  it('is written as the language writes numbers', () => {
    expect(plain(distanceText(1240, italian))).toBe('1,2 km');
    expect(plain(megabytes(2_500_000, italian))).toBe('2,5 MB');
    expect(plain(percent(0.685, en))).toBe('69%');
  });

  it('does not break between number and unit', () => {
    expect(distanceText(12, en)).toBe('12\u00a0m');
  });
});

describe('sentences', () => {
  const place = { lat: 45.433891, lng: 12.337894 };

  it('has the radius of 90 % when it is sure', () => {
    const sure = answered({ ...place, confidence: 0.8, radius_50_m: 18, radius_90_m: 87 });
    expect(plain(sentence(sure, 'Venice', en))).toBe('Very likely within 87 m of 45.43389, 12.33789 in Venice');
  });

  it('has the radius of 50 % when it is less sure', () => {
    const likely = answered({ ...place, confidence: 0.79, radius_50_m: 18, radius_90_m: 87 });
    expect(plain(sentence(likely, 'Venice', en))).toBe('Probably within 18 m of 45.43389, 12.33789 in Venice');
  });

  it('rounds the place when it is not sure', () => {
    const around = answered({ ...place, verdict: 'around', radius_90_m: 1240 });
    expect(plain(sentence(around, 'Venice', en))).toBe('Not sure: perhaps within 1.2 km of 45.434, 12.338 in Venice');
    expect(answerCoordinates(around)).toBe('45.434, 12.338');
  });

  it('has a sentence for elsewhere', () => {
    const elsewhere = answered({ ...place, verdict: 'elsewhere' });
    expect(sentence(elsewhere, 'Venice', en)).toBe(
      'This does not look like Venice; if it is, the place is somewhere around 45.434, 12.338',
    );
    expect(radiiSentence(elsewhere, 'Venice', en)).toContain('if the picture shows Venice');
    expect(radiiSentence(answered({}), 'Venice', en)).not.toContain('if the picture');
  });

  it('is translated to Italian', () => {
    const around = answered({ ...place, verdict: 'around', radius_90_m: 1240 });
    expect(plain(sentence(around, 'Venice', italian))).toBe(
      'Non è certo: forse entro 1,2 km da 45.434, 12.338 a Venezia',
    );
  });

  it.each(['en', 'it'] as Code[])('names a near place first (%s)', (code) => {
    const nearest = { name: 'Campo San Polo', distance_m: 30, lat: 45.4, lng: 12.3 };
    for (const values of [{ confidence: 0.9 }, { confidence: 0.6 }]) {
      expect(headline(answered({ ...values, nearest }), 'Venice', language(code))).toContain('Campo San Polo');
    }
    const far = answered({ confidence: 0.6, nearest: { ...nearest, distance_m: 430 } });
    expect(headline(far, 'Venice', language(code))).toMatch(/430.m (from|da) Campo San Polo/);
    const around = answered({ verdict: 'around', nearest });
    expect(headline(around, 'Venice', language(code))).toMatch(/(around|intorno a) Campo San Polo/);
    const elsewhere = answered({ verdict: 'elsewhere', nearest });
    expect(headline(elsewhere, 'Venice', language(code))).not.toContain('Campo');
  });

  it('has a word for each confidence', () => {
    expect([0.9, 0.6, 0.3, 0.1].map((c) => confidenceWord(c, en))).toEqual(['high', 'fair', 'low', 'very low']);
  });
});
