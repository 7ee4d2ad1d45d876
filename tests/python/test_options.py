# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import json
import pickle
import subprocess
import sys
from pathlib import Path

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
    with pytest.raises(TypeError, match=f"{kind.__name__}: unknown name 'no_such_thing_at_all'; choose one of "):
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
            "SiftOptions: unknown name 'max_feature'; did you mean 'max_features'",
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


def test_properties_document_meaning_type_and_default() -> None:
    whitening = venloc.WhiteningOptions
    assert whitening.dimension.__doc__ == "Length of the resulting vectors.\n\nint, default 256"
    assert venloc.SiftOptions.long_side_px.__doc__ == (
        "Larger pictures are scaled down to this longer side [px].\n\nint, default 640"
    )
    pooling = venloc.BackboneOptions.pooling.__doc__ or ""
    assert "\n- 'average': Mean.\n" in pooling
    assert pooling.endswith("\n\ntyping.Literal['gem', 'average', 'max'], default 'gem'")
    assert (venloc.EvaluationOptions.recall_at.__doc__ or "").endswith("\n\nlist[int], default [1, 5, 10, 20]")
    # A nested struct documents its own defaults; results have none.
    assert (venloc.SiftLocatorOptions.sift.__doc__ or "").endswith("\n\nvenloc._core.SiftOptions")
    assert (venloc.LatLng.lat.__doc__ or "") == "Latitude [deg], -90 to 90.\n\nfloat"


def test_stored_options_are_as_in_format_2() -> None:
    """Names, order and numbers: a model built with the same options has the same bytes."""
    index = '{"iterations":6,"seed":0,"training_features":300000,"words":4096}'
    query = '{"max_pictures":200,"probes":4,"ratio_test_rank":20,"rerank_places":0}'
    sift = (
        '{"contrast_threshold":0.02,"edge_threshold":10.0,"grid_cells":8,"long_side_px":640,"max_features":1500,'
        '"root":true,"upright":true}'
    )
    whitening = '{{"dimension":{},"exponent":{},"max_samples":20000,"seed":0}}'
    search = '{"expansion":0,"expansion_alpha":3.0,"max_hits":100}'
    of_sift = (
        '{"calibration_folds":10,"calibration_grouped":true,"city":"Venice","index":' + index + ',"keep_descriptors":'
        'false,"matching":"indexed","max_candidates":20,"max_features_total":0,"query":' + query + ',"seed":7,"sift":'
        "" + sift + ',"verification":{"grid_cells":16,"max_error_px":8.0,"model":"affine"},"verify_candidates":200}'
    )
    painting = (
        '{"cells":100,"city":"Venice","gallery_long_side_px":448,"max_candidates":20,"projection":'
        "" + whitening.format(64, 0.0) + ',"query_long_sides_px":[320,448,640],"seed":7}'
    )
    machine = {"city": "Venice", "seed": 7, "num_threads": 3}
    cached = {**machine, "cache": "features"}
    assert venloc.SiftLocatorOptions(**cached).to_json() == of_sift
    assert venloc.PaintingLocatorOptions(**machine).to_json() == painting
    assert venloc.DescriptorLocatorOptions(**cached).to_json() == (
        '{"calibration_folds":10,"calibration_grouped":true,"city":"Venice","crops":1,"max_candidates":20,"search":'
        "" + search + ',"seed":7,"whitening":' + whitening.format(256, 1.0) + "}"
    )
    assert venloc.EnsembleLocatorOptions(**cached, artworks=["a.jpg"]).to_json() == (
        '{"leave_out":[],"painting":' + painting + ',"region_whitening":' + whitening.format(128, 1.0) + ',"search":'
        "" + search + ',"sift":' + of_sift + ',"whitening":' + whitening.format(256, 1.0) + "}"
    )


def written_docs(folder: Path, header: str) -> tuple[str, str]:
    """What tools/docstrings.py makes of a header, and what it reports."""
    source, output = folder / "header.hpp", folder / "docs.hpp"
    source.write_text(header)
    command = [sys.executable, Path(__file__).parents[2] / "tools" / "docstrings.py", "--output", output, source]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode == 0) == output.exists()
    return (output.read_text() if output.exists() else ""), done.stderr


HEADER = """
#pragma once
namespace venloc {

/// How wide.
enum class Width {
  kNarrow,     ///< for lanes
  kVeryBroad,  ///< as `Width::kNarrow`,
               ///< but not
};

/// Some options. Throws InvalidArgumentError.
///
/// - one
/// - two
struct Options {
  static constexpr int kMost = 3;  ///< no field
  int length_px = 3;               ///< length [px]
  /// First names,
  /// then kMost more; see Options::check.
  std::vector<int> names = {1, 2};
  Width width = Width::kNarrow;  ///< Width::kVeryBroad or not
  void check(const std::string& what = "a;b") const { if (what.empty()) { throw 1; } }  ///< tests
  void check(int) const;  ///< tests again
};

class Hidden {
  int secret = 3;
};

}  // namespace venloc
"""


def test_comments_of_headers_become_docstrings(tmp_path: Path) -> None:
    text, problems = written_docs(tmp_path, HEADER.replace("class Hidden", "/// Of no field.\nclass Hidden"))
    assert not problems
    assert '{"Options.length_px", R"doc(Length [px].)doc"}' in text
    assert '{"Options.names", R"doc(First names, then MOST more; see Options.check.)doc"}' in text
    assert '{"Options.width", R"doc(\'very_broad\' or not.)doc"}' in text
    assert '{"Options", R"doc(Some options. Raises InvalidArgumentError.\n\n- one\n- two)doc"}' in text
    assert '{"Options.check", R"doc(Tests.)doc"}' in text
    assert '{"Options.check/2", R"doc(Tests again.)doc"}' in text
    assert '{"Width.very_broad", R"doc(As \'narrow\', but not.)doc"}' in text
    assert "secret" not in text


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("  ///< length [px]", "", r"header.hpp:18: length_px has no comment"),
        ("/// How wide.", "", "Width has no comment"),
        ("", "", "Hidden has no comment"),
        ("int length_px = 3;", "int length_px, width_px;", "declare one field at a time"),
        ("int length_px = 3;   ", "int length_px  ///< amid\n = 3;", "a comment amid a declaration"),
    ],
)
def test_headers_without_comments_are_refused(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    assert right in HEADER
    text, problems = written_docs(tmp_path, HEADER.replace(right, wrong, 1))
    assert not text
    assert problem in problems
