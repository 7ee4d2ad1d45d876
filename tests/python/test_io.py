# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import pickle
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import venloc
import venloc.io

ARRAYS = {
    "bytes": np.arange(7, dtype=np.uint8),
    "floats": np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4),
    "halves": np.ones((2, 2), np.float16),
    "long": np.array([-(2**60), 2**60]),
    "flags": np.array([True, False]),
    "none": np.zeros((0, 3), np.float64),
}


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> None:
    assert sorted(a) == sorted(b)
    for name, array in a.items():
        assert array.dtype == b[name].dtype
        np.testing.assert_array_equal(array, b[name])


def test_there_and_back(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    venloc.io.write_safetensors(file, ARRAYS, {"note": "é"})
    arrays, metadata = venloc.io.read_safetensors(file)
    same(arrays, ARRAYS)
    assert metadata == {"note": "é"}
    assert not arrays["floats"].flags.writeable
    file.unlink()
    np.testing.assert_array_equal(arrays["floats"], ARRAYS["floats"])


def test_the_safetensors_package_reads_our_files(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    venloc.io.write_safetensors(file, ARRAYS, {"note": "ours"})
    theirs = {k: v for k, v in safetensors.numpy.load_file(file).items() if not k.startswith("__pad")}
    same(theirs, ARRAYS)
    with safetensors.safe_open(file, "numpy") as opened:
        assert opened.metadata()["note"] == "ours"


def test_we_read_files_of_the_safetensors_package(tmp_path: Path) -> None:
    file = tmp_path / "b.safetensors"
    safetensors.numpy.save_file(ARRAYS, file, {"note": "theirs"})
    arrays, metadata = venloc.io.read_safetensors(file)
    same(arrays, ARRAYS)
    assert metadata == {"note": "theirs"}


def test_strided_arrays_and_other_types(tmp_path: Path) -> None:
    file = tmp_path / "c.safetensors"
    array = np.arange(12, dtype=np.int32).reshape(3, 4)
    venloc.io.write_safetensors(file, {"t": array.T})
    np.testing.assert_array_equal(venloc.io.read_safetensors(file)[0]["t"], array.T)
    with pytest.raises(ValueError, match="complex"):
        venloc.io.write_safetensors(file, {"t": np.zeros(3, complex)})


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "d.safetensors"
    venloc.io.write_safetensors(file, ARRAYS)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(venloc.FormatError, match="d.safetensors"):
        venloc.io.read_safetensors(file)
    with pytest.raises(FileNotFoundError):
        venloc.io.read_safetensors(tmp_path / "absent")


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (venloc.InvalidArgumentError, ValueError),
        (venloc.FileNotFoundError, FileNotFoundError),
        (venloc.ImageError, ValueError),
        (venloc.FormatError, ValueError),
        (venloc.IoError, OSError),
        (venloc.CancelledError, RuntimeError),
    ],
)
def test_errors_are_both(kind: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(kind, venloc.Error)
    assert issubclass(kind, builtin)
    assert str(pickle.loads(pickle.dumps(kind("what and where")))) == "what and where"
