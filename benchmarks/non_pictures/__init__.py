# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Fits and measures venloc.content_of: pages of text, screens and blank pictures among pictures of places."""
