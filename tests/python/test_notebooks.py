# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The notebooks of examples/notebooks, run as from a clone: on the mini city, without weights or shared data."""

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

pytestmark = pytest.mark.slow
needs_photos = pytest.mark.skipif(not PHOTOS.is_dir(), reason="the shared photos are not there: set VENLOC_SHARED")
needs_torch = pytest.mark.skipif(not torch_support.available(), reason="venloc was built without LibTorch")


@pytest.fixture(scope="module")
def no_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def clone(no_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a newcomer, who has neither weights nor photos."""
    for name in ("VENLOC_WEIGHTS", "VENLOC_PHOTOS", "VENLOC_PAINTINGS", "VENLOC_SHARED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(no_cache))


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


def texts(notebook: nbformat.NotebookNode) -> str:
    """What it prints, and its tables."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(o.get("text", "") + o.get("data", {}).get("text/markdown", "") for o in outputs)


# --- as they are kept -------------------------------------------------------------------------------------------------


def test_all_are_there() -> None:
    assert {file.stem for file in NOTEBOOKS} == NAMES
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert all(f"notebooks/{name}.ipynb" in readme for name in NAMES)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_it_is_kept_without_outputs(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "**The question.**" in first.source
    assert "It needs" in first.source
    assert "SPDX-License-Identifier: Apache-2.0" in first.source
    assert any(cell.source.startswith("## Conclusion") for cell in notebook.cells)
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells) == 1
    for cell in notebook.cells:
        assert not cell.get("attachments")
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            # No path of a developer's machine.
            assert not re.search(r"""["'](/|~|[A-Za-z]:\\)\w""", cell.source)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_its_links_lead_to_files(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", prose) if "://" not in link]
    assert links
    assert [link for link in links if not (FOLDER / link).exists()] == []


# --- run --------------------------------------------------------------------------------------------------------------


def test_locate_a_picture() -> None:
    done = run(
        "locate-a-picture",
        """
assert info.city == "Venice"
assert abs(inside - answer.confidence) < 1e-6
assert set(errors_m) == {photo.id for photo in samples}
assert errors_m["porta-della-carta.jpg"] < 50
assert best.photo_id == "erichsen-palazzo-vendramin-calergi.jpg"
assert len(best.matches) == best.inliers >= 15
assert venloc.distance_m(mini.locate(query.file).location, query.location) < 50
assert max(found.confidence for found in elsewhere.values()) < answer.confidence
assert set(messages) == {"missing", "text", "empty", "cut off"}
""",
    )
    assert figures(done) == 6
    assert any("<svg" in o.get("data", {}).get("text/html", "") for c in done.cells for o in c.get("outputs", []))


def test_build_your_own_city(tmp_path: Path) -> None:
    done = run(
        "build-your-own-city",
        """
assert len(gallery) == len(report.records) == 74
assert [m.name for m in report.metrics] == ["sift", "constant", "densest place", "random picture"]
assert all(groups[i] != groups[j] for i, j in enumerate(nearest))
assert {photo.id for photo in city.photos} == {photo.id for photo in gallery}
assert best.photo_id == "erichsen-ca-d-oro.jpg"
assert venloc.distance_m(answer.location, query.location) < 50
assert moved in {finding.photo for finding in findings}
assert "<svg" in page.read_text()
""",
        OUT=tmp_path,
        FOLDS=2,
    )
    assert figures(done) == 8
    assert "cannot be calibrated" in texts(done)
    assert "| SiftLocator | 534 (" in texts(done)  # docs/results/evaluation.md


def test_the_audit_finds_the_moved_photo(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENLOC_PHOTOS", str(city.folder))
    run(
        "build-your-own-city",
        """
assert len(gallery) == 36
assert moved in {finding.photo for finding in findings}
assert venloc.distance_m(next(f.suggested for f in findings if f.photo == moved), gallery[moved].location) < 50
""",
        OUT=tmp_path,
        FOLDS=2,
        SIFT_OPTIONS=SIFT,
    )


@needs_torch
def test_compare_locators(tmp_path: Path) -> None:
    done = run(
        "compare-locators",
        """
assert list(reports) == ["SIFT", "descriptor", "regression", "S2 cells", "ensemble"]
assert set(metrics) == set(reports) | {"constant", "densest place", "random picture"}
assert set(differences) == set(metrics) - {"ensemble"}
assert not set(groups[i] for i in split.train) & set(of_test)
assert all([r.photo_id for r in found] == [photo.id for photo in test] for found in records.values())
assert all(np.isfinite([r.error_m for r in found]).all() for found in records.values())
for of in metrics.values():
    assert of.mean_m.low <= of.mean_m.value <= of.mean_m.high
""",
        CACHE=tmp_path,
        SIZES_PX=[128],
        SIFT_OPTIONS=SIFT,
    )
    assert figures(done) == 2
    assert "| ensemble | 495 (" in texts(done)  # docs/results/experiments/ensemble.md
    assert "| SIFT | -44 (" in texts(done)


@needs_torch
def test_which_s2_level(tmp_path: Path) -> None:
    done = run(
        "which-s2-level",
        """
assert list(records) == ["level 13", "level 15", "level 17", "adaptive", "default", "constant", "densest place"]
assert len(partitions["level 13"][0]) < len(partitions["level 15"][0]) < len(partitions["level 17"][0])
assert np.median(floor["level 17"]) < np.median(floor["level 13"])
assert all(np.isfinite([r.error_m for r in found]).all() for found in records.values())
assert [row[0] for row in rows] == list(records)
""",
        CACHE=tmp_path,
        SIZES_PX=[128],
    )
    assert figures(done) == 3
    assert "| level 12 | 545 (" in texts(done)  # docs/results/experiments/s2-levels.md


_PAINTINGS = """
assert list(found) == ["PaintingLocator", "SiftLocator", "constant", "densest place", "random picture"]
assert all(len(records) == len(artworks) for records in found.values())
assert not {photo.id for photo in queries} & {photo.id for photo in gallery}
for record, artwork in zip(found["PaintingLocator"], artworks):
    distances_m = [venloc.distance_m(record.predicted, place(artwork, prefix)) for prefix in ("", "subject_")]
    assert abs(record.error_m - min(distances_m)) < 1e-6
"""


def test_placing_paintings() -> None:
    done = run(
        "placing-paintings",
        _PAINTINGS + "assert len(artworks) == 14 and len(gallery) == 60",
        NETWORK={"sizes_px": [128]},
        SIFT_OPTIONS=SIFT,
    )
    assert figures(done) == 8
    assert texts(done).count("| full size |") == 3


def test_artworks_are_placed_by_photos_of_your_own(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENLOC_PHOTOS", str(city.folder))
    run(
        "placing-paintings",
        _PAINTINGS + "assert len(artworks) == 3 and len(gallery) == 36",
        MOST_ARTWORKS=3,
        NETWORK={"sizes_px": [128]},
        PAINTING_OPTIONS={"gallery_long_side_px": 128, "query_long_sides_px": [128]},
        SIFT_OPTIONS=SIFT,
    )


_PUBLISHED = """
assert len(published) == len(exhaustive) == 43
assert abs(np.mean([r.error_m for r in published]) - 804) < 1  # as the project published it
assert abs(np.median([r.error_m for r in published]) - 659) < 1
assert abs(analysis.median_m.low - low) < 30 and abs(analysis.median_m.high - high) < 30
"""


def test_published_analysis() -> None:
    done = run("published-analysis", _PUBLISHED + "assert len(analyses) == 2", RESAMPLES=4000, SIFT_OPTIONS=SIFT)
    assert figures(done) == 3
    assert "not measured here" in texts(done)


@needs_photos
def test_the_default_model_locates_the_published_queries() -> None:
    done = run(
        "published-analysis",
        _PUBLISHED
        + """
assert len(measured) == 43
assert len(removed) == 43 and not {photo.id for photo in city.photos} & set(removed)
assert np.mean([r.error_m for r in measured]) < np.mean([r.error_m for r in published])
""",
        PHOTOS=PHOTOS,
        MOST_PHOTOS=40,
        RESAMPLES=4000,
        SIFT_OPTIONS=SIFT,
    )
    assert figures(done) == 3


# --- what is missing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "build-your-own-city",
        pytest.param("compare-locators", marks=needs_torch),
        "placing-paintings",
        "published-analysis",
        pytest.param("which-s2-level", marks=needs_torch),
    ],
)
def test_without_photos_it_reports_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(nbclient.exceptions.CellExecutionError) as error:
        run(name, PHOTOS=tmp_path / "none")
    assert error.value.ename == "SystemExit"
    assert "there is no such folder" in error.value.evalue
    assert "VENLOC_PHOTOS" in error.value.evalue


@needs_torch
@pytest.mark.parametrize("name", ["compare-locators", "which-s2-level"])
def test_without_weights_it_reports_how_to_get_them(name: str) -> None:
    with pytest.raises(nbclient.exceptions.CellExecutionError) as error:
        run(name, WEIGHTS="efficientnet_lite2")
    assert error.value.ename == "SystemExit"
    assert "venloc weights get efficientnet_lite2" in error.value.evalue


@pytest.mark.parametrize("name", ["compare-locators", "which-s2-level"])
def test_without_torch_it_reports_what_is_missing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['venloc._torch'] = None\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(nbclient.exceptions.CellExecutionError) as error:
        run(name)
    assert error.value.ename == "SystemExit"
    assert "LibTorch" in error.value.evalue


def test_a_missing_model_is_reported(tmp_path: Path) -> None:
    with pytest.raises(nbclient.exceptions.CellExecutionError) as error:
        run("locate-a-picture", MODEL=str(tmp_path / "none.venloc"))
    assert error.value.ename == "SystemExit"
    assert "none.venloc" in error.value.evalue
