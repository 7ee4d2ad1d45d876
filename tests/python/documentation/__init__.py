# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the code blocks of README.md and of the pages in docs/. The conventions for authors of pages are in pages.py."""
