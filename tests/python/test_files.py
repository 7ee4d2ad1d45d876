# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import errno
import subprocess
import sys
from pathlib import Path

import pytest
import venloc
from venloc.files import replaced, write_text


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    write_text(file, "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_text(file, "new" * 100_000 + "\udc80")
    with pytest.raises(RuntimeError), replaced(file) as part:
        part.write_text("half")
        raise RuntimeError
    assert file.read_bytes() == b"old\n"
    assert list(tmp_path.iterdir()) == [file]


def test_rights_are_those_of_a_new_file(tmp_path: Path) -> None:
    write_text(tmp_path / "mine", "é")
    (tmp_path / "theirs").write_text("é")
    assert (tmp_path / "mine").stat().st_mode == (tmp_path / "theirs").stat().st_mode
    assert (tmp_path / "mine").read_bytes() == "é".encode()


def test_names_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    file = tmp_path / ("a" * 251 + ".txt")
    write_text(file, "new")
    assert file.read_text() == "new"


def test_rights_of_other_threads_files_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The umask belongs to the whole process.
    monkeypatch.setattr("os.umask", lambda _: pytest.fail("the umask was changed"))
    write_text(tmp_path / "mine", "new")


def test_links_and_pipes_stay(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"
    program = "from venloc.files import write_text; write_text('/dev/stdout', 'text')"
    before = Path("/dev/stdout").lstat()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "text"
    assert Path("/dev/stdout").lstat().st_ino == before.st_ino


def test_a_full_disk_is_reported_with_the_file_and_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    file.write_text("old")
    with pytest.raises(venloc.IoError, match=r"all\.csv' cannot be written .*free disk space"), replaced(file):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert [f.name for f in tmp_path.iterdir()] == ["all.csv"] and file.read_text() == "old"
