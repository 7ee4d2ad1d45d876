# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import re
from dataclasses import replace
from pathlib import Path

import pytest
import venloc
from conftest import City
from html_pages import Page, assert_self_contained, thumbnails
from venloc.evaluation import Report
from venloc.report import write_report

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def report(city: City, locator: venloc.SiftLocator) -> Report:
    return venloc.evaluate(locator, venloc.Gallery.from_label_file(city.queries), examples=2)


@pytest.fixture(scope="module")
def quick(report: Report) -> Report:
    return replace(report, examples={}, options=venloc.EvaluationOptions(bootstrap_resamples=50))


def test_the_page_has_what_the_report_found(report: Report, tmp_path: Path) -> None:
    file = write_report(report, tmp_path / "new" / "page", command="venloc evaluate <m> q")
    assert file == tmp_path / "new" / "page" / "index.html"
    assert list(file.parent.iterdir()) == [file]
    page = assert_self_contained(file.read_text())
    for name in ("sift", "Drawn", "constant", "densest place", "random picture", "venloc evaluate <m> q"):
        assert name in page.text
    assert "36 photos" in page.text
    median = report.metrics[1].median_m
    assert f"{median.value:,.0f} {median.low:,.0f}–{median.high:,.0f}" in page.text
    difference = report.differences["constant"].mean_m
    assert f"{difference.value:+,.0f}".replace("-", "−") in page.text
    assert f"{report.risk_coverage.aurc_beyond.value:.2f}" in page.text
    labels = [attributes["aria-label"] for attributes in page.all("svg") if "aria-label" in attributes]
    for start in ("Share of queries", "Reliability", "Risk", "Histogram", "Map of the queries, coloured by error"):
        assert [label for label in labels if label.startswith(start)], start


def test_every_query_is_on_the_map_of_errors(quick: Report, tmp_path: Path) -> None:
    text = write_report(quick, tmp_path).read_text()
    drawing = re.search(r'<svg[^>]*aria-label="Map of the queries.*?</svg>', text, re.DOTALL)[0]
    assert sorted(re.findall(r"<title>(\S+): \d+ m off", drawing)) == sorted(r.photo_id for r in quick.records)
    lines = "".join(re.findall(r'<path d="((?:M\d+ \d+L-?\d+ -?\d+)+)"', drawing))
    assert lines.count("M") == len(quick.records)
    key = re.findall(r"(?:within \d+ m|above 500 m): (\d+)</li>", text)
    assert len(key) == 4
    assert sum(map(int, key)) == len(quick.records)


def test_figures_follow_light_and_dark(quick: Report, tmp_path: Path) -> None:
    text = write_report(quick, tmp_path).read_text()
    body = text[text.index("<body>") :]
    # No colour of its own is left in a drawing, so that no drawing is black on black.
    assert re.findall(r"#[0-9a-f]{6}\b", body) == []
    assert "<metadata" not in body
    defined = set(re.findall(r"(--[a-z]+):", text))
    assert set(re.findall(r"var\((--[a-z]+)\)", text)) <= defined


def test_examples_have_pictures_evidence_and_times(report: Report, gallery: venloc.Gallery, tmp_path: Path) -> None:
    page = assert_self_contained(write_report(report, tmp_path, pictures=gallery.photos).read_text())
    queried = [report.records[i].photo_id for i in report.examples]
    assert len(queried) == 2
    alts = [attributes["alt"] for attributes in page.all("img")]
    for position, answer in report.examples.items():
        assert f"The query {report.records[position].photo_id}" in alts
        for candidate in answer.candidates[:5]:
            assert f"The candidate {candidate.photo_id}" in alts
        stages = [time.stage for time in answer.timings]
        assert stages
        assert all(stage in page.text for stage in stages)
    sizes = [picture.size for picture in thumbnails(page)]
    assert max(map(max, sizes)) == 160
    assert not any("exif" in picture.info for picture in thumbnails(page))
    without = Page(write_report(report, tmp_path, thumbnails=False).read_text())
    assert without.all("img") == []
    assert queried[0] in without.text


def test_a_picture_that_is_gone_is_left_out(report: Report, tmp_path: Path) -> None:
    gone = [venloc.Photo(id=p.id, file=tmp_path / "gone.jpg", location=p.location) for p in report.queries]
    page = assert_self_contained(write_report(replace(report, queries=gone), tmp_path).read_text())
    assert page.all("img") == []


def test_names_cannot_bring_markup(report: Report, prediction: venloc.Prediction, tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>"
    record = venloc.EvaluationRecord(photo_id=bad, truth=(45.434, 12.338), predicted=(45.434, 12.338), confidence=0.7)
    query = venloc.Photo(id=bad, location=(45.434, 12.338), url="javascript:alert(1)")
    changed = Report(
        name=bad, records=[record], baselines={bad: [record]}, city=bad, queries=[query], examples={0: prediction}
    )
    page = assert_self_contained(write_report(changed, tmp_path, command=bad).read_text())
    assert page.text.count(bad) > 5


def test_several_reports_are_compared(quick: Report, tmp_path: Path) -> None:
    other = replace(quick, name="other", records=quick.baselines["constant"])
    page = assert_self_contained(write_report([quick, other], tmp_path).read_text())
    assert {attributes["href"] for attributes in page.all("a")} >= {"#report0", "#report1"}
    assert "Comparison" in page.text
    assert "sift" in page.text
    assert "first" in Page(write_report({"first": quick}, tmp_path).read_text()).text
    with pytest.raises(ValueError, match="no report"):
        write_report([], tmp_path)
    with pytest.raises(ValueError, match="at least one"):
        write_report(Report(name="none", records=[], baselines={}), tmp_path)


def test_folds_are_listed(quick: Report, tmp_path: Path) -> None:
    folded = replace(quick, fold_sizes=[6, 6], protocol={"protocol": "grouped", "seeds": [7, 9]})
    page = Page(write_report(folded, tmp_path).read_text())
    assert "2 folds that keep" in page.text
    assert "7, 9" in page.text
    assert f"mean of the folds {folded.mean_of_folds()['mean_m']:,.0f}" in page.text


def test_the_same_report_gives_the_same_page(quick: Report, tmp_path: Path) -> None:
    first = write_report(quick, tmp_path / "a").read_bytes()
    assert write_report(replace(quick), tmp_path / "b").read_bytes() == first
