# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc locate` of folders and lists, and the files that it writes."""

import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import City, positioned
from PIL import Image
from servers import Reply, Request, Server, serving
from venloc import answers

COMMAND = (sys.executable, "-m", "venloc", "locate")
COLUMNS = [column["name"] for column in answers.DEFINITIONS["Answer"]["x-columns"]]
ODD_NAMES = ("a,b.jpg", 'a "b".jpg', "=1+1.jpg", "'=1+1.jpg", "two\nlines.jpg", "vaporetto 🚤.jpg", " à .jpg", "-o.jpg")


@pytest.fixture
def run(model: Path, tmp_path: Path) -> Any:
    """Runs the command in a folder of its own."""

    def command(*arguments: object, stdin: bytes = b"", **more: Any) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*COMMAND, *map(os.fspath, map(str, arguments))],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "VENLOC_MODEL": str(model)},
            **more,
        )
        texts = (os.fsdecode(done.stdout), os.fsdecode(done.stderr))
        return subprocess.CompletedProcess(done.args, done.returncode, *texts)

    return command


@pytest.fixture
def folder(city: City, tmp_path: Path) -> Path:
    """Pictures with the same names in different folders, one that cannot be read, and a document."""
    pictures = tmp_path / "pictures"
    for i, name in enumerate(("1.jpg", "a/1.jpg", "a/b/1.jpg", "2.jpg")):
        (pictures / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(city.folder / f"query{i:02}.jpg", pictures / name)
    (pictures / "empty.jpg").write_bytes(b"")
    (pictures / "notes.pdf").write_bytes(b"%PDF")
    return pictures


def rows_of(file: Path) -> list[dict[str, str]]:
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_folder_is_a_table(run: Any, folder: Path, tmp_path: Path) -> None:
    done = run("pictures", "-o", "out.csv")
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout == (
        "out.csv: 4 located, 1 failed; files of the folders that are no pictures by their names, and were skipped: 1\n"
    )
    rows = rows_of(tmp_path / "out.csv")
    assert list(rows[0]) == COLUMNS
    names = ["1.jpg", "2.jpg", "a/1.jpg", "a/b/1.jpg", "empty.jpg"]
    assert [row["file"] for row in rows] == [f"pictures/{name}" for name in names]
    assert "is empty" in rows[-1]["problem"] and rows[-1]["lat"] == rows[-1]["verdict"] == ""
    (line,) = map(json.loads, run("pictures/a/1.jpg", "--json").stdout.splitlines())
    assert rows[2]["lat"] == f"{line['lat']:.6f}" and rows[2]["confidence"] == f"{line['confidence']:.3f}"


def test_a_repeated_command_locates_only_what_is_new(run: Any, folder: Path, city: City, tmp_path: Path) -> None:
    for name in ("out.csv", "out.jsonl"):
        out = tmp_path / name
        assert run("pictures", "-o", name).returncode == 1
        first = out.read_bytes()
        again = run("pictures", "-o", name)
        assert again.returncode == 1 and out.read_bytes() == first
        assert again.stdout.startswith(f"{name}: 0 located, 0 failed, 4 were located before, 1 failed before (--again")
        shutil.copy(city.query, folder / "empty.jpg")
        shutil.copy(city.query, folder / "new.jpg")
        assert run("pictures", "-o", name).stdout.startswith(f"{name}: 1 located, 0 failed, 4 were located before")
        done = run("pictures", "-o", name, "--again")
        assert done.returncode == 0 and done.stdout.startswith(f"{name}: 1 located, 0 failed, 5 were located before;")
        assert out.read_bytes().count(b"empty.jpg") >= 1
        assert b"is empty" not in out.read_bytes()
        (folder / "empty.jpg").write_bytes(b"")
        (folder / "new.jpg").unlink()


def test_names_survive_every_text(run: Any, city: City, tmp_path: Path) -> None:
    names = [*ODD_NAMES, *([os.fsdecode(b"caf\xe9.jpg"), "\x01.jpg"] if sys.platform == "linux" else [])]
    for name in names:
        (tmp_path / "odd" / name).parent.mkdir(exist_ok=True)
        shutil.copy(city.query, tmp_path / "odd" / name)
    for name in ("odd.csv", "odd.jsonl", "odd.kmz"):
        assert run("odd", "-o", name).returncode == 0
        first = (tmp_path / name).read_bytes()
        assert run("odd", "-o", name).stdout.startswith(f"{name}: 0 located, 0 failed, {len(names)} were")
        assert (tmp_path / name).read_bytes() == first
    files = {f"odd/{name}" for name in names}
    assert {line["file"] for line in lines_of(tmp_path / "odd.jsonl")} == files
    shown = {os.fsencode(file).decode("utf-8", "backslashreplace") for file in files}
    assert {row["file"] for row in rows_of(tmp_path / "odd.csv")} == shown
    # Relative to the folder itself, a name may begin like a formula.
    (tmp_path / "names.txt").write_bytes(b"\0".join(map(os.fsencode, names)))
    shutil.copytree(tmp_path / "odd", tmp_path, dirs_exist_ok=True)
    assert run("--from", "names.txt", "-0", "-o", "plain.csv").returncode == 0
    plain = {row["file"] for row in rows_of(tmp_path / "plain.csv")}
    assert {"'=1+1.jpg", "''=1+1.jpg", "'-o.jpg", "two\nlines.jpg"} <= plain
    assert run("--from", "names.txt", "-0", "-o", "plain.csv").stdout.startswith("plain.csv: 0 located, 0 failed,")


@pytest.mark.parametrize("name", ["out.csv", "out.geojson"])
def test_a_killed_run_loses_and_repeats_nothing(name: str, run: Any, city: City, model: Path, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for i in range(60):
        shutil.copy(city.folder / f"query{i % 12:02}.jpg", many / f"{i:02}.jpg")
    assert run("many", "-o", f"whole-{name}").returncode == 0
    whole = (tmp_path / f"whole-{name}").read_bytes()
    kept = tmp_path / (f"{name}.jsonl" if name == "out.geojson" else name)
    draw = random.Random(3)
    for _ in range(4):
        process = subprocess.Popen(
            [*COMMAND, "many", "-o", name, "--model", str(model)], cwd=tmp_path, stdout=subprocess.DEVNULL
        )
        before = kept.stat().st_size if kept.exists() else 0
        while process.poll() is None and (not kept.exists() or kept.stat().st_size <= before):
            time.sleep(0.001)
        time.sleep(draw.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
        with kept.open("r+b") as data:  # as a crash of the computer leaves it
            data.truncate(kept.stat().st_size - draw.randrange(1, 30))
    assert kept.read_bytes().count(b"many/") < whole.count(b"many/")
    assert run("many", "-o", name).returncode == 0
    assert (tmp_path / name).read_bytes() == whole


def test_ctrl_c_keeps_what_is_done(run: Any, city: City, model: Path, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for i in range(200):
        shutil.copy(city.folder / f"query{i % 12:02}.jpg", many / f"{i:03}.jpg")
    out = tmp_path / "out.jsonl"
    process = subprocess.Popen(
        [*COMMAND, "many", "-o", "out.jsonl", "--model", str(model)],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while process.poll() is None and not (out.exists() and out.stat().st_size):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert process.returncode == 130
    assert error == "venloc: warning: interrupted: the same command continues 'out.jsonl'\nvenloc: cancelled\n"
    done = lines_of(out)
    assert 0 < len(done) < 200
    assert run("many", "-o", "out.jsonl").returncode == 0
    assert [line["file"] for line in lines_of(out)] == [f"many/{i:03}.jpg" for i in range(200)]


def test_a_picture_in_the_output_is_written_back(run: Any, city: City, model: Path, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for i in range(80):
        shutil.copy(city.folder / f"query{i % 12:02}.jpg", many / f"{i:02}.jpg")
    out = tmp_path / "out.jsonl"
    options = ("many", "-o", "out.jsonl", "--write", "sidecar", "--min-confidence", "0")
    process = subprocess.Popen([*COMMAND, *options, "--model", str(model)], cwd=tmp_path, stdout=subprocess.DEVNULL)
    while process.poll() is None and not (out.exists() and out.stat().st_size):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = {line["file"] for line in lines_of(out)}
    assert 0 < len(done) < 80
    assert all((tmp_path / f"{file}.xmp").exists() for file in done)
    assert run(*options).returncode == 0
    assert [line["file"] for line in lines_of(out)] == [f"many/{i:02}.jpg" for i in range(80)]
    assert len(list(many.glob("*.xmp"))) == 80


def test_answers_of_a_walk_are_not_continued(run: Any, folder: Path, tmp_path: Path) -> None:
    walk = ("pictures/1.jpg", "pictures/2.jpg", "--together", "-o", "out.csv")
    assert "does not exist" in run(*walk, "--model", "none.venloc").stderr
    assert not (tmp_path / "out.csv").exists()
    assert run("pictures/1.jpg", "-o", "out.csv").returncode == 0
    head = (tmp_path / "out.csv").read_bytes().splitlines(keepends=True)[0]
    refused = run(*walk)
    assert refused.returncode == 2 and "answers, and those of --together cannot be continued" in refused.stderr
    (tmp_path / "out.csv").write_bytes(head)  # as an interruption before the first answer leaves it
    assert run(*walk).returncode == 0 and len(rows_of(tmp_path / "out.csv")) == 2


def test_foreign_files_are_not_changed(run: Any, folder: Path, tmp_path: Path) -> None:
    before = (folder / "1.jpg").read_bytes()
    for name, text in (
        ("mine.csv", "a,b\r\n1,2\r\n"),
        ("head.csv", "\ufefffile,lat\r\na.jpg,1\r\n"),
        ("mine.jsonl", '{"a": 1}\n'),
        ("text.jsonl", "a letter without an end of line"),
        ("other.geojson.jsonl", "[1, 2]\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        done = run("pictures", "-o", name.removesuffix(".jsonl") if name.startswith("other") else name)
        assert done.returncode == 1, name
        assert name in done.stderr and "name another file" in done.stderr and done.stderr.count("\n") == 1
        assert (tmp_path / name).read_bytes().decode() == text
    for picture in ("kml", "iiif", "csv", "jsonl"):
        refused = run("pictures", "-o", "pictures/1.jpg", "--format", picture)
        assert refused.returncode in (1, 2) and "1.jpg' exists" in refused.stderr, refused.stderr
    assert (folder / "1.jpg").read_bytes() == before
    assert run("pictures", "-o", "out.csv").returncode == 1
    other = run("pictures", "-o", "out.csv", "--columns", "file,lat,lng")
    assert other.returncode == 1 and "no output of venloc locate with these columns" in other.stderr


def test_a_second_process_is_refused(run: Any, folder: Path, tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "out.csv").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = run("pictures", "-o", "out.csv")
    assert done.returncode == 1
    assert done.stderr.endswith("out.csv' is being written by another command: wait for it, or name another file\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_an_error(run: Any, folder: Path) -> None:
    for arguments in (("-o", "/dev/full", "--format", "csv"), ("-o", "/dev/full", "--format", "gpx")):
        done = run("pictures", *arguments)
        assert done.returncode == 1 and done.stderr == (
            "venloc: error: '/dev/full' cannot be written (No space left on device): free disk space, or choose another "
            "file\n"
        )


def test_a_record_is_written_completely_or_not_at_all(
    run: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from venloc.answers.outputs.appending import Appended
    from venloc.answers.outputs.records import JsonLines
    from venloc.errors import IoError

    line = b'{"schema_version": 1, "file": "a.jpg", "error": "no"}\n'
    file = tmp_path / "a.jsonl"
    kept = Appended(file, JsonLines())
    kept.append(line)
    written = iter((10, None))

    def write(descriptor: int, data: bytes) -> int:
        size = next(written)
        if size is None:
            raise OSError(28, "No space left on device")
        return os.pwrite(descriptor, data[:size], len(line))

    with monkeypatch.context() as changed:
        changed.setattr(os, "write", write)
        with pytest.raises(IoError, match="repeat the command to continue"):
            kept.append(line)
    assert file.read_bytes() == line
    kept.append(line)
    kept.close()
    again = Appended(file, JsonLines())
    assert (again.done, again.failed) == ({"a.jpg": 2}, 2)
    again.close()


def test_lists_name_pictures(run: Any, folder: Path, city: City, tmp_path: Path) -> None:
    listed = "\ufeff1.jpg\r\n\r\na/1.jpg\nmissing.jpg"
    (folder / "wide.txt").write_bytes(listed.encode("utf-16-le"))
    assert run("--from", "pictures/wide.txt", "-o", "wide.csv").stdout.startswith("wide.csv: 2 located, 1 failed")
    (folder / "declared.csv").write_text("sep=;\nfile;n,m\n1.jpg;1\n")
    assert run("--from", "pictures/declared.csv", "-o", "declared.csv").returncode == 0
    (folder / "list.txt").write_bytes(listed.encode())
    done = run("--from", "pictures/list.txt", "--json")
    lines = list(map(json.loads, done.stdout.splitlines()))
    assert done.returncode == 1
    assert [line["file"] for line in lines] == [f"pictures/{name}" for name in ("1.jpg", "a/1.jpg", "missing.jpg")]
    assert "error" in lines[2] and "columns" not in lines[0]
    piped = run("--from", "-", "--json", stdin=b"pictures/1.jpg\npictures/2.jpg\n")
    assert [json.loads(line)["file"] for line in piped.stdout.splitlines()] == ["pictures/1.jpg", "pictures/2.jpg"]
    nulls = run("--from", "-", "-0", "--json", stdin=b"pictures/1.jpg\0pictures/2.jpg\0")
    assert nulls.stdout == piped.stdout


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_tables_name_pictures_and_keep_their_columns(
    delimiter: str, encoding: str, run: Any, folder: Path, tmp_path: Path
) -> None:
    rows = [["Titolo", "Datei", "lat", ""], ["Caffè", "1.jpg", "=2+3", ""], ["", "a/1.jpg", "", "x"]]
    table = "".join(delimiter.join(row) + "\r\n" for row in rows)
    (folder / "list.csv").write_bytes(table.encode(encoding))
    assert run("--from", "pictures/list.csv", "--column", "datei", "-o", "out.csv").returncode == 0
    first, second = rows_of(tmp_path / "out.csv")
    assert list(first) == [*COLUMNS, "Titolo", "list_lat", "column_4"]
    assert (first["file"], first["Titolo"], first["list_lat"]) == ("pictures/1.jpg", "Caffè", "'=2+3")
    assert (second["file"], second["Titolo"], second["column_4"]) == ("pictures/a/1.jpg", "", "x")
    chosen = run("--from", "pictures/list.csv", "--column", "Datei", "--format", "csv", "--columns", "Titolo,file")
    assert chosen.stdout.startswith("\ufeffTitolo,file\r\nCaffè,pictures/1.jpg\r\n")
    lines = run("--from", "pictures/list.csv", "--column", "Datei", "--json").stdout.splitlines()
    assert json.loads(lines[0])["columns"] == {"Titolo": "Caffè", "lat": "=2+3", "column_4": ""}


def test_bad_lists_are_refused(run: Any, folder: Path, tmp_path: Path) -> None:
    for table, words in (
        ("name,lat\na.jpg,1\n", "has no column 'file' (columns: name, lat)"),
        ("file,lat\na.jpg\n", "line 2: 1 values, but the first line has 2 titles"),
        ('file,lat\n"a.jpg,1\n', "line 2"),
        ("", "has no column 'file'"),
        ("file,lat\n", "'list.csv' names no pictures: check the list"),
        ("file\n\0\x01,\n", "'list.csv' has null characters: save a spreadsheet as CSV"),
    ):
        (tmp_path / "list.csv").write_text(table)
        done = run("--from", "list.csv")
        assert done.returncode == 1 and words in done.stderr and done.stderr.count("\n") == 1, done.stderr
    for lines, words in ((b"\n \n", "names no pictures"), (b"a.jpg\0b.jpg\0", "needs --null")):
        done = run("--from", "-", stdin=lines)
        assert done.returncode == 1 and words in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert "there is no file 'none.txt'" in run("--from", "none.txt").stderr
    # An empty name is not the folder that it is in.
    (tmp_path / "list.csv").write_text("file,n\n,1\n  ,2\npictures/1.jpg,3\n")
    done = run("--from", "list.csv", "", "--json")
    assert done.returncode == 1
    errors = [json.loads(line).get("error", "") for line in done.stdout.splitlines()]
    reason = "the name of a picture is empty"
    assert errors == [reason, *[f"{reason}: check 'list.csv'"] * 2, ""]


def test_the_same_picture_may_be_in_a_list_twice(run: Any, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("file,n\npictures/1.jpg,1\npictures/1.jpg,2\npictures/2.jpg,3\n")
    assert run("--from", "list.csv", "-o", "out.csv").returncode == 0
    whole = (tmp_path / "out.csv").read_bytes()
    assert [row["n"] for row in rows_of(tmp_path / "out.csv")] == ["1", "2", "3"]
    (tmp_path / "out.csv").write_bytes(b"\r\n".join(whole.split(b"\r\n")[:2]) + b"\r\n")
    assert run("--from", "list.csv", "-o", "out.csv").stdout.startswith("out.csv: 2 located, 0 failed, 1 were")
    assert (tmp_path / "out.csv").read_bytes() == whole


def test_the_standard_input_is_a_picture(run: Any, city: City, tmp_path: Path) -> None:
    expected = run(city.query, "--json").stdout
    done = run("-", "--json", stdin=city.query.read_bytes())
    assert done.returncode == 0
    assert json.loads(done.stdout) == {**json.loads(expected), "file": "-"}
    bad = run("-", stdin=b"")
    assert bad.returncode == 1 and bad.stderr.startswith("venloc: error: -: ")
    for _ in range(2):  # it may be another picture each time
        assert run("-", "-o", "out.jsonl", stdin=city.query.read_bytes()).stdout.startswith("out.jsonl: 1 located")
    assert run("-", "--from", "-").returncode == 2


def test_folders_with_links_and_hidden_files(run: Any, folder: Path, city: City, tmp_path: Path) -> None:
    (folder / "a" / "loop").symlink_to(folder)
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(city.query, tmp_path / "elsewhere" / "3.jpg")
    (folder / "gone.jpg").symlink_to("nowhere.jpg")
    (folder / ".hidden").mkdir()
    shutil.copy(city.query, folder / ".hidden" / "4.jpg")
    shutil.copy(city.query, folder / "._5.jpg")
    (folder / "1.jpg.xmp").write_bytes(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    done = run("pictures", "--json")
    files = [json.loads(line)["file"].removeprefix("pictures/") for line in done.stdout.splitlines()]
    assert files == ["1.jpg", "2.jpg", "a/1.jpg", "a/b/1.jpg", "empty.jpg", "gone.jpg", "linked/3.jpg"]
    assert "skipped: 1\n" in done.stderr
    (tmp_path / "none").mkdir()
    assert run("none").stderr == "venloc: error: 'none' has no pictures: name another folder, or the files themselves\n"
    assert "notes.pdf" in run("pictures/notes.pdf").stderr
    assert "\\x1b[31mred.jpg: there" in run("\x1b[31mred.jpg").stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name pictures or a folder"),
        (["a.jpg", "--format", "xls"], "--format xls is unknown: choose from text, json"),
        (["a.jpg", "-o", "a.txt"], "give a --format of files, or a name that ends in .csv"),
        (["a.jpg", "-o", "a.csv", "--json"], "of the format csv by its ending, not jsonl"),
        (["a.jpg", "--json", "--format", "csv"], "excludes --format csv"),
        (["a.jpg", "--format", "csv", "--columns", "file,when"], "there is no column 'when': choose from file, lat"),
        (["a.jpg", "--columns", "file"], "--columns applies to the format csv"),
        (["a.jpg", "-o", "a.csv", "--columns", "lat"], "--columns needs 'file'"),
        (["a.jpg", "--again"], "--again applies to the file of --output"),
        (["a.jpg", "--column", "x"], "--column applies to the list of --from"),
        (["a.jpg", "-0"], "--null applies to the list of --from"),
        (["a.jpg", "-o", "none/a.csv"], "create it first"),
        (["http://127.0.0.1/a.jpg"], "give --online to load pictures from the web"),
        (["a.jpg", "--max-pixels", "9" * 23], "--max-pixels"),
        (["--undo"], "--undo needs pictures or folders"),
        (["a.jpg", "--gazetteer", "g.csv"], "--gazetteer applies to the file of --map"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str, run: Any) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1


def test_a_reader_that_leaves_early_ends_a_folder(folder: Path, model: Path, tmp_path: Path) -> None:
    for options in ("--json", "--format csv", ""):
        program = f"{' '.join(COMMAND)} pictures {options} --model {model} 2>error | head -n 1"
        done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
        assert done.stdout and "Traceback" not in (tmp_path / "error").read_text()


def test_place_and_names_of_the_table(run: Any, city: City, tmp_path: Path) -> None:
    with Image.open(city.query) as picture:
        picture.save(tmp_path / "here.jpg", exif=positioned(*city.places[0]))
    (tmp_path / "names.csv").write_text("name,lat,lng\nCampo,45.43,12.32\n")
    assert run("here.jpg", "-o", "out.csv", "--gazetteer", "names.csv").returncode == 0
    (row,) = rows_of(tmp_path / "out.csv")
    assert abs(float(row["exif_lat"]) - city.places[0][0]) < 1e-5 and float(row["exif_distance_m"]) < 30
    assert row["nearest"] == "Campo" and float(row["nearest_distance_m"]) < 30


def test_jobs_do_not_change_the_output(run: Any, folder: Path, tmp_path: Path) -> None:
    for jobs in (1, 3):
        assert run("pictures", "-j", jobs, "-o", f"{jobs}.jsonl").returncode == 1
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "3.jsonl").read_bytes()


def information(url: str, version: int, **more: Any) -> dict[str, Any]:
    """The info.json of a picture of 4000 x 3000."""
    return {
        "@context": f"http://iiif.io/api/image/{version}/context.json",
        "id" if version == 3 else "@id": url,
        "protocol": "http://iiif.io/api/image",
        "width": 4000,
        "height": 3000,
        **more,
    }


def test_pictures_of_the_web(run: Any, city: City, tmp_path: Path) -> None:
    def answer(request: Request) -> Any:
        if request.path == "/iiif/1/info.json":
            return information(f"{server.url}/iiif/1", 2, profile=["http://iiif.io/api/image/2/level2.json"])
        if request.path == "/iiif/1/full/1600,/0/default.jpg":
            return Reply(city.query.read_bytes(), "image/jpeg")
        return Reply(b"no", status=404)

    server = Server(answer)
    with serving(server):
        (tmp_path / "list.csv").write_text(f"file,n\n{server.url}/iiif/1/info.json,1\n{server.url}/gone.jpg,2\n")
        done = run("--from", "list.csv", "--online", "--contact", "me@example.org", "-o", "out.jsonl")
    assert done.returncode == 1, done.stderr
    image, gone = lines_of(tmp_path / "out.jsonl")
    expected = json.loads(run(city.query, "--json").stdout)
    assert image == {**expected, "file": f"{server.url}/iiif/1", "columns": {"n": "1"}}
    assert gone["file"] == f"{server.url}/gone.jpg" and "status 404" in gone["error"]
    assert {"me@example.org" in request.headers["user-agent"] for request in server.requests} == {True}
