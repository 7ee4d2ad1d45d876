# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What becomes of each photo of a catalogue: kept, doubted or dropped, or a copy of one that is kept; and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import prod
from typing import TypeAlias

from venloc.collecting.catalogue import Catalogue, Decision, Finding
from venloc.collecting.records import Record

_Key: TypeAlias = tuple[str, str]

DOUBT_AT = 0.5  # from this doubt on a photo is not used until a person has decided so
DROP_AT = 0.9


@dataclass(frozen=True)
class Verdict:
    """A photo, and what becomes of it."""

    record: Record
    """With the place that a person has given it, where one has."""
    verdict: str
    """keep, doubt or drop, that of a person where there is one; copy where another one stands for it and is kept."""
    doubt: float
    """Of all findings together, as if they were independent."""
    findings: list[Finding] = field(default_factory=list)
    decision: Decision | None = None
    copy_of: tuple[str, str] | None = None
    """Source and id of the photo that stands for it."""


def used(catalogue: Catalogue) -> Iterator[Verdict]:
    """The photos that are kept, of the same picture one."""
    return (verdict for verdict in verdicts(catalogue) if verdict.verdict == "keep")


def verdicts(catalogue: Catalogue) -> Iterator[Verdict]:
    """Of all photos, in the order of source and id.

    With a photo that a person drops its copies are dropped, but for those that the person wants kept. Of the same picture
    one is kept: one that a person wants kept, else that which stands for the others, else the first copy.
    """
    decisions = catalogue.decisions()
    copies = catalogue.copies()
    chosen = _chosen(catalogue, copies, decisions)
    found = groupby(catalogue.findings(), key=lambda finding: (finding.source, finding.id))
    next_key, next_group = next(found, (None, iter(())))
    for record in catalogue.records():
        key = (record.source, record.id)
        findings: list[Finding] = []
        if key == next_key:
            findings = list(next_group)
            next_key, next_group = next(found, (None, iter(())))
        decision = _decided(key, copies, decisions)
        if decision is not None and decision.lat is not None and decision.lng is not None:
            record = replace(record, lat=decision.lat, lng=decision.lng)
        doubt = _doubt(findings)
        verdict = _verdict(doubt, decision)
        if verdict == "keep" and chosen.get(copies.get(key, key), key) != key:
            verdict = "copy"
        yield Verdict(record, verdict, doubt, findings, decision, copies.get(key))


def _decided(key: _Key, copies: Mapping[_Key, _Key], decisions: Mapping[_Key, Decision]) -> Decision | None:
    """What a person has decided on the photo, or where that was to drop it, on the one that stands for it."""
    own, original = decisions.get(key), decisions.get(copies.get(key, key))
    return own if own is not None or original is None or original.verdict != "drop" else original


def _doubt(findings: Iterable[Finding]) -> float:
    return 1 - prod(1 - finding.doubt for finding in findings)


def _verdict(doubt: float, decision: Decision | None) -> str:
    if decision is not None:
        return decision.verdict
    return "drop" if doubt >= DROP_AT else "doubt" if doubt >= DOUBT_AT else "keep"


def _chosen(catalogue: Catalogue, copies: Mapping[_Key, _Key], decisions: Mapping[_Key, Decision]) -> dict[_Key, _Key]:
    """Of the photos that have copies, by the one that stands for the others, which of them all is used."""
    if not copies:
        return {}
    members = {*copies, *copies.values()}
    doubted: dict[_Key, list[Finding]] = {}
    for finding in catalogue.findings():
        if (key := (finding.source, finding.id)) in members:
            doubted.setdefault(key, []).append(finding)
    kept = [
        key
        for key in sorted(members)
        if _verdict(_doubt(doubted.get(key, [])), _decided(key, copies, decisions)) == "keep"
    ]
    chosen: dict[_Key, _Key] = {}
    for key in sorted(kept, key=lambda key: (key not in decisions, key in copies, key)):
        chosen.setdefault(copies.get(key, key), key)
    return chosen
