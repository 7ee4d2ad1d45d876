# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""All data about collected pictures, in one SQLite file.

Every step of a run is one transaction. When the program is stopped, all completed steps are stored and no step is stored
partially. SQLite is part of Python, handles millions of rows, and other programs can read its files.

Reports on a photo from several times are combined into one record (claims.py); all its places are kept (table `positions`).
The order of reports depends on when they were made, not on when they were stored, so catalogues can be merged in any order.
"""

from venloc.collecting.catalogue.database import VERSION
from venloc.collecting.catalogue.judgements import Judgements
from venloc.collecting.catalogue.merging import Merging
from venloc.collecting.catalogue.pictures import Pictures
from venloc.collecting.catalogue.rows import Decision, Finding, Page, Picture, Positions, Run
from venloc.collecting.catalogue.runs import Runs

__all__ = ["VERSION", "Catalogue", "Decision", "Finding", "Page", "Picture", "Positions", "Run"]


class Catalogue(Runs, Merging, Judgements, Pictures):
    """Opens a catalogue, or creates it. Raises FileNotFoundError when the folder does not exist, and FormatError when the
    file is not a catalogue.

    Use it from one thread only. Several programs may read the file; one of them can write at a time.
    """
