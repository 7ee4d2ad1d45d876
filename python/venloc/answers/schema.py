# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of answers, `schema.json`. All their members are listed there and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DEFINITIONS: dict[str, Any] = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))["$defs"]
"""The definitions by name, such as "Answer"."""

SCHEMA_VERSION: int = DEFINITIONS["SchemaVersion"]["const"]
"""The version of the schema, which is a member of every answer."""
