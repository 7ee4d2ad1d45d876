# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import venloc
from conftest import OPTIONS, City
from venloc.evaluation import (
    Report,
    chosen_examples,
    compute_metrics,
    constant_baseline,
    published_analysis,
    risk_coverage,
)
from venloc.plots import error_map


def records(
    errors_m: list[float], place: Callable[[int], tuple[float, float]] = lambda i: (45.43, 12.33)
) -> list[venloc.EvaluationRecord]:
    return [
        venloc.EvaluationRecord(
            photo_id=str(i),
            truth=place(i),
            predicted=(45.43 + e / 111_195, 12.33),
            error_m=e,
            confidence=0.9 if e < 100 else 0.1,
            radius_50_m=50.0,
            radius_90_m=200.0,
            candidate_errors_m=[e, 3.0],
            group=i,
        )
        for i, e in enumerate(errors_m)
    ]


def test_metrics_of_known_errors() -> None:
    metrics = compute_metrics("known", records([5, 20, 80, 400, 2000]), bootstrap_resamples=200)
    assert metrics.name == "known"
    assert metrics.mean_m.value == pytest.approx(501)
    assert metrics.median_m.value == pytest.approx(80)
    assert dict(zip(metrics.thresholds_m, (w.value for w in metrics.within), strict=True))[25] == pytest.approx(0.4)
    assert metrics.coverage_50.value == pytest.approx(0.4)
    assert metrics.recall[1].value == pytest.approx(1.0)
    with pytest.raises(TypeError, match="did you mean 'bootstrap_resamples'"):
        compute_metrics("known", [], bootstrap_resample=3)


def test_published_analysis_is_seeded() -> None:
    rows = records([5, 20, 80, 400, 2000])
    analysis = published_analysis(rows, bins=10, resamples=500, seed=2)
    assert sum(analysis.counts) == 5
    assert len(analysis.bin_edges_m) == 11
    assert analysis.mse_lng == 0
    assert analysis == published_analysis(rows, bins=10, resamples=500, seed=2)


def test_constant_baseline_is_the_mean_place(gallery: venloc.Gallery) -> None:
    rows = constant_baseline(gallery.photos, records([0, 0]))
    assert rows[0].predicted == rows[1].predicted
    assert gallery.bounding_box().contains(rows[0].predicted)


