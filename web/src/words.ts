// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Answers in words: the sentences of the command line, and what the page adds to them.

import type { Language } from './i18n';
import type { Answer } from './schema';

export const SURE_CONFIDENCE = 0.8; // from here on the sentence has the 90 % radius

const NEAR_M = 200; // from here on a named place is too far for "near"

/** The distance with two significant figures: a credible radius is not known more precisely. */
export function distanceText(metres: number, { locale }: Language): string {
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  if (metres >= 950) return `${number(metres / 1000, 1)}\u00a0km`;
  return `${number(metres >= 95 ? Math.round(metres / 10) * 10 : metres, 0)}\u00a0m`;
}

export function percent(share: number, { locale }: Language): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

export function count(number: number, { locale }: Language): string {
  return new Intl.NumberFormat(locale).format(number);
}

export function megabytes(bytes: number, { locale }: Language): string {
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(bytes / 1e6)}\u00a0MB`;
}

/** Degrees with a point in every language: they are copied into other programs. A third decimal is a hundred metres. */
export function coordinates(lat: number, lng: number, digits: 3 | 5 = 5): string {
  return `${lat.toFixed(digits)}, ${lng.toFixed(digits)}`;
}

/** As exactly as the answer deserves. */
export function answerCoordinates(answer: Answer): string {
  return coordinates(answer.lat, answer.lng, answer.verdict === 'pin' ? 5 : 3);
}

/** The answer in one sentence. */
export function sentence(answer: Answer, city: string, language: Language): string {
  const { words } = language;
  const place = answerCoordinates(answer);
  const name = words.cityName(city);
  if (answer.verdict === 'elsewhere') return words.sentenceElsewhere(name, place);
  if (answer.verdict === 'around') return words.sentenceAround(name, place, distanceText(answer.radius_90_m, language));
  return answer.confidence >= SURE_CONFIDENCE
    ? words.sentenceVeryLikely(name, place, distanceText(answer.radius_90_m, language))
    : words.sentenceProbably(name, place, distanceText(answer.radius_50_m, language));
}

/** The answer in a few words; a named place comes before bare coordinates. */
export function headline(answer: Answer, city: string, language: Language): string {
  const { words } = language;
  if (answer.verdict === 'elsewhere') return words.headElsewhere(words.cityName(city));
  if (answer.verdict === 'around')
    return words.headAround(answer.nearest ? words.aroundPlace(answer.nearest.name) : words.around);
  const where = answer.nearest ? nearText(answer.nearest, language) : null;
  if (answer.confidence >= SURE_CONFIDENCE) return words.headVeryLikely(where ?? words.here);
  return words.headProbably(where ?? words.here);
}

function nearText({ name, distance_m }: NonNullable<Answer['nearest']>, language: Language): string {
  return distance_m <= NEAR_M
    ? language.words.near(name)
    : language.words.from(distanceText(distance_m, language), name);
}

export function confidenceWord(confidence: number, { words }: Language): string {
  if (confidence >= SURE_CONFIDENCE) return words.confidenceHigh;
  if (confidence >= 0.5) return words.confidenceFair;
  return confidence >= 0.2 ? words.confidenceLow : words.confidenceVeryLow;
}

/** What the two radii mean. The name of the city is in the page's language. */
export function radiiSentence(answer: Answer, name: string, language: Language): string {
  const { words } = language;
  const radii = words.radii(
    distanceText(answer.radius_50_m, language),
    percent(0.5, language),
    distanceText(answer.radius_90_m, language),
    percent(0.9, language),
  );
  return answer.verdict === 'elsewhere' ? words.radiiIf(name, radii) : radii;
}
