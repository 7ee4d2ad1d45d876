# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Backbones against timm's and torchvision's networks with the same random weights."""

from __future__ import annotations

import functools
import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import test_keras
import venloc
from venloc import torch_support

NETWORKS = (
    "efficientnet_lite0",
    "efficientnet_lite2",
    "googlenet",
    "inception_resnet_v2",
    "inception_v3",
    "mobilenet_v2",
    "mobilenet_v2_gluon",
    "resnet101",
    "resnet101v2",
    "resnet50",
    "resnet50v2",
    "squeezenet1_1",
)
SIZES = ((97, 130), (112, 96))  # height, width [px]


def reference(name: str) -> tuple[Any, str, dict[str, str]]:
    """Another's network, where it comes from, and its modules whose results are stages of ours."""
    if name in (
        "googlenet",
        "inception_v3",
        "mobilenet_v2",
        "mobilenet_v2_gluon",
        "resnet50",
        "resnet101",
        "squeezenet1_1",
    ):
        return torchvision_network(name)
    return timm_network(name)


@functools.cache
def import_torchvision() -> list[Any]:
    """Skips when it is not there; what is returned must be kept.

    One that was built for another kind of device than torch lacks operators of detectors that its import requires;
    classifiers do not need them, so they are declared.
    """
    import torch

    if importlib.util.find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed")
    try:
        import torchvision
    except RuntimeError:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for operator in ("nms", "qnms"):
            library.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import torchvision

        return [torchvision, library]
    return [torchvision]


def torchvision_network(name: str) -> tuple[Any, str, dict[str, str]]:
    from torchvision import models

    extra = {"aux_logits": False, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    network = models.get_model(name.removesuffix("_gluon"), weights=None, **extra)
    if name == "mobilenet_v2_gluon":
        from torch import nn

        # The first bottleneck of the form released for MXNet has an expansion as well, and nothing is capped at 6.
        first = [conv_norm(32, 32, 1), conv_norm(32, 32, 3), nn.Conv2d(32, 16, 1, bias=False), nn.BatchNorm2d(16)]
        network.features[1].conv = nn.Sequential(*first)
        for module in list(network.modules()):
            for child, layer in module.named_children():
                if isinstance(layer, nn.ReLU6):
                    setattr(module, child, nn.ReLU())
    if name.startswith("mobilenet"):
        expanded = range(name == "mobilenet_v2", 17)
        stages = {f"features.{i + 1}.conv.0": f"e{i}" for i in expanded}
        stages |= {f"features.{i + 1}": f"b{i}" for i in range(17)}
        stages |= {"features.0": "stem", "features.18": "head"}
    elif name.startswith("resnet"):
        stages = {"maxpool": "stem"} | {f"layer{i}": f"layer{i}" for i in range(1, 5)}
        stages |= {"layer3.1": "layer3.1", "layer4.0": "layer4.0"}
    elif name == "squeezenet1_1":
        modules = {2: 3, 3: 4, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12}
        stages = {f"features.{module}": f"fire{fire}" for fire, module in modules.items()}
        stages |= {"features.1": "stem", "classifier.2": "classifier"}
    else:
        beginnings = ("inception", "Mixed_", "Conv2d_", "conv1", "conv3")
        stages = {child: child for child, _ in network.named_children() if child.startswith(beginnings)}
    return network, "torchvision", stages


def conv_norm(channels_in: int, channels_out: int, kernel: int) -> Any:
    from torchvision.ops import Conv2dNormActivation

    return Conv2dNormActivation(channels_in, channels_out, kernel, groups=channels_in if kernel == 3 else 1)


def timm_network(name: str) -> tuple[Any, str, dict[str, str]]:
    timm = pytest.importorskip("timm")
    if name.startswith("efficientnet"):
        network = timm.create_model("tf_" + name)
        stages = {"bn1": "stem", "bn2": "head"}
        number = 0
        for i, row in enumerate(network.blocks):
            for j, block in enumerate(row):
                stages[f"blocks.{i}.{j}"] = f"b{number}"
                if hasattr(block, "conv_pwl"):
                    stages[f"blocks.{i}.{j}.bn1"] = f"e{number}"
                number += 1
    elif name == "inception_resnet_v2":
        network = timm.create_model(name)
        stages = {f"conv2d_{part}": f"conv2d_{part}" for part in ("1a", "2a", "2b", "3b", "4a", "7b")}
        stages |= {part: part for part in ("mixed_5b", "mixed_6a", "mixed_7a", "block8")}
        for row, last in (("repeat", 9), ("repeat_1", 19), ("repeat_2", 8)):
            stages |= {f"{row}.{i}": f"{row}.{i}" for i in (0, last)}
    else:
        from collections import OrderedDict

        from timm.layers import BatchNormAct2d
        from torch import nn

        network = timm.create_model(name.replace("resnet", "resnetv2_").removesuffix("v2"))
        # The form released for MXNet also has a BatchNorm of the input and one before the pooling.
        stem = [("norm0", nn.BatchNorm2d(3)), ("conv", network.stem.conv), ("norm", BatchNormAct2d(64))]
        network.stem = nn.Sequential(OrderedDict([*stem, ("pool", network.stem.pool)]))
        stages = {"stem": "stem", "norm": "stages.3.act"} | {f"stages.{i}": f"stages.{i}" for i in range(4)}
        stages |= {f"stages.{i + 1}.blocks.0.norm1": f"stages.{i}.act" for i in range(3)}
    return network, "timm", stages


def randomize(network: Any) -> None:
    """Weights that keep the size of what flows through, and BatchNorm that does something."""
    import torch

    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, values in sorted(network.state_dict().items()):
            if values.dim() == 4:
                values.copy_(torch.randn(values.shape, generator=generator) * (2 / values[0].numel()) ** 0.5)
            elif values.dim() == 1:
                positive = name.endswith(("running_var", "weight"))
                values.copy_(torch.rand(values.shape, generator=generator) * 0.4 + (0.8 if positive else -0.2))


def largest_differences(name: str, folder: Path) -> dict[str, float]:
    """For every size, the largest |ours - theirs| / max |theirs| over all stages that theirs has."""
    import torch
    from safetensors.torch import save_file

    import_torchvision()  # timm imports it too
    network, source, stages = reference(name)
    randomize(network)
    network.eval()
    file = folder / f"{name}.safetensors"
    save_file({key: value.contiguous() for key, value in network.state_dict().items()}, file)
    ours = venloc.Backbone.load(file, name, long_sides_px=[4096])
    assert set(stages.values()) <= {stage.name for stage in ours.stages}
    results: dict[str, torch.Tensor] = {}
    modules = dict(network.named_modules())
    for module, stage in stages.items():
        modules[module].register_forward_hook(lambda _m, _i, out, stage=stage: results.update({stage: out.clone()}))
    differences = {}
    for height, width in SIZES:
        picture = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
        mean, deviation = (np.array(v) for v in (ours.preprocessing.mean, ours.preprocessing.deviation))
        pixels = torch.from_numpy(((picture - mean) / deviation).transpose(2, 0, 1)[None]).float()
        with torch.no_grad():
            network(pixels)
        largest = 0.0
        for stage in stages.values():
            theirs = results[stage][0].numpy()
            mine = ours.map(picture, stage)
            assert mine.shape == theirs.shape, stage
            largest = max(largest, float(np.abs(mine - theirs).max() / np.abs(theirs).max()))
        differences[f"{source} {width} x {height}"] = largest
    return differences


@pytest.mark.filterwarnings("ignore")  # of other packages
@pytest.mark.parametrize("name", NETWORKS)
def test_network_equals_an_independent_one(name: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    for where, difference in largest_differences(name, tmp_path).items():
        print(f"{name}, {where}: largest relative difference {difference:.1e}")
        assert difference < 1e-4, where


def test_every_network_is_compared() -> None:
    assert venloc.Backbone.networks() == sorted({*NETWORKS, *test_keras.NETWORKS})


def test_backbone_describes_lists_and_single_pictures(tmp_path: Path) -> None:
    network = venloc.Backbone.random("squeezenet1_1", 3, long_sides_px=[64], pooling="max", num_threads=1)
    assert repr(network) == "Backbone(squeezenet1_1 to classifier, describes with fire8, 512 values)"
    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 256, (40, 50, 3), dtype=np.uint8) for _ in range(3)]
    rows = network.describe(pictures)
    assert rows.shape == (3, network.dimension)
    assert rows.dtype == np.float32
    assert (network.describe(pictures[1]) == rows[1]).all()
    assert (network.map(pictures[1]).max(axis=(1, 2)) == rows[1]).all()
    assert network.describe([]).shape == (0, 512)
    network.save(tmp_path / "weights.safetensors", "bfloat16")
    again = venloc.Backbone.load(tmp_path / "weights.safetensors", stage="fire3")
    assert again.network == "squeezenet1_1"
    assert again.options.stage == "fire3"
    assert again.preprocessing == network.preprocessing
    assert (again.origin, again.licence) == ("", "")
    for value in (again.preprocessing, again.options, again.stages[0]):
        assert pickle.loads(pickle.dumps(value)) == value


