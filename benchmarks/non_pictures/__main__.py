# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`python benchmarks/non_pictures`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # the benchmarks, whose modules are shared

from non_pictures.program import main  # noqa: E402

main()
