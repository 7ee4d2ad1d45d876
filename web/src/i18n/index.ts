// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Languages of the page.

import { readSetting, writeSetting } from '../settings';
import { type Dictionary, en, enInFile } from './en';
import { it, itInFile } from './it';

export type Code = 'en' | 'it';

export interface Language {
  code: Code;
  /** For Intl: the visitor's own variant of the language, where the browser names one. */
  locale: string;
  words: Dictionary;
}

export const CODES: readonly Code[] = ['en', 'it'];

/** Where the words are shown: on the page of a server, or in a file of answers. */
export type Where = 'page' | 'file';

const WORDS: Record<Where, Record<Code, Dictionary>> = {
  page: { en, it },
  file: { en: { ...en, ...enInFile }, it: { ...it, ...itInFile } },
};

export function language(code: Code, preferred: readonly string[] = [], where: Where = 'page'): Language {
  return { code, locale: preferred.find((tag) => baseOf(tag) === code) ?? code, words: WORDS[where][code] };
}

/** The chosen language, else the browser's first that the page has, else English. */
export function firstLanguage(preferred: readonly string[] = navigator.languages, where: Where = 'page'): Language {
  const chosen = readSetting('language');
  const code = [chosen ?? '', ...preferred].map(baseOf).find(isCode) ?? 'en';
  return language(code, preferred, where);
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
