# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import contextlib
import gzip
import json
import logging
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import venloc

pytest.importorskip("urllib3", reason="collecting is an extra")
from servers import FAULTS, FlickrAnswers, Reply, Request, Server, flickr_photo, serving
from venloc.collecting import BOXES, Catalogue, Network, NetworkOptions, Query, Record, Size, collect
from venloc.collecting.catalogue import Decision, Positions
from venloc.collecting.sources.flickr import Flickr

HASTY = NetworkOptions(per_second=1e6, first_wait_s=0, timeout_s=10)
VENICE = BOXES["venice"]


def photos(count: int, seed: int = 0, **changes: Any) -> list[dict[str, Any]]:
    """All over Venice, more of them in the middle."""
    draw = random.Random(seed)
    return [
        flickr_photo(i, 45.4342 + draw.gauss(0, 0.006), 12.3388 + draw.gauss(0, 0.01), **changes) for i in range(count)
    ]


def flickr(server: Server) -> Flickr:
    return Flickr(FlickrAnswers.KEY, f"{server.url}/services/rest/")


def ids(catalogue: Catalogue) -> list[str]:
    return [record.id for record in catalogue.records()]


def test_all_photos_are_collected_once_whatever_goes_wrong(tmp_path: Path) -> None:
    known = photos(1200)
    inside = sorted(
        p["id"] for p in known if VENICE.contains(venloc.LatLng(float(p["latitude"]), float(p["longitude"])))
    )
    with serving(Server(FlickrAnswers(known), fault_rate=0.5)) as server, Catalogue(tmp_path / "c.db") as catalogue:
        done = collect(flickr(server), Query(VENICE), catalogue, Network(HASTY))
        assert server.spoilt > 0
        assert ids(catalogue) == inside
        assert (done.new, done.gone_on) == (len(inside), False)
        pages = catalogue.pages(done.run)
        assert sum(page.new for page in pages) == len(inside) and all(page.fetched for page in pages)
        again = collect(flickr(server), Query(VENICE), catalogue, Network(HASTY))
        assert again.new == 0 and again.run != done.run
        assert ids(catalogue) == inside


def test_a_search_that_finds_too_much_is_split_until_nothing_is_lost(tmp_path: Path) -> None:
    # Half of them are on one point, so that splitting areas is not enough.
    known = [*photos(4200), *(flickr_photo(10_000 + i, 45.4342, 12.3388) for i in range(4500))]
    inside = sum(VENICE.contains(venloc.LatLng(float(p["latitude"]), float(p["longitude"]))) for p in known)
    with serving(Server(FlickrAnswers(known))) as server, Catalogue(tmp_path / "c.db") as catalogue:
        done = collect(flickr(server), Query(VENICE), catalogue, Network(HASTY))
        assert len(catalogue) == done.new == inside > 8000
        assert max(page.total for page in catalogue.pages(done.run)) > 4000


def test_photos_added_during_a_run_are_collected(tmp_path: Path) -> None:
    known = photos(260)
    answers = FlickrAnswers(known)
    more = [flickr_photo(9000 + i, 45.434, 12.338) for i in range(300)]

    def answer(request: Request) -> Any:
        reply = answers(request)
        answers.photos = [*known, *more]  # after the first page
        return reply

    with serving(Server(answer)) as server, Catalogue(tmp_path / "c.db") as catalogue:
        source = flickr(server)
        query = Query(VENICE)
        network = Network(HASTY)
        collect(source, query, catalogue, network)
        assert {p["id"] for p in more} <= set(ids(catalogue))


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_retried(tmp_path: Path, fault: str) -> None:
    with serving(Server(FlickrAnswers(photos(10)))) as server, Catalogue(tmp_path / "c.db") as catalogue:
        server.faults.extend([fault] * 3)
        assert collect(flickr(server), Query(VENICE), catalogue, Network(HASTY)).new == 10
        assert len(server.requests) == 4


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_does_not_recover_is_reported_without_the_key(
    tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Server(FlickrAnswers(photos(10)))) as server, Catalogue(tmp_path / "c.db") as catalogue:
        server.faults.extend([fault] * 5)
        few = NetworkOptions(per_second=1e6, first_wait_s=0, attempts=5)
        with pytest.raises(venloc.SourceError, match=r"127\.0\.0\.1.*5 attempts") as failure:
            collect(flickr(server), Query(VENICE), catalogue, Network(few))
        # The run is resumed.
        assert collect(flickr(server), Query(VENICE), catalogue, Network(HASTY)).gone_on
        assert len(catalogue) == 10
    reported = str(failure.value) + caplog.text + repr(failure.value.__context__)
    assert FlickrAnswers.KEY not in reported
    assert FlickrAnswers.KEY.encode() not in (tmp_path / "c.db").read_bytes()


