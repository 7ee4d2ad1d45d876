# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writing places into 200 drawn files, killed in the middle again and again (kill -9); and undoing it, killed as well.

After each kill every file must be, byte for byte, as it was, or complete: its tags are read with exiftool and its pixels with
Pillow, neither of which venloc uses for this. At the end all are complete, and after undo all have their former bytes. Needs
exiftool and Pillow. Writes docs/results/write-back.json and .md.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import RESULTS, log, machine, machine_text, markdown_table, write_json
from PIL import Image, ImageSequence
from venloc import writing

FILES = 200
KILLS = 20  # of each kind
SIZE = (240, 180)
MAKER_NOTE = b"Drawn maker note\0" + bytes(range(256)) * 4  # no known maker's: must be kept as it is
XMP = (
    b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
    b"xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
    b"xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:source>drawn</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>"
    b"<?xpacket end='w'?>"
)


def scene(seed: int) -> Image.Image:
    """A picture that no other seed gives."""
    values = np.random.default_rng(seed).integers(0, 256, (SIZE[1] // 12, SIZE[0] // 12, 3), dtype=np.uint8)
    return Image.fromarray(values).resize(SIZE, Image.Resampling.BICUBIC)


def camera(*, maker_note: bool = True) -> Image.Exif:
    """The tags of a camera, with a maker note. (In PNG and WebP files, ExifTool does not copy those of unknown makers.)"""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Drawn", "Camera 1", 6
    details = exif.get_ifd(0x8769)
    details[0x9003] = "2019:07:14 18:03:22"
    if maker_note:
        details[0x927C] = MAKER_NOTE
    return exif


def _mpo(picture: Image.Image, file: Path) -> None:
    picture.save(file, format="MPO", save_all=True, append_images=[picture.rotate(180)], exif=camera())


def _trailer(picture: Image.Image, file: Path) -> None:
    picture.save(file, exif=camera())
    with file.open("ab") as data:
        data.write(b"\0\0\0\x18ftypmp42" + bytes(3000))  # as in a motion photo


def _palette_text(picture: Image.Image, file: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Title", "drawn")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    picture.quantize(64).save(file, pnginfo=info)


def _pages(picture: Image.Image, file: Path) -> None:
    others = [picture.rotate(90, expand=True), picture.convert("L")]
    picture.save(file, save_all=True, append_images=others, compression="tiff_lzw")


KINDS: dict[str, tuple[str, Callable[[Image.Image, Path], None]]] = {
    "JPEG": ("jpg", lambda p, f: p.save(f)),
    "JPEG, camera tags": ("jpg", lambda p, f: p.save(f, exif=camera(), quality=95)),
    "JPEG, progressive, XMP": ("jpeg", lambda p, f: p.save(f, progressive=True, xmp=XMP)),
    "JPEG, CMYK, comment": ("JPG", lambda p, f: p.convert("CMYK").save(f, comment="drawn")),
    "JPEG, two pictures (MPF)": ("jpg", _mpo),
    "JPEG, bytes behind its end": ("jpg", _trailer),
    "PNG": ("png", lambda p, f: p.save(f)),
    "PNG, palette, text, XMP": ("png", _palette_text),
    "PNG, 16 bits": ("png", lambda p, f: Image.fromarray(np.asarray(p.convert("L")).astype(np.uint16) * 257).save(f)),
    "PNG, camera tags": ("png", lambda p, f: p.convert("RGBA").save(f, exif=camera(maker_note=False))),
    "WebP": ("webp", lambda p, f: p.save(f)),
    "WebP, lossless, transparent": ("webp", lambda p, f: _transparent(p).save(f, lossless=True)),
    "WebP, camera tags, XMP": ("webp", lambda p, f: p.save(f, exif=camera(maker_note=False), xmp=XMP)),
    "WebP, animated": ("webp", lambda p, f: p.save(f, save_all=True, append_images=[p.rotate(180)], duration=100)),
    "TIFF": ("tif", lambda p, f: p.save(f)),
    "TIFF, LZW, three pages": ("tif", _pages),
    "TIFF, Deflate, camera tags": ("tiff", lambda p, f: p.save(f, compression="tiff_deflate", exif=camera())),
    "TIFF, JPEG": ("tif", lambda p, f: p.save(f, compression="jpeg")),
    "TIFF, 16 bits, big-endian": ("tif", lambda p, f: _big_endian(p).save(f)),
}


def _transparent(picture: Image.Image) -> Image.Image:
    picture = picture.convert("RGBA")
    picture.putalpha(picture.convert("L"))
    return picture


def _big_endian(picture: Image.Image) -> Image.Image:
    values = np.asarray(picture.convert("L")).astype(">u2") * np.uint16(257)
    return Image.frombytes("I;16B", picture.size, values.astype(">u2").tobytes())


def draw(folder: Path, number: int) -> list[Path]:
    """Draws files of all kinds in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for i in range(number):
        suffix, save = list(KINDS.values())[i % len(KINDS)]
        files.append(folder / f"{i:03}.{suffix}")
        save(scene(i), files[-1])
    return files


def kind_of(file: Path) -> str:
    """The kind of a drawn file."""
    return list(KINDS)[int(file.stem) % len(KINDS)]


def place_of(file: Path) -> tuple[float, float]:
    """The place that is written into a drawn file [deg]: another for each, in all four quarters of the world."""
    rng = random.Random(file.name)
    return rng.uniform(-60, 60), rng.uniform(-170, 170)


def prediction_of(file: Path) -> venloc.Prediction:
    """The answer for a drawn file."""
    place = venloc.LatLng(*place_of(file))
    spot = venloc.PosteriorComponent(mean=venloc.EastNorth(0, 0), sigma_m=30, weight=0.97)
    posterior = venloc.Posterior(venloc.LocalFrame(place), venloc.BoundingBox.around([place], 2000), [spot], 0.02, 0.01)
    return venloc.Prediction(
        location=place, confidence=0.93, in_area=0.99, radius_50_m=36, radius_90_m=80, posterior=posterior
    )


def pixels(file: Path) -> list[str]:
    """Digests of the decoded pages, as Pillow reads them."""
    with Image.open(file) as picture:
        pages = [page.copy() for page in ImageSequence.Iterator(picture)]
    return [hashlib.sha256(f"{p.mode}{p.size}".encode() + p.tobytes()).hexdigest() for p in pages]


def tags(folder: Path) -> dict[str, dict[str, Any]]:
    """The tags of all files of a folder, as exiftool reads them."""
    command = [
        "exiftool",
        "-config",
        "",
        "-j",
        "-n",
        "-a",
        "-G1",
        "-b",
        "-struct",
        "-if",
        "not $FileName =~ /^\\./",
        str(folder),
    ]
    read = subprocess.run(command, capture_output=True, check=False)
    return {Path(found["SourceFile"]).name: found for found in json.loads(read.stdout or "[]")}


def written(found: dict[str, Any], file: Path) -> bool:
    """Whether these tags have the place of the file with all that belongs to it."""
    lat, lng = place_of(file)
    signed = [
        found.get(f"GPS:{name}", 0) * (-1 if found.get(f"GPS:{name}Ref") in ("S", "W") else 1)
        for name in ("GPSLatitude", "GPSLongitude")
    ]
    return (
        abs(signed[0] - lat) < 1e-6
        and abs(signed[1] - lng) < 1e-6
        and str(found.get("GPS:GPSProcessingMethod", "")).startswith("venloc ")
        and found.get("GPS:GPSHPositioningError", 0) > 0
        and found.get("GPS:GPSMapDatum") == "WGS-84"
    )


def child(action: str, folder: Path) -> None:
    """What is killed."""
    files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    answers = [(file, prediction_of(file)) for file in files]
    print("ready", flush=True)
    into: Any = action
    outcomes = writing.undo([folder]) if action == "undo" else writing.write(answers, writing.WriteOptions(into=into))
    for outcome in outcomes:
        if outcome.action in ("refused", "failed"):
            log(f"{outcome.picture.name}: {outcome.reason} {outcome.detail}")


def run_child(action: str, folder: Path, kill_after_s: float | None) -> tuple[bool, float]:
    """Whether it ended before it was killed, and how long it took."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", action, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the process did not start")
        began = time.perf_counter()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(kill_after_s)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
    return process.returncode == 0, time.perf_counter() - began


class Folder:
    """The drawn files and what they were."""

    def __init__(self, path: Path, number: int) -> None:
        self.path = path
        self.files = draw(path, number)
        self.before = {file.name: file.read_bytes() for file in self.files}
        self.pixels = {file.name: pixels(file) for file in self.files}
        self.tags = tags(path)

    def states(self) -> Counter[str]:
        """How many files are as before, complete, or neither."""
        found = tags(self.path)
        states: Counter[str] = Counter()
        for file in self.files:
            if file.read_bytes() == self.before[file.name]:
                states["as before"] += 1
            elif written(found.get(file.name, {}), file) and pixels(file) == self.pixels[file.name]:
                states["complete"] += 1
            else:
                states["damaged"] += 1
                log(f"damaged: {file}")
        return states

    def left(self) -> list[str]:
        """Files that are neither drawn nor the journal."""
        return [file.name for file in self.path.iterdir() if file.name not in (*self.before, ".venloc-undo.jsonl")]

    def lost_tags(self) -> list[str]:
        """Tags that were there before and have another value now, but for those that depend on where things are."""
        free = ("GPS:", "File:", "System:", "ExifTool:", "Composite:", "SourceFile")
        moved = ("ThumbnailOffset", "StripOffsets", "TileOffsets", "PreviewImageStart", "MPImageStart", "ExifByteOrder")
        now = tags(self.path)
        return [
            f"{kind_of(Path(name))}: {tag}"
            for name, before in self.tags.items()
            for tag, value in before.items()
            if not tag.startswith(free) and not tag.endswith(moved) and now[name].get(tag) != value
        ]


def kill_often(folder: Folder, action: str, kills: int, seed: int, within_s: float) -> dict[str, Any]:
    """Starts the action, kills it within `within_s` and checks all files, and again; the last time it ends by itself."""
    rng = random.Random(seed)
    done, leftovers = 0, 0
    seen: Counter[str] = Counter()
    for _ in range(kills):
        ended, _ = run_child(action, folder.path, rng.uniform(0, within_s))
        done += not ended
        seen += folder.states()
        leftovers += len(folder.left())
    run_child(action, folder.path, None)
    return {"kills": done, "states": dict(seen), "leftovers": leftovers, "at_end": dict(folder.states())}


def measure(number: int, kills: int, seed: int, work: Path) -> dict[str, Any]:
    """All rounds."""
    result: dict[str, Any] = {"machine": machine(), "files": number, "seed": seed}
    # Once without a kill, for the times and sizes.
    whole = Folder(work / "whole", number)
    result["seconds"] = {action: run_child(action, whole.path, None)[1] for action in ("file", "undo", "sidecar")}
    result["undone_bytes_equal"] = whole.before == {f.name: f.read_bytes() for f in whole.files}
    run_child("undo", whole.path, None)
    run_child("file", whole.path, None)
    result["lost_tags"] = sorted(set(whole.lost_tags()))
    result["journal_bytes"] = (whole.path / ".venloc-undo.jsonl").stat().st_size
    result["bytes"] = sum(map(len, whole.before.values()))
    result["kinds"] = {kind: sum(kind_of(f) == kind for f in whole.files) for kind in KINDS}
    killed = Folder(work / "killed", number)
    seconds = result["seconds"]
    log("killing while writing")
    result["writing"] = kill_often(killed, "file", kills, seed, seconds["file"])
    log("killing while undoing")
    result["undoing"] = kill_often(killed, "undo", kills, seed + 1, 3 * seconds["undo"] / kills)
    result["left_at_end"] = killed.left() + [f.name for f in killed.path.glob(".venloc*")]
    return result


def report(result: dict[str, Any]) -> str:
    """The note for docs/results."""
    rows = [
        [
            name,
            r["kills"],
            *(r["states"].get(state, 0) for state in ("as before", "complete", "damaged")),
            r["leftovers"],
        ]
        for name, r in (("writing", result["writing"]), ("undoing", result["undoing"]))
    ]
    seconds, files = result["seconds"], result["files"]
    per_file = ", ".join(f"{action} {1000 * seconds[action] / files:.1f} ms" for action in ("file", "sidecar", "undo"))
    lost = "; ".join(result["lost_tags"]) or "none"
    table = markdown_table(
        ["", "kills", "files as before", "files complete", "files damaged", "temporary files left by kills"], rows
    )
    writing_end, undoing_end = (
        ", ".join(f"{number} {state}" for state, number in result[name]["at_end"].items())
        for name in ("writing", "undoing")
    )
    journal = f"{result['journal_bytes'] / 1000:.1f} kB ({100 * result['journal_bytes'] / result['bytes']:.1f} % of the files)"
    return (
        "# Writing places back\n\n"
        f"Written by `benchmarks/write_back.py`. {files} drawn files of {len(result['kinds'])} kinds, "
        f"{result['bytes'] / 1e6:.1f} MB; {machine_text(result['machine'])}. The process was killed (kill -9) at a random "
        f"moment, all files were checked, and it was started again; the last time it ended by itself.\n\n{table}\n"
        f"At the end of writing: {writing_end}. At the end of undoing: {undoing_end}; other files left: "
        f"{', '.join(result['left_at_end']) or 'none'}. Without a kill, undo restored all bytes: "
        f"{result['undone_bytes_equal']}.\n\n"
        f"Tags that changed although they were not to be written: {lost}. (The flags of a WebP file state which metadata it "
        f"has.) Undo journal: {journal}. Time per file, with all checks and fsync: {per_file}.\n\n"
        "Kinds: " + ", ".join(f"{kind} ({number})" for kind, number in result["kinds"].items()) + ".\n"
    )


def main() -> None:
    """Runs all rounds and writes the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2, metavar=("ACTION", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child[0], Path(arguments.child[1]))
        return
    if shutil.which("exiftool") is None:
        sys.exit("exiftool is not installed: apt-get install libimage-exiftool-perl")
    with tempfile.TemporaryDirectory() as work:
        result = measure(arguments.files, arguments.kills, arguments.seed, Path(work))
    write_json(RESULTS / "write-back.json", result)
    (RESULTS / "write-back.md").write_text(report(result), encoding="utf-8")
    print(report(result))


if __name__ == "__main__":
    main()
