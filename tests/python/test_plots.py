# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What figures show: against the values they are drawn from."""

import json
import math

import numpy as np
import pytest
import venloc
from conftest import City

matplotlib = pytest.importorskip("matplotlib")
from matplotlib.collections import EllipseCollection, LineCollection  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patches import Circle, PathPatch  # noqa: E402
from venloc import plots  # noqa: E402


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def scattered(figure: Figure, label: str) -> np.ndarray:
    """Places of the marks with a label that starts like this."""
    [marks] = [c for c in figure.axes[0].collections if str(c.get_label()).startswith(label)]
    return np.asarray(marks.get_offsets())


# --- style ------------------------------------------------------------------------------------------------------------


def test_a_figure_leaves_the_style_of_others_alone(prediction: venloc.Prediction) -> None:
    before = dict(matplotlib.rcParams)
    plots.posterior(prediction)
    assert dict(matplotlib.rcParams) == before
    with plots.style():
        assert matplotlib.rcParams["legend.frameon"] is False
    assert dict(matplotlib.rcParams) == before


def test_colors_differ_in_lightness() -> None:
    """They can be distinguished by luminance alone."""

    def luminance(color: str) -> float:
        red, green, blue = matplotlib.colors.to_rgb(color)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert abs(luminance(plots.ANSWER) - luminance(plots.CANDIDATE)) > 0.05
    assert luminance(plots.GALLERY) - max(luminance(plots.ANSWER), luminance(plots.CANDIDATE)) > 0.15


def test_axes_that_are_given_are_drawn_into(prediction: venloc.Prediction, city: City) -> None:
    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert plots.keypoints(city.query, axes=left) is figure
    assert plots.posterior(prediction, axes=right) is figure
    assert len(figure.axes) == 2
    part = Figure().subfigures(1, 2)[0]
    assert isinstance(plots.keypoints(city.query, axes=part.subplots()), Figure)


# --- one query --------------------------------------------------------------------------------------------------------


def test_keypoints_are_where_the_features_are(city: City) -> None:
    image = venloc.read_image(city.query)
    features = venloc.extract_sift(image, long_side_px=160)
    axes = plots.keypoints(image, features, count=25).axes[0]
    [circles] = [c for c in axes.collections if isinstance(c, EllipseCollection)]
    scale = image.width / features.width
    assert scale == 2
    np.testing.assert_allclose(circles.get_offsets(), features.keypoints[:25, :2] * scale, rtol=1e-6)
    np.testing.assert_allclose(circles.get_widths(), 2 * features.keypoints[:25, 2] * scale, rtol=1e-6)
    assert axes.get_title() == f"25 strongest of {len(features)} keypoints"
    assert axes.images[0].get_array().shape == (image.height, image.width)


def test_keypoints_of_a_picture_without_structure() -> None:
    flat = np.full((60, 80), 128, np.uint8)
    assert plots.keypoints(flat).axes[0].get_title() == "0 strongest of 0 keypoints"
    with pytest.raises(venloc.InvalidArgumentError, match="count is 1 or more, not 0"):
        plots.keypoints(flat, count=0)


def test_nearest_matches_are_those_of_a_loop_over_all_pairs(city: City) -> None:
    pictures = [venloc.read_image(city.folder / name) for name in ("place00_0.jpg", "place00_1.jpg")]
    query, photo = (venloc.extract_sift(picture, max_features=60) for picture in pictures)
    expected = []
    for i, mine in enumerate(query.descriptors.astype(int)):
        distances = [math.dist(mine, other) for other in photo.descriptors.astype(int)]
        first, second = np.argsort(distances, kind="stable")[:2]
        if distances[first] < 0.8 * distances[second]:
            expected.append((*query.keypoints[i, :2], *photo.keypoints[first, :2]))
    found = plots.nearest_matches(query, photo)
    size = (query.width, query.height, photo.width, photo.height)
    assert len(found) >= 10
    np.testing.assert_allclose([(m.x, m.y, m.photo_x, m.photo_y) for m in found] * np.array(size), expected, rtol=1e-5)
    assert len(plots.nearest_matches(query, photo, max_ratio=1)) > len(found)
    with pytest.raises(venloc.InvalidArgumentError, match="max_ratio is above 0"):
        plots.nearest_matches(query, photo, max_ratio=0)


