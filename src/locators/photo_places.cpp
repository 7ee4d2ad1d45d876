// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/photo_places.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "core/damaged.hpp"
#include "gallery/photo_table.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/version.hpp"

namespace venloc {
namespace {

constexpr double kAreaMarginM = 500.0;   // a picture may be made a little outside the gallery
constexpr std::size_t kFewestFolds = 3;  // with two, no third tells how a picture stands
constexpr std::size_t kPriorComponents = 64;
constexpr double kPriorSmallestSigmaM = 60.0;
// A picture from anywhere is taken to be from elsewhere with this probability before it is looked at.
constexpr double kElsewherePrior = 0.1;
// The reported place has the most probability around it at these scales, rather than the sharpest peak.
constexpr double kNearM = 45.0;
constexpr double kDistrictM = 800.0;

// What is told of places in the city, raised to the exponent; "not in this city" stays as likely as it was.
Posterior sharpened(const Posterior& posterior, double exponent) {
  const double not_here = posterior.not_here_weight();
  if (not_here >= 1) return posterior;
  const auto copy = [](const Posterior& from) {
    return std::vector<PosteriorComponent>(from.components().begin(), from.components().end());
  };
  const auto here = Posterior(posterior.frame(), posterior.area(), copy(posterior), posterior.background_weight(), 0)
                        .tempered(exponent);
  auto components = copy(here);
  for (auto& component : components) component.weight *= 1 - not_here;
  return {here.frame(), here.area(), std::move(components), here.background_weight() * (1 - not_here), not_here};
}

// Square of the distance [m²]: opening a model compares millions of them, and distance_m takes ten times as long.
double square_distance(EastNorth a, EastNorth b) {
  const double east = a.east - b.east, north = a.north - b.north;
  return east * east + north * north;
}

// Places in strips from west to east, kSupportM high and each in order, so that few are compared with a place.
class Strips {
 public:
  explicit Strips(std::span<const EastNorth> places) {
    for (const auto place : places) strips_[strip_of(place.north)].push_back(place);
    for (auto& [number, strip] : strips_) std::ranges::sort(strip, {}, &EastNorth::east);
  }

  [[nodiscard]] std::size_t count_within_support(EastNorth place) const {
    std::size_t count = 0;
    for (auto number = strip_of(place.north) - 1; number <= strip_of(place.north) + 1; ++number) {
      const auto strip = strips_.find(number);
      if (strip == strips_.end()) continue;
      const auto& row = strip->second;
      auto other = std::ranges::lower_bound(row, place.east - kSupportM, {}, &EastNorth::east);
      for (; other != row.end() && other->east <= place.east + kSupportM; ++other)
        if (square_distance(place, *other) < kSupportM * kSupportM) ++count;
    }
    return count;
  }

 private:
  static std::int64_t strip_of(double north) { return static_cast<std::int64_t>(std::floor(north / kSupportM)); }
  std::unordered_map<std::int64_t, std::vector<EastNorth>> strips_;
};

// Of each place, how many of `others` are within kSupportM of it, itself not counted where it is among them.
std::vector<float> count_near(std::span<const EastNorth> places, std::span<const EastNorth> others,
                              std::span<const std::uint8_t> among_others) {
  const Strips strips(others);
  std::vector<float> out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto self = among_others.empty() || among_others[i] != 0 ? 1u : 0u;
    out.push_back(static_cast<float>(strips.count_within_support(places[i]) - self));
  }
  return out;
}

}  // namespace

// Starts are spread over the list, whose order is the gallery's.
std::vector<PosteriorComponent> prior_of(std::span<const EastNorth> places) {
  const auto n = places.size();
  const auto k = std::min(kPriorComponents, std::max<std::size_t>(1, n / 8));
  std::vector<EastNorth> centres;
  for (std::size_t c = 0; c < k; ++c) centres.push_back(places[c * n / k]);
  std::vector<std::size_t> nearest(n, 0);
  std::vector<double> count(k), square(k);
  for (int iteration = 0; iteration < 20; ++iteration) {
    std::vector<EastNorth> sums(k);
    std::ranges::fill(count, 0.0);
    std::ranges::fill(square, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t c = 0; c < k; ++c)
        if (square_distance(places[i], centres[c]) < square_distance(places[i], centres[nearest[i]])) nearest[i] = c;
      const auto c = nearest[i];
      const double d = distance_m(places[i], centres[c]);
      sums[c].east += places[i].east;
      sums[c].north += places[i].north;
      count[c] += 1;
      square[c] += d * d;
    }
    for (std::size_t c = 0; c < k; ++c)
      if (count[c] > 0) centres[c] = {sums[c].east / count[c], sums[c].north / count[c]};
  }
  std::vector<PosteriorComponent> prior;
  for (std::size_t c = 0; c < k; ++c)
    if (count[c] > 0)
      prior.push_back({centres[c], std::sqrt(square[c] / (2 * count[c]) + kPriorSmallestSigmaM * kPriorSmallestSigmaM),
                       (1.0 - kPriorBackground) * count[c] / static_cast<double>(n)});
  return prior;
}

