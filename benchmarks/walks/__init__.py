# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Several pictures of one walk: `python benchmarks/walks`."""
