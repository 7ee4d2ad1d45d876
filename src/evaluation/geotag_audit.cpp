// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/evaluation/geotag_audit.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "core/parallel.hpp"
#include "evaluation/match_evidence.hpp"
#include "gallery/unreadable.hpp"
#include "ranking/logistic.hpp"
#include "venloc/core/error.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

// Share of the photos whose matches are elsewhere although their geotag is right: a view across the water, a watermark.
// Of 48 doubted photos of Venice 4 or 5 were such, judged by their pictures (docs/results/geotag-audit.md).
constexpr double kFarViewShare = 0.005;
// From this probability on a match supports a place by itself.
constexpr double kSupports = 0.5;
// A geotag is wrong for certain when at least so many independent claims agree on another place and nothing supports
// it. Of the doubted photos of Venice 22 have four such claims or more, and all of these are wrong; of 10 with three
// claims up to five are views from the water.
constexpr std::size_t kCertainClaims = 4;
constexpr double kCertainDoubt = 0.85;
constexpr std::size_t kMinClaims = 2;         // one photo's word against another's decides nothing
constexpr std::int64_t kUploadIdGap = 10000;  // photos of one upload share the errors of their geotags
constexpr int kRounds = 8;                    // doubts settle in fewer

/// A match from the side of one of its photos.
struct Neighbour {
  std::size_t photo = 0;
  std::size_t match = 0;   // its number
  double probability = 0;  // that both show one scene
};

/// How the neighbours of a photo fit its geotag.
struct Judgement {
  double doubt = 0;
  std::optional<std::size_t> best;  // the photo at the best other place
  std::size_t claims = 0;           // that agree on that place
  bool supported = false;           // a match supports the geotag
};

double log_sum(double a, double b) { return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b))); }

class Audit {
 public:
  Audit(const Gallery& gallery, std::span<const PhotoMatch> matches, const GeotagAuditOptions& options)
      : options_(options), apart_m_(apart_m(options)), claims_(claims_of(gallery)) {
    if (gallery.size() == 0) return;
    frame_ = LocalFrame(gallery[0].location);
    for (const Photo& photo : gallery.photos()) places_.push_back(frame_.to_local(photo.location));
    const auto has_file = [](const Photo& photo) { return !photo.file.empty(); };
    const bool all = std::ranges::none_of(gallery.photos(), has_file);
    for (const Photo& photo : gallery.photos()) is_judged_.push_back(all || has_file(photo));
    std::vector<PhotoMatch> used;
    for (const PhotoMatch& match : matches)
      if (match.inliers >= options.min_inliers && match.weight >= options.min_weight && match.weight > 0)
        used.push_back(match);
    // What matches are worth is measured where they are complete; elsewhere they are those of the photos in question.
    std::vector<PhotoMatch> complete;
    for (const PhotoMatch& match : used)
      if (is_judged_[match.first] && is_judged_[match.second]) complete.push_back(match);
    const MatchEvidence evidence(places_, complete, claims_, options);
    neighbours_.resize(gallery.size());
    for (std::size_t m = 0; m < used.size(); ++m) {
      const double probability = evidence.probability(used[m].weight);
      neighbours_[used[m].first].push_back({used[m].second, m, probability});
      neighbours_[used[m].second].push_back({used[m].first, m, probability});
    }
    matches_ = std::move(used);
    judge_all(evidence);
  }

  [[nodiscard]] std::vector<GeotagFinding> findings(const Gallery& gallery) const;

 private:
  static std::vector<std::size_t> claims_of(const Gallery& gallery) {
    GroupOptions grouping;
    grouping.flickr_id_gap = kUploadIdGap;
    grouping.hash_bits = -1;
    return group_photos(gallery, grouping);
  }
  [[nodiscard]] bool near(EastNorth a, EastNorth b) const { return distance_m(a, b) <= apart_m_; }

  void judge_all(const MatchEvidence& evidence);
  [[nodiscard]] std::vector<Neighbour> independent(std::size_t photo) const;
  [[nodiscard]] Judgement judge(std::size_t photo, const MatchEvidence& evidence) const;
  [[nodiscard]] GeotagFinding finding(std::size_t photo, const Photo& record) const;