void PhotoPlaces::set_photos(const Gallery& gallery) {
  photos.assign(gallery.photos().begin(), gallery.photos().end());
  area = gallery.bounding_box(kAreaMarginM);
  frame = LocalFrame(area.center());
  set_places();
}

void PhotoPlaces::set_places() {
  places.clear();
  for (const auto& photo : photos) places.push_back(frame.to_local(photo.location));
  density = count_near(places, places, {});
  prior = prior_of(places);
}

Posterior PhotoPlaces::posterior(std::span<const EastNorth> candidates, const CandidateNetwork::Answer& answer,
                                 std::span<const double> sigmas) const {
  std::vector<PosteriorComponent> components;
  double none = 1.0;
  for (std::size_t i = 0; i < answer.kernel_weights.size(); ++i) {
    if (answer.probabilities[i] < kSmallestProbability) continue;
    none -= answer.probabilities[i];
    for (std::size_t k = 0; k < sigmas.size(); ++k)
      components.push_back({candidates[i], sigmas[k], answer.probabilities[i] * answer.kernel_weights[i][k]});
  }
  return posterior(std::move(components), std::max(none, 0.0));
}

Posterior PhotoPlaces::posterior(std::vector<PosteriorComponent> components, double none) const {
  // A picture from elsewhere has no right candidate: Bayes' rule with its share beforehand.
  return posterior(std::move(components), none,
                   kElsewherePrior * none / (kElsewherePrior * none + 1.0 - kElsewherePrior));
}

Posterior PhotoPlaces::posterior(std::vector<PosteriorComponent> components, double none, double not_here) const {
  for (auto component : prior) {
    component.weight *= none;
    components.push_back(component);
  }
  for (auto& component : components) component.weight *= 1.0 - not_here;
  return {frame, area, std::move(components), kPriorBackground * none * (1.0 - not_here), not_here};
}

Candidate PhotoPlaces::candidate(std::size_t p, double probability, double score, int inliers) const {
  return {photos[p].id, photos[p].location, probability, inliers, score, photos[p].url, photos[p].thumbnail, {}, 0.0};
}

LocatorInfo PhotoPlaces::info(std::string kind, std::string city, std::string options) const {
  LocatorInfo out;
  out.kind = std::move(kind);
  out.city = std::move(city);
  out.photos = photos.size();
  out.options = std::move(options);
  out.library_version = version();
  out.format_version = kFormatVersion;
  out.area = area;
  return out;
}

void PhotoPlaces::check_new(const Gallery& gallery) const {
  std::set<std::string> known;
  for (const auto& photo : photos) known.insert(photo.id);
  for (const auto& photo : gallery.photos()) {
    if (known.contains(photo.id)) throw InvalidArgumentError("photo '" + photo.id + "' is already in the model");
    if (!area.contains(photo.location))
      throw InvalidArgumentError("photo '" + photo.id +
                                 "' lies outside the model's area; build a new model for a larger area");
  }
}

std::vector<std::size_t> PhotoPlaces::without(std::span<const std::string> ids) const {
  std::set<std::string> wanted(ids.begin(), ids.end());
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < photos.size(); ++i)
    if (wanted.erase(photos[i].id) == 0) kept.push_back(i);
  if (!wanted.empty()) throw InvalidArgumentError("photo '" + *wanted.begin() + "' is not in the model");
  if (kept.empty()) throw InvalidArgumentError("a model can not be left without any photo");
  return kept;
}

void PhotoPlaces::save(SafetensorsWriter& writer) const {
  const auto table = std::make_shared<const PhotoTable>(photos);
  table->save(writer);
  writer.keep(table);
  const auto corners = std::make_shared<const std::array<double, 6>>(
      std::array{area.south, area.west, area.north, area.east, frame.origin().lat, frame.origin().lng});
  writer.add<double>("area", {6}, *corners);
  writer.keep(corners);
}

PhotoPlaces PhotoPlaces::load(const SafetensorsFile& file) {
  PhotoPlaces out;
  out.photos = PhotoTable::load(file);
  const auto area = file.get<double>("area", {6});
  out.area = {area[0], area[1], area[2], area[3]};
  if (out.photos.empty()) refuse_damaged(file.path(), "the list of photos is empty");
  if (!is_valid(LatLng{area[0], area[1]}) || !is_valid(LatLng{area[2], area[3]}) ||
      !(out.area.south < out.area.north && out.area.west < out.area.east) ||
      !out.area.contains(LatLng{area[4], area[5]}))
    refuse_damaged(file.path(), "array area holds no area");
  out.frame = LocalFrame({area[4], area[5]});
  out.set_places();
  return out;
}

std::vector<Split> calibration_splits(const Gallery& gallery, std::size_t fewest_photos, int folds, bool grouped,
                                      std::uint64_t seed, int num_threads, const ProgressCallback& progress) {
  if (gallery.size() < fewest_photos) return {};
  std::vector<std::size_t> groups(gallery.size());
  std::iota(groups.begin(), groups.end(), std::size_t{0});
  if (grouped) {
    GroupOptions grouping;
    grouping.num_threads = num_threads;
    groups = group_photos(gallery, grouping, progress);
  }
  const auto count =
      std::min<std::size_t>(static_cast<std::size_t>(folds), std::set(groups.begin(), groups.end()).size());
  if (count < kFewestFolds) return {};
  return grouped_k_fold(groups, static_cast<int>(count), seed);
}

