// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/hubness.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "core/damaged.hpp"

namespace venloc {

HubnessCounts::HubnessCounts(std::span<const Split> folds, std::size_t photos)
    : fold_of_(photos, 0), counts_(folds.size(), std::vector<Counts>(photos)) {
  for (std::size_t f = 0; f < folds.size(); ++f) {
    sizes_.push_back(folds[f].test.size());
    for (const auto q : folds[f].test) fold_of_[q] = f;
  }
}

void HubnessCounts::add(const ListedPhoto& entry) {
  const auto fold = fold_of_[entry.query], other_fold = fold_of_[entry.photo];
  auto& photo = counts_[fold][entry.photo];
  if (entry.listed && entry.distance_m > kHubM) {
    photo.listed += 1;
    photo.weight += entry.weight;
  }
  if (!entry.significant) return;
  // A match is evidence about both photos.
  auto& query = counts_[other_fold][entry.query];
  const bool agree = entry.distance_m < kSameSceneM;
  (agree ? photo.agreeing : photo.disagreeing) += entry.weight;
  (agree ? query.agreeing : query.disagreeing) += entry.weight;
}

Hubness HubnessCounts::without(std::size_t fold, std::size_t photo) const {
  Counts sum;
  double queries = 0;
  for (std::size_t f = 0; f < counts_.size(); ++f) {
    if (f == fold) continue;
    sum.listed += counts_[f][photo].listed;
    sum.weight += counts_[f][photo].weight;
    sum.agreeing += counts_[f][photo].agreeing;
    sum.disagreeing += counts_[f][photo].disagreeing;
    // A photo is on no list of its own fold.
    if (f != fold_of_[photo]) queries += static_cast<double>(sizes_[f]);
  }
  // As if all others had been queries, so that the values in calibration and in use are on one scale.
  const auto others = static_cast<double>(fold_of_.size() - sizes_[fold_of_[photo]]);
  const double scale = others / std::max(queries, 1.0);
  return {static_cast<float>(sum.listed / std::max(queries, 1.0)),
          static_cast<float>(sum.weight / std::max(sum.listed, 1.0)), static_cast<float>(scale * sum.agreeing),
          static_cast<float>(scale * sum.disagreeing)};
}

std::vector<Hubness> HubnessCounts::total() const {
  std::vector<Hubness> out;
  for (std::size_t p = 0; p < fold_of_.size(); ++p) out.push_back(without(counts_.size(), p));
  return out;
}

Hubness average(std::span<const Hubness> hubness) {
  Hubness out;
  const auto n = static_cast<float>(hubness.size());
  for (const auto& one : hubness) {
    out.rate += one.rate / n;
    out.weight += one.weight / n;
    out.agreeing += one.agreeing / n;
    out.disagreeing += one.disagreeing / n;
  }
  return out;
}

void save_hubness(SafetensorsWriter& writer, std::span<const Hubness> hubness, const char* name) {
  static_assert(sizeof(Hubness) == 4 * sizeof(float));
  writer.add<float>(name, {static_cast<std::int64_t>(hubness.size()), 4},
                    std::span(reinterpret_cast<const float*>(hubness.data()), 4 * hubness.size()));
}

std::vector<Hubness> load_hubness(const SafetensorsFile& file, std::size_t photos, const char* name) {
  const auto stored = file.get<float>(name, {static_cast<std::int64_t>(photos), 4});
  if (!std::ranges::all_of(stored, [](float v) { return std::isfinite(v) && v >= 0; }))
    refuse_damaged(file.path(), std::string("array ") + name + " holds impossible values");
  std::vector<Hubness> hubness(photos);
  std::memcpy(static_cast<void*>(hubness.data()), stored.data(), stored.size_bytes());
  return hubness;
}

}  // namespace venloc
