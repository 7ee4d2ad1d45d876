# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as data: what `venloc locate --json` prints, `venloc serve` sends, and `venloc locate --map` puts into a file.

Answers are plain dictionaries with the structure of the JSON; `schema.json` describes their members.
"""

from venloc.answers.forms import answer, entry, failure, line, model, places, problem, refusal
from venloc.answers.layers import Gazetteer, read_land, tiles
from venloc.answers.schema import DEFINITIONS, SCHEMA_VERSION
from venloc.answers.walks import Walk, walks

__all__ = [
    "DEFINITIONS",
    "SCHEMA_VERSION",
    "Gazetteer",
    "Walk",
    "answer",
    "entry",
    "failure",
    "line",
    "model",
    "places",
    "problem",
    "read_land",
    "refusal",
    "tiles",
    "walks",
]
