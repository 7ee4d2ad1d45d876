// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/appearance_store.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>

#include "core/damaged.hpp"
#include "core/keep_only.hpp"

namespace venloc {
namespace {

constexpr const char* kColourArray = "appearance.colours";
constexpr const char* kVladArray = "appearance.vlad";

void add_to(SimilarityMoments& moments, float value) {
  moments.count += 1;
  moments.sum += value;
  moments.square += static_cast<double>(value) * value;
  moments.best = std::max<double>(moments.best, value);
}

}  // namespace

AppearanceStore AppearanceStore::train(std::span<const LocalFeatures> features, std::uint64_t seed, int num_threads,
                                       const ProgressCallback& progress) {
  AppearanceStore out;
  out.vlad_ = Vlad::train(features, seed, num_threads, progress);
  return out;
}

Appearance AppearanceStore::describe(const LocalFeatures& local, const ColourHistogram& colours) const {
  return {colours, vlad_->describe(local)};
}

void AppearanceStore::add(std::span<const Appearance> photos) {
  photos_.insert(photos_.end(), photos.begin(), photos.end());
}

void AppearanceStore::keep(std::span<const std::size_t> staying) { keep_only(photos_, staying); }

AppearanceSimilarities AppearanceStore::similarities(const Appearance& query, std::span<const std::uint8_t> excluded,
                                                     std::size_t count) const {
  AppearanceSimilarities out;
  std::vector<std::uint32_t> order;
  for (std::size_t p = 0; p < photos_.size(); ++p) {
    out.colour.push_back(similarity(query.colours, photos_[p].colours));
    out.vlad.push_back(similarity(query.vlad, photos_[p].vlad));
    if (!excluded.empty() && excluded[p] != 0) continue;
    order.push_back(static_cast<std::uint32_t>(p));
    add_to(out.colour_moments, out.colour[p]);
    add_to(out.vlad_moments, out.vlad[p]);
  }
  count = std::min(order.size(), count);
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count), {},
                            [&](std::uint32_t p) { return std::tuple(-(out.colour[p] + out.vlad[p]), p); });
  order.resize(count);
  out.most_similar = std::move(order);
  return out;
}

void AppearanceStore::save(SafetensorsWriter& writer) const {
  vlad_->save(writer);
  const auto colours = std::make_shared<std::vector<std::uint8_t>>();
  const auto vlad = std::make_shared<std::vector<std::int8_t>>();
  for (const auto& photo : photos_) {
    colours->insert(colours->end(), photo.colours.begin(), photo.colours.end());
    vlad->insert(vlad->end(), photo.vlad.begin(), photo.vlad.end());
  }
  const auto count = static_cast<std::int64_t>(photos_.size());
  writer.add<std::uint8_t>(kColourArray, {count, kColours}, *colours);
  writer.add<std::int8_t>(kVladArray, {count, static_cast<std::int64_t>(Vlad::kDimension)}, *vlad);
  writer.keep(colours);
  writer.keep(vlad);
}

AppearanceStore AppearanceStore::load(const SafetensorsFile& file, std::size_t photos) {
  AppearanceStore out;
  out.vlad_ = Vlad::load(file);
  const auto count = static_cast<std::int64_t>(photos);
  const auto colours = file.get<std::uint8_t>(kColourArray, {count, kColours});
  const auto vlad = file.get<std::int8_t>(kVladArray, {count, static_cast<std::int64_t>(Vlad::kDimension)});
  const auto refuse = [&](const char* array) {
    refuse_damaged(file.path(), std::string("array ") + array + " is not of unit length");
  };
  out.photos_.resize(photos);
  for (std::size_t p = 0; p < photos; ++p) {
    auto& photo = out.photos_[p];
    std::copy_n(colours.data() + p * kColours, kColours, photo.colours.begin());
    std::copy_n(vlad.data() + p * Vlad::kDimension, Vlad::kDimension, photo.vlad.begin());
    if (!is_valid(photo.colours)) refuse(kColourArray);
    if (!is_valid(photo.vlad)) refuse(kVladArray);
  }
  return out;
}

}  // namespace venloc
