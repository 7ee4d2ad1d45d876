# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import venloc
import venloc.io
from conftest import OPTIONS, City, scene, view
from venloc._core import FORMAT_VERSION


def test_features_are_arrays(city: City) -> None:
    features = venloc.extract_sift(venloc.read_image(city.query), max_features=100)
    assert 50 < len(features) <= 100
    assert features.keypoints.shape == (len(features), 5)
    assert features.keypoints.dtype == np.float32
    assert features.descriptors.shape == (len(features), 128)
    assert features.descriptors.dtype == np.uint8
    assert np.all(np.diff(features.keypoints[:, 4]) <= 0)
    assert features.keypoints[:, 0].max() < features.width
    flat = venloc.extract_sift(venloc.Image(np.full((50, 60), 7, np.uint8)))
    assert len(flat) == 0
    assert flat.keypoints.shape == (0, 5)


def test_new_views_are_located(city: City, locator: venloc.SiftLocator) -> None:
    for i, (lat, lng) in enumerate(city.places):
        answer = locator.locate(city.folder / f"query{i:02}.jpg")
        assert venloc.distance_m(answer.location, venloc.LatLng(lat, lng)) < 25
        assert answer.candidates[0].photo_id.startswith(f"place{i:02}_")
        assert 0 <= answer.confidence <= 1
        assert answer.radius_50_m <= answer.radius_90_m


def test_a_small_gallery_cannot_recognise_pictures_of_elsewhere(city: City, locator: venloc.SiftLocator) -> None:
    assert not locator.info().calibrated
    known = locator.locate(city.query)
    assert known.notes == [
        "This model was built from too few photos to calibrate it (it has 36): probabilities are rough."
    ]
    strangers = [locator.locate(view(scene(1000 + i), i)) for i in range(6)]
    assert known.in_area > 0.9
    # Nothing is known of them but that no photo of the gallery matches.
    assert all(0.4 < stranger.in_area < 0.7 for stranger in strangers), [s.in_area for s in strangers]


def test_every_form_of_a_picture_gives_one_answer(city: City, locator: venloc.SiftLocator) -> None:
    expected = locator.locate(str(city.query)).to_dict()
    image = venloc.read_image(city.query)
    for form in (city.query, city.query.read_bytes(), image, image.to_array()):
        assert locator.locate(form).to_dict() == expected
    assert [p.to_dict() for p in locator.locate([city.query, image])] == [expected, expected]
    assert locator.locate([]) == []


def test_grey_and_bad_pictures(city: City, locator: venloc.SiftLocator) -> None:
    grey = locator.locate(view(scene(0), 50).convert("L"))
    assert venloc.distance_m(grey.location, venloc.LatLng(*city.places[0])) < 25
    one = locator.locate(np.zeros((1, 1), np.uint8))
    uniform = locator.locate(np.full((200, 300, 3), 90, np.uint8))
    for unsure in (one, uniform):
        assert unsure.confidence < 0.5
        assert unsure.radius_90_m > 100
    with pytest.raises(TypeError):
        locator.locate(3)  # type: ignore[arg-type]


