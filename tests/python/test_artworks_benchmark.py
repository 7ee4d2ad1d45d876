# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The public benchmark of artworks: labels, figures, refused input, and the published predictions."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import venloc
from conftest import City

ROOT = Path(__file__).resolve().parents[2]
BENCHMARK = ROOT / "benchmarks" / "artworks"
SHARED = Path(os.environ.get("VENLOC_SHARED") or ROOT.parent / "shared") / "data" / "paintings"
needs_pictures = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared artworks are not there: set VENLOC_SHARED")
sys.path.insert(0, str(BENCHMARK.parent))
from artworks import out_of_fold, predict  # noqa: E402
from artworks.evaluate import main  # noqa: E402
from artworks.labels import Artwork, find_pictures, group_numbers, picture_of, read_labels  # noqa: E402
from artworks.predictions import Predictions, read_predictions, write_predictions  # noqa: E402
from artworks.scoring import (  # noqa: E402
    MISSING_ERROR_M,
    TO_VIEWPOINT,
    baselines,
    errors_of,
    geometric_median,
    records_of,
    row_of,
    score,
)

ARTWORKS = read_labels()
ORIGIN = venloc.LatLng(45.43, 12.33)


def east(metres: float, of: venloc.LatLng = ORIGIN) -> venloc.LatLng:
    """So far to the east."""
    return venloc.LocalFrame(of).to_lat_lng(venloc.EastNorth(metres, 0))


def artwork(name: str, group: str, viewpoint: venloc.LatLng | None, subject: venloc.LatLng) -> Artwork:
    """A made-up row."""
    return replace(
        ARTWORKS[0], id=name, file=f"{name}.jpg", group=group, viewpoint=viewpoint, subject=subject, spot=None
    )


def at(places: dict[str, venloc.LatLng], **further: float) -> Predictions:
    """Predictions of these places."""
    values = {name: {"lat": place.lat, "lng": place.lng, **further} for name, place in places.items()}
    return Predictions(values, frozenset(further))


def value(row: dict, name: str) -> float:
    return float(row[name]["value"])