def test_retry_after_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    server = Server(FlickrAnswers(photos(10)), retry_after="17")
    with serving(server), Catalogue(tmp_path / "c.db") as catalogue:
        server.faults.extend(["429", "503"])
        collect(flickr(server), Query(VENICE), catalogue, Network(HASTY))
        assert [s for s in slept if s >= 1] == [17, 17]
        server.retry_after = "3600"
        server.faults.append("429")
        with pytest.raises(venloc.SourceError, match="pause of 3600 s"):
            collect(flickr(server), Query(VENICE), catalogue, Network(HASTY))


def test_a_server_that_sends_a_byte_now_and_then_is_not_waited_for() -> None:
    with serving(Server(lambda request: Reply(b"[" + b" " * 10_000, pause_s=0.02))) as server:
        hasty = NetworkOptions(per_second=1e6, first_wait_s=0, attempts=2, longest_reply_s=0.2)
        with pytest.raises(venloc.SourceError, match="2 attempts .the reply is too slow"):
            Network(hasty).json(server.url, {})


def test_compressed_replies_are_read() -> None:
    packed = gzip.compress(json.dumps(list(range(100_000))).encode())
    with serving(Server(lambda request: Reply(packed, headers={"Content-Encoding": "gzip"}))) as server:
        assert Network(HASTY).json(server.url, {}) == list(range(100_000))
        # The limit is on the decompressed size.
        with pytest.raises(venloc.SourceError, match="more than 500000 bytes"):
            Network(replace(HASTY, max_bytes=500_000)).json(server.url, {})


def test_long_pauses_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    reported: list[str] = []
    with serving(Server(lambda request: [], retry_after="7")) as server:
        server.faults.extend(["503", "html", "503"])
        assert Network(replace(HASTY, first_wait_s=0.1), reported.append).json(server.url, {"key": "secret"}) == []
    assert reported == [f"{server.url}: status 503; next attempt in 7 s ({number} of 8)" for number in (2, 4)]


@pytest.mark.parametrize(
    "address", ["flickr", "ftp://a.example/", "https://", "http://[", "http://a.example:0/", "/etc"]
)
def test_invalid_addresses_are_refused_before_any_request(address: str) -> None:
    with pytest.raises(venloc.InvalidArgumentError, match="not the address of a server"):
        Flickr("key", address)


def test_requests_keep_their_distance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda s: now.__setitem__(0, now[0] + s))
    with serving(Server(FlickrAnswers(photos(600)))) as server, Catalogue(tmp_path / "c.db") as catalogue:
        collect(flickr(server), Query(VENICE), catalogue, Network(NetworkOptions(per_second=2)))
        assert len(server.requests) >= 3
        assert now[0] == pytest.approx((len(server.requests) - 1) / 2)


def test_a_wrong_key_is_not_retried(tmp_path: Path) -> None:
    with serving(Server(FlickrAnswers(photos(10)))) as server, Catalogue(tmp_path / "c.db") as catalogue:
        source = Flickr("another", f"{server.url}/services/rest/")
        with pytest.raises(venloc.SourceError, match="VENLOC_FLICKR_KEY"):
            collect(source, Query(VENICE), catalogue, Network(HASTY))
        assert len(server.requests) == 1


