# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import errno
import hashlib
import io
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import venloc
from conftest import scene
from PIL import Image

pytest.importorskip("urllib3", reason="collecting is an extra")
from servers import Reply, Request, Server, serving
from venloc.collecting import Catalogue, Fetched, Network, NetworkOptions, Query, Record, Size, Source, Task
from venloc.collecting.catalogue import Picture
from venloc.collecting.downloading import (
    REPEATED,
    Downloaded,
    DownloadOptions,
    address_for,
    download,
    file_stem,
    installed,
)

HASTY = NetworkOptions(per_second=1e6, first_wait_s=0, timeout_s=10)
SERIAL = DownloadOptions(threads=1)


@cache
def drawn(number: int) -> bytes:
    return venloc.encode_jpeg(venloc.Image(np.asarray(scene(number))))


def gif() -> bytes:
    data = io.BytesIO()
    scene(1).save(data, "gif")
    return data.getvalue()


def sent(data: bytes, status: int = 200, **headers: str) -> Reply:
    return Reply(data, "image/jpeg", status, headers)


class Announced(bytes):
    """Of 10 GB, as its header claims."""

    def __len__(self) -> int:
        return 10_000_000_000


class Pictures:
    """Answers /<number> with the drawn picture, or with the reply that is given for the path, which may be a function."""

    def __init__(self, **others: Any) -> None:
        self.others = others

    def __call__(self, request: Request) -> Reply:
        name = request.path.rsplit("/", 1)[-1]
        other = self.others.get(name, None)
        if callable(other):
            other = other()
        return other or sent(drawn(int(name)))


def photo(server: Server, name: str, number: int = 0, **changes: Any) -> Record:
    changes = {"author": f"someone {number}", "sizes": (Size(1024, f"{server.url}/{name}"),), **changes}
    return Record(changes.pop("source", "drawn"), changes.pop("id", name), 45.43, 12.33, **changes)


class Place:
    """A catalogue of these photos, and the folder beside it."""

    def __init__(self, folder: Path, records: list[Record], network: NetworkOptions = HASTY) -> None:
        folder.mkdir(exist_ok=True)
        self.catalogue = Catalogue(folder / "c.db")
        self.catalogue.add(records)
        self.folder = folder / "pictures"
        self.network = Network(network)

    def __enter__(self) -> "Place":
        return self

    def __exit__(self, *_: Any) -> None:
        self.catalogue.close()

    def download(self, options: DownloadOptions = SERIAL, **others: Any) -> Downloaded:
        others = {"source_of": lambda name: None, **others}
        return download(self.catalogue, self.folder, self.network, options, **others)

    @property
    def pictures(self) -> dict[str, Picture]:
        return {picture.id: picture for picture in self.catalogue.pictures()}

    @property
    def problems(self) -> dict[str, str]:
        return {picture.id: picture.problem for picture in self.catalogue.pictures() if picture.problem}

    def bytes_of(self, picture: Picture) -> bytes:
        return (self.catalogue.file.parent / picture.file).read_bytes()

    @property
    def files(self) -> list[str]:
        return sorted(str(f.relative_to(self.folder)) for f in self.folder.rglob("*") if f.is_file())


def whole(place: Place) -> None:
    """Every good row describes its file, and there are no other files."""
    rows = [p for p in place.catalogue.pictures() if not p.problem]
    for row in rows:
        data = place.bytes_of(row)
        assert (row.digest, row.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
        assert (row.width, row.height) == (320, 240)
    assert place.files == sorted(p.file.removeprefix("pictures/") for p in rows)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(Pictures())) as running:
        yield running


def test_pictures_come_whole_whatever_goes_wrong_on_the_way(tmp_path: Path, server: Server) -> None:
    records = [photo(server, str(i)) for i in range(60)]
    with Place(tmp_path / "quiet", records) as place:
        assert place.download(DownloadOptions(threads=8)) == Downloaded(60, 0, 0, 0, "")
        quiet = list(place.catalogue.pictures())
        whole(place)
        first = place.pictures["7"]
        assert first.file == f"pictures/{file_stem('drawn', '7')}.jpg"
        assert place.bytes_of(first) == drawn(7)
    server.fault_rate = 0.2
    with Place(tmp_path / "loud", records) as place:
        assert place.download() == Downloaded(60, 0, 0, 0, "")
        assert server.spoilt > 5
        assert list(place.catalogue.pictures()) == quiet
        whole(place)