  const GeotagAuditOptions& options_;
  double apart_m_;
  LocalFrame frame_;
  std::vector<std::size_t> claims_;
  std::vector<EastNorth> places_;
  std::vector<PhotoMatch> matches_;
  std::vector<std::vector<Neighbour>> neighbours_;  // of each photo
  std::vector<double> trust_;                       // probability that a geotag is right
  std::vector<bool> is_judged_;  // photos without a file were not queries, so that most of their matches are unknown
  std::vector<Judgement> judgements_;
};

void Audit::judge_all(const MatchEvidence& evidence) {
  trust_.assign(places_.size(), 1 - options_.wrong_share);
  judgements_.resize(places_.size());
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (is_judged_[i]) judgements_[i] = judge(i, evidence);
    // All at once and half of the way, so that the order of the photos does not matter and pairs do not swing.
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (is_judged_[i]) trust_[i] = 0.5 * (trust_[i] + 1 - judgements_[i].doubt);
  }
}

// The most reliable neighbour of each claim but the photo's own: more photos of one claim are no more evidence.
std::vector<Neighbour> Audit::independent(std::size_t photo) const {
  std::map<std::size_t, Neighbour> best;
  for (auto neighbour : neighbours_[photo]) {
    if (claims_[neighbour.photo] == claims_[photo]) continue;
    neighbour.probability *= trust_[neighbour.photo];
    auto& kept = best.try_emplace(claims_[neighbour.photo], neighbour).first->second;
    if (neighbour.probability > kept.probability) kept = neighbour;
  }
  std::vector<Neighbour> out;
  for (const auto& [claim, neighbour] : best) out.push_back(neighbour);
  return out;
}

// Compares how well two hypotheses explain where the matches are: the geotag is right, or the photo was made at another
// place, which may be that of one of the matches or one that none of them shows.
Judgement Audit::judge(std::size_t photo, const MatchEvidence& evidence) const {
  const auto neighbours = independent(photo);
  const auto log_likelihood = [&](EastNorth place) {
    double sum = 0;
    for (const auto& n : neighbours)
      sum += std::log(evidence.ratio(distance_m(places_[n.photo], place), n.probability));
    return sum;
  };
  Judgement out;
  double elsewhere = 0, highest = 0;
  for (const auto& n : neighbours) elsewhere += std::log(1 - n.probability);
  for (const auto& n : neighbours) {
    if (near(places_[n.photo], places_[photo])) continue;
    const double at = log_likelihood(places_[n.photo]);
    elsewhere = log_sum(elsewhere, at + std::log(evidence.share_at_place()));
    if (!out.best || at > highest) {
      highest = at;
      out.best = n.photo;
    }
  }
  // A right geotag does not exclude that all matches are of what is seen from afar.
  const double here =
      log_sum(std::log(1 - kFarViewShare) + log_likelihood(places_[photo]), std::log(kFarViewShare) + elsewhere);
  out.doubt = logistic(std::log(options_.wrong_share / (1 - options_.wrong_share)) + elsewhere - here);
  for (const auto& n : neighbours) {
    if (n.probability < kSupports) continue;
    if (out.best && near(places_[n.photo], places_[*out.best])) ++out.claims;
    if (near(places_[n.photo], places_[photo])) out.supported = true;
  }
  return out;
}

GeotagFinding Audit::finding(std::size_t photo, const Photo& record) const {
  const auto& judgement = judgements_[photo];
  GeotagFinding out;
  out.photo = photo;
  out.photo_id = record.id;
  out.location = record.location;
  out.doubt = judgement.doubt;
  out.claims = judgement.claims;
  out.certain = judgement.doubt >= kCertainDoubt && judgement.claims >= kCertainClaims && !judgement.supported;
  const EastNorth centre = places_[*judgement.best];
  const auto share = [&](const Neighbour& n) {
    return n.probability * trust_[n.photo] *
           std::exp(-0.5 * std::pow(distance_m(places_[n.photo], centre) / options_.reach_m, 2));
  };
  double sum = 0, square = 0;
  EastNorth mean{0, 0};
  for (const Neighbour& n : neighbours_[photo]) {
    sum += share(n);
    mean.east += share(n) * places_[n.photo].east;
    mean.north += share(n) * places_[n.photo].north;
    if (near(places_[n.photo], centre)) out.evidence.push_back(matches_[n.match]);
  }
  mean = {mean.east / sum, mean.north / sum};
  for (const Neighbour& n : neighbours_[photo]) square += share(n) * std::pow(distance_m(places_[n.photo], mean), 2);
  out.suggested = frame_.to_lat_lng(mean);
  out.distance_m = distance_m(out.location, out.suggested);
  out.spread_m = std::sqrt(square / sum);
  std::ranges::stable_sort(out.evidence, std::greater{}, &PhotoMatch::weight);
  return out;
}

