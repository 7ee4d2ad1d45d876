// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "ranking/candidate_scorer.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(2 * 3.14159265358979 * random.uniform());
}

CandidateEvidence candidate(std::uint32_t photo, EastNorth place, double strength) {
  CandidateEvidence e;
  e.photo = photo;
  e.place = place;
  e.votes = static_cast<float>(0.2 + 0.1 * strength);
  e.matches = static_cast<float>(10 + strength);
  e.match_weight = static_cast<float>(3 + 0.5 * strength);
  e.inliers = static_cast<float>(strength);
  e.effective_inliers = static_cast<float>(0.7 * strength);
  e.inlier_weight = static_cast<float>(0.4 * strength);
  e.spread = 0.2f;
  e.density = 3;
  return e;
}

constexpr double kSide = 3000;  // of the square city [m]
constexpr double kSigma = 20;   // of the query around the right candidate [m]

struct Query {
  std::vector<CandidateEvidence> evidence;  // best first
  ListEvidence list;
  EastNorth truth;
  double prior_density = 0;
};

EvidenceRows rows_of(const Query& q) { return EvidenceSchema::sift().rows(q.evidence, q.list); }

std::vector<ScorerExample> examples(std::span<const Query> queries) {
  std::vector<ScorerExample> out;
  for (const auto& q : queries) {
    out.push_back({rows_of(q), {}, q.truth, q.prior_density});
    for (const auto& e : q.evidence) out.back().places.push_back(e.place);
  }
  return out;
}

CandidateScorer fit(std::span<const Query> queries, std::uint64_t seed, int num_threads,
                    const ProgressCallback& progress = {}) {
  return CandidateScorer::fit(EvidenceSchema::sift(), examples(queries), 1, seed, num_threads, progress);
}

CandidateScorer unfitted() { return {EvidenceSchema::sift(), {{"sift.inlier_weight", 3.0}}, 3.0 * lift(4.0)}; }

CandidateScores score(const CandidateScorer& scorer, std::span<const CandidateEvidence> evidence, float features) {
  ListEvidence list;
  list.features = features;
  return scorer.score(EvidenceSchema::sift().rows(evidence, list));
}

/// A process whose probabilities are known: with `share` there is a right candidate, which then is stronger than the
/// others by chance; else all are wrong and the query is anywhere.
std::vector<Query> draw(std::size_t count, double share, std::uint64_t seed) {
  Random random(seed);
  std::vector<Query> queries(count);
  for (auto& q : queries) {
    q.truth = {kSide * random.uniform(), kSide * random.uniform()};
    q.list.features = static_cast<float>(500 + 500 * random.uniform());
    q.prior_density = 1 / (kSide * kSide);
    const bool known = random.uniform() < share;
    for (std::uint32_t i = 0; i < 8; ++i) {
      const bool right = known && i == 0;
      const EastNorth place =
          right ? EastNorth{q.truth.east + kSigma * normal(random), q.truth.north + kSigma * normal(random)}
                : EastNorth{kSide * random.uniform(), kSide * random.uniform()};
      // Strengths overlap, so no answer is certain.
      q.evidence.push_back(candidate(i, place, right ? 4 + 20 * random.uniform() : 10 * std::pow(random.uniform(), 2)));
    }
    std::ranges::stable_sort(q.evidence, std::greater{}, &CandidateEvidence::inlier_weight);
  }
  return queries;
}

std::string bytes_of(const CandidateScorer& scorer) {
  SafetensorsWriter writer;
  scorer.save(writer, "candidates");
  std::string bytes;
  writer.stream(
      [&](std::span<const std::byte> part) { bytes.append(reinterpret_cast<const char*>(part.data()), part.size()); });
  return bytes;
}

const std::vector<Query>& training() {
  static const auto queries = draw(600, 0.6, 1);
  return queries;
}

const CandidateScorer& fitted() {
  static const auto model = fit(training(), 0, 1);
  return model;
}

/// A fit for what holds of any fit.
const CandidateScorer& fitted_to_few() {
  static const auto model = fit(draw(50, 0.6, 1), 0, 1);
  return model;
}

