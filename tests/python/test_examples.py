# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures of examples/, and the C++ programs: what they print, and models that go from C++ to Python and back."""

from __future__ import annotations

import csv
import importlib.util
import itertools
import os
import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import venloc
from conftest import City
from venloc import torch_support

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
FOLDERS = [EXAMPLES / "gallery", EXAMPLES / "pictures"]
PROGRAMS = ROOT / "build" / "python" / "examples"
NETWORK = "squeezenet1_1"
MOST_BYTES = 4_000_000  # of sample pictures in the repository
VENICE = venloc.BoundingBox(45.42, 12.31, 45.45, 12.37)
SHARED = Path(os.environ.get("VENLOC_SHARED", ROOT.parent / "shared"))

needs_locate = pytest.mark.skipif(
    not (PROGRAMS / "locate").exists(), reason="the examples are not built: run make test-cpp"
)
needs_train_locator = pytest.mark.skipif(
    not torch_support.available() or not (PROGRAMS / "train_locator").exists(),
    reason="the example that needs LibTorch is not built: run make test-cpp",
)

# --- pictures ---------------------------------------------------------------------------------------------------------


def place_of(row: dict[str, str]) -> venloc.LatLng:
    return venloc.LatLng(float(row["lat"]), float(row["lng"]))


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_picture_has_one_label(folder: Path) -> None:
    files = [row["file"] for row in rows_of(folder)]
    assert sorted(files) == sorted(file.name for file in folder.glob("*.jpg"))
    gallery = venloc.Gallery.from_folder(folder, strict=True)
    assert [photo.file.name for photo in gallery] == files
    for photo, row in zip(gallery, rows_of(folder), strict=True):
        assert photo.licence == "public domain"
        assert photo.source == row["source"]
        assert photo.author == row.get("author", "")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_places_are_in_venice(folder: Path) -> None:
    for row in rows_of(folder):
        for prefix in ("", "subject_") if "subject_lat" in row else ("",):
            place = venloc.LatLng(float(row[f"{prefix}lat"]), float(row[f"{prefix}lng"]))
            assert VENICE.south <= place.lat <= VENICE.north, row["file"]
            assert VENICE.west <= place.lng <= VENICE.east, row["file"]
        assert row.get("kind", "subject") in ("subject", "viewpoint")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_picture_is_credited(folder: Path) -> None:
    page = (folder / "CREDITS.md").read_text(encoding="utf-8")
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if "`" in line]
    for row in rows_of(folder):
        found = [line for line in lines if fnmatch(row["file"], line[0].strip("`"))]
        assert found, row["file"]
        assert int(re.findall(r"\d{4}", row["year"])[0]) < 1930
    if folder.name == "gallery":
        books = {line[-1] for line in lines if line[0].startswith("`") and line[-1].isdigit()}
        assert {row["source"] for row in rows_of(folder)} == {f"Project Gutenberg {book}" for book in books}


def test_the_pictures_are_small() -> None:
    files = [file for folder in FOLDERS for file in folder.glob("*.jpg")]
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES
    for file in files:
        picture = venloc.read_image(file)
        assert max(picture.width, picture.height) <= 650, file.name


def test_no_picture_is_there_twice() -> None:
    """Copies of one scan in other sizes differ in 2 of the 64 bits at most."""
    files = sorted(file for folder in FOLDERS for file in folder.glob("*.jpg"))
    hashes = {file.name: venloc.perceptual_hash(venloc.read_image(file)) for file in files}
    near = [(a, b) for a, b in itertools.combinations(hashes, 2) if (hashes[a] ^ hashes[b]).bit_count() <= 2]
    assert near == []