def test_nothing_matches_a_picture_without_features(city: City) -> None:
    none = venloc.extract_sift(venloc.Image(np.full((60, 80), 128, np.uint8)))
    some = venloc.extract_sift(venloc.read_image(city.query))
    assert plots.nearest_matches(none, some) == plots.nearest_matches(some, none) == []


def test_each_match_is_a_line_between_its_points(city: City, locator: venloc.SiftLocator) -> None:
    best = locator.locate(city.query).candidates[0]
    tentative = [venloc.PointMatch(x=0.25, y=0.5, photo_x=1.0, photo_y=0.0)]
    figure = plots.matches(city.query, city.folder / best.photo_id, best.matches, tentative)
    drawn = {c.get_label(): c.get_segments() for c in figure.axes[0].collections if isinstance(c, LineCollection)}
    assert best.inliers == len(best.matches) > 4
    assert sorted(drawn) == ["1 tentative match", f"{best.inliers} verified matches"]
    # Both pictures are 4:3 and one high.
    wide, gap = 4 / 3, 0.03
    np.testing.assert_allclose(drawn["1 tentative match"], [[(0.25 * wide, 0.5), (wide + gap + wide, 0)]])
    ends = [[(m.x * wide, m.y), (wide + gap + m.photo_x * wide, m.photo_y)] for m in best.matches]
    np.testing.assert_allclose(drawn[f"{best.inliers} verified matches"], ends)


def test_points_in_pixels_are_refused(city: City) -> None:
    right, wrong = venloc.PointMatch(x=0.5, y=0.5), venloc.PointMatch(x=120, y=44, photo_x=3, photo_y=9)
    with pytest.raises(venloc.InvalidArgumentError, match=r"verified match 1 is outside .*0 to 1"):
        plots.matches(city.query, city.query, [right, wrong])
    with pytest.raises(venloc.InvalidArgumentError, match="tentative match 0 is outside"):
        plots.matches(city.query, city.query, [right], [venloc.PointMatch(x=math.nan)])


def test_discs_of_votes_are_at_their_photos(city: City, locator: venloc.SiftLocator) -> None:
    evidence = locator.evidence(city.query)
    table = json.loads(evidence.to_json())["candidates"]
    figure = plots.vote_map(evidence, locator.photos, measurement="inliers", truth=venloc.LatLng(*city.places[0]))
    assert len(scattered(figure, "gallery photo")) == len(locator.photos)
    positive = {int(n): value for n, value in zip(table["photo"], table["inliers"], strict=True) if value > 0}
    [discs] = [c for c in figure.axes[0].collections if str(c.get_label()).startswith("inliers")]
    assert len(discs.get_offsets()) == len(positive) > 0
    # Areas are proportional to the values, in their order; the best is marked, and is a photo of the query's place.
    np.testing.assert_allclose(
        discs.get_sizes() / discs.get_sizes()[-1], sorted(np.array([*positive.values()]) / max(positive.values()))
    )
    most = scattered(figure, "most inliers")[0]
    [truth] = [line.get_xydata()[0] for line in figure.axes[0].lines]
    assert math.dist(most, truth) < 5
    assert labels(figure)[-1] == "true place"


def test_votes_need_the_photos_of_their_locator(city: City, locator: venloc.SiftLocator) -> None:
    evidence = locator.evidence(city.query)
    with pytest.raises(venloc.InvalidArgumentError, match="there are 2 photos: give the photos of the locator"):
        plots.vote_map(evidence, locator.photos[:2])
    with pytest.raises(venloc.InvalidArgumentError, match="measurement 'vote'.*votes"):
        plots.vote_map(evidence, locator.photos, measurement="vote")


