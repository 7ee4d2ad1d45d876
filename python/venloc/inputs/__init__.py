# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures as commands name them: files, folders, lists of files, the standard input, and addresses on the web."""

from venloc.inputs.listed import Handling, Listed, files_of, located, together
from venloc.inputs.listing import Listing, named_pictures

__all__ = ["Handling", "Listed", "Listing", "files_of", "located", "named_pictures", "together"]
