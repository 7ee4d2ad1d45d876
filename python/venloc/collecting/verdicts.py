# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What becomes of each photo of a catalogue: kept, doubted or dropped, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import prod

from venloc.collecting.catalogue import Catalogue, Decision, Finding
from venloc.collecting.records import Record

DOUBT_AT = 0.5  # from this doubt on a photo is not used until a person has said so
DROP_AT = 0.9


@dataclass(frozen=True)
class Verdict:
    """A photo, and what becomes of it."""

    record: Record
    """With the place that a person has given it, where one has."""
    verdict: str
    """keep, doubt or drop; that of a person where there is one."""
    doubt: float
    """Of all findings together, as if they were independent."""
    findings: list[Finding] = field(default_factory=list)
    decision: Decision | None = None
    copy_of: tuple[str, str] | None = None
    """Source and id of the photo that stands for it."""


def used(catalogue: Catalogue) -> Iterator[Verdict]:
    """The photos that are kept, of the same picture one: that which stands for the others, or a copy where that one is not kept."""
    copies = catalogue.copies()
    standing = set(copies.values())
    chosen: dict[tuple[str, str], tuple[str, str]] = {}
    for v in verdicts(catalogue) if copies else ():
        key = (v.record.source, v.record.id)
        if v.verdict == "keep" and (key in standing or key in copies):
            original = copies.get(key, key)
            if key == original or original not in chosen:
                chosen[original] = key
    for v in verdicts(catalogue):
        key = (v.record.source, v.record.id)
        if v.verdict == "keep" and chosen.get(copies.get(key, key), key) == key:
            yield v


def verdicts(catalogue: Catalogue) -> Iterator[Verdict]:
    """Of all photos, in the order of source and id."""
    decisions = catalogue.decisions()
    copies = catalogue.copies()
    found = groupby(catalogue.findings(), key=lambda finding: (finding.source, finding.id))
    next_key, next_group = next(found, (None, iter(())))
    for record in catalogue.records():
        key = (record.source, record.id)
        findings: list[Finding] = []
        if key == next_key:
            findings = list(next_group)
            next_key, next_group = next(found, (None, iter(())))
        doubt = 1 - prod(1 - finding.doubt for finding in findings)
        decision = decisions.get(key)
        if decision is not None and decision.lat is not None and decision.lng is not None:
            record = replace(record, lat=decision.lat, lng=decision.lng)
        told = "drop" if doubt >= DROP_AT else "doubt" if doubt >= DOUBT_AT else "keep"
        verdict = told if decision is None else decision.verdict
        yield Verdict(record, verdict, doubt, findings, decision, copies.get(key))