def test_the_table_has_the_measurements_of_the_candidates(city: City, locator: venloc.SiftLocator) -> None:
    evidence, prediction, photos = locator.evidence(city.query), locator.locate(city.query), locator.photos
    axes = plots.evidence_table(evidence, photos, prediction, rows=4).axes[0]
    heads = [text.get_text().replace(" ", "_") for text in axes.get_xticklabels()]
    assert heads[:4] == ["probability", "votes", "matches", "inliers"]
    assert "similarity" not in heads  # which a model of SIFT features does not have
    assert [text.get_text() for text in axes.get_yticklabels()] == [c.photo_id for c in prediction.candidates[:4]]
    cells = np.array([text.get_text() for text in axes.texts]).reshape(4, len(heads))
    table = json.loads(evidence.to_json())["candidates"]
    for row, candidate in zip(cells, prediction.candidates, strict=False):
        i = [photos[int(number)].id for number in table["photo"]].index(candidate.photo_id)
        assert row[0] == f"{candidate.probability:.2f}"
        assert row[3] == str(candidate.inliers) == f"{table['inliers'][i]:.0f}"
        assert row[1] == f"{table['votes'][i]:.2f}"
    # The largest value of a column is the darkest cell.
    shades = np.asarray(axes.images[0].get_array())
    assert np.argmax(shades[:, 0]) == 0
    assert shades.max(axis=0) == pytest.approx(np.ones(len(heads)))


def test_a_table_needs_evidence_and_answer_of_one_query(city: City, locator: venloc.SiftLocator) -> None:
    evidence, answer = locator.evidence(city.query), locator.locate(city.query)
    with pytest.raises(venloc.InvalidArgumentError, match="measurement 'beauty'"):
        plots.evidence_table(evidence, locator.photos, answer, measurements=["beauty"])
    with pytest.raises(venloc.InvalidArgumentError, match="rows is 1 or more, not 0"):
        plots.evidence_table(evidence, locator.photos, answer, rows=0)
    stranger = venloc.Prediction(candidates=[venloc.Candidate(photo_id="nobody's")])
    with pytest.raises(venloc.InvalidArgumentError, match="no candidate of the prediction is in the evidence"):
        plots.evidence_table(evidence, locator.photos, stranger)


# --- posterior --------------------------------------------------------------------------------------------------------


def mass(
    of: venloc.Posterior, frame: venloc.LocalFrame, inside: np.ndarray, points: np.ndarray, cell_m2: float
) -> float:
    """Probability of the cells around these points that are inside, given that the picture was made in the area."""
    places = [frame.to_lat_lng(venloc.EastNorth(*xy)) for xy in points[inside]]
    density = of.density(np.array([p.lat for p in places]), np.array([p.lng for p in places]))
    return float(density.sum()) * cell_m2 / of.in_area


def test_regions_hold_the_mass_that_they_state(prediction: venloc.Prediction) -> None:
    figure = plots.posterior(prediction)
    patches = {p.get_label(): p.get_path() for p in figure.axes[0].patches if isinstance(p, PathPatch)}
    assert sorted(patches) == ["50 % region", "90 % region"]
    frame, step = venloc.LocalFrame(prediction.location), 4.0
    metres = np.arange(-400, 1000, step) + step / 2
    points = np.stack(np.meshgrid(metres, metres), axis=-1).reshape(-1, 2)
    for name, share in (("50 % region", 0.5), ("90 % region", 0.9)):
        inside = np.zeros(len(points), bool)
        for polygon in patches[name].to_polygons():
            inside ^= matplotlib.path.Path(polygon).contains_points(points)
        assert mass(prediction.posterior, frame, inside, points, step**2) == pytest.approx(share, abs=0.02)


def test_circles_have_the_radii(prediction: venloc.Prediction) -> None:
    circles = [p for p in plots.posterior(prediction).axes[0].patches if isinstance(p, Circle)]
    assert [(c.center, c.radius) for c in circles] == [
        ((0, 0), prediction.radius_90_m),
        ((0, 0), prediction.radius_50_m),
    ]
    assert [c.get_label() for c in circles] == [
        f"90 % radius, {prediction.radius_90_m:.0f} m",
        f"50 % radius, {prediction.radius_50_m:.0f} m",
    ]