def test_backbone_refuses_clearly(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gem_p"):
        venloc.BackboneOptions(gem_p=0)
    with pytest.raises(TypeError, match="pooling"):
        venloc.Backbone.random("squeezenet1_1", 1, poolin="max")
    with pytest.raises(FileNotFoundError):
        venloc.Backbone.load(tmp_path / "none.safetensors", "squeezenet1_1")
    network = venloc.Backbone.random("squeezenet1_1", 1)
    with pytest.raises(ValueError, match="'fire99'.*fire2"):
        network.map(np.zeros((40, 40, 3), np.uint8), "fire99")
    with pytest.raises(venloc.InvalidArgumentError, match="float32"):
        network.save(tmp_path / "w.safetensors", "float23")  # type: ignore[arg-type]


def test_rounded_is_what_a_file_would_hold(tmp_path: Path) -> None:
    network = venloc.Backbone.random("squeezenet1_1", 1, long_sides_px=[64])
    picture = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    network.save(tmp_path / "w.safetensors", "int8")
    kept = venloc.Backbone.load(tmp_path / "w.safetensors", long_sides_px=[64])
    rounded = network.rounded("int8")
    assert np.array_equal(rounded.describe(picture), kept.describe(picture))
    assert not np.array_equal(rounded.describe(picture), network.describe(picture))
    assert rounded.fingerprint() != network.fingerprint()


def test_package_loads_no_torch_by_itself() -> None:
    code = "import sys, venloc; venloc.Image; assert not [m for m in sys.modules if 'torch' in m]"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(torch_support.available(), reason="venloc was built with LibTorch")
def test_missing_libtorch_is_reported() -> None:
    with pytest.raises(ImportError, match="torch"):
        venloc.fine_tune  # noqa: B018
