# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The verdict on each photo of a catalogue, with reasons: keep, doubt, drop, or copy (of a kept photo)."""

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
CERTAIN = (
    1.0  # doubt of a finding that needs no decision of a person: such a photo is dropped; doubts never add up to it
)


@dataclass(frozen=True)
class Verdict:
    """The verdict on a photo."""

    record: Record
    """The photo, with the place that a person decided on, if any."""
    verdict: str
    """keep, doubt or drop; a decision of a person overrides the checks. copy: another photo of the same picture is kept."""
    doubt: float
    """Doubt of all findings together, as if they were independent."""
    findings: list[Finding] = field(default_factory=list)
    decision: Decision | None = None
    copy_of: tuple[str, str] | None = None
    """Source and id of the original, if the photo is a copy."""


def used(catalogue: Catalogue) -> Iterator[Verdict]:
    """The kept photos, one for each picture."""
    return (verdict for verdict in verdicts(catalogue) if verdict.verdict == "keep")


def verdicts(catalogue: Catalogue) -> Iterator[Verdict]:
    """The verdicts on all photos, in the order of source and id.

    When a person drops a photo, its copies are dropped too, except those that a person decided to keep. One photo of each
    picture is kept: preferably one that a person decided to keep, else the original, else the first copy.
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
        verdict = _verdict(findings, decision)
        if verdict == "keep" and chosen.get(copies.get(key, key), key) != key:
            verdict = "copy"
        yield Verdict(record, verdict, _doubt(findings), findings, decision, copies.get(key))


def _decided(key: _Key, copies: Mapping[_Key, _Key], decisions: Mapping[_Key, Decision]) -> Decision | None:
    """The decision of a person on the photo; without one, the decision on its original if that is to drop it."""
    own, original = decisions.get(key), decisions.get(copies.get(key, key))
    return own if own is not None or original is None or original.verdict != "drop" else original


def _doubt(findings: Iterable[Finding]) -> float:
    return 1 - prod(1 - finding.doubt for finding in findings)


def _verdict(findings: list[Finding], decision: Decision | None) -> str:
    if decision is not None:
        return decision.verdict
    if any(finding.doubt >= CERTAIN for finding in findings):
        return "drop"
    return "doubt" if _doubt(findings) >= DOUBT_AT else "keep"


def _chosen(catalogue: Catalogue, copies: Mapping[_Key, _Key], decisions: Mapping[_Key, Decision]) -> dict[_Key, _Key]:
    """For each original that has copies, the photo that is used: itself or one of its copies."""
    if not copies:
        return {}
    members = {*copies, *copies.values()}
    doubted: dict[_Key, list[Finding]] = {}
    for finding in catalogue.findings():
        if (key := (finding.source, finding.id)) in members:
            doubted.setdefault(key, []).append(finding)
    kept = [
        key for key in sorted(members) if _verdict(doubted.get(key, []), _decided(key, copies, decisions)) == "keep"
    ]
    chosen: dict[_Key, _Key] = {}
    for key in sorted(kept, key=lambda key: (key not in decisions, key in copies, key)):
        chosen.setdefault(copies.get(key, key), key)
    return chosen
