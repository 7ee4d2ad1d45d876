# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Where in the city was this picture made?"""

from venloc._core import version

__version__ = version()

__all__ = ["__version__", "version"]