std::vector<GeotagFinding> Audit::findings(const Gallery& gallery) const {
  std::vector<GeotagFinding> out;
  for (std::size_t i = 0; i < judgements_.size(); ++i)
    if (judgements_[i].doubt >= 0.5 && judgements_[i].claims >= kMinClaims) out.push_back(finding(i, gallery[i]));
  std::ranges::stable_sort(out, std::greater{}, &GeotagFinding::doubt);
  return out;
}

}  // namespace

void GeotagAuditOptions::validate() const {
  if (min_inliers < 1) throw InvalidArgumentError("min_inliers must be at least 1");
  if (!(min_weight >= 0 && std::isfinite(min_weight))) throw InvalidArgumentError("min_weight must be 0 or more");
  if (!(reach_m > 0 && std::isfinite(reach_m))) throw InvalidArgumentError("reach_m must be above 0");
  if (!(wrong_share > 0 && wrong_share < 1)) throw InvalidArgumentError("wrong_share must be between 0 and 1");
  resolve_threads(num_threads);
}

std::vector<PhotoMatch> match_photos(const Locator& locator, const Gallery& gallery, const GeotagAuditOptions& options,
                                     const ProgressCallback& progress) {
  options.validate();
  const std::size_t n = gallery.size();
  std::map<std::string, std::size_t> position;
  for (std::size_t i = 0; i < n; ++i) position.emplace(gallery[i].id, i);
  std::vector<std::vector<PhotoMatch>> found(n);
  std::vector<std::string> problems(n);
  parallel_for(
      n, options.num_threads,
      [&](std::size_t i) {
        if (gallery[i].file.empty()) return;
        Image picture;
        problems[i] = problem_of([&] { picture = read_for_describing(gallery[i].file, gallery.image_options()); });
        if (!problems[i].empty()) return;
        for (const Candidate& candidate : locator.locate(picture).candidates) {
          const auto other = position.find(candidate.photo_id);
          if (other == position.end() || other->second == i) continue;
          if (candidate.inliers < options.min_inliers || candidate.score < options.min_weight) continue;
          found[i].push_back(
              {std::min(i, other->second), std::max(i, other->second), candidate.inliers, candidate.score});
        }
      },
      "matching", progress);
  refuse_unreadable(problems);
  // A pair that was found from both sides counts once, as the stronger of the two.
  std::map<std::pair<std::size_t, std::size_t>, PhotoMatch> strongest;
  for (const auto& matches : found)
    for (const PhotoMatch& match : matches) {
      auto& kept = strongest.try_emplace({match.first, match.second}, match).first->second;
      if (match.weight > kept.weight) kept = match;
    }
  std::vector<PhotoMatch> out;
  for (const auto& [pair, match] : strongest) out.push_back(match);
  return out;
}

std::vector<GeotagFinding> audit_geotags(const Gallery& gallery, std::span<const PhotoMatch> matches,
                                         const GeotagAuditOptions& options) {
  options.validate();
  const std::size_t n = gallery.size();
  for (const PhotoMatch& match : matches)
    if (match.first >= n || match.second >= n || match.first == match.second)
      throw InvalidArgumentError("a match names the photos " + std::to_string(match.first) + " and " +
                                 std::to_string(match.second) + ", but the gallery has " + std::to_string(n) +
                                 " photos, and a photo cannot match itself");
  return Audit(gallery, matches, options).findings(gallery);
}

}  // namespace venloc
