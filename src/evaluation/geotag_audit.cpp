// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/evaluation/geotag_audit.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "core/parallel.hpp"
#include "gallery/unreadable.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

constexpr double kHalfWeight = 8.0;        // a match of this weight is as likely by chance as not
constexpr double kLogOddsOfMatch = 3.0;    // of one sure match
constexpr double kElsewhereReaches = 2.0;  // places more reaches apart than this are different ones
constexpr int kRounds = 8;                 // doubts settle in fewer

/// A match from the side of one of its photos.
struct Neighbour {
  std::size_t photo = 0;
  std::size_t match = 0;  // its number
  double certainty = 0;   // 0 to 1
};

/// How much the neighbours of a photo support each place.
struct Support {
  double agree = 0;      // with its geotag
  double elsewhere = 0;  // with the best other place
  std::size_t best = 0;  // a neighbour at that place
};

double nearness(double distance_m, double reach_m) { return std::exp(-0.5 * std::pow(distance_m / reach_m, 2)); }

Support support_of(std::size_t photo, std::span<const Neighbour> neighbours, std::span<const EastNorth> places,
                   std::span<const double> trust, double reach_m) {
  const auto far = [&](const Neighbour& n) {
    return distance_m(places[n.photo], places[photo]) > kElsewhereReaches * reach_m;
  };
  Support out;
  for (const Neighbour& n : neighbours)
    out.agree += n.certainty * trust[n.photo] * nearness(distance_m(places[n.photo], places[photo]), reach_m);
  for (std::size_t k = 0; k < neighbours.size(); ++k) {
    if (!far(neighbours[k])) continue;
    double sum = 0;
    for (const Neighbour& n : neighbours)
      if (far(n))
        sum +=
            n.certainty * trust[n.photo] * nearness(distance_m(places[n.photo], places[neighbours[k].photo]), reach_m);
    if (sum > out.elsewhere) {
      out.elsewhere = sum;
      out.best = k;
    }
  }
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
  if (n == 0) return {};
  std::vector<LatLng> geotags;
  for (const Photo& photo : gallery.photos()) geotags.push_back(photo.location);
  const LocalFrame frame(geotags.front());
  std::vector<EastNorth> places;
  for (const LatLng& geotag : geotags) places.push_back(frame.to_local(geotag));

  std::vector<std::vector<Neighbour>> neighbours(n);
  for (std::size_t m = 0; m < matches.size(); ++m) {
    const PhotoMatch& match = matches[m];
    if (match.first >= n || match.second >= n || match.first == match.second)
      throw InvalidArgumentError("a match names the photos " + std::to_string(match.first) + " and " +
                                 std::to_string(match.second) + ", but the gallery has " + std::to_string(n) +
                                 " photos, and a photo cannot match itself");
    if (match.inliers < options.min_inliers || match.weight < options.min_weight) continue;
    const double certainty = match.weight / (match.weight + kHalfWeight);
    neighbours[match.first].push_back({match.second, m, certainty});
    neighbours[match.second].push_back({match.first, m, certainty});
  }

  const double before = std::log((1 - options.wrong_share) / options.wrong_share);
  std::vector<double> trust(n, 1 - options.wrong_share), doubt(n, options.wrong_share);
  std::vector<Support> support(n);
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < n; ++i) {
      support[i] = support_of(i, neighbours[i], places, trust, options.reach_m);
      doubt[i] = 1 / (1 + std::exp(before + kLogOddsOfMatch * (support[i].agree - support[i].elsewhere)));
    }
    // All at once and half of the way, so that the order of the photos does not matter and pairs do not swing.
    for (std::size_t i = 0; i < n; ++i) trust[i] = 0.5 * (trust[i] + 1 - doubt[i]);
  }

  std::vector<GeotagFinding> out;
  for (std::size_t i = 0; i < n; ++i) {
    if (doubt[i] < 0.5 || support[i].elsewhere <= 0) continue;
    GeotagFinding finding;
    finding.photo = i;
    finding.photo_id = gallery[i].id;
    finding.location = geotags[i];
    finding.doubt = doubt[i];
    const EastNorth centre = places[neighbours[i][support[i].best].photo];
    double sum = 0, square = 0;
    EastNorth mean{0, 0};
    const auto share = [&](const Neighbour& neighbour) {
      return neighbour.certainty * trust[neighbour.photo] *
             nearness(distance_m(places[neighbour.photo], centre), options.reach_m);
    };
    for (const Neighbour& neighbour : neighbours[i]) {
      sum += share(neighbour);
      mean.east += share(neighbour) * places[neighbour.photo].east;
      mean.north += share(neighbour) * places[neighbour.photo].north;
      if (distance_m(places[neighbour.photo], centre) <= kElsewhereReaches * options.reach_m)
        finding.evidence.push_back(matches[neighbour.match]);
    }
    mean = {mean.east / sum, mean.north / sum};
    for (const Neighbour& neighbour : neighbours[i])
      square += share(neighbour) * std::pow(distance_m(places[neighbour.photo], mean), 2);
    finding.suggested = frame.to_lat_lng(mean);
    finding.distance_m = distance_m(finding.location, finding.suggested);
    finding.spread_m = std::sqrt(square / sum);
    std::ranges::stable_sort(finding.evidence, std::greater{}, &PhotoMatch::weight);
    out.push_back(std::move(finding));
  }
  std::ranges::stable_sort(out, std::greater{}, &GeotagFinding::doubt);
  return out;
}

}  // namespace venloc
