# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc weights`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from venloc.cli.console import FAILED, CommandGroup, print_error, usage_errors, wrong_usage
from venloc.cli.reporting import Reporting

group = CommandGroup(help="List, get, convert and check the weights of networks.")


@group.command("list")
def list_weights(
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list.")] = False,
) -> None:
    """List the registered weights by name, with the path of each file that is on this computer."""
    from venloc.weights import REGISTRY, at_hand, folders

    rows = [(weights, at_hand(weights.name)) for weights in REGISTRY.values()]
    if as_json:
        fields = ("name", "network", "origin", "licence", "size", "sha256")
        values = [
            {**{field: getattr(weights, field) for field in fields}, "file": None if file is None else str(file)}
            for weights, file in rows
        ]
        print(json.dumps(values))
        return
    width = max(len(weights.name) for weights, _ in rows)
    network_width = max(len(weights.network) for weights, _ in rows)
    print(f"{'name':<{width}}  {'network':<{network_width}}  {'MB':>5}  {'licence':<10}  file")
    for weights, file in rows:
        print(
            f"{weights.name:<{width}}  {weights.network:<{network_width}}  {weights.size / 1e6:>5.1f}  "
            f"{weights.licence:<10}  {file or '-'}"
        )
        print(f"  {weights.origin}")
    print("searched folders: " + ", ".join(str(folder) for folder in folders()))


@group.command()
def get(
    name: Annotated[str, typer.Argument(help="Name from venloc weights list.", show_default=False)],
    reporting: Reporting,
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FOLDER_OR_URL", help="Source of the file; default: $VENLOC_WEIGHTS, $VENLOC_WEIGHTS_URL."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; default: in $VENLOC_WEIGHTS or ~/.cache/venloc/weights."),
    ] = None,
) -> None:
    """Copy or download weights to the folder that venloc searches. An interrupted download is resumed."""
    from venloc import weights

    with usage_errors(), reporting.progress() as progress:
        file = weights.get(name, source, output, progress)
    size, licence = file.stat().st_size, weights.REGISTRY[name].licence
    reporting.add(f"{file}: {size / 1e6:.1f} MB, {licence}", file=str(file), bytes=size, licence=licence)
    reporting.finish()


@group.command()
def convert(
    source: Annotated[
        Path, typer.Argument(help="Weights of torchvision or timm (.pth), Keras (.h5), or .safetensors.")
    ],
    network: Annotated[str, typer.Option("--network", help="Name of the network, one of venloc.Backbone.networks().")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    number_type: Annotated[
        str, typer.Option("--type", help="Element type in the written file: float32, float16, bfloat16 or int8.")
    ] = "float32",
    origin: Annotated[
        str | None, typer.Option("--origin", help="Origin of the weights; default: name and digest of the source.")
    ] = None,
    licence: Annotated[str, typer.Option("--licence", help="Licence of the weights, e.g. Apache-2.0.")] = "",
) -> None:
    """Convert the weights of another program to venloc's format. The error message names arrays that do not fit."""
    if number_type not in ("float32", "float16", "bfloat16", "int8"):
        wrong_usage(f"--type is float32, float16, bfloat16 or int8, not {number_type}")
    from venloc import weights

    with usage_errors():
        made = weights.convert(source, network, output, number_type, origin, licence)  # type: ignore[arg-type] # checked above
    print(f"{output}: {made.network} to {made.stages[-1].name}, {output.stat().st_size / 1e6:.1f} MB")


@group.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Files of weights.", show_default=False)],
    network: Annotated[str, typer.Option("--network", help="Name of the network, if the file does not state it.")] = "",
) -> None:
    """Describe files of weights. Exit code 1 when one of them cannot be used."""
    from venloc.errors import Error
    from venloc.weights import check as checked

    failed = False
    for file in files:
        try:
            found = checked(file, network)
        except Error as error:
            print_error(error)
            failed = True
            continue
        types = ", ".join(f"{count} {name}" for name, count in found.types.items())
        facts = {
            "network": found.network,
            "stages": " ".join(found.stages),
            "arrays": f"{types}, all finite",
            "size": f"{found.size / 1e6:.1f} MB",
            "SHA-256": found.sha256,
            "registry": f"the file of {found.registered}" if found.registered else "not registered",
            "origin": found.origin or "unknown",
            "licence": found.licence or "unknown",
        }
        print(found.file)
        for name, value in facts.items():
            print(f"  {name:<9} {value}")
    if failed:
        raise typer.Exit(FAILED)
