// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/candidate_model.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "locators/photo_places.hpp"

namespace venloc {
namespace {

constexpr const char* kName = "candidates";

// Gap of each value to the best other one, on a logarithmic scale.
template <typename Get>
std::vector<double> gaps(std::span<const CandidateEvidence> list, Get get) {
  double best = 0, second = 0;
  for (const auto& c : list) {
    const double v = get(c);
    if (v > best) {
      second = best;
      best = v;
    } else if (v > second) {
      second = v;
    }
  }
  std::vector<double> out;
  for (const auto& c : list) out.push_back(lift(get(c)) - lift(get(c) >= best ? second : best));
  return out;
}

constexpr double kUnlike = -3.0;  // deviations, where no candidate is near

// Weight of a candidate's likeness [standard deviations] in the share of likeness that is near a place.
double likeness(double deviation) { return std::exp(std::clamp(deviation, -5.0, 8.0)); }

std::vector<double> candidate_features(std::span<const CandidateEvidence> list) {
  std::vector<double> x;
  const auto weight_gap = gaps(list, [](const auto& c) { return c.inlier_weight; });
  const auto effective_gap = gaps(list, [](const auto& c) { return c.effective_inliers; });
  const auto vote_gap = gaps(list, [](const auto& c) { return c.votes; });
  double all_colours = 0, all_shapes = 0;
  for (const auto& c : list) {
    all_colours += likeness(c.colour_deviation);
    all_shapes += likeness(c.shape_deviation);
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& c = list[i];
    double support = 0, strongest = 0, votes = 0;
    double colour_near = 0, shape_near = 0, most_colour = kUnlike, most_shape = kUnlike;
    for (std::size_t j = 0; j < list.size(); ++j) {
      const auto& o = list[j];
      if (i == j || distance_m(c.place, o.place) > kSupportM) continue;
      support += o.inlier_weight;
      strongest = std::max<double>(strongest, o.inlier_weight);
      votes += o.votes;
      colour_near += likeness(o.colour_deviation);
      shape_near += likeness(o.shape_deviation);
      most_colour = std::max<double>(most_colour, o.colour_deviation);
      most_shape = std::max<double>(most_shape, o.shape_deviation);
    }
    const double log_scale = std::log(std::clamp<double>(c.scale, 0.05, 20.0));
    const double row[] = {std::log(c.votes + 1e-3),
                          lift(c.inliers),
                          lift(c.effective_inliers),
                          lift(c.inlier_weight),
                          lift(c.inlier_weight) * lift(c.inlier_weight),
                          std::abs(log_scale),
                          log_scale,
                          std::abs(c.rotation),
                          std::sqrt(std::clamp<double>(c.spread, 0.0, 1.0)),
                          lift(static_cast<double>(i)),
                          weight_gap[i],
                          effective_gap[i],
                          vote_gap[i],
                          lift(support),
                          lift(strongest),
                          lift(votes),
                          c.hub_rate,
                          lift(c.hub_weight),
                          lift(c.density),
                          c.inlier_weight / (c.match_weight + 1e-3),
                          lift(c.match_weight),
                          c.inliers / (c.matches + 1.0),
                          c.colour,
                          c.colour_deviation,
                          c.colour_gap,
                          c.shape,
                          c.shape_deviation,
                          c.shape_gap,
                          lift(c.agreeing),
                          lift(c.disagreeing),
                          (c.agreeing + 0.5) / (c.agreeing + c.disagreeing + 1.0),
                          std::log(colour_near / all_colours + 1e-3),
                          most_colour,
                          std::log(shape_near / all_shapes + 1e-3),
                          most_shape};
    static_assert(std::size(row) == kSiftFeatures);
    x.insert(x.end(), std::begin(row), std::end(row));
  }
  return x;
}

std::vector<double> list_features(std::span<const CandidateEvidence> list, float features) {
  std::vector<double> weights = {0, 0, 0, 0, 0};
  double effective = 0, votes = 0;
  for (const auto& c : list) {
    weights.push_back(c.inlier_weight);
    effective = std::max<double>(effective, c.effective_inliers);
    votes = std::max<double>(votes, c.votes);
  }
  std::ranges::sort(weights, std::greater{});
  return {lift(weights[0]), lift(effective),        lift(weights[1]),
          lift(weights[4]), std::log(votes + 1e-3), lift(features)};
}

std::vector<CandidateQuery> queries_of(std::span<const DevelopmentQuery> queries) {
  std::vector<CandidateQuery> out;
  for (const auto& q : queries) {
    out.push_back({sift_features(considered(q.evidence), q.features), {}, q.truth, q.prior_density});
    for (const auto& c : considered(q.evidence)) out.back().places.push_back(c.place);
  }
  return out;
}

}  // namespace

CandidateFeatures sift_features(std::span<const CandidateEvidence> evidence, float features) {
  return {candidate_features(evidence), list_features(evidence, features)};
}

std::span<const CandidateEvidence> considered(std::span<const CandidateEvidence> evidence) {
  return evidence.first(std::min(evidence.size(), CandidateModel::kMaxCandidates));
}

// Until it is fitted: odds grow with the third power of the verified weight, and a weight of about 4 (a dozen clear
// inliers) is as good as none.
CandidateModel::CandidateModel() : network_(kSiftFeatures, kSiftListFeatures, {{kSiftWeight, 3.0}}, 3.0 * lift(4.0)) {}

CandidateModel::CandidateModel(CandidateNetwork network) : network_(std::move(network)) {}

CandidateModel CandidateModel::fit(std::span<const DevelopmentQuery> queries, std::uint64_t seed, int num_threads,
                                   const ProgressCallback& progress) {
  return CandidateModel(
      CandidateNetwork::fit(queries_of(queries), kSiftFeatures, kSiftListFeatures, 1, seed, num_threads, progress));
}

CandidateModel::Answer CandidateModel::answer(std::span<const CandidateEvidence> evidence, float features) const {
  return network_.answer(sift_features(considered(evidence), features));
}

double CandidateModel::loss(std::span<const DevelopmentQuery> queries) const {
  return network_.loss(queries_of(queries));
}

void CandidateModel::save(SafetensorsWriter& writer) const { network_.save(writer, kName); }

CandidateModel CandidateModel::load(const SafetensorsFile& file) {
  return CandidateModel(CandidateNetwork::load(file, kName, kSiftFeatures, kSiftListFeatures));
}

}  // namespace venloc