def test_labels_are_well_formed() -> None:
    with (BENCHMARK / "labels.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(ARTWORKS) == 115
    for column in ("id", "sha256", "file"):
        assert len({row[column] for row in rows}) == len(rows), column
    for row, label in zip(rows, ARTWORKS, strict=True):
        assert re.fullmatch("[0-9a-f]{64}", row["sha256"]) and re.fullmatch("[0-9a-f]{40}", row["commit"])
        assert row["id"] == Path(row["file"]).stem and Path(row["path"]).suffix == Path(row["file"]).suffix
        assert row["confidence"] in ("high", "medium")
        assert row["picture"] == picture_of(row["medium"])
        assert row["title"] and row["artist"] and row["place"] and row["group"]
        assert (row["kind"] == "viewpoint") == (label.viewpoint is not None)
        assert row["kind"] in ("viewpoint", "subject")
        # A spot is one of what is shown, and not the subject's own point.
        assert label.spot is None or (
            label.viewpoint is None and 0 < venloc.distance_m(label.spot, label.subject) < 150
        )
        for place in label.places:
            assert 45.42 < place.lat < 45.46 and 12.29 < place.lng < 12.38
    assert len({row["repository"] for row in rows}) == len({(row["repository"], row["commit"]) for row in rows}) == 14
    # A repository is never in two groups, and the volumes of a book are one.
    assert len({(row["repository"], row["group"]) for row in rows}) == 14
    assert len(set(group_numbers(ARTWORKS))) == 13


def test_documents_list_all_columns_and_sources() -> None:
    header = (BENCHMARK / "labels.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    text = (BENCHMARK / "README.txt").read_text(encoding="utf-8")
    assert [name for name in header if not re.search(rf"^ {name}\b", text, re.M)] == []
    pictures = (BENCHMARK / "PICTURES.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"github\.com/(\S+?)/tree/([0-9a-f]{40})\) .* (?=\| \d+ \|)", pictures))
    assert listed == {a.repository: a.commit for a in ARTWORKS}


@needs_pictures
def test_labels_agree_with_the_shared_pictures() -> None:
    found = find_pictures(SHARED / "images", ARTWORKS)
    assert len(found.present) == 115 and not found.different and not found.missing
    with (SHARED / "labels.csv").open(newline="", encoding="utf-8") as lines:
        shared = {Path(row["file"]).name: row for row in csv.DictReader(lines)}
    for label in ARTWORKS:
        row = shared[label.file]
        assert found.present[label.id].name == label.file
        assert label.location == venloc.LatLng(float(row["lat"]), float(row["lon"]))
        assert label.subject == venloc.LatLng(float(row["subject_lat"]), float(row["subject_lon"]))
        assert (label.repository, label.path) == (row["repo"], row["path"])


def test_perfect_predictions_have_no_error() -> None:
    for places in ({a.id: a.location for a in ARTWORKS}, {a.id: a.subject for a in ARTWORKS}):
        records = records_of(ARTWORKS, at(places))
        assert max(record.error_m for record in records) == 0
        assert [record.photo_id for record in records] == [a.id for a in ARTWORKS]
    results = score(ARTWORKS, {"perfect": at({a.id: a.location for a in ARTWORKS})}, resamples=20)
    perfect = {row["split"]: row for row in results["rows"] if row["name"] == "perfect"}
    assert perfect["all"]["queries"] == 115 and perfect["all"]["groups"] == 13
    assert {value(row, "within_25_m") for row in perfect.values()} == {1.0}
    assert sum(perfect[f"confidence {c}"]["queries"] for c in ("high", "medium")) == 115
    assert sum(perfect[p]["queries"] for p in ("paintings", "drawings and engravings", "old photographs")) == 115


def test_errors_are_to_the_nearer_place() -> None:
    label = artwork("one", "a", east(0), east(300))
    for metres, nearer, viewpoint in ((290, 10, 290), (20, 20, 20), (-40, 40, 40), (360, 60, 360)):
        records = records_of([label], at({"one": east(metres)}))
        errors = errors_of([label], records)["one"]
        assert errors == {
            "error_m": pytest.approx(nearer, abs=0.1),
            "viewpoint_error_m": pytest.approx(viewpoint, abs=0.1),
        }
    # Without a viewpoint there is no error to it, and a spot counts as the subject does.
    label = replace(label, viewpoint=None, spot=east(100))
    records = records_of([label], at({"one": east(110)}))
    assert errors_of([label], records)["one"] == {"error_m": pytest.approx(10, abs=0.1)}


def test_figures_of_known_errors() -> None:
    labels = [artwork(str(i), "ab"[i % 2], None, east(0)) for i in range(5)]
    predictions = at(
        {"0": east(10), "1": east(40), "2": east(90), "3": east(300)},
        confidence=0.5,
        radius_50_m=50.0,
        radius_90_m=100.0,
    )
    records = records_of(labels, predictions)
    row = row_of("all", "made up", records, predictions.columns, 50)
    assert (row["queries"], row["groups"]) == (5, 2)
    assert value(row, "mean_m") == pytest.approx((10 + 40 + 90 + 300 + MISSING_ERROR_M) / 5, abs=0.1)
    assert value(row, "median_m") == pytest.approx(90, abs=0.1)
    shares = [value(row, f"within_{t}_m") for t in (25, 50, 100, 250, 500)]
    assert shares == pytest.approx([0.2, 0.4, 0.6, 0.6, 0.8])
    # A decile has one answer at most: |0 - 0| for the missing one, |.5 - 1| for the three within 100 m, |.5 - 0| for the other.
    assert value(row, "calibration_error") == pytest.approx((0 + 4 * 0.5) / 5)
    assert (value(row, "coverage_50"), value(row, "coverage_90")) == (pytest.approx(0.4), pytest.approx(0.6))
    # Columns that were not given have no figures.
    bare = row_of("all", "made up", records, frozenset(), 50)
    assert not {"calibration_error", "coverage_50", "coverage_90", "mean_in_area"} & set(bare)
    # With all errors of a group alike, resamples of the groups mix two values: the mean's interval is from one to the other.
    two = records_of(labels[:2], at({"0": east(10), "1": east(40)}))
    mean = row_of("all", "two", two, frozenset(), 200)["mean_m"]
    assert (mean["low"], mean["value"], mean["high"]) == pytest.approx((10, 25, 40), abs=0.1)


def test_baselines_do_not_use_labels_of_the_group() -> None:
    first, second = east(0), east(2000)
    labels = [artwork(str(i), "a", None, first) for i in range(3)] + [
        artwork(str(i), "b", None, second) for i in (3, 4)
    ]
    for records in baselines(labels).values():
        assert [round(r.error_m) for r in records] == [2000] * 5
        assert [r.photo_id for r in records] == ["0", "1", "2", "3", "4"]
        assert all(venloc.distance_m(r.predicted, second) < 1e-3 for r in records[:3])
    moved = [replace(a, subject=east(500, a.subject)) if a.group == "a" else a for a in labels]
    for before, after in zip(baselines(labels).values(), baselines(moved).values(), strict=True):
        assert [r.predicted for r in before[:3]] == [r.predicted for r in after[:3]]
        assert [r.predicted for r in before[3:]] != [r.predicted for r in after[3:]]


def test_geometric_median_has_the_smallest_mean_distance() -> None:
    places = [a.location for a in ARTWORKS]

    def total(place: venloc.LatLng) -> float:
        return sum(venloc.distance_m(place, other) for other in places)

    middle = geometric_median(places)
    least = total(middle)
    frame = venloc.LocalFrame(middle)
    around = [frame.to_lat_lng(venloc.EastNorth(x, y)) for x in (-5, 0, 5) for y in (-5, 0, 5) if x or y]
    assert least < min(map(total, [*around, *places]))


def test_predictions_are_read_by_id_and_by_file(tmp_path: Path) -> None:
    write_predictions(
        tmp_path / "id.csv", [(a.id, {"lat": a.subject.lat, "lng": a.subject.lng, "in_area": 1.0}) for a in ARTWORKS]
    )
    by_id = read_predictions(tmp_path / "id.csv", ARTWORKS)
    assert by_id.columns == {"in_area"} and len(by_id.values) == 115
    rows = [f"{a.subject.lng},images/{a.file},{a.subject.lat},1" for a in ARTWORKS]
    (tmp_path / "file.csv").write_text("\ufefflng, file,lat,in_area\r\n" + "\r\n".join(rows) + "\r\n", encoding="utf-8")
    assert read_predictions(tmp_path / "file.csv", ARTWORKS) == by_id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: a header is needed"),
        ("id,lat\n", "line 1: a header is needed with lat, lng"),
        ("id;lat;lng\n", "separated by commas; found id;lat;lng"),
        ("id,file,lat,lng\n", "either id or file"),
        ("id,lat,lng,confidnce\n", "line 1: columns are .* rename or remove confidnce"),
        ("id,lat,lng,lat\n", "each once"),
        ("id,lat,lng\nmorley_28,45.4,12.3\n\nnowhere,45.4,12.3\n", "line 4: 'nowhere' is the id of no picture"),
        ("id,lat,lng\nmorley_28,45.4,12.3\nmorley_28,45.4,12.3\n", "line 3: 'morley_28' .* second time, after line 2"),
        ("id,lat,lng\nmorley_28,45.4\n", "line 2: has 2 values, but the header 3"),
        (
            "id,lat,lng\nmorley_28,north,12.3\n",
            "line 2: lat is 'north', but a number from -90 to 90 .* leave out the row",
        ),
        ("id,lat,lng\nmorley_28,45.4,nan\n", "line 2: lng is 'nan'"),
        ("id,lat,lng\nmorley_28,45.4,\n", "line 2: lng is ''"),
        ("id,lat,lng\nmorley_28,95.4,12.3\n", "line 2: lat is '95.4'"),
        ("id,lat,lng,confidence\nmorley_28,45.4,12.3,1.2\n", "confidence is '1.2', .* leave out the column confidence"),
        ("id,lat,lng,radius_50_m\nmorley_28,45.4,12.3,inf\n", "radius_50_m is 'inf', but a number of at least 0"),
        ("id,lat,lng,radius_50_m,radius_90_m\nmorley_28,45.4,12.3,50,40\n", "line 2: radius_90_m is smaller"),
    ],
)
def test_bad_predictions_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(venloc.FormatError, match=message) as refused:
        read_predictions(file, ARTWORKS)
    assert str(file) in str(refused.value)
    assert main([str(file)]) == 2
    assert capsys.readouterr().err == f"evaluate.py: {refused.value}\n"


