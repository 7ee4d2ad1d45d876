# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writing places back into sidecars and files, and undoing it. The tags are read back with exiftool, the pixels with Pillow."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import venloc
from conftest import City, positioned, scene
from venloc import writing
from venloc.writing import programs
from venloc.writing.parts import difference, parts_of

pytest.importorskip("lxml")
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import write_back

needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
JOURNAL = ".venloc-undo.jsonl"
PLACE = venloc.LatLng(45.434, 12.338)
FILE = writing.WriteOptions(into="file")


@pytest.fixture
def answer(prediction: venloc.Prediction) -> venloc.Prediction:
    return at(PLACE, prediction)


def at(
    place: venloc.LatLng, like: venloc.Prediction, confidence: float = 0.93, in_area: float = 0.98
) -> venloc.Prediction:
    return venloc.Prediction(
        location=place,
        confidence=confidence,
        in_area=in_area,
        radius_50_m=42,
        radius_90_m=300,
        posterior=like.posterior,
    )


def picture(file: Path, **options: object) -> Path:
    scene(len(file.name)).save(file, **options)
    return file


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def actions(outcomes: Sequence[writing.Outcome]) -> list[str]:
    return [outcome.action for outcome in outcomes]


def exiftool(file: Path) -> dict[str, object]:
    command = ["exiftool", "-config", "", "-j", "-n", "-G1", "-"]
    found = subprocess.run(command, input=file.read_bytes(), capture_output=True, check=False).stdout
    tags: dict[str, object] = json.loads(found)[0]
    return tags


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["exiftool", "exiv2"])
def test_files_of_all_kinds_get_the_place_and_keep_all_else(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which(name) is None or shutil.which("exiftool") is None:
        pytest.skip(f"{name} is not installed")
    program = {"exiftool": programs.ExifTool, "exiv2": programs.Exiv2}[name]()
    monkeypatch.setattr("venloc.writing.writer.find_program", lambda: program)
    folder = write_back.Folder(tmp_path / "drawn", len(write_back.KINDS))
    times = {file: file.stat().st_mtime_ns for file in folder.files}
    outcomes = writing.write([(file, write_back.prediction_of(file)) for file in folder.files], FILE)
    states = folder.states()
    assert states["damaged"] == 0
    assert states["complete"] == actions(outcomes).count("written")
    if name == "exiftool":
        assert states["complete"] == len(folder.files)
        assert [tag for tag in folder.lost_tags() if not tag.endswith("WebP_Flags")] == []
    else:  # exiv2 is refused where it would change other parts of a file
        assert states["complete"] >= 12
    for file in folder.files:
        assert (write_back.MAKER_NOTE in file.read_bytes()) == (write_back.MAKER_NOTE in folder.before[file.name])
    assert set(actions(writing.undo([folder.path]))) == {"undone"}
    assert folder.states() == {"as before": len(folder.files)}
    assert {file: file.stat().st_mtime_ns for file in folder.files} == times
    assert folder.left() == []
    assert not (folder.path / JOURNAL).exists()


@needs_exiftool
def test_the_error_is_the_radius_of_68_percent(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    writing.write([(file, answer)], FILE)
    tags = exiftool(file)
    expected = answer.posterior.credible_radius_m(answer.location, 0.68)
    assert tags["GPS:GPSHPositioningError"] == pytest.approx(expected, abs=0.01)
    assert tags["GPS:GPSProcessingMethod"] == f"venloc {venloc.__version__}, confidence 0.93"
    assert tags["GPS:GPSMapDatum"] == "WGS-84"


@needs_exiftool
@pytest.mark.parametrize(
    "name", ['it\'s "so".jpg', "new\nline.jpg", "-n.jpg", "$(id).jpg", b"caf\xe9.jpg", "📷.jpg", "x" * 251 + ".jpg"]
)
@pytest.mark.parametrize("folder", ["plain", "-a\nb' \udcff"])
def test_any_name_will_do(name: str | bytes, folder: str, tmp_path: Path, answer: venloc.Prediction) -> None:
    (tmp_path / folder).mkdir()
    file = picture(tmp_path / "a.jpg").rename(tmp_path / folder / os.fsdecode(name))
    before = file.read_bytes()
    assert actions(writing.write([(file, answer)], FILE)) == ["written"]
    assert exiftool(file)["GPS:GPSLatitudeRef"] == "N"
    assert actions(writing.undo([file])) == ["undone"]
    assert file.read_bytes() == before
    long = len(os.fsencode(name)) > 251
    outcome = writing.write([(file, answer)])[0]
    assert outcome.action == ("failed" if long else "written")
    assert not long or "File name too long" in outcome.detail
    writing.undo([tmp_path])
    assert names(tmp_path / folder) == {os.fsdecode(name)}


@needs_exiftool
def test_a_measured_position_is_kept(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg", exif=positioned(45.5, 12.5))
    before = file.read_bytes()
    for options in (FILE, writing.WriteOptions()):
        (outcome,) = writing.write([(file, answer)], options)
        assert (outcome.action, outcome.reason) == ("refused", "it has a position")
        assert outcome.detail == "EXIF: 45.500000, 12.500000"
    assert file.read_bytes() == before
    assert names(tmp_path) == {"a.jpg"}


@needs_exiftool
def test_an_own_position_is_updated_until_another_program_changes_it(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    original = file.read_bytes()
    assert actions(writing.write([(file, answer)], FILE)) == ["written"]
    better = at(venloc.LatLng(45.435, 12.339), answer)
    assert actions(writing.write([(file, better)], FILE)) == ["written"]
    assert exiftool(file)["GPS:GPSLatitude"] == pytest.approx(45.435)
    second = file.read_bytes()
    # A person corrects it, with a program that leaves the processing method as it is.
    subprocess.run(["exiftool", "-q", "-overwrite_original", "-GPSLatitude=45.44", file], check=True)
    corrected = file.read_bytes()
    (outcome,) = writing.write([(file, answer)], FILE)
    assert (outcome.action, outcome.reason) == ("refused", "it has a position")
    (outcome,) = writing.undo([file])
    assert (outcome.action, outcome.reason) == ("refused", "another program has changed it since")
    assert file.read_bytes() == corrected
    file.write_bytes(second)
    assert actions(writing.undo([file])) == ["undone"]
    assert file.read_bytes() == original


@needs_exiftool
def test_undo_goes_back_to_what_another_program_did_in_between(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    writing.write([(file, answer)], FILE)
    subprocess.run(["exiftool", "-q", "-overwrite_original", "-Artist=Drawn", file], check=True)
    titled = file.read_bytes()
    assert actions(writing.write([(file, at(venloc.LatLng(45.435, 12.339), answer))], FILE)) == ["written"]
    (outcome,) = writing.undo([tmp_path])
    assert outcome.action == "undone"
    assert "another program" in outcome.detail
    assert file.read_bytes() == titled


@needs_exiftool
def test_links_stay_and_several_names_are_refused(tmp_path: Path, answer: venloc.Prediction) -> None:
    (tmp_path / "real").mkdir()
    file = picture(tmp_path / "real" / "a.jpg")
    before = file.read_bytes()
    link = tmp_path / "link.jpg"
    link.symlink_to("real/a.jpg")
    assert actions(writing.write([(link, answer)], FILE)) == ["written"]
    assert link.is_symlink()
    assert exiftool(file)["GPS:GPSLongitudeRef"] == "E"
    assert actions(writing.undo([link])) == ["undone"]
    assert file.read_bytes() == before
    (tmp_path / "second.jpg").hardlink_to(file)
    (outcome,) = writing.write([(file, answer)], FILE)
    assert outcome.reason == "it has several names (hard links), which changing it would separate"
    assert actions(writing.write([(file, answer)])) == ["written"]  # into a sidecar
    assert (tmp_path / "second.jpg").samefile(file)


@needs_exiftool
def test_read_only_files_and_folders_are_left_as_they_are(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    file.chmod(0o444)
    assert writing.write([(file, answer)], FILE)[0].reason == "it is read-only"
    if os.geteuid() == 0:
        pytest.skip("root may write to any folder")
    file.chmod(0o644)
    tmp_path.chmod(0o555)
    try:
        (outcome,) = writing.write([(file, answer)])
        assert outcome.action == "failed"
        assert "check the permissions of its folder" in outcome.detail
    finally:
        tmp_path.chmod(0o755)


@needs_exiftool
def test_permissions_and_attributes_are_kept(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    file.chmod(0o640)
    try:
        os.setxattr(file, "user.drawn", b"yes")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    os.utime(file, (1e9, 1e9))
    writing.write([(file, answer)], FILE)
    assert file.stat().st_mode & 0o777 == 0o640
    assert os.getxattr(file, "user.drawn") == b"yes"
    assert file.stat().st_mtime > 1e9  # programs that look for changes find it
    writing.undo([file])
    assert file.stat().st_mode & 0o777 == 0o640
    assert os.getxattr(file, "user.drawn") == b"yes"
    assert file.stat().st_mtime == 1e9


@needs_exiftool
@pytest.mark.parametrize("into", ["file", "sidecar"])
def test_a_full_disk_leaves_files_as_they_are(into: str, tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    (tmp_path / "a.jpg.xmp").write_bytes(LIGHTROOM)
    before = {f.name: f.read_bytes() for f in tmp_path.iterdir()}
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in (0, 200, 900):  # where the temporary file, or the journal, no longer fits
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        try:
            (outcome,) = writing.write([(file, answer)], writing.WriteOptions(into=into))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert outcome.action == "failed"
        assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == before
    signal.signal(signal.SIGXFSZ, handler)


@needs_exiftool
def test_what_a_program_cannot_change_is_reported(tmp_path: Path, answer: venloc.Prediction) -> None:
    exif = write_back.camera()
    broken = picture(tmp_path / "broken.jpg", exif=exif)
    data = broken.read_bytes()
    start = data.index(b"Exif\0\0") + 6
    broken.write_bytes(data[: start + 8] + b"\xff\xff" + data[start + 10 :])  # 65,535 entries
    notes = picture(tmp_path / "notes.png", exif=exif)  # a maker note that would be lost
    good = picture(tmp_path / "good.jpg")
    before = {f.name: f.read_bytes() for f in (broken, notes)}
    outcomes = writing.write([(f, answer) for f in (broken, notes, good)], FILE)
    assert actions(outcomes) == ["failed", "failed", "written"]
    for outcome in outcomes[:2]:
        assert f"'{outcome.picture}' was not changed: the program that writes metadata reports: " in outcome.detail
        assert outcome.picture.read_bytes() == before[outcome.picture.name]


class _Careless(programs.Program):
    """Writes the place, and changes the picture."""

    def __init__(self, offset: int) -> None:
        self._offset = offset

    def write(self, folder: Path, changes: Sequence[programs.Change]) -> list[str]:
        problems = programs.ExifTool().write(folder, changes)
        for name, _ in changes:
            data = bytearray((folder / name).read_bytes())
            data[self._offset] ^= 1
            (folder / name).write_bytes(data)
        return problems


@needs_exiftool
@pytest.mark.parametrize(("name", "offset"), [("a.jpg", -20), ("a.png", -40), ("a.webp", 300), ("a.tif", 3000)])
def test_a_program_that_changes_the_picture_is_refused(
    name: str, offset: int, tmp_path: Path, answer: venloc.Prediction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("venloc.writing.writer.find_program", lambda: _Careless(offset))
    file = picture(tmp_path / name)
    before = file.read_bytes()
    (outcome,) = writing.write([(file, answer)], FILE)
    assert outcome.action == "failed"
    assert "would change the picture" in outcome.detail
    assert file.read_bytes() == before
    assert names(tmp_path) == {name}


def test_without_a_program_sidecars_are_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(venloc.IoError, match="apt-get install libimage-exiftool-perl.*or write sidecars"):
        writing.Writer(FILE)


@needs_exiftool
def test_other_formats_get_sidecars_only(tmp_path: Path, answer: venloc.Prediction) -> None:
    heic = tmp_path / "a.heic"
    heic.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200))
    raw = picture(tmp_path / "a.tif").rename(tmp_path / "a.nef")
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(picture(tmp_path / "whole.jpg").read_bytes()[:150])
    empty = tmp_path / "empty.jpg"
    empty.touch()
    for file in (heic, raw, cut, empty):
        (outcome,) = writing.write([(file, answer)], FILE)
        assert outcome.reason == "metadata are not written into files of its format"
        assert "write sidecars" in outcome.detail
        assert actions(writing.write([(file, answer)])) == ["written"]


# --- parts ------------------------------------------------------------------------------------------------------------


def test_every_byte_of_the_picture_counts(tmp_path: Path) -> None:
    """Whether Pillow sees a changed byte or not: parts hold all that is not Exif or XMP."""
    rng = random.Random(1)
    for kind, (suffix, save) in write_back.KINDS.items():
        file = tmp_path / f"a.{suffix}"
        save(scene(3), file)
        data = file.read_bytes()
        parts = parts_of(data, kind)
        for part in parts.parts:
            changed = bytearray(data)
            changed[part.offset + rng.randrange(part.length)] ^= 0x40
            try:
                found = parts_of(bytes(changed), kind)
            except venloc.ImageError:
                continue
            assert difference(data, parts, bytes(changed), found), (kind, part)
        held = sum(part.length for part in parts.parts)
        assert held > len(data) - 12_000, kind


def test_damaged_files_are_refused_and_nothing_else_is_raised(tmp_path: Path) -> None:
    rng = random.Random(2)
    for kind, (suffix, save) in write_back.KINDS.items():
        file = tmp_path / f"a.{suffix}"
        save(scene(4), file)
        data = file.read_bytes()
        for _ in range(60):
            changed = bytearray(data[: rng.choice((len(data), rng.randrange(len(data))))])
            for _ in range(rng.randrange(1, 5)):
                if changed:
                    changed[min(rng.randrange(600), len(changed) - 1)] = rng.randrange(256)
            try:
                parts_of(bytes(changed), kind)
            except venloc.ImageError as error:
                assert str(error).startswith(f"'{kind}'")


# --- sidecars ---------------------------------------------------------------------------------------------------------

LIGHTROOM = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<!-- edited by hand -->\n'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0">\n'
    b' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    b'  <rdf:Description rdf:about="uuid:1" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    b' xmlns:e="http://ns.adobe.com/exif/1.0/"'
    b'    xmp:Rating="4" e:GPSMapDatum="old">\n'
    b'   <dc:title xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Alt><rdf:li>C\xc3\xa0 &amp; d\xe2\x80\x99Oro'
    b"</rdf:li></rdf:Alt></dc:title>\n"
    b'   <darktable:history xmlns:darktable="http://darktable.sf.net/"><rdf:Seq><rdf:li darktable:params="gz03eJx"/></rdf:Seq>'
    b"</darktable:history>\n"
    b"   <x:odd>&lt;tag&gt; <![CDATA[ raw ]]></x:odd>\n"
    b'  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>\n'
)


def test_a_new_sidecar(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    (outcome,) = writing.write([(file, answer)])
    assert (outcome.action, outcome.file) == ("written", tmp_path / "a.jpg.xmp")
    text = (tmp_path / "a.jpg.xmp").read_text(encoding="utf-8")
    assert 'exif:GPSLatitude="45,26.040000N"' in text
    assert 'exif:GPSLongitude="12,20.280000E"' in text
    assert 'venloc:Estimate="True"' in text
    if shutil.which("exiftool"):
        tags = exiftool(tmp_path / "a.jpg.xmp")
        assert tags["XMP-exif:GPSLatitude"] == pytest.approx(45.434)
        assert tags["XMP-exif:GPSLongitude"] == pytest.approx(12.338)
        expected = answer.posterior.credible_radius_m(answer.location, 0.68)
        assert tags["XMP-exif:GPSHPositioningError"] == pytest.approx(expected, abs=0.01)
    assert actions(writing.undo([tmp_path])) == ["undone"]
    assert names(tmp_path) == {"a.jpg"}


@pytest.mark.parametrize(
    ("lat", "lng"), [(45.434, 12.338), (-33.8568, 151.2153), (0.0001, -0.0001), (-0.99999999, -179.99999999)]
)
def test_degrees_in_xmp(lat: float, lng: float, tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    writing.write([(file, at(venloc.LatLng(lat, lng), answer))])
    found = writing.sidecars.position_in(tmp_path / "a.jpg.xmp")
    assert found == (pytest.approx(lat, abs=1e-8), pytest.approx(lng, abs=1e-8))
    if shutil.which("exiftool"):
        tags = exiftool(tmp_path / "a.jpg.xmp")
        assert (tags["XMP-exif:GPSLatitude"], tags["XMP-exif:GPSLongitude"]) == (
            pytest.approx(lat, abs=1e-7),
            pytest.approx(lng, abs=1e-7),
        )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_existing_sidecar_is_changed_not_replaced(encoding: str, tmp_path: Path, answer: venloc.Prediction) -> None:
    from lxml import etree

    file = picture(tmp_path / "a.jpg")
    sidecar = tmp_path / "a.xmp"
    before = LIGHTROOM
    if encoding == "utf-16":
        before = ('<?xml version="1.0" encoding="UTF-16"?>\n' + LIGHTROOM.decode()).encode("utf-16")
    sidecar.write_bytes(before)
    (outcome,) = writing.write([(file, answer)])
    assert outcome.file == sidecar
    text = sidecar.read_text(encoding=encoding)
    for kept in (
        "<!-- edited by hand -->",
        'xmp:Rating="4"',
        "darktable:history",
        "<![CDATA[ raw ]]>",
        "&lt;tag&gt;",
        "Cà &amp; d’Oro",
    ):
        assert kept in text
    assert '<?xpacket begin="\ufeff"' in text and '<?xpacket end="w"?>' in text
    assert text.count("GPSMapDatum") == 1

    # Without what was written, the trees are equal.
    def elements(data: bytes) -> list[object]:
        tree = etree.fromstring(data)
        return [
            (e.tag, e.text and e.text.strip(), {k: v for k, v in e.attrib.items() if "GPS" not in k})
            for e in tree.iter("*")
            if e.get("{http://ns.adobe.com/exif/1.0/}GPSLatitude") is None
        ]

    assert elements(sidecar.read_bytes()) == elements(before)
    assert 'rdf:about="uuid:1"' in text.split("GPSLatitude")[0].rsplit("<", 1)[1]
    # A second answer replaces the first, and nothing piles up.
    first = sidecar.read_bytes()
    assert writing.write([(file, answer)])[0].undo_bytes == 0
    assert sidecar.read_bytes() == first
    assert actions(writing.write([(file, at(venloc.LatLng(45.44, 12.34), answer))])) == ["written"]
    assert sidecar.read_text(encoding=encoding).count("GPSLatitude") == 1
    assert actions(writing.undo([file])) == ["undone"]
    assert sidecar.read_bytes() == before


@pytest.mark.parametrize(
    "position",
    [
        b' e:GPSLatitude="45,26.5N" e:GPSLongitude="12,20.5E">',
        b"><e:GPSLatitude>45,26,30N</e:GPSLatitude><e:GPSLongitude>12,20,30E</e:GPSLongitude>",
        b' e:GPSLatitude="45.4417" e:GPSLongitude="12.3417">',
        b' e:GPSLatitude="45,26.5N">',
    ],
)
@pytest.mark.parametrize("into", ["file", "sidecar"])
def test_a_position_in_a_sidecar_is_kept(position: bytes, into: str, tmp_path: Path, answer: venloc.Prediction) -> None:
    if into == "file" and shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    file = picture(tmp_path / "a.jpg")
    for name in ("a.xmp", "a.jpg.xmp", "a.XMP"):
        sidecar = tmp_path / name
        sidecar.write_bytes(LIGHTROOM.replace(b' e:GPSMapDatum="old">', position))
        (outcome,) = writing.write([(file, answer)], writing.WriteOptions(into=into))
        assert (outcome.action, outcome.reason) == ("refused", "it has a position")
        assert name in outcome.detail
        sidecar.unlink()
    assert names(tmp_path) == {"a.jpg"}


def test_names_of_sidecars(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    stem = writing.WriteOptions(naming="stem")
    assert writing.write([(file, answer)], stem)[0].file == tmp_path / "a.xmp"
    assert writing.write([(file, answer)])[0].file == tmp_path / "a.xmp"
    assert writing.write([(file, answer)], writing.WriteOptions(naming="full"))[0].file == tmp_path / "a.jpg.xmp"
    writing.undo([tmp_path])
    # Another picture has the same stem: whose is a.xmp?
    picture(tmp_path / "a.png")
    assert writing.write([(file, answer)], stem)[0].reason == "its sidecar is that of another picture, too"
    named = LIGHTROOM.replace(
        b' e:GPSMapDatum="old">',
        b' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:SidecarForExtension="JPG">',
    )
    (tmp_path / "a.xmp").write_bytes(named)
    assert writing.write([(file, answer)])[0].file == tmp_path / "a.xmp"
    (tmp_path / "a.xmp").write_bytes(named.replace(b"JPG", b"CR2"))
    assert writing.write([(file, answer)])[0].file == tmp_path / "a.jpg.xmp"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no XML",
        b"<a/>",
        LIGHTROOM[:300],
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + LIGHTROOM[LIGHTROOM.index(b"<x:") :],
        b"\0" * 100,
    ],
)
def test_a_sidecar_that_is_no_xmp_is_left_as_it_is(data: bytes, tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    sidecar = tmp_path / "a.jpg.xmp"
    sidecar.write_bytes(data)
    (outcome,) = writing.write([(file, answer)])
    assert outcome.action == "failed"
    assert f"'{sidecar}' is no XMP" in outcome.detail
    assert sidecar.read_bytes() == data
    assert names(tmp_path) == {"a.jpg", "a.jpg.xmp"}


def test_a_large_sidecar(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    sidecar = tmp_path / "a.jpg.xmp"
    before = LIGHTROOM.replace(b"gz03eJx", random.Random(1).randbytes(6_000_000).hex().encode())
    sidecar.write_bytes(before)
    assert actions(writing.write([(file, answer)])) == ["written"]
    assert writing.sidecars.position_in(sidecar) == (pytest.approx(45.434), pytest.approx(12.338))
    assert actions(writing.undo([file])) == ["undone"]
    assert sidecar.read_bytes() == before


# --- rules and the journal --------------------------------------------------------------------------------------------


def test_every_refusal_has_its_reason(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    assert actions(writing.write([(file, at(PLACE, answer, confidence=0.8))], writing.WriteOptions(dry_run=True))) == [
        "written"
    ]
    for given, reason in (
        (at(PLACE, answer, confidence=0.799), "the confidence is too low"),
        (at(PLACE, answer, in_area=0.3), "it may not show the city"),
        (venloc.ImageError("no picture"), "it was not located"),
    ):
        (outcome,) = writing.write([(file, given)])
        assert (outcome.action, outcome.reason) == ("refused", reason)
    assert writing.write([(tmp_path / "none.jpg", answer)])[0].reason == "it is no file"
    assert names(tmp_path) == {"a.jpg"}
    for wrong in ({"min_confidence": 1.5}, {"into": "exif"}, {"naming": "short"}, {"min_in_area": float("nan")}):
        with pytest.raises(venloc.InvalidArgumentError, match=next(iter(wrong))):
            writing.WriteOptions(**wrong)


@pytest.mark.parametrize("into", ["file", "sidecar"])
def test_a_dry_run_changes_nothing(into: str, tmp_path: Path, answer: venloc.Prediction) -> None:
    if into == "file" and shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    file = picture(tmp_path / "a.jpg")
    before = file.read_bytes()
    options = writing.WriteOptions(into=into, dry_run=True, backup=tmp_path / "backup")
    assert actions(writing.write([(file, answer)], options)) == ["written"]
    assert (names(tmp_path), file.read_bytes()) == ({"a.jpg"}, before)
    writing.write([(file, answer)], writing.WriteOptions(into=into))
    held = {f.name: f.read_bytes() for f in tmp_path.iterdir()}
    assert actions(writing.undo([tmp_path], dry_run=True)) == ["undone"]
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == held


@needs_exiftool
def test_a_backup_is_the_oldest_state(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    before = file.read_bytes()
    options = writing.WriteOptions(into="file", backup=tmp_path / "backup")
    for place in (PLACE, venloc.LatLng(45.44, 12.34)):
        assert actions(writing.write([(file, at(place, answer))], options)) == ["written"]
    (copy,) = (tmp_path / "backup").iterdir()
    assert copy.name.endswith("-a.jpg")
    assert copy.read_bytes() == before


@needs_exiftool
def test_one_file_given_twice(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    before = file.read_bytes()
    (tmp_path / "b.jpg").symlink_to("a.jpg")
    other = at(venloc.LatLng(45.44, 12.34), answer)
    assert actions(writing.write([(file, answer), (tmp_path / "b.jpg", other)], FILE)) == ["written", "written"]
    assert exiftool(file)["GPS:GPSLatitude"] == pytest.approx(45.44)
    writing.undo([file])
    assert file.read_bytes() == before


def test_a_journal_that_was_not_written_to_its_end(tmp_path: Path, answer: venloc.Prediction) -> None:
    """The process was killed: while it wrote the line, or before it replaced the file."""
    first, second = picture(tmp_path / "a.jpg"), picture(tmp_path / "b.jpg")
    writing.write([(first, answer), (second, answer)])
    journal = tmp_path / JOURNAL
    lines = journal.read_bytes().splitlines(keepends=True)
    (tmp_path / "b.jpg.xmp").unlink()
    for end in (lines[1], lines[1][:-1], lines[1][:40]):
        journal.write_bytes(lines[0] + end)
        assert actions(writing.undo([tmp_path], dry_run=True))[0] == "undone"
        assert actions(writing.write([(first, at(venloc.LatLng(45.44, 12.34), answer))])) == ["written"]
        assert actions(writing.undo([tmp_path]))[0] == "undone"
        assert names(tmp_path) == {"a.jpg", "b.jpg"}
        writing.write([(first, answer)])


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"format":2}', '{"format":1,"file":"../x"}', "{}"])
def test_a_damaged_journal_is_reported(line: str, tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    writing.write([(file, answer)])
    journal = tmp_path / JOURNAL
    text = journal.read_text()
    journal.write_text(text + line + "\n")
    for outcome in (*writing.undo([tmp_path]), *writing.write([(file, answer)])):
        assert outcome.action == "failed"
        assert f"'{journal}', line 2" in outcome.detail
    assert names(tmp_path) == {"a.jpg", "a.jpg.xmp", JOURNAL}
    changed = json.loads(text)
    changed["file"] = "../a.jpg.xmp"
    journal.write_text(json.dumps(changed) + "\n")
    assert actions(writing.undo([tmp_path])) == ["failed"]


@needs_exiftool
def test_a_damaged_entry_changes_nothing(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    writing.write([(file, answer)], FILE)
    after = file.read_bytes()
    journal = tmp_path / JOURNAL
    entry = json.loads(journal.read_text())
    entry["pieces"] = entry["pieces"][:-1]
    journal.write_text(json.dumps(entry) + "\n")
    (outcome,) = writing.undo([file])
    assert outcome.action == "failed"
    assert "damaged" in outcome.detail
    assert file.read_bytes() == after


def test_a_file_that_is_gone_and_one_that_was_never_written(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    (tmp_path / "a.jpg.xmp").write_bytes(LIGHTROOM)
    writing.write([(file, answer)])
    (tmp_path / "a.jpg.xmp").unlink()
    assert writing.undo([file])[0].reason == "it is no longer there"
    other = picture(tmp_path / "b.jpg")
    assert writing.undo([other])[0].reason.startswith("no journal has it")
    assert writing.undo([tmp_path / "none"])[0].action == "failed"


# --- kill -9 and other processes --------------------------------------------------------------------------------------


@needs_exiftool
def test_killed_at_any_moment_every_file_is_as_before_or_complete(tmp_path: Path) -> None:
    folder = write_back.Folder(tmp_path / "drawn", len(write_back.KINDS))
    ended, seconds = write_back.run_child("file", folder.path, None)
    assert ended
    write_back.run_child("undo", folder.path, None)
    for action, seed in (("file", 1), ("undo", 2)):
        found = write_back.kill_often(folder, action, 3, seed, seconds)
        assert found["states"].get("damaged", 0) == 0
        assert found["at_end"] == {"complete" if action == "file" else "as before": len(folder.files)}
    assert folder.left() == []
    assert not (folder.path / JOURNAL).exists()


def test_temporary_files_of_a_killed_run_are_deleted(tmp_path: Path, answer: venloc.Prediction) -> None:
    file = picture(tmp_path / "a.jpg")
    for name in (".venloc-write-0123456789abcdef.tmp", ".venloc-write-0123456789abcdef.tmp_exiftool_tmp"):
        (tmp_path / name).write_bytes(b"x")
    writing.write([(file, answer)])
    assert names(tmp_path) == {"a.jpg", "a.jpg.xmp", JOURNAL}


@needs_exiftool
def test_two_runs_at_once(tmp_path: Path) -> None:
    folder = write_back.Folder(tmp_path / "drawn", len(write_back.KINDS))
    command = [sys.executable, write_back.__file__, "--child", "file", str(folder.path)]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert folder.states() == {"complete": len(folder.files)}
    writing.undo([folder.path])
    assert folder.states() == {"as before": len(folder.files)}


@needs_exiftool
def test_a_file_that_changes_meanwhile_is_left_as_it_is(
    tmp_path: Path, answer: venloc.Prediction, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(tmp_path / "a.jpg")
    other = picture(tmp_path / "other.jpg", quality=20).read_bytes()
    write = programs.ExifTool.write

    def slow(self: programs.ExifTool, folder: Path, changes: Sequence[programs.Change]) -> list[str]:
        file.write_bytes(other)
        return write(self, folder, changes)

    monkeypatch.setattr(programs.ExifTool, "write", slow)
    (outcome,) = writing.write([(file, answer)], FILE)
    assert outcome.action == "failed"
    assert file.read_bytes() == other


# --- the command ------------------------------------------------------------------------------------------------------


def venloc_locate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "venloc", "locate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_write_and_undo_on_the_command_line(city: City, model: Path, tmp_path: Path) -> None:
    """As on the page write-places.md."""
    file = tmp_path / "a.jpg"
    shutil.copy(city.query, file)
    before = file.read_bytes()
    settings = (tmp_path, "--model", model, "--min-confidence", 0.01)
    done = venloc_locate(*settings, "--write", "sidecar", "--dry-run")
    assert (done.returncode, names(tmp_path)) == (0, {"a.jpg"})
    assert f"'{file}.xmp' would be changed\nwould be written: 1\n" in done.stdout
    done = venloc_locate(*settings, "--write", "sidecar", "--json")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "written: 1 (" in done.stderr
    place = json.loads(done.stdout)
    assert writing.sidecars.position_in(tmp_path / "a.jpg.xmp") == (
        pytest.approx(place["lat"]),
        pytest.approx(place["lng"]),
    )
    done = venloc_locate(tmp_path, "--undo")
    assert (done.returncode, done.stdout) == (0, "undone: 1\n")
    missing = venloc_locate(tmp_path / "none.jpg", "--undo")
    assert missing.returncode == 1 and "none.jpg' does not exist: check the path" in missing.stderr
    assert names(tmp_path) == {"a.jpg"}
    if shutil.which("exiftool"):
        done = venloc_locate(*settings, "--write", "file")
        assert done.returncode == 0
        assert "\nwritten: 1 (" in done.stdout
        assert exiftool(file)["GPS:GPSLatitude"] == pytest.approx(place["lat"])
        assert venloc_locate(file, "--undo", "-q").stdout == ""
        assert file.read_bytes() == before
    done = venloc_locate(tmp_path, "--model", model, "--write", "sidecar", "--min-confidence", 1, "-v")
    assert done.returncode == 0
    assert "written: 0; left as they are: 1: the confidence is too low (1)" in done.stdout
    assert "is left as it is: the confidence is too low (0." in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--write", "sidecar", "--undo"),
        ("--dry-run",),
        ("--min-confidence", 0.5),
        ("--backup", "b"),
        ("--sidecar-name", "full"),
        ("--write", "file", "--sidecar-name", "full"),
        ("--write", "exif"),
        ("--write", "sidecar", "--min-confidence", 2),
    ],
)
def test_options_that_do_not_fit_together_are_wrong_usage(options: tuple[object, ...], tmp_path: Path) -> None:
    done = venloc_locate(tmp_path, *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
