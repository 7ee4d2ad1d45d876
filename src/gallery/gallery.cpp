// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/gallery/gallery.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "gallery/picture_hashes.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

Gallery::Gallery(std::vector<Photo> photos, const ImageOptions& pictures)
    : photos_(std::move(photos)), image_options_(pictures) {
  image_options_.validate();
  std::unordered_map<std::string_view, std::size_t> first_with;
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    const auto& photo = photos_[i];
    if (photo.id.empty()) throw InvalidArgumentError("Gallery: photo " + std::to_string(i) + " has no id");
    if (const auto [entry, is_new] = first_with.emplace(photo.id, i); !is_new)
      throw InvalidArgumentError("Gallery: photos " + std::to_string(entry->second) + " and " + std::to_string(i) +
                                 " have the same id '" + photo.id + "'");
    if (!is_valid(photo.location))
      throw InvalidArgumentError("Gallery: photo '" + photo.id + "' has an impossible place, latitude " +
                                 std::to_string(photo.location.lat) + ", longitude " +
                                 std::to_string(photo.location.lng));
  }
}

BoundingBox Gallery::bounding_box(double margin_m) const {
  if (photos_.empty()) throw InvalidArgumentError("Gallery: an empty gallery has no bounding box");
  std::vector<LatLng> places;
  places.reserve(photos_.size());
  for (const auto& photo : photos_) places.push_back(photo.location);
  return BoundingBox::around(places, margin_m);
}

Gallery Gallery::filtered(const std::function<bool(const Photo&)>& keep) const {
  Gallery result;
  result.image_options_ = image_options_;
  std::copy_if(photos_.begin(), photos_.end(), std::back_inserter(result.photos_), keep);
  return result;
}

Gallery Gallery::subset(std::span<const std::size_t> indices) const {
  Gallery result;
  result.image_options_ = image_options_;
  result.photos_.reserve(indices.size());
  std::vector<bool> taken(photos_.size(), false);
  for (const auto index : indices) {
    if (index >= photos_.size())
      throw InvalidArgumentError("Gallery: position " + std::to_string(index) + " is out of range, the gallery has " +
                                 std::to_string(photos_.size()) + " photos");
    if (taken[index]) throw InvalidArgumentError("Gallery: position " + std::to_string(index) + " is named twice");
    taken[index] = true;
    result.photos_.push_back(photos_[index]);
  }
  return result;
}

Gallery Gallery::merged(const Gallery& other) const {
  std::unordered_set<std::string_view> ids;
  for (const auto& photo : photos_) ids.insert(photo.id);
  for (const auto& photo : other.photos_)
    if (ids.contains(photo.id))
      throw InvalidArgumentError("Gallery: both galleries have a photo '" + photo.id +
                                 "'. Filter it out of one of them before merging.");
  Gallery result;
  result.image_options_ = image_options_;
  result.photos_ = photos_;
  result.photos_.insert(result.photos_.end(), other.photos_.begin(), other.photos_.end());
  return result;
}

Gallery Gallery::deduplicated(int max_bits, double max_distance_m, int num_threads,
                              const ProgressCallback& progress) const {
  if (max_bits < 0 || max_bits > 64)
    throw InvalidArgumentError("deduplicated: max_bits must be 0 to 64, got " + std::to_string(max_bits));
  if (!(max_distance_m >= 0.0))
    throw InvalidArgumentError("deduplicated: max_distance_m must be 0 or more, got " + std::to_string(max_distance_m));
  const auto hashes = picture_hashes(*this, num_threads, progress);
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    const bool repeats = std::any_of(kept.begin(), kept.end(), [&](std::size_t j) {
      return std::popcount(hashes[i] ^ hashes[j]) <= max_bits &&
             distance_m(photos_[i].location, photos_[j].location) < max_distance_m;
    });
    if (!repeats) kept.push_back(i);
  }
  return subset(kept);
}

}  // namespace venloc