void check_probabilities(const CandidateScorer& scorer, std::span<const CandidateEvidence> evidence, float features) {
  const auto answer = score(scorer, evidence, features);
  const auto& p = answer.probabilities;
  CHECK(p.size() == evidence.size() + 1);
  CHECK(std::accumulate(p.begin(), p.end(), 0.0) == doctest::Approx(1.0));
  for (const double v : p) CHECK((v >= 0 && v <= 1));
  CHECK(answer.kernel_weights.size() + 1 == p.size());
  for (const auto& weights : answer.kernel_weights)
    CHECK(std::accumulate(weights.begin(), weights.end(), 0.0) == doctest::Approx(1.0));
}

}  // namespace

TEST_CASE("sift columns: probabilities of candidates and of no match sum to 1") {
  Random random(3);
  const auto before_fit = unfitted();
  for (const auto* model : {&before_fit, &fitted_to_few()}) {
    check_probabilities(*model, {}, 0);
    CHECK(score(*model, {}, 0).probabilities == std::vector<double>{1.0});
    for (const std::size_t n : {1u, 2u, 90u, 200u}) {
      std::vector<CandidateEvidence> list;
      for (std::size_t i = 0; i < n; ++i)
        list.push_back(candidate(static_cast<std::uint32_t>(i), {random.uniform() * 100, 0}, 300 * random.uniform()));
      check_probabilities(*model, list, 1000);
    }
    // What no picture gives does no harm either.
    auto odd = std::vector(3, candidate(0, {0, 0}, 10));
    odd[0].scale = 0;
    odd[0].votes = 0;
    odd[1].scale = 1e30f;
    odd[1].spread = 5;
    odd[2] = {};
    check_probabilities(*model, odd, 0);
    check_probabilities(*model, std::vector<CandidateEvidence>(5), 0);
  }
}

TEST_CASE("sift columns: before a fit, more verified weight is a higher probability") {
  const auto model = unfitted();
  double previous = -1;
  for (const double strength : {0.0, 2.0, 5.0, 10.0, 20.0, 60.0}) {
    const std::vector<CandidateEvidence> list = {candidate(0, {0, 0}, strength), candidate(1, {900, 0}, 3)};
    const auto p = score(model, list, 800).probabilities;
    CHECK(p[0] > previous);
    previous = p[0];
    if (strength < 3) CHECK(p[2] > 0.8);
    if (strength > 3) CHECK(p[0] > p[1]);
  }
  CHECK(previous > 0.9);
  CHECK(std::ranges::is_sorted(model.sigmas_m()));
}

TEST_CASE("sift columns: the loss is the mean negative logarithm of the density at the truth") {
  const auto before_fit = unfitted();
  for (const auto* model : {&before_fit, &fitted_to_few()}) {
    const auto queries = draw(20, 0.6, 5);
    double expected = 0;
    for (const auto& q : queries) {
      const auto [p, weights] = model->score(rows_of(q));
      double density = p.back() * q.prior_density;
      for (std::size_t i = 0; i + 1 < p.size(); ++i)
        for (std::size_t k = 0; k < kKernels; ++k) {
          const double sigma = model->sigmas_m()[k], d = distance_m(q.evidence[i].place, q.truth);
          density +=
              p[i] * weights[i][k] * std::exp(-d * d / (2 * sigma * sigma)) / (2 * 3.14159265358979 * sigma * sigma);
        }
      expected -= std::log(density) / 20;
    }
    CHECK(model->loss(examples(queries)) == doctest::Approx(expected).epsilon(1e-9));
  }
}

TEST_CASE("sift columns: a fit beats the default model, also on queries it has not seen") {
  const auto unseen = draw(600, 0.6, 2);
  const auto before = unfitted();
  CHECK(fitted().loss(examples(training())) < before.loss(examples(training())) - 0.2);
  CHECK(fitted().loss(examples(unseen)) < before.loss(examples(unseen)) - 0.2);
  // Not far from the process itself: nothing but the place counts when the right candidate is known.
  const auto sure = draw(300, 1.0, 6);
  CHECK(fitted().loss(examples(unseen)) < fitted().loss(examples(sure)) + 6);
  // The main width is that of the process.
  std::array<double, kKernels> weights{};
  for (const auto& q : unseen) {
    const auto answer = fitted().score(rows_of(q));
    for (std::size_t i = 0; i < answer.kernel_weights.size(); ++i)
      for (std::size_t k = 0; k < weights.size(); ++k)
        weights[k] += answer.probabilities[i] * answer.kernel_weights[i][k];
  }
  const auto heaviest = std::size_t(std::ranges::max_element(weights) - weights.begin());
  CHECK(fitted().sigmas_m()[heaviest] == doctest::Approx(kSigma).epsilon(0.35));
}

