// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "core/files.hpp"
#include "core/random.hpp"
#include "ranking/candidate_scorer.hpp"
#include "ranking/format_1_columns.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

constexpr std::size_t kFeatures = 4, kListFeatures = 3;

// Columns of tests, whose values are given.
ColumnBlock block_of(std::vector<EvidenceColumn> candidates, std::vector<EvidenceColumn> list) {
  return {std::move(candidates), std::move(list), nullptr};
}
const EvidenceSchema& schema() {
  static const auto block = block_of({{"a"}, {"b"}, {"c"}, {"d"}}, {{"x"}, {"y"}, {"z"}});
  static const EvidenceSchema schema("test", {&block});
  return schema;
}

ScorerExample random_query(Random& random, std::size_t candidates) {
  ScorerExample query;
  const auto number = [&](double scale) { return scale * (2 * random.uniform() - 1); };
  for (std::size_t i = 0; i < candidates * kFeatures; ++i) query.rows.candidates.push_back(number(2));
  for (std::size_t i = 0; i < kListFeatures; ++i) query.rows.list.push_back(number(2));
  for (std::size_t i = 0; i < candidates; ++i) query.places.push_back({number(200), number(200)});
  query.truth = {number(100), number(100)};
  query.prior_density = 1e-7 + 1e-6 * random.uniform();
  return query;
}

}  // namespace

TEST_CASE("candidate scorer: the gradient is that of finite differences, parameter by parameter") {
  for (const std::size_t candidates : {0u, 1u, 2u, 7u}) {
    CAPTURE(candidates);
    Random random(candidates + 1);
    CandidateScorer scorer(schema(), {}, 0.0);
    auto& parameters = scorer.parameters();
    for (double& parameter : parameters) parameter += 0.6 * (2 * random.uniform() - 1);
    const auto query = random_query(random, candidates);
    std::vector<double> gradient, unused;
    scorer.loss(query, gradient);
    REQUIRE(gradient.size() == parameters.size());
    constexpr double kStep = 1e-5;
    double largest = 0;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      CAPTURE(i);
      const double before = parameters[i];
      parameters[i] = before + kStep;
      const double up = scorer.loss(query, unused);
      parameters[i] = before - kStep;
      const double down = scorer.loss(query, unused);
      parameters[i] = before;
      const double expected = (up - down) / (2 * kStep);
      CHECK(gradient[i] == doctest::Approx(expected).epsilon(1e-5).scale(1.0));
      largest = std::max(largest, std::abs(expected));
    }
    CHECK((candidates == 0 || largest > 0.1));  // there was something to compare
  }
}

TEST_CASE("candidate scorer: the loss is that of the mixture its answer stands for") {
  Random random(5);
  CandidateScorer scorer(schema(), {}, 0.0);
  for (double& parameter : scorer.parameters()) parameter += 0.5 * (2 * random.uniform() - 1);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const auto query = random_query(random, 5);
    const auto answer = scorer.score(query.rows);
    const auto sigmas = scorer.sigmas_m();
    double density = answer.probabilities.back() * query.prior_density;
    for (std::size_t i = 0; i < query.places.size(); ++i)
      for (std::size_t k = 0; k < kKernels; ++k) {
        const double variance = sigmas[k] * sigmas[k], distance = distance_m(query.places[i], query.truth);
        density += answer.probabilities[i] * answer.kernel_weights[i][k] *
                   std::exp(-distance * distance / (2 * variance)) / (2 * 3.14159265358979324 * variance);
      }
    CHECK(scorer.loss(std::array{query}) == doctest::Approx(-std::log(density)).epsilon(1e-9));
  }
}

