# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Self-contained pages and drawings, from the templates in this folder."""