TEST_CASE("sift columns: how near a candidate is may depend on its evidence") {
  // Candidates of scale 1 are right to 10 m, those of another scale to 200 m.
  Random random(21);
  std::vector<Query> queries(800);
  std::vector<double> sigmas;
  for (auto& q : queries) {
    q.truth = {kSide * random.uniform(), kSide * random.uniform()};
    q.prior_density = 1 / (kSide * kSide);
    const bool same_scale = random.uniform() < 0.5;
    sigmas.push_back(same_scale ? 10 : 200);
    auto right = candidate(0, {}, 40);
    right.place = {q.truth.east + sigmas.back() * normal(random), q.truth.north + sigmas.back() * normal(random)};
    right.scale = same_scale ? 1.0f : 4.0f;
    q.evidence = {right};
  }
  const auto model = fit(queries, 0, 2);
  double near = 0, far = 0, near_count = 0, far_count = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const auto answer = model.score(rows_of(queries[i]));
    double width = 0;
    for (std::size_t k = 0; k < kKernels; ++k) width += answer.kernel_weights[0][k] * model.sigmas_m()[k];
    (sigmas[i] < 50 ? near : far) += width;
    (sigmas[i] < 50 ? near_count : far_count) += 1;
  }
  CHECK(near / near_count < 40);
  CHECK(far / far_count > 120);
}

TEST_CASE("sift columns: probabilities are calibrated on unseen queries") {
  const auto unseen = draw(1500, 0.6, 7);
  // Of all candidates of unseen queries, by their probability: how many are the right one.
  constexpr std::size_t kBins = 4;
  std::vector<double> stated(kBins, 0), happened(kBins, 0), count(kBins, 0);
  double none_stated = 0, none_happened = 0;
  for (const auto& q : unseen) {
    const auto p = fitted().score(rows_of(q)).probabilities;
    bool right_there = false;
    for (std::size_t i = 0; i + 1 < p.size(); ++i) {
      const bool right = distance_m(q.evidence[i].place, q.truth) < 5 * kSigma;
      right_there = right_there || right;
      const auto bin = std::min(kBins - 1, static_cast<std::size_t>(p[i] * kBins));
      stated[bin] += p[i];
      happened[bin] += right;
      count[bin] += 1;
    }
    none_stated += p.back();
    none_happened += !right_there;
  }
  for (std::size_t b = 0; b < kBins; ++b) {
    CAPTURE(b);
    CAPTURE(count[b]);
    if (count[b] < 30) continue;
    // Three standard deviations of the count, and some for a fit that cannot take every shape.
    CHECK(std::abs(stated[b] - happened[b]) / count[b] < 3 * std::sqrt(0.25 / count[b]) + 0.08);
  }
  CHECK(std::abs(none_stated - none_happened) / double(unseen.size()) < 0.05);
}

TEST_CASE("sift columns: a fit gives the same bytes at any number of threads") {
  const auto queries = draw(50, 0.6, 8);
  const auto one = bytes_of(fit(queries, 4, 1));
  for (const int threads : {2, 4}) CHECK(bytes_of(fit(queries, 4, threads)) == one);
  CHECK(bytes_of(fit(queries, 5, 1)) != one);
}

TEST_CASE("sift columns: odd queries can be fitted") {
  CHECK_THROWS_AS((void)fit({}, 0, 1), InvalidArgumentError);
  auto queries = draw(12, 0.5, 9);
  for (std::size_t i = 0; i < 4; ++i) queries[i].evidence.clear();
  for (auto& e : queries[5].evidence) e.place = queries[5].truth;  // all at one place
  const auto model = fit(queries, 0, 1);
  CHECK(std::isfinite(model.loss(examples(queries))));
  for (const double sigma : model.sigmas_m()) CHECK(sigma >= 8.0 - 1e-9);
  for (auto& q : queries) q.evidence.clear();
  const auto empty = fit(queries, 0, 1);
  CHECK(std::isfinite(empty.loss(examples(queries))));
  check_probabilities(empty, draw(1, 1, 10)[0].evidence, 500);
}

TEST_CASE("sift columns: a fit can be cancelled") {
  const auto queries = draw(20, 0.5, 11);
  std::size_t calls = 0;
  CHECK_THROWS_AS((void)fit(queries, 0, 1,
                            [&](const Progress& p) {
                              CHECK(p.stage == "calibration");
                              return ++calls < 3;
                            }),
                  CancelledError);
  CHECK(calls == 3);
}

