# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The notebooks of examples/notebooks, each run on little data."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from venloc import torch_support

if TYPE_CHECKING:
    from conftest import City

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")
pytest.importorskip("matplotlib")

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NAMES = {
    "build-your-own-city",
    "compare-locators",
    "locate-a-picture",
    "placing-paintings",
    "published-analysis",
    "which-s2-level",
}
SHARED = Path(os.environ.get("VENLOC_SHARED", Path(__file__).resolve().parents[3] / "shared"))
PHOTOS = SHARED / "data" / "venice"
SIFT = {"sift": {"max_features": 300}, "index": {"words": 64, "iterations": 3}, "calibration_folds": 3}

needs_photos = pytest.mark.skipif(not PHOTOS.is_dir(), reason="the shared photos are not there: set VENLOC_SHARED")
needs_torch = pytest.mark.skipif(not torch_support.available(), reason="venloc was built without LibTorch")
needs_weights = pytest.mark.skipif(
    not (SHARED / "weights").is_dir(), reason="the shared weights are not there: set VENLOC_SHARED"
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENLOC_WEIGHTS", str(SHARED / "weights"))
    for name in ("VENLOC_PHOTOS", "VENLOC_PAINTINGS"):
        monkeypatch.delenv(name, raising=False)


def run(name: str, check: str = "", **parameters: Any) -> nbformat.NotebookNode:
    """Runs a notebook with these parameters after its own, and then a cell of assertions."""
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    at = next(i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    lines = ["from pathlib import Path"]
    for key, value in parameters.items():
        assert re.search(rf"^{key} = ", notebook.cells[at].source, re.MULTILINE), f"{name} has no parameter {key}"
        lines.append(f"{key} = {f'Path({str(value)!r})' if isinstance(value, Path) else repr(value)}")
    notebook.cells.insert(at + 1, nbformat.v4.new_code_cell("\n".join(lines)))
    notebook.cells.append(nbformat.v4.new_code_cell(check))
    nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    return notebook


def figures(notebook: nbformat.NotebookNode) -> int:
    """How many pictures it shows."""
    return sum("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))


# --- as they are kept -------------------------------------------------------------------------------------------------


def test_all_are_there() -> None:
    assert {file.stem for file in NOTEBOOKS} == NAMES
    readme = (FOLDER.parents[1] / "README.md").read_text()
    assert all(f"examples/notebooks/{name}.ipynb" in readme for name in NAMES)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_it_is_kept_without_outputs(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "It needs" in first.source
    assert "SPDX-License-Identifier: Apache-2.0" in first.source
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells) == 1
    for cell in notebook.cells:
        assert not cell.get("attachments")
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            # No path of a developer's machine.
            assert not re.search(r"""["'](/|~|[A-Za-z]:\\)\w""", cell.source)


# --- run --------------------------------------------------------------------------------------------------------------


def test_locate_a_picture(model: Path, city: City) -> None:
    done = run(
        "locate-a-picture",
        f"""
assert info.city == "Drawn"
assert answer.candidates[0].photo_id.startswith("place00")
assert venloc.distance_m(answer.location, venloc.LatLng(*{city.places[0]})) < 50
assert set(errors_m) == set(KNOWN)
assert max(found.confidence for found in elsewhere.values()) < answer.confidence
assert set(messages) == {{"missing", "text", "empty", "cut off"}}
""",
        MODEL=str(model),
        PICTURE=str(city.query),
    )
    assert figures(done) >= 1
    assert sum("<svg" in o.get("data", {}).get("text/html", "") for c in done.cells for o in c.get("outputs", [])) == 2


@needs_photos
def test_build_your_own_city(tmp_path: Path) -> None:
    done = run(
        "build-your-own-city",
        """
assert len(gallery) == 60
assert [m.name for m in report.metrics] == ["sift", "constant", "densest place", "random picture"]
assert np.isfinite([r.error_m for r in report.records]).all()
assert not set(groups[split.train]) & set(groups[split.test])
assert {photo.id for photo in city.photos} == {photo.id for photo in gallery}
assert "<svg" in page.read_text()
""",
        PHOTOS=PHOTOS,
        MOST_PHOTOS=60,
        OUT=tmp_path,
        SIFT_OPTIONS=SIFT,
    )
    assert figures(done) == 4


def test_the_audit_finds_the_moved_photo(city: City, tmp_path: Path) -> None:
    run(
        "build-your-own-city",
        """
assert len(gallery) == 36
assert moved in {finding.photo for finding in findings}
assert venloc.distance_m(next(f.suggested for f in findings if f.photo == moved), gallery[moved].location) < 50
""",
        PHOTOS=city.folder,
        OUT=tmp_path,
        SIFT_OPTIONS=SIFT,
    )


@needs_photos
@needs_torch
@needs_weights
def test_compare_locators(tmp_path: Path) -> None:
    done = run(
        "compare-locators",
        """
assert list(reports) == ["SIFT", "descriptor", "regression", "S2 cells", "ensemble"]
assert set(metrics) == set(reports) | {"constant", "densest place", "random picture"}
assert set(differences) == set(metrics) - {"ensemble"}
assert all([r.photo_id for r in found] == [photo.id for photo in test] for found in records.values())
assert all(np.isfinite([r.error_m for r in found]).all() for found in records.values())
for of in metrics.values():
    assert of.mean_m.low <= of.mean_m.value <= of.mean_m.high
""",
        PHOTOS=PHOTOS,
        MOST_PHOTOS=60,
        CACHE=tmp_path,
        SIZES_PX=[128],
        SIFT_OPTIONS=SIFT,
    )
    assert figures(done) == 2


@needs_photos
@needs_torch
@needs_weights
def test_which_s2_level(tmp_path: Path) -> None:
    done = run(
        "which-s2-level",
        """
assert list(records) == ["level 13", "level 15", "level 16", "adaptive", "default"]
assert len(partitions["level 13"][0]) < len(partitions["level 15"][0]) < len(partitions["level 16"][0])
assert np.median(floor["level 16"]) < np.median(floor["level 13"])
assert all(np.isfinite([r.error_m for r in found]).all() for found in records.values())
assert [row[0] for row in rows] == [*records, "constant", "densest place"]
""",
        PHOTOS=PHOTOS,
        MOST_PHOTOS=60,
        CACHE=tmp_path,
        SIZES_PX=[128],
        LEVELS=(13, 15, 16),
        NAMED=4,
    )
    assert figures(done) == 3


@needs_photos
@needs_torch
@needs_weights
def test_placing_paintings() -> None:
    done = run(
        "placing-paintings",
        """
assert list(found) == ["PaintingLocator", "SiftLocator", "constant", "densest place", "random picture"]
assert all(len(records) == len(artworks) == 6 for records in found.values())
assert all(np.isfinite([r.error_m for r in records]).all() for records in found.values())
for record, artwork in zip(found["PaintingLocator"], artworks):
    for of in ("", "subject_"):
        place = venloc.LatLng(float(artwork[f"{of}lat"]), float(artwork[f"{of}lon"]))
        assert record.error_m <= venloc.distance_m(record.predicted, place) + 1e-6
""",
        PHOTOS=PHOTOS,
        PAINTINGS=SHARED / "data" / "paintings",
        MOST_PHOTOS=40,
        MOST_ARTWORKS=6,
        NETWORK={"sizes_px": [128]},
        PAINTING_OPTIONS={"gallery_long_side_px": 128, "query_long_sides_px": [128]},
        SIFT_OPTIONS=SIFT,
    )
    assert figures(done) == 4


@needs_photos
def test_published_analysis() -> None:
    done = run(
        "published-analysis",
        """
assert len(measured) == len(published) == 43
assert max(gaps_m) < 0.1
assert abs(np.mean([r.error_m for r in published]) - 804) < 1  # as the project published it
assert abs(np.median([r.error_m for r in published]) - 659) < 1
assert not {photo.id for photo in city.photos} & {photo.id for photo in queries}
assert "not measured by us" in lines[0][0]
""",
        PHOTOS=PHOTOS,
        RESAMPLES=500,
    )
    assert figures(done) == 4


# --- what is missing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(NAMES - {"locate-a-picture"}))
def test_without_photos_it_reports_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(nbclient.exceptions.CellExecutionError) as error:
        run(name, PHOTOS=tmp_path / "none")
    assert error.value.ename == "SystemExit"
    assert "there is no such folder" in error.value.evalue
    assert "VENLOC_PHOTOS" in error.value.evalue


@needs_torch
@pytest.mark.parametrize("name", ["compare-locators", "which-s2-level"])
def test_without_weights_it_reports_how_to_get_them(
    name: str, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENLOC_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(nbclient.exceptions.CellExecutionError) as error:
        run(name, PHOTOS=city.folder, WEIGHTS="efficientnet_lite2")
    assert error.value.ename == "SystemExit"
    assert "venloc weights get efficientnet_lite2" in error.value.evalue


def test_a_missing_model_is_reported(tmp_path: Path) -> None:
    with pytest.raises(nbclient.exceptions.CellExecutionError) as error:
        run("locate-a-picture", MODEL=str(tmp_path / "none.venloc"))
    assert error.value.ename == "SystemExit"
    assert "none.venloc" in error.value.evalue
