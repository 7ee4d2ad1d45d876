# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`python -m venloc` is the command `venloc`."""

from venloc.cli import main

main()
