# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""All data about collected pictures, in one SQLite file.

SQLite, as every step of every run is one transaction: whatever stops the program, what was fetched is there and nothing is there
by halves. It comes with Python, holds millions of pictures, and is read by other programs without this one.

Reports on a photo at several times are combined into one record (claims.py); all its places are kept (table `positions`). Which
report is later depends on when it was made, not on when it was taken in, so that catalogues can be merged in any order.
"""

from venloc.collecting.catalogue.database import VERSION
from venloc.collecting.catalogue.judgements import Judgements
from venloc.collecting.catalogue.merging import Merging
from venloc.collecting.catalogue.pictures import Pictures
from venloc.collecting.catalogue.rows import Decision, Finding, Page, Picture, Positions, Run
from venloc.collecting.catalogue.runs import Runs

__all__ = ["VERSION", "Catalogue", "Decision", "Finding", "Page", "Picture", "Positions", "Run"]


class Catalogue(Runs, Merging, Judgements, Pictures):
    """Opens the file, or makes it. Raises FileNotFoundError without the folder, FormatError where it is another file.

    May be used by one thread. Several programs may read it, and one of them writes at a time.
    """