def with_confidences(errors_m: list[float], confidences: list[float]) -> list[venloc.EvaluationRecord]:
    return [
        venloc.EvaluationRecord(error_m=e, confidence=c, group=i // 2)
        for i, (e, c) in enumerate(zip(errors_m, confidences, strict=True))
    ]


def test_risk_grows_with_coverage_where_the_confidence_is_informative() -> None:
    found = risk_coverage(with_confidences([400, 10, 200, 50], [0.1, 0.9, 0.2, 0.8]))
    assert found.coverage == [0.25, 0.5, 0.75, 1]
    assert found.mean_error_m == found.best_mean_error_m == pytest.approx([10, 30, 260 / 3, 165])
    assert found.share_beyond == found.best_share_beyond == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert found.aurc_m.value == pytest.approx((10 + 30 + 260 / 3 + 165) / 4)
    assert found.aurc_m.low <= found.aurc_m.value <= found.aurc_m.high
    turned = risk_coverage(with_confidences([400, 10, 200, 50], [0.9, 0.1, 0.8, 0.2]))
    assert turned.mean_error_m == pytest.approx([400, 300, 650 / 3, 165])
    assert turned.best_mean_error_m == found.best_mean_error_m


def test_equal_confidences_count_as_in_a_random_order() -> None:
    """Against the mean over all orders of the equal ones."""
    errors_m = [100.0, 0, 300, 500, 60]
    confidences = [0.5, 0.5, 0.5, 0.9, 0.1]
    orders = [
        [errors_m[i] for i in (3, *middle, 4)]
        for middle in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    ]
    expected = [sum(sum(order[: k + 1]) / (k + 1) for order in orders) / len(orders) for k in range(5)]
    assert risk_coverage(with_confidences(errors_m, confidences)).mean_error_m == pytest.approx(expected)
    unsure = risk_coverage(with_confidences(errors_m, [0.3] * 5))
    assert unsure.mean_error_m == pytest.approx([192] * 5)


def test_intervals_of_risk_are_of_groups_and_seeded() -> None:
    errors_m = [float(i * i % 97) for i in range(200)]
    rows = with_confidences(errors_m, [1 / (1 + e) for e in errors_m])
    first, again = (risk_coverage(rows, venloc.EvaluationOptions(seed=3)).aurc_m for _ in range(2))
    assert first == again
    assert first != risk_coverage(rows, venloc.EvaluationOptions(seed=4)).aurc_m
    # The same queries ten times over in the same groups mean no more than once.
    copies = [row for row in rows for _ in range(10)]
    assert risk_coverage(copies).aurc_m.high - risk_coverage(copies).aurc_m.low == pytest.approx(
        first.high - first.low, rel=0.2
    )
    with pytest.raises(ValueError, match="at least one"):
        risk_coverage([])


def test_examples_are_the_sure_and_the_far() -> None:
    rows = with_confidences([500, 5, 100, 900, 300, 2000], [0.9, 0.8, 0.95, 0.1, 0.7, 0.2])
    assert chosen_examples(rows, 2) == {"surely wrong": [0, 4], "farthest off": [5, 3], "surely right": [2, 1]}


@pytest.fixture(scope="module")
def report(city: City, locator: venloc.SiftLocator) -> Report:
    return venloc.evaluate(locator, venloc.Gallery.from_label_file(city.queries))


def test_a_report_has_baselines_and_every_form(report: Report) -> None:
    assert [m.name for m in report.metrics] == ["sift", "constant", "densest place", "random picture"]
    assert report.metrics[0].median_m.value < 25 < report.metrics[1].median_m.value
    assert report.differences["constant"].mean_m.value < 0
    text = report.table()
    assert all(name in text for name in ("sift", "constant"))
    assert "|" in report.table("markdown")
    assert json.loads(report.table("json"))
    with pytest.raises(ValueError, match="markdown"):
        report.table("html")  # type: ignore[arg-type]
    whole = json.loads(report.to_json())
    assert len(whole["records"]) == 12
    assert whole["metrics"][0]["median_m"]["value"] == report.metrics[0].median_m.value
    assert whole["aurc_m"]["value"] == report.risk_coverage.aurc_m.value
    assert "12 queries" in repr(report)


def test_plots_are_written(report: Report, tmp_path: Path) -> None:
    figures = report.plot(tmp_path / "plots")
    assert sorted(figures) == ["calibration", "errors", "map", "published", "risk"]
    for name in figures:
        assert (tmp_path / "plots" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    curve = figures["errors"].axes[0].lines[0]
    assert curve.get_ydata()[-1] == 1.0


def test_the_map_is_not_stretched_by_a_far_query(report: Report) -> None:
    rows = records([5.0] * 200, lambda i: (46.0, 12.33) if i == 7 else (45.43 + i % 20 * 1e-4, 12.33 + i // 20 * 1e-4))
    axes = error_map(replace(report, records=rows)).axes[0]
    assert axes.get_title() == "200 queries, 1 of them outside this map"
    low, high = axes.get_ylim()
    assert 200 < high - low < 500


def test_cross_validation_holds_groups_out(gallery: venloc.Gallery) -> None:
    seen: list[str] = []
    options = {k: v for k, v in OPTIONS.items() if k != "calibration_folds"}
    report = venloc.cross_validate(
        gallery,
        protocol="random",
        seeds=[0, 1],
        share=0.2,
        progress=lambda stage, done, total: seen.append(stage),
        examples=2,
        **options,
    )
    assert report.fold_sizes == [7, 7]
    assert len(report.records) == 14
    assert any(stage.startswith("fold 2 of 2") for stage in seen)
    assert report.metrics[0].median_m.value < 25
    assert "Mean of the 2 folds" in report.table()
    # The queried photo is at the place of its record, and so are the answers that are kept.
    assert [photo.id for photo in report.queries] == [record.photo_id for record in report.records]
    assert {i // 7 for i in report.examples} == {0, 1}
    for i, answer in report.examples.items():
        assert answer.location == report.records[i].predicted
        assert not hasattr(answer, "_locator")
    chosen_positions = {i for chosen in chosen_examples(report.records, 2).values() for i in chosen}
    assert chosen_positions <= set(report.examples)
    mean = sum(m.mean_m.value for m in report.folds) / 2
    assert report.mean_of_folds()["mean_m"] == pytest.approx(mean)
    with pytest.raises(ValueError, match="protocol"):
        venloc.cross_validate(gallery, protocol="other")  # type: ignore[arg-type]