def test_queries_contain_licences_days_words_and_the_maximum(tmp_path: Path) -> None:
    known = photos(300)
    with serving(Server(FlickrAnswers(known))) as server:

        def found(name: str, **fields: Any) -> list[Record]:
            with Catalogue(tmp_path / f"{name}.db") as catalogue:
                collect(flickr(server), Query(VENICE, **fields), catalogue, Network(HASTY))
                return list(catalogue.records())

        assert {r.licence for r in found("by", licences=("CC-BY",))} == {"CC-BY-2.0"}
        assert {r.licence for r in found("open", licences=("open",))} == {
            "CC-BY-2.0",
            "CC-BY-SA-2.0",
            "NKCR",
            "US-GOV",
            "CC0-1.0",
            "PDM-1.0",
        }
        assert {r.taken[5:7] for r in found("days", since="2019-03-01", until="2019-04-30")} == {"03", "04"}
        assert [r.title for r in found("words", keywords="Canal 17")] == [
            "Canal 17",
            *(f"Canal 17{i}" for i in range(10)),
        ]
        assert len(found("few", maximum=7)) == 7
        for photo, level in zip(known, ("16", "13", "11", "6"), strict=False):
            photo["accuracy"] = level
        levels = {record.level: record.accuracy for record in found("levels")}
        assert levels == {16: "street", 13: "district", 11: "city"}
        with pytest.raises(venloc.SourceError, match="no licence GPL"):
            found("none", licences=("GPL",))


def test_all_fields_of_flickr_are_kept(tmp_path: Path) -> None:
    odd = [
        flickr_photo(1, 45.43, 12.33, datetakengranularity=4, license="5", accuracy="13"),
        flickr_photo(2, 45.43, 12.33, datetaken="0000-00-00 00:00:00", license="99", accuracy="0"),
        {"id": "3"},
        flickr_photo(6, 45.43, 12.33, accuracy=float("inf")),
        "no photo",
        flickr_photo(4, 45.43, 12.33, latitude="north", url_o="https://live.example/4_o.jpg"),
        flickr_photo(5, 45.43, 12.33, url_o="https://live.example/5_o.jpg", title="half of a character: \ud83d"),
    ]

    def answer(_request: Request) -> Any:
        return {"photos": {"page": 1, "pages": 1, "perpage": 250, "total": 6, "photo": odd}, "stat": "ok"}

    odd[1]["o_width"] = "9" * 30
    with serving(Server(answer)) as server, Catalogue(tmp_path / "c.db") as catalogue:
        collect(flickr(server), Query(VENICE), catalogue, Network(HASTY))
        first, second, third, fourth = catalogue.records()
    assert (fourth.level, fourth.accuracy) == (0, "")
    assert second.width == 2**31 - 1
    assert first == Record(
        "flickr",
        "5000000001",
        45.43,
        12.33,
        page="https://www.flickr.com/photos/1@N00/5000000001",
        author="someone 1",
        licence="CC-BY-SA-2.0",
        taken="2019-02",
        title="Canal 1",
        accuracy="district",
        level=13,
        width=4000,
        height=3000,
        sizes=(Size(1024, "https://live.example/1_b.jpg"),),
    )
    assert (second.licence, second.taken, second.accuracy) == ("", "", "")
    assert [size.side_px for size in third.sizes] == [0, 1024]
    assert third.title == "half of a character: ?"


