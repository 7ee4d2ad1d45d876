# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The web page and its HTTP interface: `venloc serve`. Install the packages it needs with `pip install 'venloc[web]'`."""

from venloc.web.app import create_app
from venloc.web.settings import Settings

__all__ = ["Settings", "create_app"]
