// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Languages of the page.

import { readSetting, writeSetting } from '../settings';
import { type Dictionary, en } from './en';
import { it } from './it';

export type Code = 'en' | 'it';

export interface Language {
  code: Code;
  /** For Intl: the visitor's own variant of the language, where the browser names one. */
  locale: string;
  words: Dictionary;
}

export const CODES: readonly Code[] = ['en', 'it'];

const WORDS: Record<Code, Dictionary> = { en, it };

export function language(code: Code, preferred: readonly string[] = []): Language {
  return { code, locale: preferred.find((tag) => baseOf(tag) === code) ?? code, words: WORDS[code] };
}

/** The chosen language, else the first of the browser's that the page speaks, else English. */
export function firstLanguage(preferred: readonly string[] = navigator.languages): Language {
  const chosen = readSetting('language');
  const code = [chosen ?? '', ...preferred].map(baseOf).find(isCode) ?? 'en';
  return language(code, preferred);
}

export function rememberLanguage(code: Code): void {
  writeSetting('language', code);
}

function baseOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

function isCode(text: string): text is Code {
  return (CODES as readonly string[]).includes(text);
}
