# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import contextlib
import csv
import inspect
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import venloc
from conftest import City, positioned, scene
from test_image import bad_pictures
from venloc.cli import program
from venloc.cli.console import with_single_parameters


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "venloc", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"venloc {venloc.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["locat"], "locat"),
        (["locate"], "pictures"),
        (["locate", "--jason", "a.jpg"], "--jason"),
        (["build", "somewhere"], "output"),
        (["build", "g", "-o", "m", "--set", "seed"], "NAME=VALUE"),
        (["build", "g", "-o", "m", "--method", "sift", "--set", "sift.max_feature=3"], "did you mean 'max_features'"),
        (["build", "g", "-o", "m", "--method", "sift", "--set", "matching=fast"], "matching"),
        (["build", "g", "-o", "m", "--method", "sift", "--set", "sift.max_features=-1"], "max_features"),
        (["build", "g", "-o", "m", "--set", "sift.max_features=300"], "give --method too"),
        (["build", "g", "-o", "m", "--method", "best"], "--method is auto, ensemble, sift"),
        (["build", "g", "-o", "m", "--method", "sift", "--size", "96"], "uses no network"),
        (["build", "g", "-o", "m", "--method", "descriptor", "--artworks", "a"], "--method ensemble"),
        (["train", "ensemble", "g", "-o", "m"], "train ensemble' is now 'venloc build --method ensemble'"),
        (["train", "s2", "--help"], "train s2' is now 'venloc build --method s2'"),
        (["train"], "train' is now 'venloc build --method METHOD'"),
        (["build", "g", "-o", "m", "--threads", "-1"], "threads"),
        (["audit", "g"], "--html"),
        (["audit", "g", "--html", "none/found.html"], "--html 'none/found.html'"),
        (["evaluate"], "--gallery"),
        (["weights", "convert", "net.pth", "-o", "w"], "network"),
        (["weights", "get", "vgg"], "squeezenet1_1"),
        (["evaluate", "--gallery", "g", "--protocol", "easy"], "easy"),
        (["evaluate", "--gallery", "g", "--seeds", "few"], "few"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_line(arguments: list[str], word: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("venloc: error: ")
    assert done.stderr.count("\n") == 1
    assert word.lower() in done.stderr.lower()
    assert done.stdout == ""


@pytest.mark.parametrize("command", [["build"], ["build", "--method", "descriptor"], ["build", "--method", "s2"]])
def test_unwritable_output_is_reported_before_computing(command: list[str], tmp_path: Path) -> None:
    # A check of the gallery would fail first.
    cases = {tmp_path: "is a folder: name a file", tmp_path / "none" / "m.venloc": "create it first"}
    if os.access("/proc", os.R_OK):
        cases[Path("/proc/m.venloc")] = "the folder '/proc' is not writable"
    for output, words in cases.items():
        done = run(*command, tmp_path / "no-gallery", "-o", output)
        assert done.returncode == 2
        assert done.stderr.startswith(f"venloc: error: --output '{output}'")
        assert words in done.stderr
        assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_lack_of_memory_is_reported_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def app(**_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(program, "app", app)
    assert program._run() == 1
    shown = capsys.readouterr().err
    assert shown.startswith("venloc: error: there is not enough memory: ")
    assert shown.count("\n") == 1


def test_help_names_the_commands() -> None:
    done = run("--help")
    assert done.returncode == 0
    for command in (
        *("locate", "build", "evaluate", "collect", "catalogue", "audit", "review", "serve", "info", "model"),
        "weights",
    ):
        assert command in done.stdout


@pytest.mark.parametrize("group", [(), ("catalogue",), ("model",), ("weights",)])
def test_a_group_without_a_command_shows_its_help(group: tuple[str, ...]) -> None:
    done = run(*group)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Usage: ")
    assert done.stderr.strip() == run(*group, "--help").stdout.strip()


@pytest.mark.parametrize(
    "command",
    [("locate",), ("build",), ("model", "add"), ("weights", "check"), ("catalogue", "merge")],
)
def test_help_of_a_command_shows_its_own_parameters(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert f"{' '.join(command)} [OPTIONS] " in done.stdout.splitlines()[0]
    assert re.match("venloc: error: No such option:? .?--none", run(*command, "--none").stderr)
    assert run(*command).stderr.startswith(("venloc: error: Missing argument", "venloc: error: name pictures"))


def test_help_states_what_a_size_leaves_out() -> None:
    shown = " ".join(run("build", "--help", COLUMNS="400").stdout.split())
    assert "in pixels" in shown
    assert "Without --weights it replaces the three default sizes and leaves out the 30 default regions." in shown


def test_locate_as_json(city: City, model: Path) -> None:
    done = run("locate", city.query, city.folder / "query01.jpg", "--model", model, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = map(json.loads, done.stdout.splitlines())
    expected = venloc.load(model).locate(city.query).to_dict()
    assert first == {"schema_version": 1, "file": str(city.query), **expected}
    assert second["file"].endswith("query01.jpg")
    assert second["candidates"][0]["photo_id"].startswith("place01")


def test_locate_in_words(city: City, model: Path) -> None:
    done = run("locate", city.query, VENLOC_MODEL=str(model))
    assert (done.returncode, done.stderr) == (0, "")
    assert "within" in done.stdout
    assert "confidence" in done.stdout
    assert "place00_" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.skipif(not venloc.maps.MAP_PAGE.exists(), reason="the web page is not built: make web")
def test_locate_writes_one_file_with_a_map(city: City, model: Path, tmp_path: Path) -> None:
    page, bad = tmp_path / "map.html", tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    done = run("locate", city.query, bad, "--map", page, "--model", model)
    assert done.returncode == 1 and f"{page}: a map" in done.stdout and "bad.jpg" in done.stderr
    text = page.read_text(encoding="utf-8")
    assert "place00_" in text and "not a picture venloc can read" in text
    # Nothing that may be something else is replaced.
    picture = tmp_path / "a.jpg"
    picture.write_bytes(city.query.read_bytes())
    for refused in (
        run("locate", picture, "--map", picture, "--model", model),
        run("build", tmp_path, "-o", picture),
        run("audit", tmp_path, "-o", picture, "--model", model),
    ):
        assert refused.returncode == 2 and "a.jpg' exists and" in refused.stderr
    assert picture.read_bytes() == city.query.read_bytes()
    wrong = run("locate", city.query, "--map", tmp_path / "none" / "map.html", "--model", model)
    assert wrong.returncode == 2 and "create it first" in wrong.stderr
    for option, value, words in (
        ("--gazetteer", tmp_path / "none.csv", "none.csv' does not exist"),
        ("--basemap", tmp_path / "none.json", "none.json' does not exist"),
        ("--tiles", "https://tiles.example/", "{z}, {x} and {y}"),
    ):
        wrong = run("locate", city.query, "--map", page, "--model", model, option, value)
        assert wrong.returncode == 2 and words in wrong.stderr
        alone = run("locate", city.query, "--model", model, option, value)
        assert alone.returncode == 2 and f"{option} applies to the file of --map" in alone.stderr


def test_new_photos_are_added_but_for_those_that_the_audit_doubts(city: City, model: Path, tmp_path: Path) -> None:
    given, larger = tmp_path / "given", tmp_path / "larger.venloc"
    given.mkdir()
    rows = []
    for i, place in ((1, city.places[1]), (2, city.places[9])):  # the geotag of the second is wrong
        (given / f"new{i}.jpg").write_bytes((city.folder / f"query{i:02}.jpg").read_bytes())
        rows.append(f"new{i}.jpg,{place[0]},{place[1]}")
    (given / "labels.csv").write_text("file,lat,lng\n" + "\n".join(rows) + "\n")
    done = run("model", "add", model, given, "-o", larger)
    assert done.returncode == 0, done.stderr
    assert re.search(r"not added: new2\.jpg: its matches are [\d.]+ k?m away", done.stdout)
    assert "1 photos added, 1 left out, 0 were in the model before; 37 in all" in done.stdout
    ids = [photo.id for photo in venloc.load(larger).photos]
    assert "new1.jpg" in ids and "new2.jpg" not in ids

    found = tmp_path / "found.csv"
    audited = run("audit", given, "--model", model, "-o", found)
    assert "1 doubtful geotag among 2 photos that match another photo; 2 photos in all" in audited.stdout
    assert "new2.jpg" in found.read_text()
    # As more come, the same again; one is far away, and one shows nothing that any other shows.
    far, noise = given / "far.jpg", given / "noise.jpg"
    far.write_bytes((city.folder / "query03.jpg").read_bytes())
    scene(777).save(noise)
    lat, lng = city.places[5]
    rows += ["far.jpg,-33.86,151.2", f"noise.jpg,{lat},{lng}"]
    (given / "labels.csv").write_text("file,lat,lng\n" + "\n".join(rows) + "\n")
    again = run("model", "add", larger, given, "-o", larger, "--matched")
    assert again.returncode == 0, again.stderr
    assert "not added: far.jpg: outside the model's area" in again.stdout
    assert "not added: noise.jpg: it matches no other photo" in again.stdout
    assert "0 photos added, 3 left out, 1 were in the model before; 37 in all" in again.stdout
    more = run("model", "add", larger, given, "-o", larger, "--json")
    facts = json.loads(more.stdout)
    assert (facts["added"], facts["known"], facts["unmatched"], facts["photos"]) == (1, 1, 1, 38)
    assert facts["left_out"].keys() == {"far.jpg", "new2.jpg"}
    # And out again, whether the pictures are still there or not; those that the model does not have do not matter.
    for picture in given.glob("*.jpg"):
        picture.unlink()
    less = run("model", "remove", larger, given, "-o", tmp_path / "less.venloc")
    assert "2 photos removed; 36 in all" in less.stdout
    assert {p.id for p in venloc.load(tmp_path / "less.venloc").photos} == {p.id for p in venloc.load(model).photos}
    again = run("model", "remove", tmp_path / "less.venloc", given, "-o", tmp_path / "again.venloc")
    assert again.returncode == 2
    assert "no photo of" in again.stderr and "compared by id" in again.stderr
    assert not (tmp_path / "again.venloc").exists()
    all_of_them = run("model", "remove", model, city.labels, "-o", tmp_path / "none.venloc")
    assert all_of_them.returncode == 2 and "all photos" in all_of_them.stderr
    for option in ("--add", "--remove"):
        moved = run("build", given, option, model, "-o", larger)
        assert moved.returncode == 2 and f"is now 'venloc model {option[2:]} " in moved.stderr


def test_bad_pictures_do_not_stop_the_others(city: City, model: Path, tmp_path: Path) -> None:
    cases = bad_pictures(tmp_path)
    files = [city.query, *(file for file, _, _ in cases.values()), city.query]
    done = run("locate", *files, "--model", model, "--json")
    assert done.returncode == 1
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == [str(f) for f in files]
    assert "error" not in rows[0]
    assert rows[0] == rows[-1]
    for row in rows[1:-1]:
        assert list(row) == ["schema_version", "file", "error"]
        assert Path(row["file"]).name in row["error"]
    spoken = run("locate", *files, "--model", model)
    assert spoken.returncode == 1
    assert spoken.stderr.count("venloc: error: ") == spoken.stderr.count("\n") == len(cases)


def test_a_missing_or_foreign_model_is_an_error(city: City, tmp_path: Path) -> None:
    for model in (tmp_path / "absent.venloc", city.query):
        done = run("locate", city.query, "--model", model)
        assert done.returncode == 1
        assert done.stderr.startswith("venloc: error: ")
        assert model.name in done.stderr
        assert done.stderr.count("\n") == 1


def test_fields_of_a_dataclass_are_parameters_of_a_command() -> None:
    @dataclass
    class Numbers:
        first: int
        second: int = 2

    found = []

    def command(numbers: Numbers, name: str = "") -> None:
        """Its help."""
        found.append((numbers, name))

    single = with_single_parameters(command)
    assert str(inspect.signature(single)) == "(*, first: int, second: int = 2, name: str = '')"
    single(first=1, second=3, name="x")
    assert found == [(Numbers(1, 3), "x")]
    assert (single.__name__, single.__doc__) == ("command", "Its help.")

    def twice(numbers: Numbers, second: int = 0) -> None:
        pass

    with pytest.raises(TypeError, match="two parameters 'second'"):
        with_single_parameters(twice)


def test_info_describes_the_installation(model: Path) -> None:
    facts = json.loads(run("info", "--json", VENLOC_MODEL=str(model)).stdout)
    assert facts["version"] == venloc.__version__
    assert facts["default_model"] == str(model)
    assert facts["engines"][0] == "venloc on the CPU"
    if venloc.torch_support.available():
        found = venloc.torch_info()
        assert found.libtorch_version in facts["engines"][1]
        assert ("no GPU" in facts["engines"][1]) == (found.cuda_devices == 0)
    else:
        assert len(facts["engines"]) == 1
    # The samples that are decoded there are pictures.
    assert {"JPEG", "PNG", "WebP", "TIFF"} <= set(facts["formats"])
    assert run("info", VENLOC_MODEL="none.venloc").stdout.splitlines()[-1].split() == ["default", "model", "-"]


def test_the_pictures_of_a_folder_are_located(city: City, model: Path, tmp_path: Path) -> None:
    for name in ("b.jpg", "a/c.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(city.query.read_bytes())
    (tmp_path / "notes.txt").write_text("no picture")
    done = run("locate", tmp_path, city.query, "--model", model, "--json")
    files = [json.loads(line)["file"] for line in done.stdout.splitlines()]
    assert files == [str(tmp_path / "a" / "c.jpg"), str(tmp_path / "b.jpg"), str(city.query)]
    (tmp_path / "empty").mkdir()
    assert run("locate", tmp_path / "empty", "--model", model).returncode == 1


def test_quiet_verbose_and_json(city: City, tmp_path: Path) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text(city.labels.read_text() + "95,12,place00_0.jpg\n" * 12)
    build = ("build", city.folder, "--labels", labels, "-o", tmp_path / "m.venloc", *SIFT, *SMALL)
    usual, quiet, verbose, as_json = (run(*build, *options) for options in ((), ("-q",), ("-v",), ("--json",)))
    # The last one: 36 photos are too few.
    assert usual.stderr.count("\n") == 12 and "and 2 more that were left out" in usual.stderr
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert verbose.stderr.count("venloc: warning: ") == 13 and "venloc: checking pictures 36/36\n" in verbose.stderr
    facts = json.loads(as_json.stdout)
    assert (facts["model"], facts["photos"]) == (str(tmp_path / "m.venloc"), 36)
    both = run(*build, "-q", "-v")
    assert both.returncode == 2 and "exclude each other" in both.stderr


SMALL = ("--set", "sift.max_features=300", "--set", "index.words=64", "--set", "calibration_folds=3")
SIFT = ("--method", "sift", "--no-evaluation")


def test_audit_finds_the_photo_whose_geotag_was_moved(city: City, model: Path, tmp_path: Path) -> None:
    rows = city.labels.read_text().splitlines()
    lat, lng = city.places[-1]
    rows[4] = f"{lat},{lng},place01_1.jpg"
    moved, found, page = tmp_path / "moved.txt", tmp_path / "found.csv", tmp_path / "found.html"
    moved.write_text("\n".join(rows) + "\n")
    done = run("audit", city.folder, "--labels", moved, "--model", model, "-o", found, "--html", page)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{found} and {page}: 1 doubtful geotag")
    assert page.read_text().count("<img") == 3
    assert "Doubtful geotags, Drawn" in page.read_text()
    with found.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert Path(row["file"]).name == "place01_1.jpg"
    assert (float(row["lat"]), float(row["lng"])) == pytest.approx((lat, lng), abs=1e-6)
    suggested = venloc.LatLng(float(row["suggested_lat"]), float(row["suggested_lng"]))
    assert venloc.distance_m(suggested, venloc.LatLng(*city.places[1])) < 10
    assert float(row["distance_m"]) == pytest.approx(venloc.distance_m(suggested, venloc.LatLng(lat, lng)), abs=1)
    assert [
        part.rpartition(":")[0].endswith(("place01_0.jpg", "place01_2.jpg"))
        for part in row["evidence_id_inliers"].split()
    ]
    assert len(row["evidence_id_inliers"].split()) == 2

    # Nothing is reported of geotags that agree, and wrong use is an error.
    right = run("audit", city.folder, "--labels", city.labels, "--model", model, "-o", found)
    assert "0 doubtful geotags" in right.stdout
    assert len(found.read_text().splitlines()) == 1
    wrong = run("audit", city.folder, "--labels", city.labels, "--model", model, "-o", found, "--set", "reach_m=0")
    assert wrong.returncode == 2
    assert "reach_m" in wrong.stderr


def test_build_model_info_and_evaluate(city: City, tmp_path: Path) -> None:
    model = tmp_path / "m.venloc"
    labels = tmp_path / "labels.txt"
    labels.write_text(city.labels.read_text() + "95,12,place00_0.jpg\n")
    done = run("build", city.folder, "--labels", labels, "-o", model, "--city", "Drawn", "--seed", "3", *SIFT, *SMALL)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("venloc: warning: ")
    assert ":37: " in done.stderr
    assert "36 photos" in done.stdout
    strict = run("build", city.folder, "--labels", labels, "-o", tmp_path / "no.venloc", "--strict", *SIFT, *SMALL)
    assert strict.returncode == 1
    assert "95" in strict.stderr
    assert not (tmp_path / "no.venloc").exists()

    facts = json.loads(run("model", "info", model, "--json").stdout)
    assert (facts["kind"], facts["city"], facts["photos"]) == ("sift", "Drawn", 36)
    assert facts["options"]["sift"]["max_features"] == 300
    assert facts["options"]["seed"] == 3
    assert "Drawn" in run("model", "info", model).stdout

    out = tmp_path / "report.json"
    page = tmp_path / "new" / "page"
    done = run("evaluate", model, city.queries, "--out", out, "--plots", tmp_path / "plots", "--report", page)
    assert done.returncode == 0, done.stderr
    text = (page / "index.html").read_text()
    assert f"venloc evaluate {model} {city.queries} --out" in text
    assert "The query query" in text
    assert [path.name for path in page.iterdir()] == ["index.html"]
    assert "constant" in done.stdout
    assert len(json.loads(out.read_text())["records"]) == 12
    assert (tmp_path / "plots" / "errors.png").exists()


def test_evaluate_reports_unwritable_output_before_computing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    # A check of the model would fail first.
    for option in ("--report", "--plots", "--out"):
        target = tmp_path / "file" / "in" if option != "--out" else tmp_path / "none" / "report.json"
        done = run("evaluate", tmp_path / "no.venloc", tmp_path, option, target)
        assert done.returncode == 2
        assert done.stderr.startswith(f"venloc: error: {option} '{target}'")
        assert done.stderr.count("\n") == 1


def test_build_states_the_method_and_measures_it(city: City, tmp_path: Path) -> None:
    model = tmp_path / "m.venloc"
    build = ("build", city.labels, "-o", model, "--method", "sift", *SMALL)
    done = run(*build, "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert (report["method"], report["photos"], report["calibrated"]) == ("sift", 36, False)
    evaluation = report["evaluation"]
    assert (evaluation["protocol"], evaluation["folds"], evaluation["folds_run"]) == ("grouped", 10, 10)
    rows = {row["name"]: row for row in evaluation["metrics"]}
    assert list(rows) == ["sift", "constant", "densest place", "random picture"]
    assert rows["sift"]["queries"] == 36 and rows["sift"]["median_m"]["value"] < 10
    assert rows["sift"]["median_m"]["high"] < rows["constant"]["median_m"]["low"]
    assert "36 photos are too few to calibrate a model" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["m.venloc"]
    short = run(*build, "--evaluation-minutes", "0")
    assert short.returncode == 0 and "no evaluation: each model of it takes about" in short.stderr
    assert "Cross-validation" not in short.stdout and short.stdout.startswith("method: sift (SIFT features)\n")


def test_build_without_a_network_makes_a_smaller_model_and_warns(city: City, model: Path, tmp_path: Path) -> None:
    far = tmp_path / "far.csv"
    far.write_text(f"{city.labels.read_text()}48.85,2.35,{city.query}\n")
    # The default model holds no network either.
    alone = {"VENLOC_MODEL": str(model), "VENLOC_WEIGHTS": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    build = ("build", city.folder, "--labels", far, "-o", tmp_path / "m.venloc", "--no-evaluation")
    done = run(*build, **alone)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("method: sift")
    assert "`venloc weights get efficientnet_lite2_s32_fp16` installs one" in done.stderr
    assert "a model is made for one city" in done.stderr
    assert venloc.model_kind(tmp_path / "m.venloc") == "sift"
    wanted = run(*build, "--size", "96", **alone)
    assert wanted.returncode == 1 and wanted.stderr.count("\n") == 1


def test_evaluate_a_gallery(city: City) -> None:
    done = run("evaluate", "--gallery", city.labels, "--protocol", "published", "--seeds", "0-1", "--json", *SMALL)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["protocol"]["seeds"] == [0, 1]
    assert len(report["folds"]) == 2
    assert report["published"]["median_m"]["value"] == report["metrics"][0]["median_m"]["value"]


def test_bars_are_shown_on_a_terminal_only(city: City, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "venloc",
        "build",
        str(city.labels),
        "-o",
        str(tmp_path / "m.venloc"),
        *SIFT,
        *SMALL,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=slave, env={**os.environ, "TERM": "xterm"}
    ) as process:
        os.close(slave)
        shown = b""
        # Reading from a terminal whose other end is closed is an error on Linux.
        with contextlib.suppress(OSError):
            while part := os.read(master, 65536):
                shown += part
        assert process.stdout is not None
        summary = process.stdout.read()
    os.close(master)
    assert process.returncode == 0
    assert b"features" in shown
    assert b"36/36" in shown
    assert b"/s" in shown
    assert b"\x1b" not in summary
    quiet = subprocess.run(command, capture_output=True, check=True)
    assert quiet.stderr.count(b"\n") == 1 and b"too few to calibrate" in quiet.stderr


def test_a_reader_that_leaves_early_is_no_error(city: City, model: Path) -> None:
    program = f"{sys.executable} -m venloc locate {city.query} --model {model} --json | true"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_ctrl_c_is_clean(city: City, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    process = subprocess.Popen(
        [sys.executable, "-m", "venloc", "build", city.folder, "-o", tmp_path / "m.venloc", "--cache", cache, *SIFT],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # A shell's background jobs ignore the signal, and so do their children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while process.poll() is None and not (cache.exists() and any(cache.iterdir())):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert (process.returncode, error) == (130, "venloc: cancelled\n")
    assert not (tmp_path / "m.venloc").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are UTF-8 or UTF-16 there")
def test_names_of_files_need_not_be_utf8(model: Path, city: City, tmp_path: Path) -> None:
    good, cut, missing = (tmp_path / os.fsdecode(name) for name in (b"caf\xe9.jpg", b"cut\xe9.jpg", b"missing\xe9.jpg"))
    good.write_bytes(city.query.read_bytes())
    cut.write_bytes(city.query.read_bytes()[:400])
    command = [sys.executable, "-m", "venloc", "locate", "--model", model]
    for encoding in ("utf-8:strict", "ascii:strict"):
        done = subprocess.run(
            [*map(str, command), *map(str, (missing, cut, good))],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )
        assert done.returncode == 1
        assert done.stdout.startswith(os.fsencode(good) + b"\n"), done.stdout
        first, second = done.stderr.splitlines()
        assert first.endswith(rb"missing\xe9.jpg: there is no such file. Check the path.")
        assert rb"cut\xe9.jpg: " in second


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are UTF-8 or UTF-16 there")
def test_a_folder_with_a_name_that_is_not_utf8_is_built(tmp_path: Path) -> None:
    for i in range(12):
        scene(i).save(tmp_path / f"{i}.jpg", exif=positioned(45.43 + 0.001 * i, 12.33))
    odd = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    (tmp_path / "3.jpg").rename(odd)
    bad = tmp_path / os.fsdecode(b"bad\xe9.jpg")
    bad.write_bytes(odd.read_bytes()[:200])
    done = run("build", tmp_path, "-o", tmp_path / "m.venloc", *SIFT, "--set", "index.words=32")
    assert done.returncode == 0, done.stderr
    assert r"bad\xe9.jpg" in done.stderr
    built = venloc.load(tmp_path / "m.venloc")
    assert r"caf\xe9.jpg" in [photo.id for photo in built.photos]
    assert built.locate(odd).candidates[0].photo_id == r"caf\xe9.jpg"
    (problem,) = venloc.Gallery.from_folder(tmp_path).problems
    assert problem.file == bad and problem.to_dict()["file"].endswith(r"bad\xe9.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipes_are_refused_at_once(model: Path, city: City, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    done = run("locate", tmp_path / "pipe.jpg", city.query, "--model", model)
    assert done.returncode == 1
    assert "pipe.jpg: this is a pipe" in done.stderr and done.stderr.count("\n") == 1
    (tmp_path / "label.txt").write_text("45.43,12.33,pipe.jpg\n")
    done = run("build", tmp_path, "-o", tmp_path / "m.venloc", *SIFT)
    assert done.returncode == 1
    assert "this is a pipe" in done.stderr
    for argument in (
        ("--model", tmp_path / "pipe.jpg"),
        ("--basemap", tmp_path / "pipe.jpg", "--map", tmp_path / "m.html"),
    ):
        done = run("locate", city.query, *argument)
        assert done.returncode in (1, 2) and done.stderr.startswith("venloc: error: "), done.stderr