def test_what_is_there_is_not_loaded_again_and_what_is_lost_is(tmp_path: Path, server: Server) -> None:
    with Place(tmp_path, [photo(server, str(i)) for i in range(6)]) as place:
        place.download()
        rows = place.pictures
        paths = place.catalogue.picture_paths()
        assert paths["drawn", "3"] == tmp_path / rows["3"].file and len(paths) == 6
        server.requests.clear()
        assert place.download() == Downloaded(0, 0, 0, 0, "")
        assert server.requests == []
        paths["drawn", "1"].unlink()
        paths["drawn", "2"].write_bytes(b"short")
        changed = bytearray(drawn(4))
        changed[-1] ^= 1
        paths["drawn", "4"].write_bytes(changed)  # as large as before
        assert place.download().good == 2
        assert [a.path for a in server.requests] == ["/1", "/2"]
        assert place.download(DownloadOptions(again=True)).good == 1
        assert place.pictures == rows
        whole(place)
        place.catalogue.drop_pictures([("drawn", "5")])
        before = paths["drawn", "5"].stat().st_ino
        place.download()
        assert paths["drawn", "5"].stat().st_ino == before  # the file is right, and was not written


def test_a_stop_by_progress_keeps_what_is_done(tmp_path: Path, server: Server) -> None:
    reported: list[tuple[int, int]] = []

    def progress(_what: str, done: int, total: int) -> None:
        reported.append((done, total))
        if done >= 10 and total == 40:
            raise KeyboardInterrupt

    with Place(tmp_path, [photo(server, str(i)) for i in range(40)]) as place:
        before = set(threading.enumerate())
        with pytest.raises(KeyboardInterrupt):
            place.download(DownloadOptions(threads=4), progress=progress)
        assert [t for t in threading.enumerate() if t not in before and t.daemon and "_load" in t.name] == []
        kept = len(place.pictures)
        assert 10 <= kept < 40
        whole(place)
        server.requests.clear()
        assert place.download(progress=progress).good == 40 - kept
        assert len(server.requests) == 40 - kept
        assert reported[-1] == (40 - kept, 40 - kept)
        whole(place)


def test_a_stop_does_not_wait_for_pauses_that_servers_request(tmp_path: Path, server: Server) -> None:
    server.retry_after = "200"
    server.faults.extend([""] + ["503"] * 3)  # the first gets through

    def progress(*_: Any) -> None:
        raise RuntimeError("stop")

    began = time.monotonic()
    with Place(tmp_path, [photo(server, str(i)) for i in range(9)]) as place:
        with pytest.raises(RuntimeError, match="stop"):
            place.download(DownloadOptions(threads=4), progress=progress)
        assert len(place.pictures) >= 1
    assert time.monotonic() - began < 2.5


def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, server: Server) -> None:
    others = Pictures(bad=lambda: sent(b"<html>no"), gone=lambda: sent(b"", 404))
    # Three photos with one picture, which is found out in the end only.
    others.others.update({name: lambda: sent(drawn(999)) for name in ("s1", "s2", "s3")})
    server.answer = others
    names = [*map(str, range(60)), "bad", "gone", "s1", "s2", "s3"]
    records = [photo(server, name, i) for i, name in enumerate(names)]
    script = (
        "import sys; from pathlib import Path; from venloc.collecting import *\n"
        "from venloc.collecting.downloading import download\n"
        "with Catalogue(Path(sys.argv[1])) as catalogue:\n"
        "  download(catalogue, Path(sys.argv[2]), Network(NetworkOptions(per_second=60, first_wait_s=0)),"
        " progress=lambda _, done, total: print(done, flush=True))\n"
    )
    with Place(tmp_path / "whole", records) as place:
        place.download()
        expected = list(place.catalogue.pictures())
        assert len(place.problems) == 5
    draw = random.Random(5)
    cut = Place(tmp_path / "cut", records)
    cut.catalogue.close()
    command = [sys.executable, "-c", script, str(cut.catalogue.file), str(cut.folder)]
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
    with Place(tmp_path / "cut", []) as place:
        assert 0 < len(place.pictures) < len(records)
        place.download(DownloadOptions(threads=3))
        assert list(place.catalogue.pictures()) == expected
        assert all(Path(name).suffix == ".jpg" and not Path(name).name.startswith(".") for name in place.files)


