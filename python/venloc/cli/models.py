# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc model`: describes and changes a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venloc.cli import collection
from venloc.cli.console import CommandGroup, require_model_output, wrong_usage
from venloc.cli.galleries import gallery_of, read_gallery
from venloc.cli.parameters import (
    LabelsOption,
    Limits,
    OutputModelOption,
    Pictures,
)
from venloc.cli.reporting import Reporting

if TYPE_CHECKING:
    from venloc._core import Gallery, Locator

_MOVED_M = 1.0  # from which on a photo of a collection is elsewhere than in a model

group = CommandGroup(help="Describe a model, add photos to it, or remove photos from it.")


@group.command("info")
def model_info(
    model: Annotated[
        Path | None, typer.Argument(help="Model file; default: $VENLOC_MODEL, or Venice.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False,
) -> None:
    """Describe a model: its kind, photos, area and options."""
    import venloc

    file = Path(venloc.default_model_path()) if model is None else model
    facts = venloc.load(file).info()
    values: dict[str, Any] = {"file": str(file), "bytes": file.stat().st_size, **facts.to_dict()}
    values["options"] = json.loads(facts.options)
    if as_json:
        print(json.dumps(values))
        return
    area = values.pop("area")
    values["area"] = ", ".join(f"{name} {value:.5f}" for name, value in area.items())
    values["options"] = json.dumps(values["options"])
    for name, value in values.items():
        print(f"{name.replace('_', ' '):<16} {value}")


ChangedModel = Annotated[Path, typer.Argument(metavar="MODEL", help="Model file to change.")]


@group.command("add")
def model_add(
    model: ChangedModel,
    pictures: Pictures,
    limits: Limits,
    output: OutputModelOption,
    reporting: Reporting,
    matched: Annotated[
        bool, typer.Option("--matched", help="Also leave out pictures that match no other picture.")
    ] = False,
) -> None:
    """Add pictures to a model. Known pictures, pictures outside its area and doubtful geotags are left out."""
    import venloc

    require_model_output("--output", output)
    kind = venloc.model_kind(model)
    if kind not in ("sift", "ensemble"):
        wrong_usage(f"'{model}': no photos can be added to a model of kind '{kind}': build a new model from all photos")
    locator = venloc.load(model)
    with reporting.progress() as progress:
        given = read_gallery(pictures, limits, reporting, progress)
        left_out, unmatched = _doubtful(locator, model, given, matched, pictures.threads, progress)
        known = {photo.id for photo in locator.photos}
        fresh = [i for i, photo in enumerate(given.photos) if photo.id not in known and photo.id not in left_out]
        if fresh:
            locator.add(given.subset(fresh), progress=progress)
    locator.save(output)
    for photo, reason in left_out.items():
        reporting.add(f"not added: {photo}: {reason}")
    if unmatched and not matched:
        reporting.add(f"{unmatched} photos match no other photo, so their places could not be checked (see --matched)")
    in_model = sum(photo.id in known for photo in given.photos)
    total = locator.info().photos
    reporting.add(
        f"{output}: {len(fresh)} photos added, {len(left_out)} left out, {in_model} were in the model before; "
        f"{total} in all",
        **{"model": str(output), "added": len(fresh), "left_out": left_out},
        **{"unmatched": unmatched, "known": in_model, "photos": total},
    )
    reporting.finish()


def _doubtful(
    locator: Locator, model: Path, given: Gallery, only_matched: bool, threads: int, progress: Any
) -> tuple[dict[str, str], int]:
    """The new photos that are not added, with the reasons, and the number of new photos that match no other photo."""
    import venloc
    from venloc.words import distance_text

    area = locator.info().area
    known = {photo.id for photo in locator.photos}
    left_out = {p.id: "outside the model's area" for p in given.photos if not area.contains(p.location)}
    fresh = [i for i, p in enumerate(given.photos) if p.id not in known and p.id not in left_out]
    if not fresh:
        return left_out, 0
    photos = given.subset(fresh)
    audited = venloc.audits.audit(venloc.SiftLocator.load(model), photos, progress, num_threads=threads)
    for f in audited.findings:
        left_out[f.photo_id] = f"its matches are {distance_text(f.distance_m)} away (doubt {f.doubt:.2f})"
    alone = [p.id for i, p in enumerate(photos.photos) if i not in audited.matched]
    if only_matched:
        left_out.update((photo, "it matches no other photo") for photo in alone)
    return left_out, len(alone)


@group.command("remove")
def model_remove(
    model: ChangedModel,
    gallery: Annotated[Path, typer.Argument(help="Gallery of the photos to remove, or a collection that has changed.")],
    output: OutputModelOption,
    reporting: Reporting,
    labels: LabelsOption = None,
) -> None:
    """Remove photos from a model: those of a gallery, or those that a collection dropped or gave another place."""
    import venloc

    require_model_output("--output", output)
    locator = venloc.load(model)
    if type(locator).remove is venloc.Locator.remove:
        wrong_usage(f"'{model}': no photos can be removed from a model of this kind: build a new model without them")
    moved: set[str] = set()
    if collection.is_collection(gallery):
        places = collection.places(gallery)
        gone = {photo.id for photo in locator.photos if photo.id in places and places[photo.id] is None}
        moved = {
            photo.id
            for photo in locator.photos
            if (place := places.get(photo.id)) is not None and venloc.distance_m(place, photo.location) > _MOVED_M
        }
        unwanted = gone | moved
    else:
        unwanted = {photo.id for photo in gallery_of(gallery, labels, check_pictures=False).photos}
        if unwanted.isdisjoint(photo.id for photo in locator.photos):
            wrong_usage(
                f"no photo of '{gallery}' is in the model: photos are compared by id, '{min(unwanted)}' in the gallery and "
                f"'{locator.photos[0].id}' in the model; give the gallery that the model was built from, or a part of it"
            )
    ids = [photo.id for photo in locator.photos if photo.id in unwanted]
    if len(ids) == len(locator.photos):
        wrong_usage("this would remove all photos of the model: build a new model instead")
    if ids:
        locator.remove(ids)
    locator.save(output)
    total = locator.info().photos
    elsewhere = f" ({len(moved)} of them have a new place: add them again with venloc model add)" if moved else ""
    reporting.add(
        f"{output}: {len(ids)} photos removed{elsewhere}; {total} in all",
        **{"model": str(output), "removed": len(ids), "moved": len(moved), "photos": total},
    )
    reporting.finish()
