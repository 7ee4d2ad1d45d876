# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writes answers back: into XMP sidecars, or into the metadata of picture files, so that other programs have the places.

>>> import venloc
>>> venice = venloc.load()
>>> files = ["1.jpg", "2.jpg"]
>>> outcomes = venloc.writing.write(zip(files, venice.locate(files)))
>>> venloc.writing.undo(files)

A measured position is never replaced, answers of a low confidence are not written, and everything that was written can be undone.
"""

from venloc.writing.options import Action, Outcome, WriteOptions
from venloc.writing.sidecars import NAMESPACE, Naming
from venloc.writing.undoing import undo
from venloc.writing.writer import Writer, write

__all__ = ["NAMESPACE", "Action", "Naming", "Outcome", "WriteOptions", "Writer", "undo", "write"]