TEST_CASE("candidate scorer: columns are found by name, in any order and among others") {
  Random random(9);
  CandidateScorer scorer(schema(), {{"b", 1.0}}, 0.5);
  for (double& parameter : scorer.parameters()) parameter += 0.5 * (2 * random.uniform() - 1);
  const TemporaryFolder folder;
  SafetensorsWriter writer;
  scorer.save(writer, "scorer");
  writer.write(folder / "file");
  const auto file = SafetensorsFile::open(folder / "file");
  const auto other = block_of({{"d"}, {"new"}, {"a"}, {"c"}, {"b"}}, {{"z"}, {"x"}, {"new"}, {"y"}});
  const EvidenceSchema larger("larger", {&other});
  const auto loaded = CandidateScorer::load(file, "scorer", larger);
  const auto query = random_query(random, 3);
  EvidenceRows rows;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto* row = query.rows.candidates.data() + i * kFeatures;
    rows.candidates.insert(rows.candidates.end(), {row[3], 99.0, row[0], row[2], row[1]});
  }
  rows.list = {query.rows.list[2], query.rows.list[0], -99.0, query.rows.list[1]};
  const auto expected = scorer.score(query.rows), found = loaded.score(rows);
  CHECK(found.probabilities == expected.probabilities);
  CHECK(found.kernel_weights == expected.kernel_weights);

  // It is saved with the columns it uses.
  SafetensorsWriter again;
  loaded.save(again, "scorer");
  again.write(folder / "again");
  CHECK(CandidateScorer::load(SafetensorsFile::open(folder / "again"), "scorer", schema())
            .score(query.rows)
            .probabilities == expected.probabilities);

  const auto lacking = block_of({{"a"}, {"c"}, {"d"}}, {{"x"}, {"z"}});
  const EvidenceSchema smaller("smaller", {&lacking});
  const auto message = message_of<FormatError>([&] { (void)CandidateScorer::load(file, "scorer", smaller); });
  CHECK(message.find("does not compute: b, y") != std::string::npos);
  CHECK(message.find((folder / "file").string()) != std::string::npos);
}

TEST_CASE("candidate scorer: a file of format 1 has the columns of its time, also after a schema gained one") {
  const auto named = [](std::span<const EvidenceColumn> columns, const std::vector<std::string>& names) {
    std::vector<EvidenceColumn> out;
    for (const auto& name : names) out.push_back(*std::ranges::find(columns, name, &EvidenceColumn::name));
    return out;
  };
  const auto with_new = [](std::span<const EvidenceColumn> columns) {
    std::vector<EvidenceColumn> out = {{"new"}};
    out.insert(out.end(), columns.begin(), columns.end());
    return out;
  };
  for (const auto* today : {&EvidenceSchema::sift(), &EvidenceSchema::descriptors(), &EvidenceSchema::ensemble(),
                            &EvidenceSchema::cells()}) {
    CAPTURE(today->name());
    const auto names = format_1_columns(*today);
    const auto then_block =
        block_of(named(today->candidate_columns(), names.candidates), named(today->list_columns(), names.list));
    const EvidenceSchema then(today->name(), {&then_block});
    Random random(4);
    CandidateScorer scorer(then, {}, 0.5);
    for (double& parameter : scorer.parameters()) parameter += 0.1 * (2 * random.uniform() - 1);
    const TemporaryFolder folder;
    SafetensorsWriter writer;
    scorer.save(writer, "scorer");
    writer.set_metadata("format_version", "1");
    writer.write(folder / "file");
    const auto more_block = block_of(with_new(today->candidate_columns()), with_new(today->list_columns()));
    const EvidenceSchema more_columns(today->name(), {&more_block});
    const auto loaded = CandidateScorer::load(SafetensorsFile::open(folder / "file"), "scorer", more_columns);

    // The same values under the same names, and 99 in the columns that the file does not know.
    const auto values = [&](std::span<const EvidenceColumn> columns, const std::vector<std::string>& known,
                            double first, std::vector<double>& out) {
      for (const auto& column : columns) {
        const auto at = std::ranges::find(known, column.name) - known.begin();
        out.push_back(at == std::ssize(known) ? 99 : first + 0.01 * static_cast<double>(at));
      }
    };
    EvidenceRows rows, more;
    for (int i = 0; i < 3; ++i) {
      values(then.candidate_columns(), names.candidates, 0.3 * i, rows.candidates);
      values(more_columns.candidate_columns(), names.candidates, 0.3 * i, more.candidates);
    }
    values(then.list_columns(), names.list, 0.1, rows.list);
    values(more_columns.list_columns(), names.list, 0.1, more.list);
    CHECK(loaded.score(more).probabilities == scorer.score(rows).probabilities);
  }
}