def test_files_that_are_no_text_or_not_there_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin.csv").write_bytes("id,lat,lng\nCa' d'Orò\n".encode("latin-1"))
    assert main([str(tmp_path / "latin.csv")]) == 2
    assert "is not UTF-8 text" in capsys.readouterr().err
    assert main([str(tmp_path / "absent.csv")]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert main(["--check-pictures", str(tmp_path / "absent")]) == 2
    for arguments in ([], [str(tmp_path / "latin.csv"), "--check-pictures", str(tmp_path)]):
        with pytest.raises(SystemExit, match="2"):
            main(arguments)


def test_the_program_prints_and_writes(tmp_path: Path) -> None:
    known = ARTWORKS[3:]
    rows = [(a.id, {"lat": a.location.lat, "lng": a.location.lng, "confidence": 1.0}) for a in known]
    write_predictions(tmp_path / "mine.csv", rows)
    script = [sys.executable, str(BENCHMARK / "evaluate.py"), str(tmp_path / "mine.csv"), "--resamples", "20"]
    page = subprocess.run(script, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert "mine: 3 pictures without a prediction count as failures" in page
    assert ", ".join(a.id for a in ARTWORKS[:3]) in page
    assert {"### All", "### Confidence high", "### Old photographs", "### Calibration"} <= set(page.splitlines())
    assert (
        main([str(tmp_path / "mine.csv"), "--json", "--output", str(tmp_path / "out.json"), "--resamples", "20"]) == 0
    )
    results = json.loads((tmp_path / "out.json").read_text())
    assert results["missing"] == {"mine": [a.id for a in ARTWORKS[:3]]}
    mine = next(row for row in results["rows"] if row["name"] == "mine")
    assert value(mine, "within_25_m") == pytest.approx(112 / 115)
    assert value(mine, "mean_m") == pytest.approx(3 * MISSING_ERROR_M / 115)
    assert results["errors"]["mine"][ARTWORKS[0].id]["error_m"] == MISSING_ERROR_M


def test_pictures_are_recognised_by_their_digests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = [replace(artwork(n, "a", None, ORIGIN), sha256=hashlib.sha256(n.encode()).hexdigest()) for n in "abcd"]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "renamed.PNG").write_bytes(b"a")
    (tmp_path / "b.jpg").write_bytes(b"b")
    (tmp_path / "sub" / "b.jpg").write_bytes(b"another picture of this name")
    (tmp_path / "c.jpg").write_bytes(b"scaled")
    (tmp_path / "title.jpg").write_bytes(b"title")
    (tmp_path / "notes.txt").write_bytes(b"d")
    found = find_pictures(tmp_path, labels)
    assert found.present == {"a": tmp_path / "sub" / "renamed.PNG", "b": tmp_path / "b.jpg"}
    assert found.different == {"c": tmp_path / "c.jpg"}
    assert found.missing == ["d"] and found.others == 2

    (tmp_path / ARTWORKS[0].file).write_bytes(b"scaled")
    assert main(["--check-pictures", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"different: {ARTWORKS[0].id}: ") and ARTWORKS[0].commit in lines[0]
    assert lines[1] == (
        f"missing: {ARTWORKS[1].id}: {ARTWORKS[1].path} of https://github.com/{ARTWORKS[1].repository} "
        f"at commit {ARTWORKS[1].commit}"
    )
    assert lines[-1] == "0 of 115 pictures present, 1 different, 114 missing; 5 other pictures"


def test_published_results_are_those_of_the_published_predictions() -> None:
    published = json.loads((ROOT / "docs" / "results" / "artworks.json").read_text())
    assert (
        published["benchmark"]["labels_sha256"] == hashlib.sha256((BENCHMARK / "labels.csv").read_bytes()).hexdigest()
    )
    folder = ROOT / "docs" / "results" / "artworks"
    names = {
        "default-model": "default model, calibrated on these pictures",
        "out-of-fold": "default model, detector out of fold",
    }
    predictions = {name: read_predictions(folder / f"{stem}.csv", ARTWORKS) for stem, name in names.items()}
    rows = {(row["split"], row["name"]): row for row in published["rows"]}
    for row in score(ARTWORKS, predictions)["rows"]:
        of_page = rows[row["split"], row["name"]]
        assert set(row) == set(of_page)
        for name in ("queries", "groups"):
            assert row[name] == of_page[name]
        assert row["mean_m"] == pytest.approx(of_page["mean_m"]) and row["within_100_m"] == of_page["within_100_m"]
    assert TO_VIEWPOINT in {split for split, _ in rows}
    table = (BENCHMARK / "README.md").read_text(encoding="utf-8")
    for (split, name), row in rows.items():
        figures = row["median_m"]
        shown = f"| {figures['value']:.0f} ({figures['low']:.0f} to {figures['high']:.0f}) |"
        assert split != "all" or re.search(rf"^\| {re.escape(name)} \|.*{re.escape(shown)}", table, re.M), name


def drawings(folder: Path, count: int) -> list[Path]:
    """Pictures of lines."""
    random = np.random.default_rng(1)
    files = [folder / f"drawing{i}.png" for i in range(count)]
    for file in files:
        lines = np.full((180, 240), 250, np.uint8)
        for x, y in random.integers((0, 0), (200, 150), (25, 2)):
            lines[y : y + 2, x : x + 40] = lines[y : y + 30, x : x + 2] = 10
        PIL.Image.fromarray(lines).save(file)
    return files


def answered(predictions: Iterable[venloc.Prediction]) -> list[dict[str, object]]:
    """Everything but the times."""
    return [
        {k: v for k, v in prediction.to_dict().items() if k not in ("timings", "notes")} for prediction in predictions
    ]


def test_out_of_fold_answers(gallery: venloc.Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = drawings(tmp_path, 6)
    groups = [0, 0, 1, 1, 2, 2]
    backbone = venloc.Backbone.random("squeezenet1_1", 1, stage="fire3", long_sides_px=[128, 64], region_grids=[2])
    options = {
        "sift": {"index": {"words": 64}},
        "whitening": {"dimension": 24},
        "region_whitening": {"dimension": 12},
        "painting": {"projection": {"dimension": 12}, "gallery_long_side_px": 64, "query_long_sides_px": [64]},
    }
    locator = venloc.EnsembleLocator.build(gallery, backbone, artworks=files, **options)
    # The fit to all drawings has to reproduce the one of the library, or this ends with an error. They are much alike, so a
    # detector without two of them recognises these too, and nothing else differs.
    assert answered(out_of_fold.out_of_fold(locator, files, groups)) == answered(map(locator.locate, files))
    with pytest.raises(out_of_fold.DetectorMismatchError, match="give the pictures that the model was built with"):
        out_of_fold.out_of_fold(locator, files[:3], groups[:3])
    # A drawing that the detector does not recognise is answered as by a model without artworks.
    without = venloc.EnsembleLocator.build(gallery, backbone, **options)
    monkeypatch.setattr(out_of_fold, "held_out", lambda *_: np.zeros(len(files)))
    as_photos = answered(out_of_fold.out_of_fold(locator, files, groups))
    assert as_photos == answered(map(without.locate, files)) != answered(map(locator.locate, files))
    with pytest.raises(out_of_fold.DetectorMismatchError, match="built without artworks"):
        out_of_fold.out_of_fold(without, files, groups)


def test_out_of_fold_needs_an_ensemble(gallery: venloc.Gallery) -> None:
    sift = venloc.SiftLocator.build(gallery, index={"words": 64}, calibration_folds=3)
    with pytest.raises(out_of_fold.DetectorMismatchError, match="has no detector"):
        out_of_fold.out_of_fold(sift, [], [])


def test_a_detector_is_fitted_without_the_group() -> None:
    random = np.random.default_rng(2)
    artworks, photos = random.normal(0.5, 1, (12, 4)), random.normal(-0.5, 1, (40, 4))
    groups = np.repeat([0, 1, 2], 4)
    found = out_of_fold.held_out(artworks, photos, groups)
    for group in range(3):
        weights = out_of_fold.fit(artworks[groups != group], photos)
        sums = artworks[groups == group] @ weights[:-1] + weights[-1]
        assert found[groups == group] == pytest.approx(1 / (1 + np.exp(-sums)))
    # What stands in a group changes nothing in its detector.
    changed = artworks.copy()
    changed[1:4] += 3
    assert out_of_fold.held_out(changed, photos, groups)[0] == found[0]
    assert out_of_fold.held_out(changed, photos, groups)[5] != found[5]


def test_predictions_of_a_model(city: City, gallery: venloc.Gallery) -> None:
    locator = venloc.SiftLocator.build(gallery, index={"words": 64}, calibration_folds=3)
    labels = [artwork(name, name, None, venloc.LatLng(*city.places[0])) for name in ("one", "broken")]
    broken = city.folder / "broken.jpg"
    broken.write_bytes(b"no picture")
    answers = predict.predict(locator, labels, [city.query, broken], "model")
    broken.unlink()
    whole = locator.locate(city.query)
    assert list(answers) == ["one"]
    assert answers["one"] == predict.columns_of(whole) and answers["one"]["lat"] == whole.location.lat
    mean = predict.predict(locator, labels, [], "constant")["one"]
    assert mean["lat"] == pytest.approx(np.mean([photo.location.lat for photo in gallery]), abs=1e-6)


def test_pictures_that_are_absent_have_no_prediction(tmp_path: Path) -> None:
    output = tmp_path / "predictions.csv"
    script = [sys.executable, str(BENCHMARK / "predict.py"), str(tmp_path), "-o", str(output)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith("predict.py: 115 pictures have no prediction; see evaluate.py --check-pictures\n")
    assert read_predictions(output, ARTWORKS).values == {}
