# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Configuration of the documentation site, which `make docs` builds into build/site."""

import re
import sys
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "docs" / "_generate"), str(ROOT / "tools"), str(ROOT / "python")]

project = "venloc"
author = "The venloc authors"
copyright = "2026 The venloc authors"  # noqa: A001 - the name that Sphinx reads
release = re.search(r"project\(venloc VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
version = release

# The last five are in _generate/: what is written from the headers, the bindings, the command line and the schema.
extensions = [
    "sphinx.ext.autodoc",
    "myst_parser",
    "breathe",
    "sphinx_copybutton",
    "links",
    "python_pages",
    "cpp_pages",
    "cli_page",
    "schema_page",
]
exclude_patterns = ["_generate"]
# Written pages of results have headings of the third level below the first.
suppress_warnings = ["myst.header"]
root_doc = "index"
nitpicky = True
# Namespaces and types of other libraries, which are not described here.
nitpick_ignore_regex = [(r"cpp:identifier", r"(venloc|std|cv|at|torch|c10|nlohmann)(::.*)?|u?int\d+_t|size_t|[a-z_]+")]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_maximum_signature_line_length = 100
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

breathe_projects = {"venloc": str(ROOT / "build" / "doxygen" / "xml")}
breathe_default_project = "venloc"
breathe_domain_by_extension = {"hpp": "cpp"}
cpp_maximum_signature_line_length = 100
cpp_id_attributes = ["VENLOC_API", "VENLOC_TORCH_API"]

html_theme = "furo"
html_title = f"venloc {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["search.js"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": False}


def setup(app: Sphinx) -> None:
    """Called by Sphinx. Pygments has no lexer for tables."""
    app.add_lexer("csv", TextLexer)