PlacesWithout::PlacesWithout(const PhotoPlaces& all, const Split& split) {
  std::vector<EastNorth> there;
  std::vector<std::uint8_t> is_there(all.places.size(), 0);
  for (const auto p : split.train) {
    there.push_back(all.places[p]);
    is_there[p] = 1;
  }
  density = count_near(all.places, there, is_there);
  const float scale = static_cast<float>(all.places.size()) / static_cast<float>(there.size());
  for (float& value : density) value *= scale;
  prior = Posterior(all.frame, all.area, prior_of(there), kPriorBackground, 0.0);
}

Standings::Standings(std::span<const Split> folds, std::size_t photos)
    : fold_of_(photos, 0), counts_(folds.size(), std::vector<Counts>(photos)) {
  for (std::size_t f = 0; f < folds.size(); ++f) {
    sizes_.push_back(folds[f].test.size());
    for (const auto q : folds[f].test) fold_of_[q] = f;
  }
}

void Standings::add(std::size_t query, std::size_t photo, double distance_m, bool listed, float weight, bool telling) {
  const auto fold = fold_of_[query], other_fold = fold_of_[photo];
  if (listed && distance_m > kFarM) {
    counts_[fold][photo].listed += 1;
    counts_[fold][photo].weight += weight;
  }
  if (!telling) return;
  // A match tells of both pictures.
  (distance_m < kAgreeM ? counts_[fold][photo].agreeing : counts_[fold][photo].disagreeing) += weight;
  (distance_m < kAgreeM ? counts_[other_fold][query].agreeing : counts_[other_fold][query].disagreeing) += weight;
}

Standing Standings::without(std::size_t fold, std::size_t photo) const {
  Counts sum;
  double asked = 0;
  for (std::size_t f = 0; f < counts_.size(); ++f) {
    if (f == fold) continue;
    sum.listed += counts_[f][photo].listed;
    sum.weight += counts_[f][photo].weight;
    sum.agreeing += counts_[f][photo].agreeing;
    sum.disagreeing += counts_[f][photo].disagreeing;
    // A picture is on no list of its own fold.
    if (f != fold_of_[photo]) asked += static_cast<double>(sizes_[f]);
  }
  // As if all others had been asked, so that what is told in calibration and in use is of one scale.
  const auto others = static_cast<double>(fold_of_.size() - sizes_[fold_of_[photo]]);
  const double scale = others / std::max(asked, 1.0);
  return {static_cast<float>(sum.listed / std::max(asked, 1.0)),
          static_cast<float>(sum.weight / std::max(sum.listed, 1.0)), static_cast<float>(scale * sum.agreeing),
          static_cast<float>(scale * sum.disagreeing)};
}

Standing average(std::span<const Standing> standing) {
  Standing out;
  for (const auto& one : standing) {
    out.hub_rate += one.hub_rate / static_cast<float>(standing.size());
    out.hub_weight += one.hub_weight / static_cast<float>(standing.size());
    out.agreeing += one.agreeing / static_cast<float>(standing.size());
    out.disagreeing += one.disagreeing / static_cast<float>(standing.size());
  }
  return out;
}

void save_standing(SafetensorsWriter& writer, std::span<const Standing> standing, const char* name) {
  static_assert(sizeof(Standing) == 4 * sizeof(float));
  writer.add<float>(name, {static_cast<std::int64_t>(standing.size()), 4},
                    std::span(reinterpret_cast<const float*>(standing.data()), 4 * standing.size()));
}

std::vector<Standing> load_standing(const SafetensorsFile& file, std::size_t photos, const char* name) {
  const auto stored = file.get<float>(name, {static_cast<std::int64_t>(photos), 4});
  if (!std::ranges::all_of(stored, [](float v) { return std::isfinite(v) && v >= 0; }))
    refuse_damaged(file.path(), std::string("array ") + name + " holds impossible values");
  std::vector<Standing> standing(photos);
  std::memcpy(static_cast<void*>(standing.data()), stored.data(), stored.size_bytes());
  return standing;
}

void finish(Prediction& prediction, double far_share, double exponent) {
  prediction.location = prediction.posterior.best_place(kNearM, kDistrictM, far_share);
  if (exponent != 1.0) prediction.posterior = sharpened(prediction.posterior, exponent);
  tell_around(prediction);
}

void tell_around(Prediction& prediction) {
  const auto& posterior = prediction.posterior;
  prediction.confidence = posterior.mass_within(prediction.location, kConfidenceRadiusM);
  prediction.in_area = posterior.in_area();
  prediction.radius_50_m = posterior.credible_radius_m(prediction.location, 0.5);
  prediction.radius_90_m = posterior.credible_radius_m(prediction.location, 0.9);
}

}  // namespace venloc
