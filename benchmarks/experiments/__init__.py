# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Experiments with networks, one file each; each has a TITLE and `run`, which takes a Study and returns a Result."""
