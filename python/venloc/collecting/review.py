# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Doubtful photos for a person to decide: a page to look at, and the decisions that it saves.

The page needs no server. What is decided in it is kept by the browser until it is saved as a file, which
`venloc catalogue decide` takes in.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import math
from collections import defaultdict
from html import escape
from pathlib import Path

from venloc import files, maps, pages
from venloc._core import LatLng, is_valid
from venloc.collecting.catalogue import Catalogue, Decision
from venloc.collecting.verdicts import Verdict, verdicts
from venloc.errors import FormatError, InvalidArgumentError

DECISIONS = ("source", "id", "verdict", "lat", "lng", "note")
"""Columns of the file of decisions; lat and lng are empty where the place is right."""

_CELL_DEG = 0.01
_MOST_CELLS = 10_000

_STYLE = """
fieldset{border:0;padding:0;margin:8px 0 0}legend{padding:0;color:var(--soft)}
label{display:block;padding:6px 0}input[type=radio]{width:18px;height:18px;vertical-align:-3px;margin:0 8px 0 0}
.bar{position:sticky;top:0;background:var(--paper);padding:8px 0;display:flex;gap:12px;align-items:center;z-index:1}
button{font:inherit;padding:8px 14px;border-radius:6px;border:1px solid var(--line);background:var(--card);color:var(--ink)}
article.decided{opacity:.6}
"""

# Names and numbers come from the page's own attributes, never from texts of the sources.
_SCRIPT = """
'use strict';
const store = 'venloc-decisions-' + document.body.dataset.catalogue;
const kept = JSON.parse(localStorage.getItem(store) || '{}');
const told = document.getElementById('told');
const articles = [...document.querySelectorAll('article[data-id]')];
function show() {
  for (const article of articles) {
    const value = kept[JSON.stringify([article.dataset.source, article.dataset.id])];
    article.classList.toggle('decided', value !== undefined);
    for (const input of article.querySelectorAll('input')) input.checked = input.value === value;
  }
  told.textContent = `${Object.keys(kept).length} decided, ${articles.length} to look at`;
}
document.addEventListener('change', ({ target }) => {
  const { source, id } = target.closest('article').dataset;
  kept[JSON.stringify([source, id])] = target.value;
  localStorage.setItem(store, JSON.stringify(kept));
  show();
});
const cell = (text) => (/[",\\r\\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
document.getElementById('save').addEventListener('click', () => {
  const rows = Object.entries(kept).map(([key, value]) => {
    const [verdict, lat = '', lng = ''] = value.split(' ');
    return [...JSON.parse(key), verdict, lat, lng, ''].map(cell).join(',');
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([['source,id,verdict,lat,lng,note', ...rows, ''].join('\\n')], { type: 'text/csv' }));
  link.download = 'decisions.csv';
  link.click();
});
show();
"""


def write_page(catalogue: Catalogue, file: Path, *, most: int = 300) -> int:
    """Writes a page with the photos that are doubted or dropped and that nobody has decided on; returns how many.

    The least certain come first, and no more than `most` [photos]: decide on those and write it again.
    """
    all_of_them = list(verdicts(catalogue))
    kept = {(v.record.source, v.record.id) for v in all_of_them if v.verdict in ("keep", "copy")}
    open_ones = sorted(
        (v for v in all_of_them if v.decision is None and v.verdict in ("doubt", "drop") and v.copy_of not in kept),
        key=lambda v: (v.verdict != "doubt", v.record.source, v.record.id),
    )
    places = _Places([LatLng(v.record.lat, v.record.lng) for v in all_of_them if v.verdict == "keep"])
    paths = catalogue.picture_paths()
    shown = open_ones[:most]
    articles = "\n".join(_article(v, paths.get((v.record.source, v.record.id)), places) for v in shown)
    more = f" These are the first {len(shown)}; write the page again for the others." if len(open_ones) > most else ""
    name = hashlib.sha256(str(catalogue.file.resolve()).encode()).hexdigest()[:12]
    html = (
        f"<style>{_STYLE}</style><h1>Photos to decide on</h1>"
        f"<p>{len(open_ones)} of {len(all_of_them)} photos may be of no use where their sources put them.{more} What you "
        "choose is remembered in this browser. Save the decisions in the end, and take them in with "
        "<code>venloc catalogue decide</code>: from then on they count, whatever is found.</p>"
        '<div class="bar"><button id="save" type="button">Save decisions</button><span id="told" role="status"></span></div>'
        f"{_key()}{articles}<script>{_SCRIPT}</script>"
    )
    page = pages.page("Photos to decide on", html).replace("<body>", f'<body data-catalogue="{name}">', 1)
    files.write_text(file, page)
    return len(open_ones)