def test_the_map_of_a_posterior_has_all_that_counts(prediction: venloc.Prediction) -> None:
    truth = venloc.LatLng(45.434, 12.43)  # 7 km east
    axes = plots.posterior(prediction, [truth], truth=truth).axes[0]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    assert west < 0 < venloc.distance_m(prediction.location, truth) < east
    assert (east - west) == pytest.approx(north - south)
    assert len(scattered(axes.figure, "gallery photo")) == 1
    assert len(scattered(axes.figure, "candidate")) == len(prediction.candidates)
    axes = plots.posterior(prediction, window_m=500).axes[0]
    assert axes.get_xlim() == (-250, 250)
    for wrong in (0, -3, math.nan):
        with pytest.raises(venloc.InvalidArgumentError, match="window_m is above 0"):
            plots.posterior(prediction, window_m=wrong)


def test_a_posterior_without_candidates_is_drawn() -> None:
    figure = plots.posterior(venloc.Prediction())
    assert labels(figure)[0] == "90 % region"


# --- evaluations ------------------------------------------------------------------------------------------------------


def test_reliability_is_that_of_a_hand_computation() -> None:
    """20 queries, two in each decile, in no order; right are those within 100 m."""
    confidence = [(37 * i % 20 + 1) / 21 for i in range(20)]
    errors_m = [5.0 if i % 3 else 500.0 for i in range(20)]
    records = [
        venloc.EvaluationRecord(photo_id=str(i), error_m=e, confidence=c, group=i)
        for i, (e, c) in enumerate(zip(errors_m, confidence, strict=True))
    ]
    order = sorted(range(20), key=lambda i: confidence[i])
    pairs = [order[2 * k : 2 * k + 2] for k in range(10)]
    metrics = venloc.evaluation.compute_metrics("by hand", records, bootstrap_resamples=10)
    axes = plots.calibration(metrics).axes[0]
    diagonal, drawn = (line.get_xydata() for line in axes.lines)
    assert diagonal.tolist() == [[0, 0], [1, 1]]
    expected = [(sum(confidence[i] for i in pair) / 2, sum(errors_m[i] <= 100 for i in pair) / 2) for pair in pairs]
    np.testing.assert_allclose(drawn, expected)
    off = sum(abs(x - y) for x, y in expected) / 10
    assert axes.get_title().startswith(f"expected calibration error {off:.3f}\n")
    assert "deciles of 20 queries" in labels(axes.figure)
    with pytest.raises(venloc.InvalidArgumentError, match="'none' have no calibration bins"):
        plots.calibration(venloc.Metrics(name="none"))


def test_committed_results_can_be_drawn() -> None:
    """Metrics of a JSON are the same metrics."""
    records = [venloc.EvaluationRecord(photo_id=str(i), error_m=i, confidence=i / 40, group=i) for i in range(40)]
    metrics = venloc.evaluation.compute_metrics("stored", records, bootstrap_resamples=10)
    again = venloc.Metrics(**json.loads(json.dumps(metrics.to_dict())))
    first, second = (plots.calibration(m).axes[0].lines[1].get_xydata() for m in (metrics, again))
    np.testing.assert_array_equal(first, second)


def test_errors_are_at_the_places_of_their_queries() -> None:
    places = [(45.43, 12.33), (45.43, 12.34), (45.44, 12.33)]
    errors_m = [10.0, 1000.0, 100.0]
    records = [
        venloc.EvaluationRecord(photo_id=str(i), truth=place, error_m=e, group=i)
        for i, (place, e) in enumerate(zip(places, errors_m, strict=True))
    ]
    report = venloc.Report("made", records, {}, gallery_places=[venloc.LatLng(45.431, 12.331)])
    axes = plots.error_map(report).axes[0]
    gallery, queries = axes.collections[:2]
    assert len(gallery.get_offsets()) == 1
    # The smallest error is drawn last; colors are its logarithm.
    np.testing.assert_allclose(queries.get_array(), [3, 2, 1])
    far, middle, near = np.asarray(queries.get_offsets())
    assert math.dist(far, near) == pytest.approx(
        venloc.distance_m(venloc.LatLng(*places[0]), venloc.LatLng(*places[1])), rel=1e-4
    )
    assert math.dist(middle, near) == pytest.approx(
        venloc.distance_m(venloc.LatLng(*places[0]), venloc.LatLng(*places[2])), rel=1e-4
    )
    assert far[0] > near[0]
    assert middle[1] > near[1]
    with pytest.raises(venloc.InvalidArgumentError, match="at least one record"):
        plots.error_map(venloc.Report("empty", [], {}))
