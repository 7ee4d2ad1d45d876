# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What the directives of this folder have in common."""

from abc import ABC, abstractmethod

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Generated(SphinxDirective, ABC):
    """A directive that stands for text, in the markup of its page, which a program writes."""

    required_arguments = 0
    optional_arguments = 1
    has_content = False

    @abstractmethod
    def text(self) -> str:
        """The text that the directive stands for."""

    def run(self) -> list[nodes.Node]:
        """Called by Sphinx."""
        return self.parse_text_to_nodes(self.text(), allow_section_headings=True)
