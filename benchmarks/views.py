#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Are pictures that show no place distinguished from those that do?

Fits the linear layer of venloc.collecting.views to the shared photos, which were looked at one by one, as small pictures:
views.csv names those that show people, food, a room or a thing, as labelled by one person. Photos of one album are alike, so
photos whose numbers are near to each other are in one fold. Development folds chose the features, how they are pooled and the
weight decay; the other folds are reported on, each classified by a layer that was fitted to all others.

Writes docs/results/views.md and, with --write, the layer that is shipped, which is fitted to all photos.
"""

from __future__ import annotations

import argparse
import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
import venloc
from common import RESULTS, ROOT, log, machine, machine_text, markdown_table, require, shared_folder, write_json
from venloc._core import write_safetensors
from venloc.collecting import views

LABELS = Path(__file__).with_suffix(".csv")
ALBUM = 60  # numbers of photos that count as one
FOLDS = 5
DEVELOPMENT = (0, 1)
DECAY = 100.0
SAMPLES = 2000  # of the bootstrap
LEVELS = (0.5, 0.6, 0.8, 0.9)

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


def described(network: Any, files: list[Path]) -> Floats:
    """A row for each picture."""
    with ThreadPoolExecutor() as pool:
        return np.stack(list(pool.map(lambda file: views.features(network, file), files)))


def fitted(rows: Floats, kinds: Ints) -> tuple[Floats, Floats]:
    """Weights (kinds x channels) and bias of the layer: maximum likelihood with weight decay on standardised features."""
    mean, std = rows.mean(0), rows.std(0) + 1e-6
    inputs, targets = torch.tensor((rows - mean) / std), torch.tensor(kinds)
    weights = torch.zeros(rows.shape[1], len(views.KINDS), dtype=torch.double, requires_grad=True)
    bias = torch.zeros(len(views.KINDS), dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> Any:
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(inputs @ weights + bias, targets, reduction="sum")
        value = value + DECAY / 2 * (weights * weights).sum()
        value.backward()
        return value

    optimizer.step(loss)
    scaled = weights.detach().numpy().T / std
    return scaled, bias.detach().numpy() - scaled @ mean


def shares(layer: tuple[Floats, Floats], rows: Floats) -> Floats:
    """Probability of each of the kinds, a row for each picture."""
    logits = rows @ layer[0].T + layer[1]
    odds = np.exp(logits - logits.max(1, keepdims=True))
    probabilities: Floats = odds / odds.sum(1, keepdims=True)
    return probabilities


def interval(values: list[float]) -> str:
    """That holds 95 %."""
    return "{:.2f} to {:.2f}".format(*np.nanquantile(values, (0.025, 0.975)))


def measured(probabilities: Floats, kinds: Ints, albums: Ints) -> dict[str, Any]:
    """Precision and recall of 'no place' at several levels, and recall by kind at the one that is used."""
    no_place, real = 1 - probabilities[:, 0], kinds > 0
    random = np.random.default_rng(0)
    names = np.unique(albums)
    members = {name: np.flatnonzero(albums == name) for name in names}
    draws = [np.concatenate([members[name] for name in random.choice(names, len(names))]) for _ in range(SAMPLES)]

    def both(chosen: Ints, level: float) -> tuple[float, float]:
        flagged, true = no_place[chosen] >= level, real[chosen]
        hits = (flagged & true).sum()
        return hits / flagged.sum() if flagged.any() else np.nan, hits / true.sum()

    everything = np.arange(len(no_place))
    out: dict[str, Any] = {"photos": len(no_place), "albums": len(names), "no_place": int(real.sum()), "levels": []}
    for level in LEVELS:
        precision, recall = both(everything, level)
        drawn = [both(draw, level) for draw in draws]
        out["levels"].append(
            {
                "level": level,
                "marked": int((no_place >= level).sum()),
                "precision": precision,
                "precision_interval": interval([p for p, _ in drawn]),
                "recall": recall,
                "recall_interval": interval([r for _, r in drawn]),
            }
        )
    likeliest = np.where(no_place >= views.LEAST, probabilities[:, 1:].argmax(1) + 1, 0)
    out["kinds"] = [
        {
            "kind": kind,
            "photos": int((kinds == i).sum()),
            "marked": float((no_place[kinds == i] >= views.LEAST).mean()),
            "kind_right": float((likeliest == i)[kinds == i].mean()),
        }
        for i, kind in enumerate(views.KINDS)
        if i > 0
    ]
    out["mean_share"], out["mean_true"] = float(no_place.mean()), float(real.mean())
    return out


def measure(shared: Path, write: bool) -> dict[str, Any]:
    """Everything."""
    facts = machine()
    venloc.torch_support.load()
    network = venloc.load(venloc.default_model_path()).backbone  # type: ignore[attr-defined] # it is an ensemble
    files = sorted((shared / "data" / "venice" / "images").iterdir(), key=lambda file: int(file.stem))
    shown = {row["photo"]: views.KINDS.index(row["shows"]) for row in csv.DictReader(LABELS.read_text().splitlines())}
    kinds = np.array([shown.get(file.name, 0) for file in files])
    albums = np.array([int(file.stem) // ALBUM for file in files])
    names = np.random.default_rng(0).permutation(np.unique(albums))
    fold_of = {name: i % FOLDS for i, name in enumerate(names.tolist())}
    folds = np.array([fold_of[album] for album in albums.tolist()])
    log(f"describing {len(files)} photos")
    rows = described(network, files)
    probabilities = np.zeros((len(files), len(views.KINDS)))
    for fold in range(FOLDS):
        layer = fitted(rows[folds != fold], kinds[folds != fold])
        probabilities[folds == fold] = shares(layer, rows[folds == fold])
    untouched = ~np.isin(folds, DEVELOPMENT)
    layer = fitted(rows, kinds)
    if write:
        arrays = {"weights": np.ascontiguousarray(layer[0], np.float32), "bias": layer[1].astype(np.float32)}
        about = {
            "made_by": "benchmarks/views.py --write",
            "fitted_to": f"{len(files)} photos of Venice",
            "network": views.NETWORK,
            "stage": views.STAGE,
        }
        write_safetensors(ROOT / "python" / "venloc" / "collecting" / "views.safetensors", arrays, about)
    others = {}
    for name, folder in (("artworks of Venice", "paintings"), ("photos and artworks of elsewhere", "out_of_area")):
        no_place = 1 - shares(layer, described(network, sorted((shared / "data" / folder / "images").iterdir())))[:, 0]
        others[name] = {"pictures": len(no_place), "marked": int((no_place >= views.LEAST).sum())}
    wrong = np.flatnonzero(untouched & (kinds == 0) & (1 - probabilities[:, 0] >= views.LEAST))
    return {
        "machine": facts,
        "untouched": measured(probabilities[untouched], kinds[untouched], albums[untouched]),
        "wrong": {files[i].name: views.KINDS[1 + int(probabilities[i, 1:].argmax())] for i in wrong},
        "others": others,
    }


def page(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    u = result["untouched"]
    text = (
        "<!-- Written by benchmarks/views.py; do not edit. -->\n# Pictures that show no place\n\n"
        f"`.venv/bin/python benchmarks/views.py`; {u['photos']} shared photos in {u['albums']} groups of consecutive numbers, of "
        f"folds that chose nothing. {u['no_place']} of them show people, food, a room or a thing, as labelled by one person who "
        "looked at all of them; the first row is what flagging all photos would give.\n\n"
    )
    table = [["any", u["photos"], f"{u['no_place'] / u['photos']:.2f}", "", "1.00", ""]]
    table += [
        [
            f"{one['level']:.1f} or more",
            one["marked"],
            f"{one['precision']:.2f}",
            one["precision_interval"],
            f"{one['recall']:.2f}",
            one["recall_interval"],
        ]
        for one in u["levels"]
    ]
    text += markdown_table(["probability of no place", "photos", "precision", "95 %", "recall", "95 %"], table)
    text += (
        f"\nThe mean of the probabilities is {u['mean_share']:.3f}, the share of such photos {u['mean_true']:.3f}. From "
        f"{views.LEAST} on a photo is flagged; by kind:\n\n"
    )
    text += markdown_table(
        ["shows", "photos", "flagged", "and the right kind"],
        [[k["kind"], k["photos"], f"{k['marked']:.2f}", f"{k['kind_right']:.2f}"] for k in u["kinds"]],
    )
    text += f"\nFlagged though labelled as places, {len(result['wrong'])}: "
    text += ", ".join(f"{name} ({kind})" for name, kind in result["wrong"].items()) + ".\n\n"
    text += "The layer that is shipped, of pictures that it was not fitted to and that show places:\n\n"
    text += markdown_table(
        ["pictures", "number", "flagged"],
        [[name, one["pictures"], one["marked"]] for name, one in result["others"].items()],
    )
    return text + f"\nMachine: {machine_text(result['machine'])}.\n"


def main() -> None:
    """Writes docs/results/views.json and .md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=shared_folder(), help="folder with the shared data")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    parser.add_argument("--write", action="store_true", help="write the layer that is shipped, too")
    arguments = parser.parse_args()
    require(arguments.shared / "data" / "venice" / "images")
    result = measure(arguments.shared, arguments.write)
    write_json(arguments.out / "views.json", result)
    (arguments.out / "views.md").write_text(page(result))


if __name__ == "__main__":
    main()