def test_pictures_of_a_list_that_cannot_be_located_do_not_lose_the_others(
    city: City, locator: venloc.SiftLocator, tmp_path: Path
) -> None:
    expected = locator.locate(city.query).to_dict()
    missing = tmp_path / "missing.jpg"
    empty = np.zeros((0, 0, 3), np.uint8)
    mixed = [missing, city.query, b"no picture", *[str(city.query)] * 70, empty, city.query]
    reports: list[tuple[str, int, int]] = []
    results = locator.locate(mixed, progress=lambda *report: reports.append(report))
    assert [bool(result) for result in results] == [False, True, False, *[True] * 70, False, True]
    located = [result.to_dict() for result in results if isinstance(result, venloc.Prediction)]
    assert located == [expected] * 72
    first, second, third = (result for result in results if isinstance(result, venloc.Failure))
    assert first.file == str(missing) and "missing.jpg" in first.error
    assert second.file == "picture 2" and second.error.startswith("picture 2: ")
    assert third.file == "picture 73" and third.error.startswith("picture 73: ")
    assert first.to_dict() == {"schema_version": 1, "file": str(missing), "error": first.error}
    assert pickle.loads(pickle.dumps(first)) == first and repr(first).startswith("Failure(file=")
    assert reports[-1] == ("locate", len(mixed), len(mixed))
    closed = PIL.Image.open(city.query)
    closed.close()
    for bad in ("b\0.jpg", closed, PIL.Image.new("La", (9, 9))):
        good, failure = locator.locate([city.query, bad])
        assert good and not failure and failure.error, bad
    odd = locator.locate([os.fsdecode(b"missing\xe9.jpg")])[0]
    assert isinstance(odd, venloc.Failure) and odd.error.encode() and odd.error.count("missing") == 1
    assert not locator.locate([missing])[0] and not locator.locate((b"",), num_threads=1)[0]


def test_errors_of_a_list_are_raised_on_request(city: City, locator: venloc.SiftLocator, tmp_path: Path) -> None:
    with pytest.raises(venloc.ImageError, match="picture 1"):
        locator.locate([city.query, b"no picture"], errors="raise")
    with pytest.raises(venloc.FileNotFoundError, match=r"missing\.jpg"):
        locator.locate([city.query, tmp_path / "missing.jpg"], errors="raise")
    assert locator.locate([city.query], errors="raise")[0].confidence > 0
    with pytest.raises(venloc.InvalidArgumentError, match="'return' or 'raise', got 'ignore'"):
        locator.locate([city.query], errors="ignore")  # type: ignore[call-overload]
    with pytest.raises(venloc.InvalidArgumentError, match="one picture"):
        locator.locate(city.query, errors="return")  # type: ignore[call-overload]
    # What is wrong with the query or the program is no failure of a picture.
    with pytest.raises(venloc.InvalidArgumentError, match="max_candidates"):
        locator.locate([city.query], max_candidates=-1)
    with pytest.raises(venloc.InvalidArgumentError, match="overlap"):
        locator.locate([city.query], area=venloc.BoundingBox(0, 0, 1, 1))
    with pytest.raises(TypeError):
        locator.locate([city.query, 3])  # type: ignore[list-item]