def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from venloc.collecting import *\n"
        "from venloc.collecting.sources.flickr import Flickr\n"
        "with Catalogue(Path(sys.argv[2])) as catalogue:\n"
        "  collect(Flickr(sys.argv[3], sys.argv[1]), Query(BOXES['venice']), catalogue,"
        " Network(NetworkOptions(per_second=1e6, first_wait_s=0)))\n"
    )
    draw = random.Random(3)
    with serving(Server(FlickrAnswers(photos(3000)), fault_rate=0.05)) as server:
        address = f"{server.url}/services/rest/"

        def start(file: Path) -> subprocess.Popen[bytes]:
            return subprocess.Popen([sys.executable, "-c", script, address, str(file), FlickrAnswers.KEY])

        whole, cut = tmp_path / "whole.db", tmp_path / "cut.db"
        began = time.monotonic()
        assert start(whole).wait(60) == 0
        takes = time.monotonic() - began
        for _ in range(4):
            process = start(cut)
            time.sleep(draw.uniform(0.3, 1.0) * takes)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert start(cut).wait(60) == 0
    with Catalogue(whole) as one, Catalogue(cut) as other:
        assert list(one.records()) == list(other.records())
        assert len(one) > 2900
        (run, *rest) = other.runs()
        assert run.ended and not [r for r in rest if r.query != run.query]


# --- catalogue ---


def record(number: int, lat: float = 45.43, **changes: Any) -> Record:
    return Record("drawn", str(number), lat, 12.33, **changes)


def test_places_that_differ_are_kept_and_the_finest_is_the_photos_whatever_the_order(tmp_path: Path) -> None:
    reported = [record(1, 45.43, level=16), record(1, 45.44, level=12), record(1, 45.45, level=16), record(2)]
    results = []
    for order in ([0, 1, 2, 3], [2, 3, 1, 0], [3, 1, 0, 2, 2, 0]):
        with Catalogue(tmp_path / f"{order}.db") as catalogue:
            for i in order:
                catalogue.add([reported[i]], reported="2026-01-01")
            results.append(([(r.id, r.lat, r.level) for r in catalogue.records()], list(catalogue.positions())))
    assert results[0] == results[1] == results[2]
    assert results[0] == (
        [("1", 45.45, 16), ("2", 45.43, 0)],
        [Positions("drawn", "1", [(45.43, 12.33), (45.45, 12.33), (45.44, 12.33)], corrected=False)],
    )


def test_of_places_of_one_level_the_last_counts_however_it_came(tmp_path: Path) -> None:
    reported = [(record(1, 45.45, level=16), "2026-01"), (record(1, 45.43, level=16), "2026-02")]
    for order in ([0, 1], [1, 0], [0, 1, 0]):
        with Catalogue(tmp_path / f"{order}.db") as catalogue:
            for i in order:
                catalogue.add([reported[i][0]], reported=reported[i][1])
            assert [r.lat for r in catalogue.records()] == [45.43]
            assert [p.corrected for p in catalogue.positions()] == [True]
    # Reported once more, the first one is the last; a rough one does not count, but contradicts.
    with Catalogue(tmp_path / "[0, 1].db") as catalogue:
        catalogue.add([reported[0][0]], reported="2026-03")
        assert [r.lat for r in catalogue.records()] == [45.45]
        catalogue.add([record(1, 45.44, level=11)], reported="2026-04")
        assert [r.lat for r in catalogue.records()] == [45.45]
        assert [p.corrected for p in catalogue.positions()] == [False]


def test_nothing_known_is_replaced_by_nothing_and_no_place_of_a_batch_is_lost(tmp_path: Path) -> None:
    full = record(
        1, author="A", licence="ARR", title="T", width=4000, sizes=(Size(0, "https://a.example/1"),), level=16
    )
    with Catalogue(tmp_path / "c.db") as catalogue:
        catalogue.add([full])
        catalogue.add([record(1, level=3)])
        assert list(catalogue.records()) == [full]
        assert catalogue.add([record(2, 45.43, level=16), record(2, 45.44, level=11), record(2, 45.45, level=2)]) == 1
        assert [r.lat for r in catalogue.records()] == [45.43, 45.43]
        assert [p.places for p in catalogue.positions()] == [[(45.43, 12.33), (45.44, 12.33), (45.45, 12.33)]]


