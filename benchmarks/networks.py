# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Networks against the same network in Python (timm on torch), one query against the bare network, and short weights.

The peer is timm's EfficientNet-Lite2 with our weights, run as far as our stages need, in torch.inference_mode; it is given
the same pictures at the same sizes, shrunk by OpenCV, and pools as we do. It runs in several settings, and we are compared
with the fastest. Both sides have two threads. All settings run in turn, in the same process, several times; medians count.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import itertools
import json
import math
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import venloc
from common import log, machine, require, shared_folder
from venloc.io import read_safetensors
from venloc.weights import backbone

THREADS = 2
BATCH = 4
TYPES = ("float32", "float16", "bfloat16", "int8")


# --- the peer ---------------------------------------------------------------------------------------------------------


@functools.cache
def import_timm() -> list[Any]:
    """timm, and what must be kept alive for it.

    A torchvision built for another kind of device than torch lacks operators of detectors that importing it requires;
    classifiers do not need them, so they are declared.
    """
    kept: list[Any] = []
    if importlib.util.find_spec("torchvision") is not None:
        try:
            importlib.import_module("torchvision")
        except RuntimeError:
            library = torch.library.Library("torchvision", "FRAGMENT")
            for operator in ("nms", "qnms"):
                library.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
            kept.append(library)
    return [importlib.import_module("timm"), *kept]


class Trunk(torch.nn.Module):
    """timm's network up to the last of the stages e<number> (the expansions of the blocks), whose maps it gives."""

    def __init__(self, network: venloc.Backbone) -> None:
        super().__init__()
        timm = import_timm()[0]
        whole = timm.create_model("tf_" + network.network)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "weights.safetensors"
            network.save(file)
            arrays = {name: torch.from_numpy(values.copy()) for name, values in read_safetensors(file)[0].items()}
        unknown = whole.load_state_dict(arrays, strict=False).unexpected_keys
        if unknown:
            raise SystemExit(f"timm's network has no {unknown[0]}")
        self.wanted = sorted(int(stage[1:]) for stage in (network.options.stage, *network.options.further_stages))
        blocks = list(itertools.chain.from_iterable(whole.blocks))
        self.conv_stem, self.bn1 = whole.conv_stem, whole.bn1
        self.blocks = torch.nn.ModuleList(blocks[: self.wanted[-1] + 1])
        self.eval()

    def forward(self, x: torch.Tensor, deepest: int) -> list[torch.Tensor]:
        maps = []
        x = self.bn1(self.conv_stem(x))
        for number, block in enumerate(self.blocks[: deepest + 1]):
            if number in self.wanted:
                expanded = block.bn1(block.conv_pw(x))
                maps.append(expanded)
                if number == deepest:
                    break
                # The rest of the block, as timm has it, from its expansion on.
                result = block.bn3(block.conv_pwl(block.bn2(block.conv_dw(expanded))))
                x = result + x if block.has_skip else result
            else:
                x = block(x)
        return maps


def folded(trunk: Trunk) -> Trunk:
    """Each BatchNorm put into the convolution before it; what it does beside is left in its place."""
    pairs = [(trunk, "conv_stem", "bn1")]
    for block in trunk.blocks:
        names = [("conv_pw", "bn1"), ("conv_dw", "bn2"), ("conv_pwl", "bn3")]
        if not hasattr(block, "conv_pwl"):
            names = [("conv_dw", "bn1"), ("conv_pw", "bn2")]
        pairs += [(block, conv, norm) for conv, norm in names]
    for place, conv, norm in pairs:
        layer, after = getattr(place, conv), getattr(place, norm)
        layer.weight, layer.bias = torch.nn.utils.fuse_conv_bn_weights(
            *(layer.weight, layer.bias, after.running_mean, after.running_var),
            *(after.eps, after.weight, after.bias),
        )
        setattr(place, norm, after.act)
    return trunk