@pytest.mark.skipif(not (SHARED / "data" / "paintings").is_dir(), reason="the shared pictures are not there")
def test_the_mini_city_can_be_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("make_mini_gallery", ROOT / "tools" / "make_mini_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    monkeypatch.setattr(tool, "SHARED", SHARED / "data" / "paintings")
    monkeypatch.setattr(tool, "OUT", tmp_path)
    tool.main()
    kept = EXAMPLES / "gallery"
    assert (tmp_path / "labels.csv").read_bytes() == (kept / "labels.csv").read_bytes()
    for file in tmp_path.glob("*.jpg"):
        made, old = (venloc.read_image(of) for of in (file, kept / file.name))
        assert (made.width, made.height) == (old.width, old.height)


# --- locate -----------------------------------------------------------------------------------------------------------


@needs_locate
def test_locate_prints_the_answer(model: Path, city: City) -> None:
    done = subprocess.run([PROGRAMS / "locate", city.query, model], capture_output=True, text=True, check=True)
    lines = dict(
        line.split(maxsplit=1) for line in reversed(done.stdout.replace("in the city", "in_the_city").splitlines())
    )
    answer = venloc.load(model).locate(city.query)
    assert lines["place"] == f"{answer.location.lat:.6f}, {answer.location.lng:.6f}"
    assert lines["confidence"].startswith(f"{answer.confidence:.2f} ")
    assert answer.candidates[0].photo_id in lines["evidence"]  # the first line of them
    assert done.stdout.count("evidence") == len(answer.candidates)


@needs_locate
def test_locate_needs_no_argument_in_a_checkout() -> None:
    done = subprocess.run([PROGRAMS / "locate"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = venloc.LatLng(*map(float, re.findall(r"place +([\d.]+), ([\d.]+)", done.stdout)[0]))
    known = {row["file"]: row for row in rows_of(EXAMPLES / "pictures")}["piazza-san-marco.jpg"]
    assert venloc.distance_m(found, place_of(known)) < 100


@needs_locate
def test_locate_reports_errors(tmp_path: Path) -> None:
    none = tmp_path / "none.jpg"
    failed = subprocess.run([PROGRAMS / "locate", none], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "none.jpg" in failed.stderr
    wrong = subprocess.run([PROGRAMS / "locate", "a", "b", "c"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "usage" in wrong.stderr


# --- train_locator ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("weights") / "drawn.safetensors"
    venloc.Backbone.random(NETWORK, 5).save(file)
    return file


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAMS / "train_locator", *arguments], capture_output=True, text=True, check=False)


def answers_of_cpp(kind: str, city: City, weights: Path, model: Path) -> list[dict[str, str]]:
    """The program's answers to the new views; it trains when the model is not there."""
    queries = [city.folder / f"query{i:02}.jpg" for i in range(len(city.places))]
    done = run(kind, city.labels, weights, NETWORK, model, *queries)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [row["picture"] for row in rows] == [str(query) for query in queries]
    return rows


def check_same(rows: list[dict[str, str]], locator: venloc.Locator) -> None:
    for row in rows:
        answer = locator.locate(row["picture"])
        assert (answer.location.lat, answer.location.lng) == pytest.approx(
            (float(row["lat"]), float(row["lng"])), abs=1e-9
        )  # [deg]: a tenth of a millimetre
        for field in ("confidence", "in_area", "radius_50_m", "radius_90_m"):
            assert getattr(answer, field) == pytest.approx(float(row[field]), rel=1e-6), field


@needs_train_locator
@pytest.mark.parametrize("kind", ["descriptor", "regression", "s2"])
def test_a_model_trained_in_cpp_answers_alike_in_python(kind: str, city: City, weights: Path, tmp_path: Path) -> None:
    model = tmp_path / "city.venloc"
    rows = answers_of_cpp(kind, city, weights, model)
    assert len({row["lat"] for row in rows}) > 1
    locator = venloc.load(model)
    assert locator.info().kind == kind
    check_same(rows, locator)


@needs_train_locator
@pytest.mark.parametrize("kind", ["descriptor", "regression", "s2"])
def test_a_model_trained_in_python_answers_alike_in_cpp(
    kind: str, gallery: venloc.Gallery, city: City, weights: Path, tmp_path: Path
) -> None:
    locators = {
        "descriptor": venloc.DescriptorLocator,
        "regression": venloc.RegressionLocator,
        "s2": venloc.S2CellClassifierLocator,
    }
    locator = locators[kind].build(gallery, venloc.Backbone.load(weights), seed=3)
    model = tmp_path / "city.venloc"
    locator.save(model)
    before = model.read_bytes()
    check_same(answers_of_cpp(kind, city, weights, model), locator)
    assert model.read_bytes() == before


@needs_train_locator
def test_the_mini_city_is_trained_without_arguments(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(EXAMPLES)
    (tmp_path / "build").mkdir()
    done = subprocess.run([PROGRAMS / "train_locator"], cwd=tmp_path, capture_output=True, text=True, check=True)
    (row,) = csv.DictReader(done.stdout.splitlines())
    known = {row["file"]: row for row in rows_of(EXAMPLES / "pictures")}[Path(row["picture"]).name]
    assert venloc.distance_m(place_of(row), place_of(known)) < 100
    locator = venloc.load(tmp_path / "build" / "mini_city.venloc")
    assert {photo.id for photo in locator.photos} == {row["file"] for row in rows_of(EXAMPLES / "gallery")}


@needs_train_locator
def test_errors_are_reported(city: City, weights: Path, tmp_path: Path) -> None:
    assert run("descriptor").returncode == 2
    model = tmp_path / "city.venloc"
    for arguments, word in (
        (("vlad", city.labels, weights, NETWORK, model), "'vlad'"),
        (("s2", tmp_path / "none", weights, NETWORK, model), "none"),
        (("s2", city.labels, weights, "resnet50", model), "resnet50"),
    ):
        done = run(*arguments)
        assert done.returncode == 1
        assert word in done.stderr
        assert not model.exists()