def test_places_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    with Catalogue(tmp_path / "c.db") as catalogue:
        with pytest.raises(venloc.InvalidArgumentError, match="drawn:1: nan"):
            catalogue.add([record(2), record(1, float("nan"))])
        assert len(catalogue) == 0


def test_a_run_of_another_server_is_another_run(tmp_path: Path) -> None:
    known = photos(10)
    with Catalogue(tmp_path / "c.db") as catalogue:
        with serving(Server(FlickrAnswers(known[:5]))) as server:
            server.faults.extend(["500"] * 2)
            few = NetworkOptions(per_second=1e6, first_wait_s=0, attempts=2)
            with pytest.raises(venloc.SourceError):
                collect(flickr(server), Query(VENICE), catalogue, Network(few))
        with serving(Server(FlickrAnswers(known))) as server:
            done = collect(flickr(server), Query(VENICE), catalogue, Network(HASTY))
        assert (done.new, done.gone_on) == (10, False)


def test_ten_runs_of_a_part_each_make_the_whole(tmp_path: Path) -> None:
    known = photos(500)
    answers = FlickrAnswers(known)
    draw = random.Random(1)
    seen: set[str] = set()
    with serving(Server(answers)) as server, Catalogue(tmp_path / "c.db") as catalogue:
        for _ in range(10):
            answers.photos = draw.sample(known, draw.randint(350, 475))
            seen.update(p["id"] for p in answers.photos)
            collect(flickr(server), Query(VENICE), catalogue, Network(HASTY))
        assert set(ids(catalogue)) == seen
        assert collect(flickr(server), Query(VENICE), catalogue, Network(HASTY)).new == 0


def test_merging_is_the_same_in_any_order_and_any_number_of_times(tmp_path: Path) -> None:
    files = [tmp_path / f"{i}.db" for i in range(3)]
    for i, file in enumerate(files):
        with Catalogue(file) as catalogue:
            others = {
                "level": 10 + i,
                "author": f"author {i % 2}",
                "licence": ["CC0-1.0", "", "CC-BY-2.0"][i],
                "sizes": (Size(0, f"https://{i}.example/"),),
            }
            known = [record(n, 45.43 + 0.001 * (i if n % 7 == 0 else 0), **others) for n in range(i * 10, i * 10 + 20)]
            catalogue.add(known, reported=f"2026-01-0{[2, 3, 1][i]}")
    merged = []
    for order in ([0, 1, 2], [2, 0, 1, 0, 2], [1, 2, 0]):
        with Catalogue(tmp_path / f"m{order}.db") as catalogue:
            new = [catalogue.merge(files[i]) for i in order]
            assert sum(new) == 40 and new[3:] == [0] * (len(order) - 3)
            merged.append((list(catalogue.records()), list(catalogue.positions())))
    assert merged[0] == merged[1] == merged[2]
    assert [reported.id for reported in merged[0][1]] == ["14", "21", "28"]
    of = {r.id: r for r in merged[0][0]}
    assert [(of[n].author, of[n].licence) for n in ("15", "25")] == [("author 1", "CC0-1.0"), ("author 1", "CC-BY-2.0")]