class Peer:
    """The network in Python, in one setting."""

    def __init__(self, network: venloc.Backbone, *, last: bool, fold: bool, side_by_side: bool = False) -> None:
        options, preprocessing = network.options, network.preprocessing
        self.sides: list[int] = options.long_sides_px
        self.p: float = options.gem_p
        self.grids: list[int] = options.region_grids
        self.of_regions = options.long_sides_px.index(options.region_long_side_px or options.long_sides_px[0])
        self.first = int(options.stage[1:])
        self.order = [int(stage[1:]) for stage in (options.stage, *options.further_stages)]
        self.mean = torch.tensor(preprocessing.mean).view(1, 3, 1, 1).float()
        self.deviation = torch.tensor(preprocessing.deviation).view(1, 3, 1, 1).float()
        self.format = torch.channels_last if last else torch.contiguous_format
        self.trunk = Trunk(network)
        if fold:
            self.trunk = folded(self.trunk)
        self.trunk = self.trunk.to(memory_format=self.format)
        self.side_by_side = side_by_side

    def input(self, pixels: Sequence[np.ndarray], side: int) -> torch.Tensor:
        """Pictures of equal size, N x 3 x H x W."""
        height, width = pixels[0].shape[:2]
        scale = side / max(height, width)
        if scale < 1:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            pixels = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pixels]
        x = torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).float()
        return ((x - self.mean) / self.deviation).contiguous(memory_format=self.format)

    def deepest(self, number: int) -> int:
        """The last stage that the size of this number needs."""
        return max(self.order) if number == 0 else self.first

    def maps(self, x: torch.Tensor, number: int) -> list[torch.Tensor]:
        """Of the size of this number, from the first stage on."""
        return self.trunk(x, self.deepest(number))

    def describe(self, pixels: Sequence[np.ndarray]) -> np.ndarray:
        """As Backbone.describe, for pictures of equal size."""
        parts: list[torch.Tensor] = []
        further: list[torch.Tensor] = []
        regions: list[torch.Tensor] = []
        with torch.inference_mode():
            for number, side in enumerate(self.sides):
                maps = dict(zip(self.trunk.wanted, self.maps(self.input(pixels, side), number), strict=False))
                wanted = self.order if number == 0 else self.order[:1]
                raised = [maps[stage].clamp_min(1e-6).pow(self.p) for stage in wanted]
                vectors = [one.mean((2, 3)).pow(1 / self.p) for one in raised]
                parts.append(vectors[0])
                further += vectors[1:]
                if number == self.of_regions:
                    regions = [window.mean((2, 3)).pow(1 / self.p) for window in windows(raised[0], self.grids)]
            return torch.cat([*parts, *further, *regions], 1).numpy()

    def describe_all(self, pictures: Sequence[np.ndarray], batch: int) -> np.ndarray:
        """Batch after batch with all threads in each, or batches side by side with a thread each."""
        batches = [pictures[i : i + batch] for i in range(0, len(pictures), batch)]
        return np.concatenate(self._each(self.describe, batches))

    def from_files(self, files: Sequence[Path]) -> np.ndarray:
        """One by one."""
        return np.concatenate(self._each(lambda file: self.describe([read(file)]), files))

    def _each(self, function: Callable[[Any], np.ndarray], items: Sequence[Any]) -> list[np.ndarray]:
        if not self.side_by_side:
            torch.set_num_threads(THREADS)
            return [function(item) for item in items]
        with ThreadPoolExecutor(THREADS, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return list(pool.map(function, items))


def windows(map_: torch.Tensor, grids: Sequence[int]) -> Iterator[torch.Tensor]:
    """The regions of BackboneOptions.region_grids, grid by grid, row by row."""

    def along(cells: int, grid: int) -> list[slice]:
        length = max(1, math.floor(cells / (grid - (grid - 1) * 0.4) + 0.5))
        begins = [0] if grid == 1 else [math.floor(i * (cells - length) / (grid - 1) + 0.5) for i in range(grid)]
        return [slice(begin, begin + length) for begin in begins]

    for grid in grids:
        for rows in along(map_.shape[2], grid):
            for columns in along(map_.shape[3], grid):
                yield map_[:, :, rows, columns]


def read(file: Path) -> np.ndarray:
    """RGB, by OpenCV."""
    return cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB)


