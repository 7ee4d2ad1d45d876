# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of IIIF and the web, as they are listed."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from conftest import City
from servers import Reply, Request, Server, serving
from venloc.errors import FormatError, SourceError
from venloc.inputs import Listed, iiif, named_pictures
from venloc.inputs.web import Web

LEVEL_2 = ["http://iiif.io/api/image/2/level2.json"]


def information(address: str, version: int = 2, **more: Any) -> dict[str, Any]:
    """The info.json of a picture of 4000 x 3000."""
    return {
        "@context": f"http://iiif.io/api/image/{version}/context.json",
        "id" if version == 3 else "@id": address,
        "protocol": "http://iiif.io/api/image",
        "width": 4000,
        "height": 3000,
        **more,
    }


@pytest.mark.parametrize(
    ("version", "facts", "size"),
    [
        (2, {"profile": LEVEL_2}, "1600,"),
        (3, {"profile": "level1"}, "1600,1200"),
        (2, {"profile": LEVEL_2, "width": 900, "height": 1600}, "full"),
        (3, {"profile": "level2", "width": 900, "height": 1600}, "max"),
        (3, {"profile": "level2", "width": 1000, "height": 10000}, "160,1600"),
        (3, {"profile": "level2", "width": 1, "height": 100000}, "1,1600"),
        (2, {"profile": LEVEL_2, "maxWidth": 800}, "800,"),
        (3, {"profile": "level2", "maxWidth": 5000, "maxHeight": 300}, "400,300"),
        (3, {"profile": "level2", "maxArea": 480000}, "800,600"),
        (2, {"profile": "http://iiif.io/api/image/2/level0.json"}, "full"),
        (2, {"profile": "level0", "sizes": [{"width": 400, "height": 300}, {"width": 2000, "height": 1500}]}, "2000,"),
        (3, {"profile": "level0", "sizes": [{"width": 400, "height": 300}]}, "400,300"),
        (3, {}, "max"),
    ],
)
def test_the_size_of_a_picture_is_one_that_the_server_gives(version: int, facts: dict[str, Any], size: str) -> None:
    found = iiif.image_address(information("https://example.org/1/", version, **facts), "1")
    assert found == f"https://example.org/1/full/{size}/0/default.jpg"


@pytest.mark.parametrize("facts", [{"width": 0}, {"height": "3000"}, {"@id": None}, {"width": -4}])
def test_incomplete_information_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(FormatError, match="picture 7: the IIIF information lacks"):
        iiif.image_address({**information("https://example.org/1"), **facts}, "picture 7")


def test_canvases_of_both_versions() -> None:
    image = {"@id": "https://e/1/full/full/0/default.jpg", "service": {"@id": "https://e/1"}}
    choice = {"@type": "oa:Choice", "default": image, "item": [{"@id": "https://e/other.jpg"}]}
    old = {
        "@type": "sc:Manifest",
        "sequences": [
            {
                "canvases": [
                    {"@id": "https://e/c/1", "label": "One", "images": [{"resource": image}]},
                    {
                        "@id": "https://e/c/2",
                        "label": [{"@value": "Due", "@language": "it"}],
                        "images": [{"resource": choice}],
                    },
                    {"@id": "https://e/c/3", "images": []},
                    {"@id": "https://e/c/4", "images": [{"resource": {"@id": "https://e/4.jpg"}}]},
                ]
            }
        ],
    }
    assert iiif.is_manifest(old)
    assert iiif.canvases(old, "m") == [
        iiif.Canvas("https://e/c/1", "One", "https://e/1", "https://e/1/full/full/0/default.jpg"),
        iiif.Canvas("https://e/c/2", "Due", "https://e/1", "https://e/1/full/full/0/default.jpg"),
        iiif.Canvas("https://e/c/4", "", "", "https://e/4.jpg"),
    ]
    body = {"type": "Image", "id": "https://e/5.jpg", "service": [{"id": "https://e/5", "type": "ImageService3"}]}
    bodies = (body, {"type": "Choice", "items": [body]}, {"type": "Sound", "id": "https://e/6.mp3"})
    items = [
        {"id": f"https://e/c/{i}", "label": {"en": ["Five"]}, "items": [{"items": [{"body": body}]}]}
        for i, body in enumerate(bodies)
    ]
    new = {"type": "Manifest", "items": items}
    assert iiif.is_manifest(new)
    assert [(c.id, c.label, c.service) for c in iiif.canvases(new, "m")] == [
        ("https://e/c/0", "Five", "https://e/5"),
        ("https://e/c/1", "Five", "https://e/5"),
    ]
    for odd in ({"items": None}, {"items": [3]}, {"sequences": {}}, {"sequences": [{"canvases": [{"images": 4}]}]}):
        with pytest.raises(FormatError, match="the manifest has no pictures"):
            iiif.canvases(odd, "m")


