// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/files.hpp"
#include "ranking/evidence_schema.hpp"
#include "ranking/format_1_columns.hpp"
#include "ranking/some_evidence.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

const auto& schema = EvidenceSchema::ensemble;

std::vector<double> rows(const Evidence& evidence, const std::string& left_out) {
  const auto groups = left_out.empty() ? 0 : schema().groups_of(std::vector<std::string>{left_out});
  return schema().rows(evidence.candidates, evidence.list, groups).candidates;
}

using Change = std::function<void(CandidateEvidence&)>;
Evidence changed(Evidence evidence, const Change& change) {
  for (auto& e : evidence.candidates) change(e);
  return evidence;
}

}  // namespace

TEST_CASE("evidence schema: names are unique and described") {
  for (const auto* one :
       {&EvidenceSchema::sift(), &EvidenceSchema::descriptors(), &EvidenceSchema::ensemble(), &EvidenceSchema::cells()})
    for (const auto columns : {one->candidate_columns(), one->list_columns()}) {
      std::set<std::string_view> names;
      for (const auto& column : columns) {
        CHECK(names.insert(column.name).second);
        CHECK_FALSE(column.description.empty());
        CHECK(column.groups != 0);
      }
      CHECK_FALSE(names.empty());
    }
}

TEST_CASE("evidence schema: the columns of format 1 are still computed") {
  const auto has = [](std::span<const EvidenceColumn> columns, const std::vector<std::string>& names) {
    return std::ranges::all_of(names, [&](const auto& name) {
      return std::ranges::find(columns, name, &EvidenceColumn::name) != columns.end();
    });
  };
  const std::vector<std::pair<const EvidenceSchema*, std::pair<std::size_t, std::size_t>>> counts = {
      {&EvidenceSchema::sift(), {35, 6}},
      {&EvidenceSchema::descriptors(), {25, 10}},
      {&EvidenceSchema::ensemble(), {60, 16}},
      {&EvidenceSchema::cells(), {30, 13}}};
  for (const auto& [one, count] : counts) {
    CAPTURE(one->name());
    const auto names = format_1_columns(*one);
    CHECK(names.candidates.size() == count.first);
    CHECK(names.list.size() == count.second);
    CHECK(has(one->candidate_columns(), names.candidates));
    CHECK(has(one->list_columns(), names.list));
  }
}

TEST_CASE("evidence schema: blocks stand side by side") {
  const auto evidence = some_evidence(11);
  const auto both = schema().rows(evidence.candidates, evidence.list);
  const auto sift = EvidenceSchema::sift().rows(evidence.candidates, evidence.list);
  const auto descriptors = EvidenceSchema::descriptors().rows(evidence.candidates, evidence.list);
  const auto left = EvidenceSchema::sift().candidate_columns().size(),
             right = EvidenceSchema::descriptors().candidate_columns().size(), wide = left + right;
  REQUIRE(schema().candidate_columns().size() == wide);
  for (std::size_t i = 0; i < 11; ++i) {
    const auto row = std::span(both.candidates).subspan(i * wide, wide);
    CHECK(std::ranges::equal(row.first(left), std::span(sift.candidates).subspan(i * left, left)));
    CHECK(std::ranges::equal(row.subspan(left), std::span(descriptors.candidates).subspan(i * right, right)));
  }
  CHECK(std::ranges::equal(std::span(both.list).first(sift.list.size()), sift.list));
  CHECK(std::ranges::equal(std::span(both.list).subspan(sift.list.size()), descriptors.list));
}

TEST_CASE("evidence schema: what is left out does not change a row") {
  const auto evidence = some_evidence(9);
  const std::vector<std::pair<std::string, Change>> changes = {
      {"geometry",
       [](CandidateEvidence& e) {
         e.scale *= 2;
         e.rotation = 0.2f;
         e.spread = 0.5f;
       }},
      {"regions", [](CandidateEvidence& e) { e.regional = -e.regional; }},
      {"appearance",
       [](CandidateEvidence& e) {
         e.colour *= 0.5f;
         e.vlad *= 0.7f;
       }},
      {"descriptors", [](CandidateEvidence& e) { e.similarity *= 0.5f; }},
      {"hubness",
       [](CandidateEvidence& e) {
         e.feature_hubness = {0.5f, 3, 7, 1};
         e.descriptor_hubness = {0.5f, 1, 2, 3};
         e.density = 9;
       }},
      {"sift",
       [](CandidateEvidence& e) {
         e.votes *= 2;
         e.inliers += 3;
         e.inlier_weight += 1;
         e.match_weight += 2;
       }},
  };
  for (const auto& [name, change] : changes) {
    CAPTURE(name);
    const auto other = changed(evidence, change);
    CHECK(rows(evidence, name) == rows(other, name));
    CHECK(rows(evidence, "") != rows(other, ""));
    for (const auto& [another, unused] : changes)
      if (another != name && !(name == "geometry" && another == "sift"))
        CHECK_MESSAGE(rows(evidence, another) != rows(other, another), another);
  }
  // Places of the others only count near a candidate.
  auto apart = evidence;
  for (auto& e : apart.candidates) e.place.east *= 100;
  CHECK(rows(evidence, "neighbours") == rows(apart, "neighbours"));
  CHECK(rows(evidence, "") != rows(apart, ""));
}

TEST_CASE("evidence schema: unknown names are refused with those that there are") {
  CHECK(schema().group_names() ==
        std::vector<std::string>{"appearance", "descriptors", "geometry", "hubness", "neighbours", "regions", "sift"});
  const auto message =
      message_of<InvalidArgumentError>([] { (void)schema().groups_of(std::vector<std::string>{"magic"}); });
  CHECK(message.find("'magic'; it can name appearance, descriptors") != std::string::npos);
  CHECK_THROWS_AS((void)schema().candidate_column("magic"), InvalidArgumentError);
}

TEST_CASE("evidence schema: columns are finite for any list") {
  for (const std::size_t n : {0, 1, 2, 5})
    for (const bool equal : {false, true}) {
      auto evidence = some_evidence(n);
      if (equal)
        for (auto& e : evidence.candidates) {
          const auto photo = e.photo;
          e = {};
          e.photo = photo;
        }
      if (equal) evidence.list = {};
      for (const auto* one : {&EvidenceSchema::ensemble(), &EvidenceSchema::cells()}) {
        const auto found = one->rows(evidence.candidates, evidence.list);
        CHECK(found.candidates.size() == n * one->candidate_columns().size());
        CHECK(found.list.size() == one->list_columns().size());
        CHECK(std::ranges::all_of(found.candidates, [](double v) { return std::isfinite(v); }));
        CHECK(std::ranges::all_of(found.list, [](double v) { return std::isfinite(v); }));
      }
    }
}
