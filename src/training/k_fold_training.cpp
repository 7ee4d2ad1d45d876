// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "training/k_fold_training.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "core/k_means.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "core/sha256.hpp"
#include "geo/place_clusters.hpp"

namespace venloc {

using nlohmann::json;

std::vector<LearningCurve> k_fold_training(std::span<const Split> folds, std::size_t photos,
                                           const TrainingOptions& options, const ProgressCallback& progress,
                                           const std::function<LearningCurve(const TrainingTask&)>& train) {
  std::vector<LearningCurve> curves(folds.size() + 1);
  std::mutex mutex;
  const ProgressCallback one_at_a_time = [&](const Progress& done) {
    const std::lock_guard lock(mutex);
    return !progress || progress(done);
  };
  parallel_for(folds.size(), options.num_threads, [&](std::size_t f) {
    curves[f] = train({"fold " + std::to_string(f + 1), f, folds[f].train, folds[f].test, options, one_at_a_time});
  });
  std::vector<std::size_t> all(photos);
  std::iota(all.begin(), all.end(), std::size_t{0});
  auto last = options;
  if (!folds.empty()) {
    double epochs = 0;
    for (std::size_t f = 0; f < folds.size(); ++f) epochs += std::max(1, curves[f].best_epoch);
    last.max_epochs = static_cast<int>(std::lround(epochs / static_cast<double>(folds.size())));
  }
  curves.back() = train({"all photos", folds.size(), all, {}, last, one_at_a_time});
  return curves;
}

std::string data_fingerprint(std::span<const float> vectors, std::span<const EastNorth> places,
                             const std::string& options) {
  Sha256 hash;
  hash.update(std::as_bytes(vectors));
  hash.update(std::as_bytes(places));
  hash.update(std::as_bytes(std::span(options)));
  return hash.finish();
}

Clusters k_means(std::span<const EastNorth> places, std::size_t k, std::uint64_t seed) {
  constexpr int kIterations = 30;
  Clusters out;
  Random random(seed);
  out.cluster_of.assign(places.size(), 0);
  std::vector<double> nearest(places.size(), std::numeric_limits<double>::infinity());
  EastNorth next = places[random.below(places.size())];
  while (true) {
    out.centres.push_back(next);
    double sum = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const double d = square_distance(places[i], next);
      if (d < nearest[i]) {
        nearest[i] = d;
        out.cluster_of[i] = static_cast<std::uint32_t>(out.centres.size() - 1);
      }
      sum += nearest[i];
    }
    if (out.centres.size() == k || sum <= 0) break;
    double left = random.uniform() * sum;
    std::size_t drawn = 0;
    while (drawn + 1 < places.size() && (left -= nearest[drawn]) >= 0) ++drawn;
    next = places[drawn];
  }
  PlaceSpace space{places, std::move(out.centres)};
  out.cluster_of = k_means(space, places.size(), space.centres.size(), kIterations, 1, std::move(out.cluster_of));
  out.centres = std::move(space.centres);
  return out;
}

std::string to_json(std::span<const LearningCurve> curves) {
  json out = json::array();
  for (const auto& curve : curves) {
    json epochs = json::array();
    for (const auto& e : curve.epochs)
      epochs.push_back({e.epoch, e.training_loss, std::isnan(e.validation_loss) ? json() : json(e.validation_loss)});
    out.push_back({{"name", curve.name}, {"best_epoch", curve.best_epoch}, {"epochs", std::move(epochs)}});
  }
  return out.dump();
}

std::vector<LearningCurve> curves_from_json(const std::string& text) {
  std::vector<LearningCurve> out;
  for (const auto& item : json::parse(text)) {
    LearningCurve curve;
    item.at("name").get_to(curve.name);
    item.at("best_epoch").get_to(curve.best_epoch);
    for (const auto& e : item.at("epochs"))
      curve.epochs.push_back({e.at(0).get<int>(), e.at(1).get<double>(),
                              e.at(2).is_null() ? std::numeric_limits<double>::quiet_NaN() : e.at(2).get<double>()});
    out.push_back(std::move(curve));
  }
  return out;
}

}  // namespace venloc
