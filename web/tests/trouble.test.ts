// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { CODES, language } from '../src/i18n';
import { problemText } from '../src/trouble';

const problem = (status: number, detail: string) => ({ type: 'about:blank', title: 'Title', status, detail });

describe('problems of the server', () => {
  it('are reported in its words on the English page', () => {
    expect(problemText(problem(422, 'a.jpg: damaged'), language('en'))).toEqual({ text: 'a.jpg: damaged' });
  });

  it.each([413, 415, 422, 503])('with status %d are explained in Italian, with its words below', (status) => {
    const { text, detail } = problemText(problem(status, 'a.jpg: oh'), language('it'));
    expect(text).toMatch(/server/);
    expect(text).not.toContain('a.jpg');
    expect(detail).toBe('a.jpg: oh');
  });

  it.each([400, 408, 429, 500, 504])('with status %d are explained in Italian alone', (status) => {
    const explained = problemText(problem(status, 'in English'), language('it'));
    expect(explained).toEqual({ text: language('it').words.problems[status as 400] });
  });

  it.each(CODES)('without a text are explained by their status in %s', (code) => {
    const { problems } = language(code).words;
    expect(problemText(problem(413, ''), language(code))).toEqual({ text: problems[413] });
    expect(problemText(problem(502, ''), language(code)).text).toContain('502');
  });
});
