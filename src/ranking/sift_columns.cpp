// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "ranking/columns.hpp"
#include "ranking/model_gallery.hpp"

// Columns of local features and of the appearance of whole pictures.
namespace venloc {
namespace {

constexpr double kNoNeighbour = -3.0;  // z-value where no candidate is near

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

/// A similarity relative to those of the whole gallery.
struct Relative {
  float z = 0;    // standard deviations above the mean
  float gap = 0;  // distance to the best, at most 0
};
class RelativeTo {
 public:
  explicit RelativeTo(const SimilarityMoments& m) : known_(m.count > 0), best_(m.best) {
    const double count = std::max(m.count, 1.0);
    mean_ = m.sum / count;
    deviation_ = std::sqrt(std::max(m.square / count - mean_ * mean_, 0.0)) + 1e-3;
  }
  [[nodiscard]] Relative operator()(float value) const {
    if (!known_) return {};
    return {static_cast<float>((value - mean_) / deviation_), static_cast<float>(value - best_)};
  }

 private:
  bool known_;
  double mean_ = 0, deviation_ = 0, best_;
};

// Weight of a candidate's z-value in the share of similarity that is near a place.
double weight_of(double z) { return std::exp(std::clamp(z, -5.0, 8.0)); }

/// What a candidate's columns are computed from.
struct Context {
  const CandidateEvidence& e;
  std::size_t rank;
  double weight_gap, effective_gap, vote_gap;
  double support = 0, strongest = 0, votes = 0;  // of the others near it
  Relative colour{}, vlad{};
  double colour_share = 0, vlad_share = 0;                      // of all weights, near it
  double colour_near = kNoNeighbour, vlad_near = kNoNeighbour;  // largest z-value near it

