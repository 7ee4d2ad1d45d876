# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The notebooks of examples/notebooks, each run on little data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest
from venloc import torch_support

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SHARED = Path(os.environ.get("VENLOC_SHARED", Path(__file__).resolve().parents[3] / "shared"))
PHOTOS = SHARED / "data" / "venice"
SIFT = {"sift": {"max_features": 300}, "index": {"words": 64, "iterations": 3}}

needs_photos = pytest.mark.skipif(not PHOTOS.is_dir(), reason="the shared photos are not there: set VENLOC_SHARED")
needs_network = pytest.mark.skipif(
    not torch_support.available() or not (SHARED / "weights").is_dir(),
    reason="venloc was built without LibTorch, or there are no shared weights",
)


def run(name: str, check: str, **parameters: Any) -> None:
    """Runs a notebook with these parameters in place of its own, and then a cell that checks what it found."""
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    at = [i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])]
    # "PosixPath(…)" is no name there.
    said = {
        key: f"Path({str(value)!r})" if isinstance(value, Path) else repr(value) for key, value in parameters.items()
    }
    lines = [f"{key} = {value}" for key, value in said.items()]
    notebook.cells.insert(at[0] + 1, nbformat.v4.new_code_cell("\n".join(lines)))
    notebook.cells.append(nbformat.v4.new_code_cell(check))
    nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()


@pytest.fixture(autouse=True)
def weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENLOC_WEIGHTS", str(SHARED / "weights"))


def test_there_are_six() -> None:
    assert len(NOTEBOOKS) == 6


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_it_is_kept_without_output(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells) == 1
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_locate_a_picture(model: Path) -> None:
    run(
        "locate-a-picture",
        "assert info.city == 'Drawn'\nassert 0 <= answer.confidence <= 1 and answer.candidates\n"
        "assert density.max() > 0 and len(messages) > 0",
        MODEL=str(model),
    )


@needs_photos
def test_build_your_own_city(tmp_path: Path) -> None:
    run(
        "build-your-own-city",
        "assert len(gallery) == 90 and model.is_file()\n"
        "assert mine.info().photos == len(mine.photos) and np.isfinite(nearest_m).all()",
        PHOTOS=str(PHOTOS),
        MOST_PHOTOS=90,
        OUT=tmp_path,
        SIFT_OPTIONS=SIFT,
    )


@needs_photos
@needs_network
def test_compare_locators(tmp_path: Path) -> None:
    run(
        "compare-locators",
        "assert {'SIFT', 'descriptor', 'regression', 'S2 cells', 'ensemble'} <= set(records)\n"
        "assert {'constant', 'densest place'} <= set(records)\n"
        "assert all(len(found) == len(test) for found in records.values())\n"
        "assert all(np.isfinite([r.error_m for r in found]).all() for found in records.values())",
        PHOTOS=str(PHOTOS),
        MOST_PHOTOS=60,
        CACHE=tmp_path,
        SIZES_PX=[128],
        SIFT_OPTIONS=SIFT,
    )


@needs_photos
@needs_network
def test_which_s2_level(tmp_path: Path) -> None:
    run(
        "which-s2-level",
        "assert len(partitions['level 16'][0]) > len(partitions['level 13'][0])\n"
        "assert set(floor) and len(rows) >= len(variants)",
        PHOTOS=str(PHOTOS),
        MOST_PHOTOS=60,
        CACHE=tmp_path,
        SIZES_PX=[128],
        LEVELS=(13, 15, 16),
        NAMED=4,
    )


@needs_photos
@needs_network
def test_placing_paintings() -> None:
    run(
        "placing-paintings",
        "assert {'PaintingLocator', 'SiftLocator', 'constant', 'densest place'} <= set(found)\n"
        "assert len(found['PaintingLocator']) == 6",
        PHOTOS=str(PHOTOS),
        PAINTINGS=str(SHARED / "data" / "paintings"),
        MOST_PHOTOS=40,
        MOST_WORKS=6,
        PAINTING_OPTIONS={"gallery_long_side_px": 128, "query_long_sides_px": [128]},
        SIFT_OPTIONS=SIFT,
    )


@needs_photos
def test_published_analysis() -> None:
    run(
        "published-analysis",
        "assert len(measured) == len(published) == 43\nassert max(gaps_m) < 1",
        PHOTOS=str(PHOTOS),
        LOOPS=200,
    )
