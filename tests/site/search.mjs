// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// node search.mjs SITE: the search of a built site has, for nine of ten questions of newcomers, a right page among its first three.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';

const FIRST = 3;
const SHARE = 0.9;
const site = process.argv[2];
const questions = JSON.parse(readFileSync(new URL('questions.json', import.meta.url), 'utf8'));

const element = { classList: { add() {} }, setAttribute() {}, appendChild: (child) => child, querySelectorAll: () => [], dataset: {} };
const document = {
  ...element,
  readyState: 'loading',
  documentElement: element,
  addEventListener() {},
  createElement: () => ({ ...element }),
  getElementById: () => element,
  querySelector: () => element,
};
const context = vm.createContext({ document, localStorage: { setItem() {} }, URLSearchParams, DOMParser: Object, console });
context.window = context;
const scripts = ['documentation_options', 'doctools', 'sphinx_highlight', 'language_data', 'searchtools', 'search'];
// One script, so that constants of one file are seen by the next.
const text = scripts.map((name) => readFileSync(join(site, '_static', `${name}.js`), 'utf8'));
vm.runInContext(
  [...text, readFileSync(join(site, 'searchindex.js'), 'utf8')].join(';\n') +
    ';\nglobalThis.pages = (query) => Search._performSearch(...Search._parseQuery(query)).reverse().map((result) => result[0]);',
  context,
);

const missed = [];
for (const [question, right] of questions) {
  const found = [...new Set(context.pages(question))].slice(0, FIRST);
  const rank = found.findIndex((page) => right.includes(page)) + 1;
  if (!rank) missed.push(question);
  console.log(`${rank || '-'}  ${question}: ${found.join(', ')}`);
}
console.log(`${questions.length - missed.length} of ${questions.length} questions have a right page among the first ${FIRST}`);
process.exitCode = missed.length <= questions.length * (1 - SHARE) ? 0 : 1;
