# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Networks of keras.applications with random weights against what is converted from their files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import venloc
from venloc import torch_support, weights

needs_torch = pytest.mark.skipif(not torch_support.available(), reason="venloc was built without LibTorch")

#: Network: its name in keras.applications, and layers of Keras whose results are stages of ours.
NETWORKS: dict[str, tuple[str, dict[str, str]]] = {
    "inception_v3_keras": (
        "InceptionV3",
        {f"mixed{i}": f"Mixed_{part}" for i, part in enumerate(("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a"))}
        | {"mixed9": "Mixed_7b", "mixed10": "Mixed_7c"},
    ),
    "inception_resnet_v2": (
        "InceptionResNetV2",
        {"mixed_5b": "mixed_5b", "mixed_6a": "mixed_6a", "mixed_7a": "mixed_7a", "conv_7b_ac": "conv2d_7b"}
        | {
            "block35_10_ac": "repeat.9",
            "block17_20_ac": "repeat_1.19",
            "block8_9_ac": "repeat_2.8",
        },
    ),
    "resnet50_keras": (
        "ResNet50",
        {"pool1_pool": "stem", "conv3_block1_out": "layer2.0"}
        | {f"conv{i + 1}_block{n}_out": f"layer{i}" for i, n in enumerate((3, 4, 6, 3), 1)},
    ),
    "resnet101_keras": (
        "ResNet101",
        {f"conv{i + 1}_block{n}_out": f"layer{i}" for i, n in enumerate((3, 4, 23, 3), 1)},
    ),
    "resnet50v2_keras": (
        "ResNet50V2",
        {"pool1_pool": "stem", "conv3_block1_out": "stages.1.0", "post_relu": "stages.3.act"}
        | {f"conv{i + 2}_block{n}_out": f"stages.{i}" for i, n in enumerate((3, 4, 6, 3))}
        | {f"conv{i + 3}_block1_preact_relu": f"stages.{i}.act" for i in range(3)},
    ),
    "resnet101v2_keras": (
        "ResNet101V2",
        {f"conv{i + 2}_block{n}_out": f"stages.{i}" for i, n in enumerate((3, 4, 23, 3))},
    ),
}
SIZES = ((97, 130), (112, 96))  # height, width [px]


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Any:
    if not torch_support.available():
        pytest.skip("venloc was built without LibTorch")
    pytest.importorskip("torch")
    pytest.importorskip("h5py")
    if "KERAS_BACKEND" not in os.environ:
        monkeypatch.setenv("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras")


def application(keras: Any, name: str) -> Any:
    """The network without a classifier, with weights that keep the size of what flows through."""
    keras.utils.clear_session()
    network = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(None, None, 3))
    rng = np.random.default_rng(7)
    for layer in network.layers:
        values = []
        for variable in layer.weights:
            shape, kind = variable.shape, variable.path.rpartition("/")[2]
            if kind == "kernel":
                values.append(rng.standard_normal(shape) * (2 / np.prod(shape[:3])) ** 0.5)
            else:
                values.append(rng.uniform(0, 0.4, shape) + (0.8 if kind in ("gamma", "moving_variance") else -0.2))
        layer.set_weights([value.astype(np.float32) for value in values])
    return network


def largest_differences(keras: Any, name: str, folder: Path) -> dict[str, float]:
    """For every size, the largest |ours - theirs| / max |theirs| over all stages."""
    theirs, stages = NETWORKS[name]
    network = application(keras, theirs)
    network.save(folder / "keras.h5")
    weights.convert(folder / "keras.h5", name, folder / "venloc.safetensors")
    ours = venloc.Backbone.load(folder / "venloc.safetensors", long_sides_px=[4096])
    outputs = {stage: network.get_layer(layer).output for layer, stage in stages.items()}
    results = keras.Model(network.input, outputs)
    module = {"I": "inception_v3", "R": "resnet"}[theirs[0]]
    if theirs == "InceptionResNetV2":
        module = "inception_resnet_v2"
    elif theirs.endswith("V2"):
        module = "resnet_v2"
    preprocess = getattr(keras.applications, module).preprocess_input
    differences = {}
    for height, width in SIZES:
        picture = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
        largest = 0.0
        for stage, values in results(preprocess(picture[None].astype(np.float32))).items():
            expected = values.detach().cpu().numpy()[0].transpose(2, 0, 1)
            mine = ours.map(picture, stage)
            assert mine.shape == expected.shape, stage
            largest = max(largest, float(np.abs(mine - expected).max() / np.abs(expected).max()))
        differences[f"keras {width} x {height}"] = largest
    return differences


@pytest.mark.filterwarnings("ignore")  # of other packages
@pytest.mark.parametrize("name", NETWORKS)
def test_network_equals_that_of_keras(name: str, keras: Any, tmp_path: Path) -> None:
    for where, difference in largest_differences(keras, name, tmp_path).items():
        print(f"{name}, {where}: largest relative difference {difference:.1e}")
        assert difference < 1e-4, where


@pytest.mark.filterwarnings("ignore")  # of other packages
def test_what_does_not_fit_is_named(keras: Any, tmp_path: Path) -> None:
    import h5py

    file, out = tmp_path / "keras.h5", tmp_path / "out.safetensors"
    network = application(keras, "ResNet50")
    network.save(file)
    with pytest.raises(venloc.InvalidArgumentError, match="'resnet50' is not.*from Keras.*resnet50_keras"):
        weights.convert(file, "resnet50", out)
    with pytest.raises(venloc.FormatError, match="missing: layer3.6.*keras.h5|keras.h5.*missing: layer3.6"):
        weights.convert(file, "resnet101_keras", out)
    with pytest.raises(venloc.FormatError, match="unexpected: conv1_bn/beta"):
        weights.convert(file, "inception_v3_keras", out)
    with h5py.File(file, "a") as data:
        layer = data["model_weights"]["conv2_block1_1_conv"]
        names: list[str] = []
        layer.visititems(lambda path, item: names.append(path) if isinstance(item, h5py.Dataset) else None)
        kernel = next(path for path in names if "kernel" in path)
        del layer[kernel]
        layer[kernel] = np.zeros((3, 3, 64, 64), np.float32)
    with pytest.raises(venloc.FormatError, match=r"layer1.0.conv1.weight is F32 \[64, 64, 3, 3\]"):
        weights.convert(file, "resnet50_keras", out)
    network.save_weights(tmp_path / "net.weights.h5")
    with pytest.raises(venloc.FormatError, match="does not contain the names of the layers"):
        weights.convert(tmp_path / "net.weights.h5", "resnet50_keras", out)
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(venloc.FormatError, match="cannot be read as a Keras file"):
        weights.convert(file, "resnet50_keras", out)
    assert not out.exists()