def test_what_a_killed_program_left_is_removed(tmp_path: Path, server: Server) -> None:
    with Place(tmp_path, [photo(server, "1")]) as place:
        stem = place.folder / file_stem("drawn", "1")
        stem.parent.mkdir(parents=True)
        part, old, other = (stem.with_name(n) for n in (f".{stem.name}.jpg.a1b2", f"{stem.name}.png", "11.jpg"))
        for file in (part, old, other):
            file.write_bytes(b"x")
        place.download()
        assert sorted(f.name for f in stem.parent.iterdir()) == ["1.jpg", "11.jpg"]


def test_the_catalogue_is_the_same_for_any_number_of_threads(tmp_path: Path, server: Server) -> None:
    server.answer = Pictures(same=lambda: sent(drawn(5)), bad=lambda: sent(b"nothing"))
    records = [photo(server, str(i), i) for i in range(30)]
    records += [photo(server, "same", i, id=f"same {i}") for i in range(3)] + [photo(server, "bad", 0)]
    results = []
    for threads in (1, 7):
        with Place(tmp_path / str(threads), records) as place:
            done = place.download(DownloadOptions(threads=threads))
            results.append((done, list(place.catalogue.pictures()), place.files))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (lambda: sent(b""), "empty"),
        (lambda: sent(b"<!DOCTYPE html><title>Log in</title>"), "web page"),
        (lambda: sent(b"\n <html>"), "web page"),
        (lambda: sent(drawn(1)[:-500]), "truncated or damaged"),
        (lambda: sent(b"just words"), "not a picture"),
        (gif, "GIF"),
        (lambda: sent(b"", 404), "gone: .*404"),
        (lambda: sent(b"", 410), "gone: .*410"),
        (lambda: sent(b"", 451), "refused: .*451"),
        (lambda: sent(b"", 302, Location="/img/photo_unavailable_l.png"), "unavailable"),
        (lambda: sent(Announced()), "more than 100000000 bytes"),
        (lambda: sent(drawn(1) + bytes(100_000_001)), "more than 100000000 bytes"),
    ],
)
def test_what_is_no_picture_is_reported_as_a_problem(tmp_path: Path, server: Server, reply: Any, problem: str) -> None:
    first = reply()
    first = sent(first) if isinstance(first, bytes) else first
    server.answer = Pictures(odd=first, **{"photo_unavailable_l.png": sent(drawn(2))})
    with Place(tmp_path, [photo(server, "1"), photo(server, "odd")]) as place:
        assert place.download() == Downloaded(1, 1, 0, 0, "")
        (reported,) = place.problems.values()
        assert re.search(problem, reported) and not reported.startswith("picture:")
        assert len(server.requests) <= 4  # the redirections end
        row = place.pictures["odd"]
        assert (row.file, row.width) == ("", 0)
        whole(place)
        # It is final until it is requested again; then the source has another.
        server.answer = Pictures(odd=lambda: sent(drawn(3)))
        assert place.download() == Downloaded(0, 0, 0, 0, "")
        assert place.download(DownloadOptions(again=True)) == Downloaded(1, 0, 0, 0, "")
        assert place.pictures["odd"].digest == hashlib.sha256(drawn(3)).hexdigest() != row.digest
        whole(place)


def test_a_picture_that_stands_for_several_photos_is_found_whenever_they_come(tmp_path: Path, server: Server) -> None:
    def same(name: str, number: int, **changes: Any) -> Record:
        return photo(server, name, number, id=f"{name} {number}", **changes)

    copies = [same("2", i, author="one") for i in range(4)]
    apart = [replace(same("3", i, author="one"), lat=45.43 + 0.01 * i) for i in range(3)]
    elsewhere = [same("4", 7), same("4", 8), same("4", 9, source="another")]
    with Place(tmp_path, [same("1", 1), same("1", 2), *copies, *apart, *elsewhere]) as place:
        assert place.download() == Downloaded(12, 0, 3, 0, "")
        assert place.problems == dict.fromkeys(["3 0", "3 1", "3 2"], REPEATED)
        place.catalogue.add([same("1", 3)])
        assert place.download().repeated == 3
        place.catalogue.add([same("1", 4)])
        assert place.download().repeated == 1
        assert set(place.problems) == {"3 0", "3 1", "3 2", "1 1", "1 2", "1 3", "1 4"}
        assert ("drawn", "1 1") not in place.catalogue.picture_paths()
        # Then the source has the pictures of one again, and something else for the other.
        server.answer = Pictures(**{"1": lambda: sent(drawn(100 + len(server.requests))), "3": lambda: sent(gif())})
        assert place.download(DownloadOptions(again=True)) == Downloaded(4, 3, 0, 0, "")
        assert set(place.problems) == {"3 0", "3 1", "3 2"}
        assert "GIF" in place.problems["3 0"]


