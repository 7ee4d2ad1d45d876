# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pages and drawings that need nothing but themselves, from the templates beside this file."""
