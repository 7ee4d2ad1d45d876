// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/files.hpp"
#include "ranking/some_evidence.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

TEST_CASE("evidence: JSON and back is exact") {
  auto evidence = some_evidence(20);
  evidence.candidates[3].scale = 1.0f / 3.0f;
  evidence.candidates[4].cells = -1.0 / 3.0;
  evidence.matches.push_back({7, 1.5, {{0.1f, 0.2f, 0.3f, 0.4f}, {1, 0, 1, 0}}});
  evidence.timings.push_back({"features", 0.1});
  const auto again = Evidence::from_json(evidence.to_json());
  CHECK(again.candidates == evidence.candidates);
  CHECK(again.list == evidence.list);
  CHECK(again.matches == evidence.matches);
  CHECK(again.timings.empty());
  CHECK(Evidence::from_json(Evidence().to_json()).candidates.empty());
}

TEST_CASE("evidence: every measurement of a candidate is stored") {
  // A candidate of which one member after another differs: each gives another JSON.
  const auto names = measurements();
  std::set<std::string> texts, seen;
  const auto base = nlohmann::json::parse(some_evidence(1).to_json());
  for (const auto& m : names) {
    CHECK(seen.insert(std::string(m.name)).second);
    CHECK_FALSE(m.description.empty());
    CHECK_FALSE(m.source.empty());
    auto other = base;
    other["candidates"][std::string(m.name)][0] = 0.03125;
    texts.insert(Evidence::from_json(other.dump()).to_json());
  }
  CHECK(texts.size() == names.size());
}

TEST_CASE("evidence: text that is no evidence is refused") {
  auto json = nlohmann::json::parse(some_evidence(2).to_json());
  json["candidates"].erase("votes");
  for (const std::string& text : {std::string(), std::string("{}"), std::string("[1"), json.dump()})
    CHECK(message_of<FormatError>([&] { (void)Evidence::from_json(text); }).find("evidence") != std::string::npos);
}