  [[nodiscard]] double log_scale() const { return std::log(std::clamp<double>(e.scale, 0.05, 20.0)); }
};

constexpr auto kBefore = kSiftGroup | kHubnessGroup;
constexpr auto kGeometry = kSiftGroup | kGeometryGroup;
constexpr auto kNear = kSiftGroup | kNeighboursGroup;
constexpr auto kAlike = kAppearanceGroup;
constexpr auto kAlikeNear = kAppearanceGroup | kNeighboursGroup;
using C = const Context&;
constexpr Column<Context> kColumns[] = {
    {{"sift.votes", kSiftGroup, "log", "votes of the visual index"}, [](C c) { return std::log(c.e.votes + 1e-3); }},
    {{"sift.inliers", kSiftGroup, "log1p", "number of verified matches"}, [](C c) { return lift(c.e.inliers); }},
    {{"sift.effective_inliers", kSiftGroup, "log1p", "cells of the query that hold an inlier"},
     [](C c) { return lift(c.e.effective_inliers); }},
    {{"sift.inlier_weight", kSiftGroup, "log1p", "sum of the inliers' weights"},
     [](C c) { return lift(c.e.inlier_weight); }},
    {{"sift.inlier_weight_squared", kSiftGroup, "log1p, squared", "the same, squared"},
     [](C c) { return lift(c.e.inlier_weight) * lift(c.e.inlier_weight); }},
    {{"sift.scale_change", kGeometry, "abs log", "how far the scale is from 1"},
     [](C c) { return std::abs(c.log_scale()); }},
    {{"sift.scale", kGeometry, "log", "size of the scene relative to the query"}, [](C c) { return c.log_scale(); }},
    {{"sift.rotation", kGeometry, "abs", "rotation between query and photo"},
     [](C c) { return static_cast<double>(std::abs(c.e.rotation)); }},
    {{"sift.spread", kGeometry, "sqrt", "share of the query inside the inliers' bounding box"},
     [](C c) { return std::sqrt(std::clamp<double>(c.e.spread, 0.0, 1.0)); }},
    {{"sift.rank", kSiftGroup, "log1p", "rank on the list"}, [](C c) { return lift(static_cast<double>(c.rank)); }},
    {{"sift.inlier_weight_gap", kSiftGroup, "gap", "inlier weight against the best other candidate"},
     [](C c) { return c.weight_gap; }},
    {{"sift.effective_inliers_gap", kSiftGroup, "gap", "effective inliers against the best other candidate"},
     [](C c) { return c.effective_gap; }},
    {{"sift.votes_gap", kSiftGroup, "gap", "votes against the best other candidate"}, [](C c) { return c.vote_gap; }},
    {{"sift.support", kNear, "log1p", "inlier weight of the others within 60 m"}, [](C c) { return lift(c.support); }},
    {{"sift.strongest_support", kNear, "log1p", "largest inlier weight of the others within 60 m"},
     [](C c) { return lift(c.strongest); }},
    {{"sift.votes_near", kNear, "log1p", "votes of the others within 60 m"}, [](C c) { return lift(c.votes); }},
    {{"sift.hub_rate", kBefore, "", "share of far away queries that list the photo"},
     [](C c) { return static_cast<double>(c.e.feature_hubness.rate); }},
    {{"sift.hub_weight", kBefore, "log1p", "mean inlier weight in these lists"},
     [](C c) { return lift(c.e.feature_hubness.weight); }},
    {{"sift.density", kBefore, "log1p", "gallery photos within 60 m"}, [](C c) { return lift(c.e.density); }},
    {{"sift.inlier_share", kSiftGroup, "", "share of the match weight that is verified"},
     [](C c) { return c.e.inlier_weight / (c.e.match_weight + 1e-3); }},
    {{"sift.match_weight", kSiftGroup, "log1p", "sum of the weights of the tentative matches"},
     [](C c) { return lift(c.e.match_weight); }},
    {{"sift.inlier_ratio", kSiftGroup, "", "share of the matches that are verified"},
     [](C c) { return c.e.inliers / (c.e.matches + 1.0); }},
    {{"appearance.colour", kAlike, "", "cosine similarity of the colour histograms"},
     [](C c) { return static_cast<double>(c.e.colour); }},
    {{"appearance.colour_z", kAlike, "z-value over the gallery", "the same relative to the gallery"},
     [](C c) { return static_cast<double>(c.colour.z); }},
    {{"appearance.colour_gap", kAlike, "gap", "the same against the best photo"},
     [](C c) { return static_cast<double>(c.colour.gap); }},
    {{"appearance.vlad", kAlike, "", "cosine similarity of the VLAD descriptors"},
     [](C c) { return static_cast<double>(c.e.vlad); }},
    {{"appearance.vlad_z", kAlike, "z-value over the gallery", "the same relative to the gallery"},
     [](C c) { return static_cast<double>(c.vlad.z); }},
    {{"appearance.vlad_gap", kAlike, "gap", "the same against the best photo"},
     [](C c) { return static_cast<double>(c.vlad.gap); }},
    {{"sift.agreeing", kBefore, "log1p", "inlier weight between the photo and photos of its scene"},
     [](C c) { return lift(c.e.feature_hubness.agreeing); }},
    {{"sift.disagreeing", kBefore, "log1p", "inlier weight between the photo and photos farther away"},
     [](C c) { return lift(c.e.feature_hubness.disagreeing); }},
    {{"sift.agreement", kBefore, "", "share of that weight that agrees"},
     [](C c) {
       const auto& h = c.e.feature_hubness;
       return (h.agreeing + 0.5) / (h.agreeing + h.disagreeing + 1.0);
     }},
    {{"appearance.colour_share_near", kAlikeNear, "log", "share of the colour weights within 60 m"},
     [](C c) { return std::log(c.colour_share + 1e-3); }},
    {{"appearance.colour_z_near", kAlikeNear, "", "largest z-value of colours within 60 m"},
     [](C c) { return c.colour_near; }},
    {{"appearance.vlad_share_near", kAlikeNear, "log", "share of the VLAD weights within 60 m"},
     [](C c) { return std::log(c.vlad_share + 1e-3); }},
    {{"appearance.vlad_z_near", kAlikeNear, "", "largest z-value of VLAD descriptors within 60 m"},
     [](C c) { return c.vlad_near; }},
};

/// What the list's columns are computed from.
struct ListContext {
  std::array<double, 5> weights{};  // the largest inlier weights
  double effective = 0, votes = 0;  // largest
  float features = 0;
};
using L = const ListContext&;
constexpr Column<ListContext> kListColumns[] = {
    {{"sift.best_inlier_weight", kSiftGroup, "log1p", "largest inlier weight"}, [](L l) { return lift(l.weights[0]); }},
    {{"sift.best_effective_inliers", kSiftGroup, "log1p", "largest number of effective inliers"},
     [](L l) { return lift(l.effective); }},
    {{"sift.second_inlier_weight", kSiftGroup, "log1p", "second inlier weight"},
     [](L l) { return lift(l.weights[1]); }},
    {{"sift.fifth_inlier_weight", kSiftGroup, "log1p", "fifth inlier weight"}, [](L l) { return lift(l.weights[4]); }},
    {{"sift.best_votes", kSiftGroup, "log", "most votes"}, [](L l) { return std::log(l.votes + 1e-3); }},
    {{"sift.features", kSiftGroup, "log1p", "local features of the query"}, [](L l) { return lift(l.features); }},
};

// Sums over the other candidates near each one.
void add_neighbours(std::vector<Context>& list) {
  double all_colours = 0, all_vlad = 0;
  for (const auto& c : list) {
    all_colours += weight_of(c.colour.z);
    all_vlad += weight_of(c.vlad.z);
  }
  for (auto& c : list) {
    double colour_near = 0, vlad_near = 0;
    for (const auto& o : list) {
      if (&c == &o || distance_m(c.e.place, o.e.place) > kSupportM) continue;
      c.support += o.e.inlier_weight;
      c.strongest = std::max<double>(c.strongest, o.e.inlier_weight);
      c.votes += o.e.votes;
      colour_near += weight_of(o.colour.z);
      vlad_near += weight_of(o.vlad.z);
      c.colour_near = std::max<double>(c.colour_near, o.colour.z);
      c.vlad_near = std::max<double>(c.vlad_near, o.vlad.z);
    }
    c.colour_share = colour_near / all_colours;
    c.vlad_share = vlad_near / all_vlad;
  }
}

EvidenceRows rows(std::span<const CandidateEvidence> candidates, const ListEvidence& evidence) {
  const auto weight_gap = gaps(candidates, [](const auto& c) { return c.inlier_weight; });
  const auto effective_gap = gaps(candidates, [](const auto& c) { return c.effective_inliers; });
  const auto vote_gap = gaps(candidates, [](const auto& c) { return c.votes; });
  const RelativeTo colours(evidence.colour), vlad(evidence.vlad);
  std::vector<Context> list;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    list.push_back({candidates[i], i, weight_gap[i], effective_gap[i], vote_gap[i]});
    list.back().colour = colours(candidates[i].colour);
    list.back().vlad = vlad(candidates[i].vlad);
  }
  add_neighbours(list);

  EvidenceRows out;
  for (const auto& context : list) append_row<Context>(out.candidates, kColumns, context);
  ListContext whole;
  std::vector<double> weights(whole.weights.size(), 0.0);
  for (const auto& c : candidates) {
    weights.push_back(c.inlier_weight);
    whole.effective = std::max<double>(whole.effective, c.effective_inliers);
    whole.votes = std::max<double>(whole.votes, c.votes);
  }
  std::ranges::sort(weights, std::greater{});
  std::copy_n(weights.begin(), whole.weights.size(), whole.weights.begin());
  whole.features = evidence.features;
  append_row<ListContext>(out.list, kListColumns, whole);
  return out;
}

}  // namespace

const ColumnBlock& sift_block() {
  static const ColumnBlock block = {about<Context>(kColumns), about<ListContext>(kListColumns), &rows};
  return block;
}

}  // namespace venloc