# --- measuring --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """Medians of the times of a call."""

    wall_s: float
    cpu_s: float  # of all threads; the better measure where the machine is busy with other processes


def in_turn(settings: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, Taken]:
    """What each took, after one call that does not count; each round begins with another."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in settings}
    for call in settings.values():
        call()
    names = list(settings)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            wall, cpu = time.perf_counter(), time.process_time()
            settings[name]()
            times[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {name: Taken(*map(statistics.median, zip(*taken, strict=True))) for name, taken in times.items()}


def loss(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest 1 - cosine of two rows."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    return float((1 - (ours * theirs).sum(1) / lengths).max())


def alike(files: Sequence[Path], count: int) -> list[Path]:
    """The first files of the commonest size of picture."""
    sizes = {file: read(file).shape for file in files[: 4 * count]}
    commonest = Counter(sizes.values()).most_common(1)[0][0]
    return [file for file, size in sizes.items() if size == commonest][:count]


def throughput(network: venloc.Backbone, files: Sequence[Path], rounds: int) -> dict[str, Any]:
    """Pictures a second of both sides, from memory and from files."""
    arrays = [read(file) for file in files]
    images = [venloc.Image(array) for array in arrays]
    plain = Peer(network, last=False, fold=False)
    last = Peer(network, last=True, fold=False)
    fast = Peer(network, last=True, fold=True)
    pair = Peer(network, last=True, fold=True, side_by_side=True)
    gallery = venloc.Gallery([venloc.Photo(id=str(i), file=file, location=(45, 12)) for i, file in enumerate(files)])
    ours = network.describe(images)
    peers: dict[str, Callable[[], np.ndarray]] = {
        "eager": lambda: plain.describe_all(arrays, 1),
        "channels_last": lambda: last.describe_all(arrays, 1),
        "channels_last, BatchNorm folded": lambda: fast.describe_all(arrays, 1),
        f"channels_last, BatchNorm folded, batches of {BATCH}": lambda: fast.describe_all(arrays, BATCH),
        "channels_last, BatchNorm folded, a picture on each thread": lambda: pair.describe_all(arrays, 1),
    }
    losses = {name: loss(ours, peer()) for name, peer in peers.items()}
    if max(losses.values()) > 1e-4:
        raise SystemExit(f"the networks do not agree: {losses}")
    memory = in_turn({"venloc": lambda: network.describe(images), **peers}, rounds)
    from_files = in_turn(
        {
            "venloc": lambda: venloc.extract_features(network, gallery, num_threads=THREADS),
            "channels_last, BatchNorm folded": lambda: fast.from_files(files),
            "channels_last, BatchNorm folded, a picture on each thread": lambda: pair.from_files(files),
        },
        rounds,
    )
    return {
        "pictures": len(files),
        "pixels": f"{arrays[0].shape[1]} x {arrays[0].shape[0]}",
        "largest_cosine_loss": max(losses.values()),
        **{
            name: {
                "settings": {
                    setting: {"pictures_per_second": len(files) / taken.wall_s, "cpu_s": taken.cpu_s / len(files)}
                    for setting, taken in times.items()
                },
                "ratio": min(taken.wall_s for setting, taken in times.items() if setting != "venloc")
                / times["venloc"].wall_s,
            }
            for name, times in (("memory", memory), ("files", from_files))
        },
    }


def query(network: venloc.Backbone, gallery: venloc.Gallery, cache: Path, files: Sequence[Path], rounds: int) -> Any:
    """One query with a picture in memory; the network's passes alone, whose input is ready, for all the sizes."""
    log(f"networks: features of {len(gallery)} photos")
    locator = venloc.DescriptorLocator.build(gallery, network, cache=cache)
    with tempfile.TemporaryDirectory() as folder:  # as users have it: opened, with all cores
        locator.save(Path(folder) / "model.venloc")
        locator = venloc.DescriptorLocator.load(Path(folder) / "model.venloc")
    peer = Peer(network, last=True, fold=True)
    rows = []
    for file in files:
        array = read(file)
        image = venloc.Image(array)
        inputs = [peer.input([array], side) for side in peer.sides]

        def passes(inputs: list[torch.Tensor] = inputs) -> None:
            torch.set_num_threads(THREADS)
            with torch.inference_mode():
                for number, x in enumerate(inputs):
                    peer.maps(x, number)

        def side_by_side(inputs: list[torch.Tensor] = inputs) -> None:
            def one(number: int) -> None:
                with torch.inference_mode():
                    peer.maps(inputs[number], number)

            with ThreadPoolExecutor(THREADS, initializer=torch.set_num_threads, initargs=(1,)) as pool:
                list(pool.map(one, sorted(range(len(inputs)), key=lambda i: -inputs[i].numel())))

        rows.append(
            in_turn(
                {
                    "query": lambda image=image: locator.locate(image),
                    "describe": lambda image=image: locator.backbone.describe(image),
                    "passes, two threads each": passes,
                    "passes, a size on each thread": side_by_side,
                },
                rounds,
            )
        )
    bare = [min(taken.wall_s for name, taken in row.items() if name.startswith("passes")) for row in rows]
    return {
        "photos": len(gallery),
        "queries": len(rows),
        "seconds": {name: statistics.median(row[name].wall_s for row in rows) for name in rows[0]},
        "ratio": statistics.median(row["query"].wall_s / passed for row, passed in zip(rows, bare, strict=True)),
    }


