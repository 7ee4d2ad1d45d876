# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import json
import pickle

import pytest
import venloc

KINDS = [
    venloc.AugmentationOptions,
    venloc.CellPartitionOptions,
    venloc.DescriptorSearchOptions,
    venloc.GalleryOptions,
    venloc.GroupOptions,
    venloc.ImageOptions,
    venloc.SiftOptions,
    venloc.VisualIndexOptions,
    venloc.VisualIndexQueryOptions,
    venloc.VerificationOptions,
    venloc.WhiteningOptions,
    venloc.SiftLocatorOptions,
    venloc.EvaluationOptions,
]


@pytest.mark.parametrize("kind", KINDS)
def test_options_go_around(kind: type) -> None:
    options = kind()
    assert kind(**options.to_dict()) == options
    assert pickle.loads(pickle.dumps(options)) == options
    assert repr(options).startswith(f"{kind.__name__}(")
    json.dumps(options.to_dict())
    options.validate()
    with pytest.raises(TypeError, match=f"{kind.__name__} does not know 'no_such_thing_at_all'; it knows "):
        kind(no_such_thing_at_all=1)


def test_nested_options_from_dict_object_and_in_place() -> None:
    by_dict = venloc.SiftLocatorOptions(sift={"max_features": 800}, matching="exhaustive", seed=1)
    by_object = venloc.SiftLocatorOptions(sift=venloc.SiftOptions(max_features=800), matching="exhaustive", seed=1)
    in_place = venloc.SiftLocatorOptions(matching="exhaustive", seed=1)
    in_place.sift.max_features = 800
    assert by_dict == by_object == in_place
    assert by_dict.to_dict()["sift"]["max_features"] == 800
    assert by_dict.matching == "exhaustive"
    assert by_dict != venloc.SiftLocatorOptions()
    # What is read out does not change what it was read from after a copy.
    copy = pickle.loads(pickle.dumps(by_dict))
    copy.sift.max_features = 3
    assert by_dict.sift.max_features == 800


@pytest.mark.parametrize(
    ("keywords", "kind", "message"),
    [
        ({"verify_candidate": 3}, TypeError, "did you mean 'verify_candidates'"),
        (
            {"sift": {"max_feature": 3}},
            TypeError,
            "SiftOptions does not know 'max_feature'; did you mean 'max_features'",
        ),
        ({"matching": "exhaustiv"}, ValueError, "did you mean 'exhaustive'"),
        ({"matching": 1}, TypeError, "must be typing.Literal"),
        ({"seed": "one"}, TypeError, r"SiftLocatorOptions.seed must be int, not 'one' \(str\)"),
        ({"max_candidates": 2.5}, TypeError, r"max_candidates must be int, not 2.5 \(float\)"),
        ({"sift": 5}, TypeError, "sift must be"),
        ({"sift": {"max_features": -5}}, ValueError, "max_features"),
    ],
)
def test_wrong_options_are_named(keywords: dict[str, object], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        venloc.SiftLocatorOptions(**keywords)


def test_wrong_assignment_is_named() -> None:
    options = venloc.SiftOptions()
    with pytest.raises(TypeError, match=r"SiftOptions\.max_features must be int"):
        options.max_features = "many"  # type: ignore[assignment]
    options.max_features = -1
    with pytest.raises(venloc.InvalidArgumentError, match="max_features"):
        options.validate()