TEST_CASE("sift columns: comes back from a file as it was, damaged files are refused") {
  const TemporaryFolder folder;
  SafetensorsWriter writer;
  fitted().save(writer, "candidates");
  writer.write(folder / "good");
  const auto good = SafetensorsFile::open(folder / "good");
  const auto loaded = CandidateScorer::load(good, "candidates", EvidenceSchema::sift());
  CHECK(bytes_of(loaded) == bytes_of(fitted()));
  const auto query = draw(1, 1, 12)[0];
  const auto ours = fitted().score(rows_of(query)), theirs = loaded.score(rows_of(query));
  CHECK(theirs.probabilities == ours.probabilities);
  CHECK(theirs.kernel_weights == ours.kernel_weights);

  for (const auto& [array, view] : good.tensors())
    for (const char* damage : {"absent", "short", "nan", "infinite", "zero"}) {
      const bool deviation = array.find("deviation") != std::string::npos;
      if (std::string(damage) == "zero" && !deviation) continue;  // other arrays may well hold 0
      std::map<std::string, std::vector<std::byte>> contents;
      SafetensorsWriter bad;
      for (const auto& [name, other] : good.tensors()) {
        auto& bytes = contents[name];
        bytes.assign(other.bytes.begin(), other.bytes.end());
        auto shape = other.shape;
        if (name == array) {
          if (std::string(damage) == "absent") continue;
          const double value = std::string(damage) == "nan"        ? std::numeric_limits<double>::quiet_NaN()
                               : std::string(damage) == "infinite" ? std::numeric_limits<double>::infinity()
                                                                   : 0.0;
          std::memcpy(bytes.data() + 8, &value, sizeof value);
          if (std::string(damage) == "short") {
            shape[0] -= 1;
            bytes.resize(bytes.size() - size_of(other.type));
          }
        }
        bad.add(name, other.type, shape, bytes);
      }
      bad.write(folder / "bad");
      const auto message = message_of<FormatError>([&] {
        (void)CandidateScorer::load(SafetensorsFile::open(folder / "bad"), "candidates", EvidenceSchema::sift());
      });
      CAPTURE(array);
      CAPTURE(damage);
      CHECK(message.find(array) != std::string::npos);
      CHECK(message.find((folder / "bad").string()) != std::string::npos);
    }
}

TEST_CASE("sift columns: values of a small list by hand") {
  std::vector<CandidateEvidence> list = {candidate(0, {0, 0}, 10), candidate(1, {50, 0}, 20), candidate(2, {70, 0}, 5)};
  const auto& schema = EvidenceSchema::sift();
  ListEvidence query;
  query.colour = {4, 2.0, 1.2, 0.9};  // mean 0.5, variance 0.05
  list[1].colour = 0.7f;
  const auto rows = schema.rows(list, query);
  const auto value = [&](std::size_t i, const char* name) {
    return rows.candidates[i * schema.candidate_columns().size() + schema.candidate_column(name)];
  };
  // Inlier weights are 4, 8 and 2: the best one is compared with the second, the others with the best.
  CHECK(value(1, "sift.inlier_weight_gap") == doctest::Approx(std::log(9.0 / 5)));
  CHECK(value(0, "sift.inlier_weight_gap") == doctest::Approx(std::log(5.0 / 9)));
  CHECK(value(2, "sift.inlier_weight_gap") == doctest::Approx(std::log(3.0 / 9)));
  CHECK(value(2, "sift.rank") == doctest::Approx(std::log(3.0)));
  // Within 60 m: 0 and 1, 1 and 2, but not 0 and 2.
  CHECK(value(0, "sift.support") == doctest::Approx(std::log(9.0)));
  CHECK(value(1, "sift.support") == doctest::Approx(std::log(7.0)));
  CHECK(value(1, "sift.strongest_support") == doctest::Approx(std::log(5.0)));
  CHECK(value(2, "sift.strongest_support") == doctest::Approx(std::log(9.0)));
  CHECK(value(1, "appearance.colour_z") == doctest::Approx(0.2 / (std::sqrt(0.05) + 1e-3)));
  CHECK(value(1, "appearance.colour_gap") == doctest::Approx(-0.2));
  CHECK(rows.list[0] == doctest::Approx(std::log(9.0)));
  CHECK(rows.list[2] == doctest::Approx(std::log(5.0)));
}
