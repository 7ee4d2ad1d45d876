# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The command `venloc`, a file for each group of commands.

Imports of anything slow are inside the commands, so that help and short commands start fast.
"""

from venloc.cli.program import app, main

__all__ = ["app", "main"]
