// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/model_gallery.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/damaged.hpp"
#include "core/k_means.hpp"
#include "gallery/photo_table.hpp"
#include "geo/place_clusters.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr double kAreaMarginM = 500.0;  // a picture may be made a little outside the gallery
constexpr std::size_t kPriorComponents = 64;
constexpr double kPriorMinSigmaM = 60.0;
constexpr int kPriorIterations = 20;

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
  PlaceSpace space{places, {}};
  for (std::size_t c = 0; c < k; ++c) space.centres.push_back(places[c * n / k]);
  const auto cluster_of = k_means(space, n, k, kPriorIterations, 1);
  std::vector<double> count(k, 0.0), square(k, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double d = distance_m(places[i], space.before[cluster_of[i]]);
    count[cluster_of[i]] += 1;
    square[cluster_of[i]] += d * d;
  }
  std::vector<PosteriorComponent> prior;
  for (std::size_t c = 0; c < k; ++c)
    if (count[c] > 0)
      prior.push_back({space.centres[c], std::sqrt(square[c] / (2 * count[c]) + kPriorMinSigmaM * kPriorMinSigmaM),
                       (1.0 - kPriorBackground) * count[c] / static_cast<double>(n)});
  return prior;
}

void ModelGallery::set_photos(const Gallery& gallery) {
  photos.assign(gallery.photos().begin(), gallery.photos().end());
  area = gallery.bounding_box(kAreaMarginM);
  frame = LocalFrame(area.center());
  set_places();
}

void ModelGallery::set_places() {
  places.clear();
  for (const auto& photo : photos) places.push_back(frame.to_local(photo.location));
  density = count_near(places, places, {});
  prior = prior_of(places);
}

void ModelGallery::add(const Gallery& gallery) {
  photos.insert(photos.end(), gallery.photos().begin(), gallery.photos().end());
  set_places();
}

void ModelGallery::keep(std::span<const std::size_t> staying) {
  keep_only(photos, staying);
  set_places();
}

void ModelGallery::check_new(const Gallery& gallery) const {
  std::set<std::string> known;
  for (const auto& photo : photos) known.insert(photo.id);
  for (const auto& photo : gallery.photos()) {
    if (known.contains(photo.id)) throw InvalidArgumentError("photo '" + photo.id + "' is already in the model");
    if (!area.contains(photo.location))
      throw InvalidArgumentError("photo '" + photo.id +
                                 "' lies outside the model's area; build a new model for a larger area");
  }
}

std::vector<std::size_t> ModelGallery::without(std::span<const std::string> ids) const {
  std::set<std::string> wanted(ids.begin(), ids.end());
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < photos.size(); ++i)
    if (wanted.erase(photos[i].id) == 0) kept.push_back(i);
  if (!wanted.empty()) throw InvalidArgumentError("photo '" + *wanted.begin() + "' is not in the model");
  if (kept.empty()) throw InvalidArgumentError("this would remove all photos of the model; build a new model instead");
  return kept;
}

void ModelGallery::save(SafetensorsWriter& writer) const {
  const auto table = std::make_shared<const PhotoTable>(photos);
  table->save(writer);
  writer.keep(table);
  const auto corners = std::make_shared<const std::array<double, 6>>(
      std::array{area.south, area.west, area.north, area.east, frame.origin().lat, frame.origin().lng});
  writer.add<double>("area", {6}, *corners);
  writer.keep(corners);
}

void ModelGallery::check(const Evidence& evidence) const {
  const auto n = photos.size();
  std::vector<bool> seen(n, false);
  for (const auto& e : evidence.candidates) {
    if (e.photo >= n)
      throw InvalidArgumentError("the evidence names photo " + std::to_string(e.photo) + ", but the model has " +
                                 std::to_string(n) + " photos; it belongs to another model");
    if (seen[e.photo]) throw InvalidArgumentError("the evidence names photo " + std::to_string(e.photo) + " twice");
    seen[e.photo] = true;
  }
}

ModelGallery ModelGallery::load(const SafetensorsFile& file) {
  ModelGallery out;
  // open_model has checked both; a file that it did not open has none.
  const auto& metadata = file.metadata();
  if (const auto found = metadata.find("library_version"); found != metadata.end()) out.library_version = found->second;
  if (const auto found = metadata.find("format_version"); found != metadata.end())
    out.format_version = std::stoi(found->second);
  out.photos = PhotoTable::load(file);
  const auto area = file.get<double>("area", {6});
  out.area = {area[0], area[1], area[2], area[3]};
  if (out.photos.empty()) refuse_damaged(file.path(), "the list of photos is empty");
  if (!is_valid(LatLng{area[0], area[1]}) || !is_valid(LatLng{area[2], area[3]}) ||
      !(out.area.south < out.area.north && out.area.width_deg() > 0) || !out.area.contains(LatLng{area[4], area[5]}))
    refuse_damaged(file.path(), "array area is not a valid area");
  out.frame = LocalFrame({area[4], area[5]});
  out.set_places();
  return out;
}

HeldOutPlaces::HeldOutPlaces(const ModelGallery& gallery, const Split& fold) {
  std::vector<EastNorth> there;
  std::vector<std::uint8_t> is_there(gallery.places.size(), 0);
  for (const auto p : fold.train) {
    there.push_back(gallery.places[p]);
    is_there[p] = 1;
  }
  density = count_near(gallery.places, there, is_there);
  const float scale = static_cast<float>(gallery.places.size()) / static_cast<float>(there.size());
  for (float& value : density) value *= scale;
  prior = Posterior(gallery.frame, gallery.area, prior_of(there), kPriorBackground, 0.0);
}

}  // namespace venloc
