# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import venloc
from conftest import OPTIONS, City
from venloc.evaluation import Report, compute_metrics, constant_baseline, published_analysis
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
    metrics = compute_metrics("known", records([5, 20, 80, 400, 2000]), bootstrap_loops=200)
    assert metrics.name == "known"
    assert metrics.mean_m.value == pytest.approx(501)
    assert metrics.median_m.value == pytest.approx(80)
    assert dict(zip(metrics.thresholds_m, (w.value for w in metrics.within), strict=True))[25] == pytest.approx(0.4)
    assert metrics.coverage_50.value == pytest.approx(0.4)
    assert metrics.recall[1].value == pytest.approx(1.0)
    with pytest.raises(TypeError, match="did you mean 'bootstrap_loops'"):
        compute_metrics("known", [], bootstrap_loop=3)


def test_published_analysis_is_seeded() -> None:
    rows = records([5, 20, 80, 400, 2000])
    analysis = published_analysis(rows, bins=10, loops=500, seed=2)
    assert sum(analysis.counts) == 5
    assert len(analysis.bin_edges_m) == 11
    assert analysis.mse_lng == 0
    assert analysis == published_analysis(rows, bins=10, loops=500, seed=2)


def test_constant_baseline_is_the_mean_place(gallery: venloc.Gallery) -> None:
    rows = constant_baseline(gallery.photos, records([0, 0]))
    assert rows[0].predicted == rows[1].predicted
    assert gallery.bounding_box().contains(rows[0].predicted)


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
    assert "12 queries" in repr(report)


def test_plots_are_written(report: Report, tmp_path: Path) -> None:
    figures = report.plot(tmp_path / "plots")
    assert sorted(figures) == ["calibration", "errors", "map", "published"]
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
        **options,
    )
    assert report.fold_sizes == [7, 7]
    assert len(report.records) == 14
    assert any(stage.startswith("fold 2 of 2") for stage in seen)
    assert report.metrics[0].median_m.value < 25
    assert "Mean of the 2 folds" in report.table()
    mean = sum(m.mean_m.value for m in report.folds) / 2
    assert report.mean_of_folds()["mean_m"] == pytest.approx(mean)
    with pytest.raises(ValueError, match="protocol"):
        venloc.cross_validate(gallery, protocol="other")  # type: ignore[arg-type]
