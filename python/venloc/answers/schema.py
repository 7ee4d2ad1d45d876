# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The form of answers, as the JSON Schema in `schema.json`: the one place where their members are listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DEFINITIONS: dict[str, Any] = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))["$defs"]
"""The definitions by name, such as "Answer"."""

SCHEMA_VERSION: int = DEFINITIONS["SchemaVersion"]["const"]
"""The version of the form, which every answer carries."""