def _key() -> str:
    return maps.key(
        (lambda view, place: maps.square(view, place, "--lost", ""), "where its source says"),
        (lambda view, place: maps.cross(view, place, "--near", ""), "where it may be instead"),
    )


class _Places:
    """Of the photos that are kept, by which a map is drawn."""

    def __init__(self, places: list[LatLng]) -> None:
        self._cells: dict[tuple[int, int], list[LatLng]] = defaultdict(list)
        for place in places:
            self._cells[self._cell(place)].append(place)

    @staticmethod
    def _cell(place: LatLng) -> tuple[int, int]:
        return math.floor(place.lat / _CELL_DEG), math.floor(place.lng / _CELL_DEG)

    def around(self, points: list[LatLng]) -> list[LatLng]:
        """Those in the cells of the points, and in the cells between and next to them."""
        rows, columns = zip(*map(self._cell, points), strict=True)
        if (max(rows) - min(rows)) * (max(columns) - min(columns)) > _MOST_CELLS:
            return []  # where whole countries are between them, dots of a city say nothing
        near = itertools.product(range(min(rows) - 1, max(rows) + 2), range(min(columns) - 1, max(columns) + 2))
        return [place for cell in near for place in self._cells.get(cell, ())]


def _article(verdict: Verdict, picture: Path | None, places: _Places) -> str:
    r = verdict.record
    here = LatLng(r.lat, r.lng)
    rows = [("place", pages.place_link(here) if is_valid(here) else escape(f"{r.lat:g}, {r.lng:g}"))]
    rows += [
        (name, escape(value)) for name, value in (("by", r.author), ("licence", r.licence), ("taken", r.taken)) if value
    ]
    rows += [(f.reason, escape(f"{f.detail} (doubt {f.doubt:.2f})")) for f in verdict.findings]
    instead = _suggestions(verdict)
    points = [place for place in (here, *instead) if is_valid(place)]
    drawing = ""
    if points:
        view = maps.View(points, width=320, margin_m=150.0, least_m=600.0)
        marks = [maps.density(view, places.around(points))] + (
            [maps.square(view, here, "--lost", "its source")] if is_valid(here) else []
        )
        marks += [maps.cross(view, place, "--near", "perhaps here") for place in instead]
        drawing = view.svg(marks, f"Map of {r.key}: where its source puts it, and {len(instead)} other places")
    choices = [("keep", "Keep it where it is"), ("drop", "Drop it")]
    choices[1:1] = [
        (f"keep {place.lat:.7f} {place.lng:.7f}", f"Keep it at {place.lat:.5f}, {place.lng:.5f}") for place in instead
    ]
    name = escape(r.key, quote=True)
    radios = "".join(
        f'<label><input type="radio" name="{name}" value="{value}">{escape(text)}</label>' for value, text in choices
    )
    return (
        f'<article class="finding" data-source="{escape(r.source, quote=True)}" data-id="{escape(r.id, quote=True)}">'
        f"<h2>{pages.link(r.title or r.key, r.page)}</h2>"
        f'<div class="views">{pages.thumbnail(picture, f"The photo {r.key}", 320)}<div>{pages.facts(rows)}'
        f"<fieldset><legend>{escape(r.key)}</legend>{radios}</fieldset></div>{drawing}</div></article>"
    )


def _suggestions(verdict: Verdict) -> list[LatLng]:
    found = []
    for finding in verdict.findings:
        if finding.lat is not None and finding.lng is not None:
            place = LatLng(finding.lat, finding.lng)
            if is_valid(place) and place not in found:
                found.append(place)
    return found


def read_decisions(file: Path) -> list[Decision]:
    """From the file that the page saves. Raises FormatError that names the line."""
    try:
        return _decisions(files.read_text(file), file)
    except csv.Error as error:
        raise FormatError(f"'{file}' can not be read as a table ({error}): save the decisions again") from None


def _decisions(text: str, file: Path) -> list[Decision]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if rows.fieldnames is None or not {"source", "id", "verdict"} <= set(rows.fieldnames):
        raise FormatError(f"'{file}' needs the columns {', '.join(DECISIONS)} in its first line")
    decisions = []
    for row in rows:
        try:
            lat, lng = (float(row[name]) if row.get(name) else None for name in ("lat", "lng"))
            decisions.append(Decision(row["source"], row["id"], row["verdict"], lat, lng, row.get("note") or ""))
        except (ValueError, TypeError) as error:
            reason = str(error) if isinstance(error, InvalidArgumentError) else "lat and lng are no place"
            raise FormatError(f"'{file}', line {rows.line_num}: {reason}") from None
    return decisions