def read(picture: Listed) -> bytes:
    assert callable(picture.source)
    return picture.source(threading.Event())


def test_addresses_are_pictures_images_and_manifests() -> None:
    def answer(request: Request) -> Any:
        root = server.url
        body = {"type": "Image", "id": f"{root}/whole.jpg", "service": [{"id": f"{root}/iiif/1"}]}
        plain = {"type": "Image", "id": f"{root}/download?id=3"}
        canvases = [
            {"id": f"{root}/canvas/{i}", "label": {"it": [f"Ponte {i}"]}, "items": [{"items": [{"body": one}]}]}
            for i, one in enumerate((body, plain))
        ]
        return {
            "/manifest": {"type": "Manifest", "items": canvases},
            "/iiif/1/info.json": information(f"{root}/iiif/1", 3, profile="level2"),
            "/iiif/1": information(f"{root}/iiif/1", 3, profile="level2"),
            "/iiif/1/full/1600,1200/0/default.jpg": Reply(b"of the image", "image/jpeg"),
            "/a.jpg": Reply(b"plain", "image/jpeg"),
            "/download": Reply(b"\xff\xd8 with another name", "image/jpeg"),
            "/collection": {"type": "Collection", "items": []},
        }.get(request.path, Reply(b"no", status=404))

    server = Server(answer)
    with serving(server):
        web = Web(per_second=1e6)
        (plain,) = web.listed(f"{server.url}/a.jpg", {"n": "1"})
        assert not server.requests  # nothing is loaded before its turn
        assert (plain.file, plain.target, plain.columns) == (f"{server.url}/a.jpg", f"{server.url}/a.jpg", {"n": "1"})
        assert read(plain) == b"plain"
        for address in ("iiif/1/info.json", "iiif/1"):
            (image,) = web.listed(f"{server.url}/{address}", {})
            assert image.file == f"{server.url}/iiif/1" and read(image) == b"of the image"
        (other,) = web.listed(f"{server.url}/download?id=3", {})
        assert read(other).endswith(b"another name")
        first, second = web.listed(f"{server.url}/manifest", {"n": "2"})
        assert first.file == first.target == f"{server.url}/canvas/0" and read(first) == b"of the image"
        assert first.columns == {"n": "2", "manifest": f"{server.url}/manifest", "label": "Ponte 0"}
        assert second.file == f"{server.url}/canvas/1" and read(second).endswith(b"another name")
        with pytest.raises(FormatError, match="neither a picture nor a IIIF manifest"):
            web.listed(f"{server.url}/collection", {})
        with pytest.raises(SourceError, match="status 404"):
            web.listed(f"{server.url}/gone", {})
        with pytest.raises(FormatError, match="is not a valid address"):
            web.listed("http://", {})


def test_a_failure_of_an_address_does_not_lose_the_others(city: City) -> None:
    server = Server(lambda request: Reply(b"no", status=404))
    with serving(server):
        named = [f"{server.url}/manifest", str(city.query)]
        gone, file = named_pictures(named, web=lambda: Web(per_second=1e6)).pictures
    assert "status 404" in gone.source.error  # type: ignore[union-attr]
    assert file.source == Path(city.query)


def test_a_folder_that_cannot_be_listed_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").touch()
    scan = os.scandir

    def scandir(path: str) -> Any:
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    locked, picture = named_pictures([str(tmp_path)]).pictures
    assert locked.file == str(tmp_path / "a")
    assert "cannot be listed (Permission denied)" in locked.source.error  # type: ignore[union-attr]
    assert picture.source == tmp_path / "b" / "1.jpg"
