# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as files: the formats of `venloc locate`. All of them are written from the same entries ("Entry")."""

from venloc.answers.outputs.columns import COLUMNS, Column
from venloc.answers.outputs.formats import FORMATS, Document, format_of
from venloc.answers.outputs.located import Located
from venloc.answers.outputs.records import Journal, JsonLines, Records
from venloc.answers.outputs.sinks import DocumentSink, RecordSink, Sink
from venloc.answers.outputs.table import Table

__all__ = [
    "COLUMNS",
    "FORMATS",
    "Column",
    "Document",
    "DocumentSink",
    "Journal",
    "JsonLines",
    "Located",
    "RecordSink",
    "Records",
    "Sink",
    "Table",
    "format_of",
]