def test_threads_get_equal_answers(city: City, locator: venloc.SiftLocator) -> None:
    pictures = [city.folder / f"query{i:02}.jpg" for i in range(6)] * 2
    alone = [locator.locate(p).to_dict() for p in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = [p.to_dict() for p in pool.map(locator.locate, pictures)]
    assert together == alone
    assert [p.to_dict() for p in locator.locate(pictures, num_threads=3)] == alone


def test_other_threads_run_while_one_works(city: City, locator: venloc.SiftLocator) -> None:
    images = [venloc.read_image(city.query)] * 32
    worker = threading.Thread(target=locator.locate, args=(images,))
    worker.start()
    steps = 0
    while worker.is_alive():
        # Waking up needs the GIL: if it were not released, this would happen once or twice.
        time.sleep(0.0005)
        steps += 1
    assert steps > 10


def test_save_and_load(city: City, locator: venloc.SiftLocator, model: Path) -> None:
    loaded = venloc.load(model)
    assert isinstance(loaded, venloc.SiftLocator)
    assert loaded.locate(city.query).to_dict() == locator.locate(city.query).to_dict()
    info = loaded.info()
    assert (info.kind, info.city, info.photos) == ("sift", "Drawn", 36)
    assert info.library_version == venloc.__version__
    assert repr(loaded) == "<venloc locator 'sift' of Drawn, 36 photos>"
    assert [p.id for p in loaded.photos] == [p.id for p in locator.photos]
    assert loaded.options.sift.max_features == 400


def test_the_same_seed_gives_the_same_bytes(gallery: venloc.Gallery, model: Path, tmp_path: Path) -> None:
    again = venloc.SiftLocator.build(gallery, city="Drawn", num_threads=1, **OPTIONS)
    again.save(tmp_path / "again.venloc")
    assert (tmp_path / "again.venloc").read_bytes() == model.read_bytes()


def test_damaged_models_are_refused(model: Path, tmp_path: Path) -> None:
    content = model.read_bytes()
    file = tmp_path / "bad.venloc"
    flipped = bytearray(content)
    flipped[-100] ^= 1
    newer = content.replace(b'"format_version":"%d"' % FORMAT_VERSION, b'"format_version":"9"', 1)
    plain = tmp_path / "plain.safetensors"
    venloc.io.write_safetensors(plain, {"a": np.zeros(3)})
    assert newer != content
    for bad, word in (
        (content[: len(content) // 2], "bad"),
        (bytes(flipped), "SHA|damaged"),
        (newer, "update venloc"),
        (plain.read_bytes(), "venloc model"),
    ):
        file.write_bytes(bad)
        with pytest.raises(venloc.FormatError, match=word) as caught:
            venloc.load(file)
        assert "bad.venloc" in str(caught.value)
    with pytest.raises(FileNotFoundError, match="absent"):
        venloc.load(tmp_path / "absent.venloc")


def test_a_full_disk_leaves_the_old_file(locator: venloc.SiftLocator, tmp_path: Path) -> None:
    file = tmp_path / "model.venloc"
    file.write_bytes(b"old")
    program = (
        "import resource, signal, sys, venloc\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n    venloc.load(sys.argv[1]).save(sys.argv[2])\n"
        "except OSError as error:\n    print(type(error).__name__, error)\n"
    )
    source = tmp_path / "source.venloc"
    locator.save(source)
    done = subprocess.run([sys.executable, "-c", program, source, file], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("IoError")
    assert "model.venloc" in done.stdout
    assert file.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.venloc", "source.venloc"]


def test_add_remove_and_options(city: City, gallery: venloc.Gallery) -> None:
    first = gallery.filtered(lambda photo: not photo.id.startswith("place00"))
    rest = gallery.filtered(lambda photo: photo.id.startswith("place00"))
    locator = venloc.SiftLocator.build(first, **OPTIONS)
    locator.add(rest)
    assert locator.info().photos == 36
    assert locator.locate(city.query).candidates[0].photo_id.startswith("place00")
    locator.remove([p.id for p in rest])
    assert not any(c.photo_id.startswith("place00") for c in locator.locate(city.query).candidates)
    with pytest.raises(ValueError, match="unknown-id"):
        locator.remove(["unknown-id"])
    locator.set_options(max_candidates=2)
    assert len(locator.locate(city.query).candidates) <= 2
    assert locator.options.sift.max_features == 400
    with pytest.raises(ValueError, match="words"):
        locator.set_options(index={"words": 5})
    with pytest.raises(TypeError, match="did you mean 'max_candidates'"):
        locator.set_options(max_candidate=2)


def test_options_of_a_query(city: City, locator: venloc.SiftLocator) -> None:
    plain = locator.locate(city.query)
    assert len(plain.candidates) > 1
    one = locator.locate(city.query, max_candidates=1)
    assert [c.photo_id for c in one.candidates] == [plain.candidates[0].photo_id]
    assert one.location == plain.location
    (of_list,) = locator.locate([city.query], max_candidates=1)
    assert of_list.to_dict() == one.to_dict()
    answered = locator.answer(locator.evidence(city.query), max_candidates=1).to_dict()
    assert {**answered, "notes": one.notes} == one.to_dict()

    elsewhere = next(p.location for p in locator.photos if venloc.distance_m(p.location, plain.location) > 200)
    area = venloc.BoundingBox.around([elsewhere], 50)
    for given in (area, area.to_dict()):
        limited = locator.locate(city.query, area=given)
        assert area.contains(limited.location)
        assert limited.candidates
        assert all(area.contains(c.location) for c in limited.candidates)
        assert sum(c.probability for c in limited.candidates) <= 1
        assert limited.in_area == pytest.approx(1)
    # The posterior of a picture is a prior for the next one of the walk.
    twice = locator.locate(city.query, prior=plain.posterior)
    assert twice.posterior == venloc.Posterior.product([plain.posterior, plain.posterior], [1, 1])
    assert twice.confidence >= plain.confidence

    with pytest.raises(ValueError, match="max_candidates must be 0 or more"):
        locator.locate(city.query, max_candidates=-1)
    with pytest.raises(ValueError, match="does not overlap the model's area"):
        locator.locate(city.query, area=venloc.BoundingBox(south=0, west=0, north=1, east=1))
    with pytest.raises(TypeError, match="area must be"):
        locator.locate(city.query, area="Dorsoduro")  # type: ignore[call-overload]


def test_a_list_reports_progress_and_can_be_cancelled(city: City, locator: venloc.SiftLocator) -> None:
    reports: list[tuple[str, int, int]] = []
    assert len(locator.locate([city.query] * 3, progress=lambda *report: reports.append(report))) == 3
    assert reports[-1] == ("locate", 3, 3)
    reports.clear()
    one = locator.locate(city.query, progress=lambda *report: reports.append(report))
    assert isinstance(one, venloc.Prediction)
    assert reports[-1] == ("locate", 1, 1)

    class Counted(list[Path]):
        def __len__(self) -> int:
            return super().__len__()

    assert len(locator.locate(Counted([city.query] * 3), progress=lambda *_: None)) == 3
    with pytest.raises(venloc.CancelledError):
        locator.locate([city.query] * 50, num_threads=1, progress=lambda *_: False)


def test_options_of_loading(city: City, model: Path, tmp_path: Path) -> None:
    loaded = venloc.load(model, max_candidates=2, matches=False, num_threads=1)
    plain = venloc.load(model).locate(city.query)
    answer = loaded.locate(city.query)
    assert [c.photo_id for c in answer.candidates] == [c.photo_id for c in plain.candidates[:2]]
    assert plain.candidates[0].matches
    assert not answer.candidates[0].matches
    assert loaded.load_options == venloc.LoadOptions(max_candidates=2, matches=False, num_threads=1)
    loaded.save(tmp_path / "again.venloc")
    assert (tmp_path / "again.venloc").read_bytes() == model.read_bytes()
    with pytest.raises(TypeError, match="did you mean 'device'"):
        venloc.load(model, devise="cpu")
    with pytest.raises(ValueError, match="num_threads"):
        venloc.SiftLocator.load(model, num_threads=-1)


def test_exhaustive_matching(city: City, gallery: venloc.Gallery) -> None:
    locator = venloc.SiftLocator.build(gallery, matching="exhaustive", sift={"max_features": 200})
    answer = locator.locate(city.folder / "query03.jpg")
    assert answer.candidates[0].photo_id.startswith("place03")
    assert answer.location == answer.candidates[0].location


def test_errors_of_build_are_reported(gallery: venloc.Gallery, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"two|2"):
        venloc.SiftLocator.build(gallery.subset([0]))
    with pytest.raises(TypeError, match="did you mean 'seed'"):
        venloc.SiftLocator.build(gallery, sed=1)
    absent = venloc.Gallery([venloc.Photo(id=str(i), file=tmp_path / f"{i}.jpg", location=(45, 12)) for i in range(3)])
    with pytest.raises(venloc.Error, match=r"0\.jpg"):
        venloc.SiftLocator.build(absent)


def test_ctrl_c_stops_a_build(gallery: venloc.Gallery) -> None:
    reports: list[str] = []

    def interrupt(stage: str, done: int, total: int) -> None:
        if not reports:
            os.kill(os.getpid(), signal.SIGINT)
        reports.append(stage)

    # A shell's background jobs ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            venloc.SiftLocator.build(gallery, progress=interrupt, **OPTIONS)
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_answer_shows_a_map_with_the_gallery(city: City, locator: venloc.SiftLocator) -> None:
    html = locator.locate(city.query)._repr_html_()
    assert "<svg" in html
    assert "var(--place)" in html
