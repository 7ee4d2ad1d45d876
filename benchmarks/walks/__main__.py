# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`python benchmarks/walks`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # the benchmarks, whose modules are shared

from walks.program import main  # noqa: E402

main()
