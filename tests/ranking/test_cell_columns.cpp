// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "ranking/candidate_list.hpp"
#include "ranking/cell_candidates.hpp"
#include "ranking/evidence_schema.hpp"

using namespace venloc;

namespace {

/// Hits in order of similarity, and two partitions: photo i is of class i % 3 and of class i / 50.
struct Found {
  Found() {
    for (std::uint32_t i = 0; i < 150; ++i) {
      hits.push_back({i, 0.9f - 0.004f * static_cast<float>(i)});
      classes[0].push_back(i % 3);
      classes[1].push_back(i / 50);
      places.push_back({1000.0 * (i % 3), 500.0 * (i / 50)});
    }
  }
  std::vector<DescriptorHit> hits;
  std::vector<std::vector<std::uint32_t>> classes{2};
  std::vector<EastNorth> places;
  CellLogProbabilities cells = {{std::log(0.98f), std::log(0.01f), std::log(0.01f)},
                                {std::log(0.2f), std::log(0.7f), std::log(0.1f)}};
};

}  // namespace

TEST_CASE("cell columns: candidates are the photos of probable cells and similar") {
  const Found f;
  const auto candidates = cell_candidates(f.cells, f.classes, f.hits, f.places);
  REQUIRE(candidates.size() == kMaxCellCandidates);
  // By brute force: all photos by score.
  std::vector<std::pair<double, std::uint32_t>> all;
  for (const auto& hit : f.hits) {
    const double cells =
        (static_cast<double>(f.cells[0][hit.index % 3]) + static_cast<double>(f.cells[1][hit.index / 50])) / 2;
    all.emplace_back(-(1.2 * cells + 25.0 * static_cast<double>(hit.similarity)), hit.index);
  }
  std::ranges::sort(all);
  std::vector<std::uint32_t> expected, found;
  for (std::size_t i = 0; i < kMaxCellCandidates; ++i) expected.push_back(all[i].second);
  for (const auto& e : candidates) {
    found.push_back(e.photo);
    CHECK(e.place == f.places[e.photo]);
    CHECK(e.retrievers == kByCells);
  }
  std::ranges::sort(expected);
  std::ranges::sort(found);
  CHECK(found == expected);
  CHECK(cell_candidates(f.cells, f.classes, std::span(f.hits).first(4), f.places).size() == 4);
  CHECK(cell_certainty(f.cells) == doctest::Approx((std::log(0.98) + std::log(0.7)) / 2));
}

TEST_CASE("cell columns: follow from the scores") {
  const Found f;
  auto list = by_similarity(cell_candidates(f.cells, f.classes, f.hits, f.places), kByCells);
  for (std::size_t i = 1; i < list.size(); ++i) CHECK(list[i - 1].photo < list[i].photo);  // similarity falls with it
  ListEvidence query;
  query.cell_certainty = cell_certainty(f.cells);
  const auto& schema = EvidenceSchema::cells();
  const auto width = schema.candidate_columns().size();
  const auto rows = schema.rows(list, query);
  REQUIRE(rows.candidates.size() == list.size() * width);
  const auto value = [&](std::size_t i, const char* name) {
    return rows.candidates[i * width + schema.candidate_column(name)];
  };
  double sum = 0, near = 0, best = -1e9, entropy = 0;
  for (const auto& e : list) {
    sum += std::exp(e.cell_score);
    best = std::max(best, e.cell_score);
    if (e.place == list[0].place) near += std::exp(e.cell_score);
  }
  for (const auto& e : list) entropy -= std::exp(e.cell_score) / sum * std::log(std::exp(e.cell_score) / sum + 1e-6);
  CHECK(value(0, "cells.share") == doctest::Approx(std::log(std::exp(list[0].cell_score) / sum + 1e-6)));
  CHECK(value(0, "cells.share_near") == doctest::Approx(std::log(near / sum + 1e-6)));
  CHECK(value(3, "cells.log_probability") == doctest::Approx(list[3].cells));
  for (std::size_t i = 0; i < list.size(); ++i) {
    CHECK(value(i, "cells.score_gap") == doctest::Approx(list[i].cell_score - best));
    CHECK(value(i, "cells.gap") <= 0);
  }
  CHECK(rows.list.back() == doctest::Approx(query.cell_certainty));
  CHECK(rows.list[rows.list.size() - 3] == doctest::Approx(entropy));

  // The statistics of a photo are among its own columns, and in no other row.
  auto changed = list;
  changed[1].descriptor_hubness.disagreeing = 5;
  const auto other = schema.rows(changed, query);
  for (std::size_t i = 0; i < list.size(); ++i)
    CHECK(std::ranges::equal(std::span(rows.candidates).subspan(i * width, width),
                             std::span(other.candidates).subspan(i * width, width)) == (i != 1));
}