def test_the_copy_of_the_requested_size_is_taken() -> None:
    def chosen(side_px: int, *sides: int, width: int = 0) -> str:
        sizes = tuple(Size(side, f"{side}") for side in sides)
        return address_for(Record("drawn", "1", 45, 12, width=width, height=width // 2, sizes=sizes), side_px)

    assert chosen(1024, 2048, 640, 1024, 0) == "1024"
    assert chosen(1000, 2048, 640, 1024, 0) == "1024"
    assert chosen(1025, 640, 1024, 0, 2048) == "2048"
    assert chosen(1024, 640, 500) == "640"
    assert chosen(1024, 640, 0) == "0"  # unknown, so the largest
    assert chosen(1024, 640, 800, 0, width=700) == "800"
    assert chosen(1024, 640, 0, 2048, width=1500) == "0"
    assert chosen(1024) == ""


TRICKS = ["../../x", "a/b", "a_b", "A_B", "", ".", "..", "/etc/passwd", "c" * 5000, "c" * 5001, "ü", "a\nb", "~", "a:"]


def test_names_of_photos_lead_nowhere_else(tmp_path: Path, server: Server) -> None:
    records = [photo(server, str(i), id=name) for i, name in enumerate(TRICKS)]
    records += [photo(server, "77", id="x", source="../../other")]
    with Place(tmp_path / "in", records) as place:
        assert place.download().good == len(records)
        whole(place)
        assert len(set(place.files)) == len(records) == len({name.lower() for name in place.files})
        for i, name in enumerate(TRICKS):
            assert place.bytes_of(place.pictures[name]) == drawn(i)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["in"]
    assert sorted(f.name for f in (tmp_path / "in").iterdir()) == ["c.db", "pictures"]


@pytest.mark.parametrize(
    "address", ["", "file:///etc/hostname", "/etc/hostname", "ftp://h/x", "http://[x", "http:///x"]
)
def test_addresses_that_are_not_of_the_web_are_not_followed(tmp_path: Path, server: Server, address: str) -> None:
    records = [photo(server, "1", sizes=(Size(0, address),)), photo(server, "2", sizes=())]
    with Place(tmp_path, records) as place:
        assert place.download().problems == 2
        assert set(place.problems.values()) == {"the source gives no address of a picture"}
        assert server.requests == []


def test_a_server_that_is_down_makes_no_problem_of_a_picture(tmp_path: Path, server: Server) -> None:
    server.answer = Pictures(odd=lambda: sent(b"", 520), old=lambda: sent(b"", 403))
    records = [photo(server, name) for name in ("1", "2", "odd", "old")]
    with Place(tmp_path, records, replace(HASTY, attempts=2)) as place:
        server.faults.extend(["503", "cut"])
        done = place.download()
        assert (done.good, done.problems, done.left) == (1, 0, 3)
        assert "403" in done.reason
        assert set(place.pictures) == {"2"}
        server.answer = Pictures(odd=lambda: sent(drawn(5)), old=lambda: sent(drawn(6)))
        assert place.download() == Downloaded(3, 0, 0, 0, "")


def test_a_source_that_does_not_answer_is_left_and_others_are_not(tmp_path: Path, server: Server) -> None:
    with serving(Server(lambda request: sent(b"", 503))) as down:
        records = [photo(down, str(i), id=str(i)) for i in range(300)]
        # Of another source, and of the same one with another server.
        records += [photo(server, str(i), source="other") for i in range(3)]
        records += [photo(server, str(i), id=f"z{i}") for i in range(3)]
        with Place(tmp_path, records, replace(HASTY, attempts=1)) as place:
            done = place.download()
            assert (done.good, done.problems, done.left) == (6, 0, 300)
            assert "run the command again later" in done.reason
            assert len(down.requests) < 40


@pytest.mark.parametrize(
    "address", ["http://exa mple/", "http://a..b/", f"http://{'a' * 300}.example/", "http://a\0b/"]
)
def test_addresses_that_no_server_can_have_are_problems(tmp_path: Path, server: Server, address: str) -> None:
    with Place(tmp_path, [photo(server, "1", sizes=(Size(0, address),))]) as place:
        done = place.download()
        assert (done.problems, done.left) == (1, 0) and "is not a valid address" in place.problems["1"]


def test_odd_headers_are_no_crash(tmp_path: Path, server: Server) -> None:
    replies = {
        "long": Reply(b"", status=503, headers={"Retry-After": "9" * 5000}),
        "late": Reply(b"", status=503, headers={"Retry-After": "Fri, 31 Dec 99999999999 23:59:59 GMT"}),
        "loop": Reply(b"", status=302, headers={"Location": "/loop"}),
        "odd": Reply(b"", status=302, headers={"Location": "http://[::1/"}),
    }
    server.answer = lambda request: replies[request.path.strip("/")]
    with Place(tmp_path, [photo(server, name) for name in replies], replace(HASTY, attempts=2)) as place:
        assert (found := place.download()).left == found.problems == 2
        assert "too often" in place.problems["loop"] or "302" in place.problems["loop"]
        assert "redirects to an invalid address" in place.problems["odd"]


class Expiring(Source):
    """Addresses are valid as long as their number is the current one."""

    name = "drawn"

    def __init__(self, server: Server, fails: bool = False) -> None:
        super().__init__()
        self.server = server
        self.fails = fails
        self.now = 1
        self.requests: list[int] = []

    def first(self, query: Query) -> list[Task]:
        raise NotImplementedError

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        raise NotImplementedError

    def renewed(self, records: list[Record], network: Network) -> list[Record]:
        self.requests.append(len(records))
        if self.fails:
            raise venloc.SourceError("no answer to that")
        return [replace(r, sizes=(Size(0, f"{self.server.url}/{self.now}/{r.id}"),)) for r in reversed(records)]


def test_addresses_that_expire_are_renewed(tmp_path: Path, server: Server) -> None:
    source = Expiring(server)

    def answer(request: Request) -> Reply:
        _, now, name = request.path.split("/")
        if int(now) != source.now or name == "13":
            return sent(b"", 403)
        if name == "5":
            source.now += 1  # all addresses are old now
        return sent(drawn(int(name)))

    server.answer = answer
    records = [photo(server, str(i)) for i in range(120)]
    with Place(tmp_path / "quiet", records) as place:
        done = place.download(source_of=lambda name: source)
        assert (done.good, set(place.problems)) == (119, {"13"})
        assert "refused" in place.problems["13"]
        assert source.requests[0] == 100 and source.requests.count(20) == 1
        for name in ("5", "99", "119"):
            assert place.bytes_of(place.pictures[name]) == drawn(int(name))
    failing = Expiring(server, fails=True)
    with Place(tmp_path / "failing", records) as place:
        assert place.download(source_of=lambda name: failing) == Downloaded(0, 0, 0, 120, "no answer to that")
        assert failing.requests == [100]


def test_pictures_of_a_folder_stay_where_they_are(tmp_path: Path, server: Server) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "a.jpg").write_bytes(drawn(1))
    (mine / "b.jpg").write_bytes(b"no picture")
    (mine / "d").mkdir()
    records = [
        photo(server, name, source="folder", sizes=(Size(0, str(mine / name)),))
        for name in ("a.jpg", "b.jpg", "c.jpg", "d")
    ]
    with Place(tmp_path / "in", records) as place:
        missing = "there is no file '{}': connect its disk, or collect or import it again"
        assert place.download() == Downloaded(1, 1, 0, 2, missing.format(mine / "d"))
        assert place.pictures["a.jpg"].file == str(mine / "a.jpg")
        assert place.catalogue.picture_paths() == {("folder", "a.jpg"): mine / "a.jpg"}
        assert "not a picture" in place.problems["b.jpg"]
        assert place.problems["c.jpg"] == missing.format(mine / "c.jpg")
        assert place.files == []
        (mine / "c.jpg").write_bytes(drawn(2))
        assert place.download().good == 1
        # As when a disk is not plugged in, and then is again.
        mine.rename(tmp_path / "elsewhere")
        assert place.download() == Downloaded(0, 0, 0, 4, missing.format(mine / "d"))
        assert place.catalogue.picture_paths() == {}
        (tmp_path / "elsewhere").rename(mine)
        assert place.download() == Downloaded(2, 1, 0, 1, missing.format(mine / "d"))
        assert sorted(place.catalogue.picture_paths()) == [("folder", "a.jpg"), ("folder", "c.jpg")]
        assert server.requests == []
    with Place(tmp_path / "small", records) as place:
        assert (found := place.download(DownloadOptions(max_bytes=100))).problems == 3 and found.left == 1
        size = (mine / "a.jpg").stat().st_size
        assert place.problems["a.jpg"] == f"the file has {size} bytes, more than the limit of 100 (--max-bytes)"


def test_the_exif_position_of_a_picture_is_kept(tmp_path: Path, server: Server) -> None:
    tags = Image.Exif()
    tags[0x8825] = {1: "N", 2: (45.0, 26.0, 3.0), 3: "E", 4: (12.0, 20.0, 6.0)}
    data = io.BytesIO()
    scene(1).save(data, "jpeg", exif=tags)
    server.answer = Pictures(tagged=lambda: sent(data.getvalue()))
    with Place(tmp_path, [photo(server, "1"), photo(server, "tagged")]) as place:
        place.download()
        tagged, plain = place.pictures["tagged"], place.pictures["1"]
        assert (tagged.exif_lat, tagged.exif_lng) == pytest.approx((45.43417, 12.335), abs=1e-5)
        assert (plain.exif_lat, plain.exif_lng) == (None, None)


def test_a_full_disk_is_reported_and_leaves_no_half_file(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(file: Path, data: bytes) -> int:
        if data == drawn(3):
            write(file, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, data)

    with Place(tmp_path, [photo(server, str(i)) for i in range(6)]) as place:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "write_bytes", full)
            with pytest.raises(venloc.errors.IoError, match=r"3\.jpg' cannot be written \(No space left on device\)"):
                place.download()
        whole(place)
        assert "0" in place.pictures and "3" not in place.pictures
        assert place.download().left == 0
        assert len(place.pictures) == 6
        whole(place)


def test_an_impossible_folder_is_reported(tmp_path: Path, server: Server) -> None:
    with Place(tmp_path / "in", [photo(server, "1")]) as place:
        place.folder = tmp_path / "in" / "c.db"
        with pytest.raises(venloc.errors.IoError, match=r"c\.db"):
            place.download()
        place.folder = tmp_path / "elsewhere"
        assert place.download().good == 1
        assert Path(place.pictures["1"].file).is_absolute()
        assert place.bytes_of(place.pictures["1"]) == drawn(1)


@pytest.mark.parametrize(
    "wrong", [{"threads": 0}, {"threads": 33}, {"side_px": 0}, {"max_pixels": 0}, {"max_bytes": 0}]
)
def test_options_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(venloc.InvalidArgumentError, match=next(iter(wrong))):
        DownloadOptions(**wrong)


def test_pictures_over_the_limit_are_refused(tmp_path: Path, server: Server) -> None:
    with Place(tmp_path, [photo(server, "1")]) as place:
        assert place.download(DownloadOptions(max_pixels=1000)).problems == 1
        assert "more than the limit of 1000" in place.problems["1"]


def test_sources_that_are_not_installed_or_have_no_key_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("VENLOC_FLICKR_KEY", raising=False)
    assert installed("panoramio") is None
    assert installed("flickr") is None
    monkeypatch.setenv("VENLOC_FLICKR_KEY", "a key")
    source = installed("flickr")
    assert source is not None and source.key == "a key"


def test_rows_are_put_in_while_missing_ones_are_gone_through(tmp_path: Path, server: Server) -> None:
    with Place(tmp_path, [photo(server, f"{i}", source=s) for i in range(700) for s in ("", "b")]) as place:
        seen = []
        for record in place.catalogue.missing_pictures():
            seen.append(record.key)
            if len(seen) % 30 == 0:
                place.catalogue.put_pictures([Picture(record.source, record.id)])
        assert len(seen) == len(set(seen)) == 1400
        assert len(list(place.catalogue.missing_pictures())) == 1400 - 1400 // 30
        row = Picture("b", "1", "f", "d", 1, 2, 3, 5.5, 6.5, "p", local=True)
        place.catalogue.put_pictures([row])
        assert place.pictures["1"] == row