def test_reports_combine_to_the_same_record_in_any_order_and_by_any_way(tmp_path: Path) -> None:
    draw = random.Random(5)
    texts, places = ["", "A", "B"], [45.43, 45.44, 45.45]

    def report() -> tuple[Record, str]:
        reported = record(
            draw.randrange(3),
            draw.choice(places),
            level=draw.choice([0, 11, 16]),
            accuracy=draw.choice(["", "city", "street"]),
            author=draw.choice(texts),
            title=draw.choice(texts),
            width=draw.choice([0, 100, 200]),
            sizes=draw.choice([(), (Size(0, "a"),), (Size(0, "b"), Size(1, "c"))]),
        )
        return reported, f"2026-0{draw.randint(1, 4)}"

    def dumped(name: str, reports: list[tuple[Record, str]], others: list[str] = []) -> list[Any]:  # noqa: B006
        with Catalogue(tmp_path / f"{name}.db") as catalogue:
            for reported, when in reports:
                catalogue.add([reported], reported=when)
            for other in others:
                catalogue.merge(tmp_path / f"{other}.db")
        with contextlib.closing(sqlite3.connect(tmp_path / f"{name}.db")) as db:
            return [list(db.execute(f"SELECT * FROM {table}")) for table in ("photos", "positions")]

    for number in range(20):
        reports = [report() for _ in range(9)]
        expected = dumped(f"{number}", reports)
        shuffled = draw.sample(reports, 9)
        assert dumped(f"{number}s", shuffled + draw.sample(reports, 3)) == expected
        for part in range(3):
            dumped(f"{number}p{part}", shuffled[3 * part : 3 * part + 3])
        parts = [f"{number}p{part}" for part in draw.choices(range(3), k=2) + draw.sample(range(3), 3)]
        assert dumped(f"{number}m", [], parts) == expected
        # The result has the last value of each field that is not empty.
        for known in (r for rows in [expected[0]] for r in rows):
            authors = [
                (when, reported.author) for reported, when in reports if reported.id == known[1] and reported.author
            ]
            assert known[5] == max(authors, default=("", ""))[1]


def test_what_a_person_decided_last_counts_in_any_order_of_merging(tmp_path: Path) -> None:
    for name, verdict in (("a", "keep"), ("b", "drop")):
        with Catalogue(tmp_path / f"{name}.db") as catalogue:
            catalogue.add([record(1)])
            catalogue.decide([Decision("drawn", "1", verdict, note=name)])
        time.sleep(0.01)
    for order in ("ab", "ba", "aba"):
        with Catalogue(tmp_path / f"{order}.db") as catalogue:
            for name in order:
                catalogue.merge(tmp_path / f"{name}.db")
            assert [d.note for d in catalogue.decisions().values()] == ["b"]
            catalogue.decide([Decision("drawn", "1", "keep", note="now")])
            catalogue.merge(tmp_path / "b.db")
            assert [d.note for d in catalogue.decisions().values()] == ["now"]


def test_a_catalogue_that_is_merged_is_only_read(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        other = tmp_path / f"{version}.db"
        if version == 1:
            with contextlib.closing(sqlite3.connect(other)) as db:
                db.executescript(VERSION_1)
        else:
            with Catalogue(other) as catalogue:
                catalogue.add([record(1)])
        if version == 2:  # whose columns had another name
            with contextlib.closing(sqlite3.connect(other)) as db:
                for table in ("photos", "positions", "decisions"):
                    db.execute(f"ALTER TABLE {table} RENAME COLUMN reported_at TO told")
                db.execute("PRAGMA user_version = 2")
        before = other.read_bytes()
        with Catalogue(tmp_path / f"into{version}.db") as catalogue:
            assert (catalogue.merge(other), catalogue.merge(other)) == (1, 0)
        assert other.read_bytes() == before


def test_programs_that_make_the_same_catalogue_at_once_get_the_same_one(tmp_path: Path) -> None:
    for attempt in range(30):
        file = tmp_path / f"{attempt}.db"
        ready = threading.Barrier(4)

        def add(number: int, file: Path = file, ready: threading.Barrier = ready) -> None:
            ready.wait()
            with Catalogue(file) as catalogue:
                catalogue.add([record(number)])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(add, range(4)))
        with Catalogue(file) as catalogue:
            assert ids(catalogue) == ["0", "1", "2", "3"]