def short_numbers(whole: venloc.Backbone, files: Sequence[Path], rounds: int) -> list[dict[str, Any]]:
    """The network with weights of every type, computed in float32 and bfloat16."""
    images = [venloc.Image(read(file)) for file in files]
    options = whole.options.to_dict()
    exact = whole.describe(images)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        settings: dict[str, Callable[[], Any]] = {}
        opening: dict[str, Callable[[], Any]] = {}
        for stored, precision in [*((stored, "float32") for stored in TYPES), ("float16", "bfloat16")]:
            file = Path(folder) / f"{stored}.safetensors"
            whole.save(file, stored)
            name = f"{stored}/{precision}"
            wanted = options | {"precision": precision}
            network = venloc.Backbone.load(file, **wanted)
            opening[name] = lambda file=file, wanted=wanted: venloc.Backbone.load(file, **wanted)
            settings[name] = lambda network=network: network.describe(images)
            rows.append(
                {
                    "weights": stored,
                    "computed_in": precision,
                    "bytes": file.stat().st_size,
                    "largest_cosine_loss": loss(network.describe(images), exact),
                }
            )
        opened, described = in_turn(opening, rounds), in_turn(settings, rounds)
    for row, name in zip(rows, settings, strict=True):
        row["open_s"] = opened[name].wall_s
        row["picture_s"] = described[name].wall_s / len(images)
    return rows


def measure(
    photos: Path, cache: Path, *, network: venloc.Backbone | None = None, quick: bool = False
) -> dict[str, Any]:
    """All three, for the default network or another EfficientNet-Lite.

    Takes a folder of photos with their labels, and one that keeps the features of the gallery.
    """
    facts = machine()
    gallery = venloc.Gallery.from_folder(photos)
    files = alike([photo.file for photo in gallery.photos], 2 if quick else 12)
    network = network or backbone(num_threads=THREADS)
    rounds = 1 if quick else 7
    log("networks: throughput")
    speed = throughput(network, files, rounds)
    single = query(network, gallery, cache, files[: 1 if quick else 6], rounds)
    log("networks: short numbers")
    return {
        "machine": facts,
        "torch": torch.__version__.partition("+")[0],
        "network": network.network,
        "stages": [network.options.stage, *network.options.further_stages],
        "long_sides_px": network.options.long_sides_px,
        "threads": THREADS,
        "throughput": speed,
        "query": single,
        "short_numbers": short_numbers(network, files[:4], rounds),
    }


def main() -> None:
    """Prints the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=shared_folder() / "data" / "venice")
    parser.add_argument("--cache", type=Path, required=True, help="folder that keeps the features of the gallery")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    print(json.dumps(measure(require(arguments.photos), arguments.cache, quick=arguments.quick), indent=1))


if __name__ == "__main__":
    main()
