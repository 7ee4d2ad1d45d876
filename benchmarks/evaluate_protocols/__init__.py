# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Accuracy of SiftLocator by all protocols, one part a file."""