VERSION_1 = """
CREATE TABLE photos (
  source TEXT NOT NULL, id TEXT NOT NULL, lat REAL NOT NULL, lng REAL NOT NULL, page TEXT NOT NULL, author TEXT NOT NULL,
  licence TEXT NOT NULL, taken TEXT NOT NULL, title TEXT NOT NULL, accuracy TEXT NOT NULL, level INTEGER NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, sizes TEXT NOT NULL, PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE positions (
  source TEXT NOT NULL, id TEXT NOT NULL, lat REAL NOT NULL, lng REAL NOT NULL, level INTEGER NOT NULL,
  PRIMARY KEY (source, id, lat, lng)) WITHOUT ROWID;
CREATE TABLE runs (
  run INTEGER PRIMARY KEY, source TEXT NOT NULL, query TEXT NOT NULL, began TEXT NOT NULL, ended TEXT);
CREATE TABLE tasks (
  number INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs, task TEXT NOT NULL, fetched TEXT,
  total INTEGER NOT NULL DEFAULT 0, count INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0, UNIQUE (run, task));
CREATE INDEX open_tasks ON tasks (run, number) WHERE fetched IS NULL;
CREATE TABLE pictures (
  source TEXT NOT NULL, id TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, bytes INTEGER NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, hash INTEGER NOT NULL, exif_lat REAL, exif_lng REAL,
  problem TEXT NOT NULL, PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE copies (
  source TEXT NOT NULL, id TEXT NOT NULL, of_source TEXT NOT NULL, of_id TEXT NOT NULL, likeness REAL NOT NULL,
  PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE findings (
  source TEXT NOT NULL, id TEXT NOT NULL, reason TEXT NOT NULL, doubt REAL NOT NULL, detail TEXT NOT NULL,
  lat REAL, lng REAL, PRIMARY KEY (source, id, reason)) WITHOUT ROWID;
CREATE TABLE decisions (
  source TEXT NOT NULL, id TEXT NOT NULL, verdict TEXT NOT NULL, lat REAL, lng REAL, note TEXT NOT NULL,
  PRIMARY KEY (source, id)) WITHOUT ROWID;
PRAGMA application_id = 1986948195;
PRAGMA user_version = 1;
INSERT INTO photos VALUES ('drawn', '1', 45.43, 12.33, 'p', 'A', 'CC0-1.0', '2020', 'T', 'street', 16, 4, 3, '[[0,"https://a/"]]');
INSERT INTO positions VALUES ('drawn', '1', 45.43, 12.33, 16), ('drawn', '1', 45.44, 12.33, 12);
INSERT INTO runs VALUES (1, 'drawn', '{}', '2026-01-01T00:00:00+00:00', NULL);
INSERT INTO tasks VALUES (1, 1, '{}', '2026-01-01T00:00:01+00:00', 9, 1, 1);
INSERT INTO pictures VALUES ('drawn', '1', 'a.jpg', 'd', 5, 4, 3, -9, 45.5, 12.5, '');
INSERT INTO pictures VALUES ('folder', '2', '/b', 'd', 5, 4, 3, 9, NULL, NULL, '');
INSERT INTO pictures VALUES ('folder', '3', '', '', 0, 0, 0, 0, NULL, NULL, 'there is no file');
INSERT INTO decisions VALUES ('drawn', '1', 'keep', NULL, NULL, 'mine');
"""


def test_a_catalogue_of_an_older_version_is_gone_on_with(tmp_path: Path) -> None:
    for name in ("c.db", "other.db"):
        db = sqlite3.connect(tmp_path / name)
        db.executescript(VERSION_1)
        db.close()
    for _ in range(2):
        with Catalogue(tmp_path / "c.db") as catalogue:
            (photo,) = catalogue.records()
            assert (photo.author, photo.level, photo.sizes) == ("A", 16, (Size(0, "https://a/"),))
            assert [(p.places, p.corrected) for p in catalogue.positions()] == [
                ([(45.43, 12.33), (45.44, 12.33)], False)
            ]
            assert [(p.id, p.bytes, p.exif_lat, p.local) for p in catalogue.pictures()] == [
                ("1", 5, 45.5, False),
                ("2", 5, None, True),
            ]
            assert [(p.total, p.new, p.left_out) for p in catalogue.pages(1)] == [(9, 1, {})]
            assert catalogue.decisions()["drawn", "1"].note == "mine"
            assert catalogue.merge(tmp_path / "other.db") == 0
    with Catalogue(tmp_path / "c.db") as catalogue:
        catalogue.add([record(1, 45.45, level=16, author="B")])  # what is reported now is later
        assert [(r.lat, r.author) for r in catalogue.records()] == [(45.45, "B")]


