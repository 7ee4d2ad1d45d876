// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// Sphinx's search finds pages that have every word of the query. A question in plain words has words that no page has, so here pages
// are ranked by the share of the words that they have; rare words count more than frequent ones, titles more than headings, and
// headings more than text. Pages about tasks come before pages of reference, which name nearly everything.
(function () {
  // Words without meaning here, beside Sphinx's own.
  const EMPTY = new Set(["get", "made", "make", "need", "one", "use", "used", "using", "want"]);
  // Words of newcomers and the words of the pages.
  const SAME = [
    ["photo", "picture", "image", "photograph", "pic"],
    ["painting", "artwork", "drawing"],
    ["position", "location", "place", "coordinates", "gps", "geotag"],
    ["wrong", "false", "incorrect"],
    ["accurate", "accuracy", "good", "precise", "error"],
    ["install", "setup", "installation"],
    ["server", "http", "website"],
    ["licence", "license"],
    ["fast", "speed", "slow", "time"],
    ["town", "city"],
    ["delete", "remove"],
    ["private", "privacy", "upload"],
    ["train", "build", "create"],
    ["person", "people", "someone"],
  ];
  const SYNONYM = 0.4;
  const WEIGHTS = { text: 4, heading: 4, title: 6 };
  const REFERENCE = /^(python|cpp|results|web-page)\/|^(architecture|changelog|cli|contributing|cpp-guide|data-card|model-card)$/;
  const REFERENCE_WEIGHT = 0.6;

  const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

  /** The words of a query, each with the words that mean the same and what these count. */
  function groups(terms) {
    const stemmer = new Stemmer();
    const stems = SAME.map((group) => group.map((word) => stemmer.stemWord(word)));
    return [...terms]
      .filter((term) => !EMPTY.has(term))
      .map((term) => {
        const others = stems.filter((group) => group.includes(term)).flat();
        return new Map([...others.map((word) => [word, SYNONYM]), [term, 1]]);
      });
  }

  /** For each page what a group of words counts: the best of its words. */
  function found(index, group) {
    const out = new Map();
    for (const [word, weight] of group) {
      for (const page of list(index[word])) out.set(page, Math.max(out.get(page) ?? 0, weight));
    }
    return out;
  }

  function performTermsSearch(searchTerms, excludedTerms) {
    const { terms, titleterms, docnames, filenames, titles } = Search._index;
    const stemmer = new Stemmer();
    const inTitles = {};
    titles.forEach((title, page) => {
      for (const word of splitQuery(title.toLowerCase())) (inTitles[stemmer.stemWord(word)] ??= []).push(page);
    });
    const scores = new Map();
    let all = 0;
    for (const group of groups(searchTerms)) {
      const text = found(terms, group);
      const heading = found(titleterms, group);
      const title = found(inTitles, group);
      const pages = new Set([...text.keys(), ...heading.keys(), ...title.keys()]);
      const rarity = Math.log(1 + docnames.length / Math.max(pages.size, 1));
      all += rarity;
      for (const page of pages) {
        const points =
          WEIGHTS.text * (text.get(page) ?? heading.get(page) ?? 0) +
          WEIGHTS.heading * (heading.get(page) ?? 0) +
          WEIGHTS.title * (title.get(page) ?? 0);
        scores.set(page, (scores.get(page) ?? 0) + rarity * points);
      }
    }
    const excluded = (page) => [...excludedTerms].some((term) => list(terms[term]).includes(page));
    return [...scores]
      .filter(([page]) => !excluded(page))
      .map(([page, score]) => {
        const weight = REFERENCE.test(docnames[page]) ? REFERENCE_WEIGHT : 1;
        return [docnames[page], titles[page], "", null, (weight * score) / all, filenames[page], SearchResultKind.text];
      });
  }

  function install() {
    if (typeof Search !== "undefined") Search.performTermsSearch = performTermsSearch;
    // A page that was opened as a file cannot read others, which the excerpts below the results are taken from.
    if (globalThis.location?.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
  if (typeof Search !== "undefined") install();
  else document.addEventListener("DOMContentLoaded", install);
})();
