# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The experiments with networks, on the drawn city and a network of random weights."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import venloc

pytest.importorskip("matplotlib")
if not venloc.torch_support.available():
    pytest.skip("this venloc was built without LibTorch", allow_module_level=True)

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
from experiments import ablation, networks, out_of_area, program, s2_levels, study  # noqa: E402

if TYPE_CHECKING:
    from conftest import City


@pytest.fixture(scope="module")
def shared(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn city where the shared data would lie, and weights."""
    folder = tmp_path_factory.mktemp("shared")
    venice = folder / "data" / "venice"
    (venice / "images").mkdir(parents=True)
    for line in city.labels.read_text().split():
        shutil.copy(city.folder / line.split(",")[2], venice / "images")
    shutil.copy(city.labels, venice / "label.txt")
    (folder / "weights").mkdir()
    venloc.Backbone.random("squeezenet1_1", 1).save(folder / "weights" / "small.safetensors")
    return folder


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    network = networks.Network("small", "small", "squeezenet1_1", sizes_px=(96,))
    absent = networks.Network("absent", "absent", "squeezenet1_1")
    monkeypatch.setattr(networks, "NETWORKS", (network, network, absent))
    monkeypatch.setattr(networks, "DEFAULT", network)


def run(shared: Path, out: Path, name: str) -> tuple[list[dict[str, str]], str]:
    program.main(
        [
            name,
            "--quick",
            "--threads",
            "2",
            "--shared",
            str(shared),
            "--cache",
            str(shared / "cache"),
            "--out",
            str(out),
        ]
    )
    with (out / f"{name}.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["name"] for row in rows] == [
        row["name"] for row in json.loads((out / f"{name}.json").read_text())["rows"]
    ]
    page = (out / f"{name}.md").read_text()
    assert "Quick run" in page and str(shared) not in page
    for picture in re.findall(r"\]\((.+?\.png)\)", page):
        assert (out / picture).exists()
    for row in rows:
        assert float(row["mean_m_low"]) <= float(row["mean_m"]) <= float(row["mean_m_high"])
    protocols = {row["protocol"] for row in rows}
    assert name in ("ablation", "paintings", "out-of-area") or protocols >= {study.PUBLISHED, study.GROUPED}
    for protocol in protocols:
        names = [row["name"] for row in rows if row["protocol"] == protocol]
        assert {"constant", "densest place", "random picture"} <= {name.rpartition(": ")[2] for name in names}
    return rows, page


def test_backbones_and_what_is_kept(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, page = run(shared, tmp_path / "a", "backbones")
    assert "Left out, because their weights were not at hand: absent" in page
    assert {row["name"] for row in rows} >= {f"small: {kind.name}" for kind in networks.KINDS}
    monkeypatch.setattr(venloc.DescriptorLocator, "build", None)
    assert run(shared, tmp_path / "b", "backbones")[0] == rows  # nothing is built again


def test_s2_levels(shared: Path, tmp_path: Path) -> None:
    rows, page = run(shared, tmp_path, "s2-levels")
    cells = {row["name"]: int(row["cells"]) for row in rows if row["cells"] and row["protocol"] == study.GROUPED}
    assert cells["level 14"] < cells["level 16"]
    assert "The floor" in page


def test_the_floor_of_a_perfect_classifier() -> None:
    frame = venloc.LocalFrame(venloc.LatLng(45.4375, 12.335))
    places = [frame.to_lat_lng(venloc.EastNorth(east, 0)) for east in (0, 20, 2000, 2040, 10, 2050)]

    class Known:
        gallery = tuple(venloc.Photo(id=str(i), file="", location=place) for i, place in enumerate(places))

    fold = study.Fold(study.GROUPED, "", venloc.Split(train=[0, 1, 2, 3], test=[4, 5]))
    found = s2_levels.floor(Known(), fold, [venloc.CellPartitionOptions.fixed_level(13).to_dict()])
    assert found["cells"] == 2
    assert found["errors"] == pytest.approx([0, 30], abs=0.1)


def test_gallery_size(shared: Path, tmp_path: Path) -> None:
    rows, _ = run(shared, tmp_path, "gallery-size")
    names = [row["name"] for row in rows]
    for size in ("20", "all"):
        assert names.count(f"{size} photos: descriptor") == 2  # once for each protocol


def test_fine_tuning(shared: Path, tmp_path: Path) -> None:
    rows, page = run(shared, tmp_path, "fine-tuning")
    assert sum(row["name"] == "fine-tuned: descriptor" for row in rows) == 2
    assert "too sure" in page


def test_ensemble(shared: Path, tmp_path: Path) -> None:
    rows, page = run(shared, tmp_path, "ensemble")
    names = [row["name"] for row in rows]
    for name in ("constant", "SIFT", "descriptor", "ensemble"):
        assert names.count(name) == 2  # once for each protocol
    for row in rows:
        assert float(row["mean_m_low"]) <= float(row["mean_m"]) <= float(row["mean_m_high"])
    # The drawn city is easy to match.
    for protocol in {row["protocol"] for row in rows}:
        of = {row["name"]: float(row["median_m"]) for row in rows if row["protocol"] == protocol}
        assert of["ensemble"] < of["constant"]
    assert page.count("The ensemble minus each alone") == 2
    assert "The 30% that each is most sure of" in page


def test_ablation(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablation, "EVIDENCE", ("sift", "appearance"))
    rows, page = run(shared, tmp_path, "ablation")
    names = [row["name"] for row in rows]
    for name in ("all evidence", "without sift", "without appearance"):
        assert names.count(name) == 1
    assert "All evidence minus less" in page


def test_paintings(shared: Path, city: City, tmp_path: Path) -> None:
    folder = shared / "data" / "paintings"
    folder.mkdir()
    lines = ["file,lat,lon,subject_lat,subject_lon,medium,repo"]
    for i, (lat, lng) in enumerate(city.places[:6]):
        shutil.copy(city.folder / f"query{i:02}.jpg", folder)
        # Where the artist stood is wrong on purpose: what is shown counts as well.
        medium = ("oil", "pen drawing", "photograph, 1890")[i % 3]
        source = f"book-vol-{i}" if i < 4 else "another"
        lines.append(f'query{i:02}.jpg,{lat + 0.02},{lng},{lat},{lng},"{medium}",{source}')
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    rows, page = run(shared, tmp_path, "paintings")
    by = {(row["protocol"], row["name"]): row for row in rows}
    assert {protocol for protocol, _ in by} == {
        "all artworks",
        "drawings and engravings",
        "old photographs",
        "paintings",
    }
    assert by["all artworks", "SIFT"]["queries"] == "6"
    assert by["all artworks", "SIFT"]["groups"] == "2"  # volumes of one book are one
    assert by["paintings", "SIFT"]["queries"] == "2"
    assert float(by["all artworks", "SIFT"]["median_m"]) < 20
    assert float(by["all artworks", "painting"]["mean_m"]) < float(by["all artworks", "constant"]["mean_m"])
    assert float(by["all artworks", "ensemble"]["mean_m"]) < float(by["all artworks", "constant"]["mean_m"])
    assert "nearer of where the artist stood" in page


def test_out_of_area(shared: Path, city: City, tmp_path: Path) -> None:
    folder = shared / "data" / "out_of_area"
    folder.mkdir()
    shutil.copy(city.folder / "query00.jpg", folder)
    shutil.copy(city.folder / "query01.jpg", folder)
    rows = 'file,place\nquery00.jpg,Paris\nquery01.jpg,"Rimini, watercolour"\nmissing.jpg,Rome\n'
    (folder / "labels.csv").write_text(rows)
    _, page = run(shared, tmp_path, "out-of-area")
    assert re.search(r"\| all of elsewhere \| 2 \|", page)
    assert re.search(r"\| drawn by program \| 40 \|", page)


def test_the_area_under_the_curve() -> None:
    assert out_of_area.auroc(np.array([3.0, 2.0]), np.array([1.0, 2.0])) == 3.5 / 4