def test_a_catalogue_is_not_merged_with_itself_or_with_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with Catalogue(tmp_path / "c.db") as catalogue:
        catalogue.add([record(1)])
        with pytest.raises(venloc.InvalidArgumentError, match="itself"):
            catalogue.merge(tmp_path / "c.db")
        with pytest.raises(venloc.FormatError, match="empty"):
            catalogue.merge(tmp_path / "empty.db")
        assert len(catalogue) == 1
    assert (tmp_path / "empty.db").stat().st_size == 0


def test_other_files_are_refused_and_left_as_they_are(tmp_path: Path) -> None:
    text, other, newer = tmp_path / "a.txt", tmp_path / "other.db", tmp_path / "newer.db"
    text.write_text("no catalogue, but long enough to be one " * 10)
    import sqlite3

    for file, statement in ((other, "CREATE TABLE mine (a)"), (newer, "")):
        if file is newer:
            Catalogue(file).close()
            statement = "PRAGMA user_version = 99"
        database = sqlite3.connect(file)
        database.execute(statement)
        database.close()
    for file, words in ((text, "a.txt"), (other, "not a catalogue of venloc"), (newer, "newer venloc")):
        before = file.read_bytes()
        with pytest.raises(venloc.FormatError, match=words):
            Catalogue(file)
        assert file.read_bytes() == before
    with pytest.raises(venloc.errors.FileNotFoundError, match="create it first"):
        Catalogue(tmp_path / "none" / "c.db")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"box": venloc.BoundingBox(45, 12, 45, 13)}, "south < north"),
        ({"since": "yesterday"}, "since must be a day"),
        ({"since": "20150131"}, "since must be a day"),
        ({"since": "2020-01-02", "until": "2020-01-01"}, "is after until"),
        ({"maximum": -1}, "maximum"),
    ],
)
def test_queries_for_nothing_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(venloc.InvalidArgumentError, match=words):
        Query(**{"box": VENICE, **fields})


def test_keys_come_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from venloc.collecting import sources

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("VENLOC_FLICKR_KEY", raising=False)
    with pytest.raises(venloc.SourceError, match=r"VENLOC_FLICKR_KEY.*keys\.ini"):
        sources.find("flickr")
    (tmp_path / "venloc").mkdir()
    (tmp_path / "venloc" / "keys.ini").write_text("[flickr]\nkey = of%the file\n")
    assert sources.find("flickr").key == "of%the file"
    monkeypatch.setenv("VENLOC_FLICKR_KEY", "of the environment")
    assert sources.find("flickr").key == "of the environment"
    monkeypatch.setenv("VENLOC_FLICKR_KEY", "with a line end\n")
    assert sources.find("flickr").key == "with a line end"
    monkeypatch.setenv("VENLOC_FLICKR_KEY", "sec\nret")
    with pytest.raises(venloc.SourceError, match="not allowed in a key") as refused:
        sources.find("flickr")
    assert "sec" not in str(refused.value)
    (tmp_path / "venloc" / "keys.ini").write_text("key = secret without section")
    monkeypatch.delenv("VENLOC_FLICKR_KEY")
    with pytest.raises(venloc.FormatError, match=r"keys\.ini") as failure:
        sources.find("flickr")
    assert "secret" not in str(failure.value)
    with pytest.raises(venloc.InvalidArgumentError, match="commons, flickr, folder, mapillary"):
        sources.find("panoramio")
