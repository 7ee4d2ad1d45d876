// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "training/regression_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <vector>

#include "geo/antimeridian.hpp"
#include "training/head_trainer.hpp"

namespace venloc {
namespace {

constexpr double kMinPointSigmaM = 12.0;  // about the error of a good geotag
constexpr double kUncalibratedSigmaM =
    700.0;  // the published form's error, where there are too few photos to measure it
constexpr double kMinExtentDeg = 1e-6;
constexpr double kNoSimilarPhoto = 1.9;  // distance in similarity, where a component has no photo like the query

std::size_t width_of(const RegressionTask& task) { return task.vectors.size() / task.gallery.photos.size(); }

// The memory of each photo, by photos of other folds, never by its own near-copies.
std::vector<float> memory_of(const RegressionTask& task, const MixtureMemory& memory,
                             std::span<const std::size_t> fold_of, std::span<const std::size_t> rows,
                             std::size_t fold) {
  const std::size_t n = task.gallery.photos.size(), wide = width_of(task);
  std::vector<float> out;
  std::vector<std::uint8_t> excluded(n);
  for (const auto row : rows) {
    for (std::size_t p = 0; p < n; ++p)
      excluded[p] = p == row || (!task.folds.empty() && (fold_of[p] == fold || fold_of[p] == fold_of[row]));
    const auto values = memory.of(task.vectors.subspan(row * wide, wide), excluded);
    out.insert(out.end(), values.begin(), values.end());
  }
  return out;
}

}  // namespace

MixtureOutputs outputs_of(MixtureHead& head, const torch::Tensor& inputs, const torch::Tensor& memory) {
  const auto output = head.forward(inputs, memory, nullptr);
  const auto weights = values_of(output.log_weights), sigmas = values_of(output.log_sigmas.exp());
  const auto means = values_of(head.means());
  MixtureOutputs out;
  const auto count = static_cast<std::ptrdiff_t>(means.size() / 2);
  for (auto w = weights.begin(), s = sigmas.begin(); w != weights.end(); w += count, s += count)
    out.mixtures.push_back({{w, w + count}, {s, s + count}});
  for (std::size_t k = 0; k < means.size(); k += 2) out.means.push_back({means[k], means[k + 1]});
  return out;
}

std::vector<float> MixtureMemory::of(std::span<const float> query, std::span<const std::uint8_t> excluded) const {
  DescriptorSearchOptions all;
  all.max_hits = static_cast<int>(index->size());
  std::vector<double> sums(count, std::exp(-sharpness * kNoSimilarPhoto));
  for (const auto& hit : index->search(query, all, excluded))
    sums[components[hit.index]] += std::exp(sharpness * (static_cast<double>(hit.similarity) - 1.0));
  std::vector<float> out;
  for (const double sum : sums) out.push_back(static_cast<float>(std::log(sum)));
  return out;
}

TrainedMixture train_mixture(const RegressionTask& task, const Clusters& clusters, const MixtureMemory* memory,
                             const ProgressCallback& progress) {
  const auto& places = task.gallery.places;
  const std::size_t n = places.size();
  const auto inputs = static_cast<std::int64_t>(width_of(task));
  const auto count = static_cast<std::int64_t>(clusters.centres.size());
  std::vector<std::size_t> fold_of(n, task.folds.size());
  for (std::size_t f = 0; f < task.folds.size(); ++f)
    for (const auto p : task.folds[f].test) fold_of[p] = f;
  std::vector<float> truth;
  for (const auto place : places)
    truth.insert(truth.end(), {static_cast<float>(place.east), static_cast<float>(place.north)});

  TrainedMixture out{nullptr, {}, std::vector<PredictedMixture>(n), std::vector<std::vector<double>>(n)};
  HeadProblem<MixtureHead> problem;  // its data: inputs, memory, places
  problem.data = [&](std::span<const std::size_t> rows, const TrainingTask& training, torch::Device device) {
    torch::Tensor remembered;
    if (memory != nullptr)
      remembered = rows_tensor(memory_of(task, *memory, fold_of, rows, training.fold), count, device);
    return std::vector{head_inputs(task.vectors, inputs, rows, device), remembered,
                       rows_tensor(truth, 2, rows, device)};
  };
  problem.make = [&](const auto&) {
    auto head = std::make_shared<MixtureHead>(inputs, count, task.options);
    head->set_means(clusters.centres);
    return head;
  };
  problem.loss = [](MixtureHead& head, const auto& rows, Dropout* dropout) {
    return head.loss(head.forward(rows[0], rows[1], dropout), rows[2]);
  };
  problem.held_out = [&](MixtureHead& head, const TrainingTask& training, const auto& data) {
    const auto found = outputs_of(head, data[0], data[1]);
    for (std::size_t i = 0; i < found.mixtures.size(); ++i) {
      const auto photo = training.held_out[i];
      out.mixtures[photo] = found.mixtures[i];
      for (const auto mean : found.means) out.squares[photo].push_back(std::pow(distance_m(places[photo], mean), 2));
    }
  };
  std::tie(out.head, out.curves) = train_head(problem, task.folds, n, task.options, task.fingerprint, progress);
  return out;
}

ScaledDegrees::ScaledDegrees(const ModelGallery& gallery) : area(gallery.area) {
  std::vector<LatLng> places;
  for (const auto& photo : gallery.photos) places.push_back(photo.location);
  extent = BoundingBox::around(places);
  // All photos at one place: any scale will do.
  if (extent.north <= extent.south) extent.north = extent.south + kMinExtentDeg;
  if (extent.width_deg() <= 0) extent.east = extent.west + kMinExtentDeg;
}

std::array<double, 2> ScaledDegrees::scaled(LatLng place) const {
  return {(place.lat - extent.south) / (extent.north - extent.south),
          (unrolled(place.lng, extent.west) - extent.west) / extent.width_deg()};
}

LatLng ScaledDegrees::unscaled(double lat, double lng) const {
  const double east = unrolled(extent.west, area.west) + lng * extent.width_deg();
  return {std::clamp(extent.south + lat * (extent.north - extent.south), area.south, area.north),
          within_turn(std::clamp(east, area.west, unrolled_east(area)))};
}

TrainedPoint train_point(const RegressionTask& task, const ProgressCallback& progress) {
  const auto& gallery = task.gallery;
  const std::size_t n = gallery.photos.size();
  const auto inputs = static_cast<std::int64_t>(width_of(task));
  const ScaledDegrees scale(gallery);
  std::vector<float> truth;
  for (const auto& photo : gallery.photos)
    for (const double value : scale.scaled(photo.location)) truth.push_back(static_cast<float>(value));
  std::vector<double> squares(n, 0.0);

  HeadProblem<PointHead> problem;
  problem.data = [&](std::span<const std::size_t> rows, const TrainingTask&, torch::Device device) {
    return std::vector{head_inputs(task.vectors, inputs, rows, device), rows_tensor(truth, 2, rows, device)};
  };
  problem.make = [&](const auto& data) {
    auto head = std::make_shared<PointHead>(inputs, task.options);
    head->start_from(data[1].mean(0).cpu());
    return head;
  };
  problem.loss = [](PointHead& head, const auto& rows, Dropout* dropout) {
    return torch::mse_loss(head.forward(rows[0], dropout), rows[1]);
  };
  problem.held_out = [&](PointHead& head, const TrainingTask& training, const auto& data) {
    const auto found = values_of(head.forward(data[0], nullptr));
    for (std::size_t i = 0; i < training.held_out.size(); ++i) {
      const auto photo = training.held_out[i];
      const auto place = gallery.frame.to_local(scale.unscaled(found[2 * i], found[2 * i + 1]));
      squares[photo] = std::pow(distance_m(gallery.places[photo], place), 2);
    }
  };
  TrainedPoint out;
  std::tie(out.head, out.curves) = train_head(problem, task.folds, n, task.options, task.fingerprint, progress);
  // Of an isotropic Gaussian, half the mean square of the distances is the variance.
  const double sum = std::accumulate(squares.begin(), squares.end(), 0.0);
  out.sigma_m = task.folds.empty() ? kUncalibratedSigmaM
                                   : std::max(kMinPointSigmaM, std::sqrt(sum / (2.0 * static_cast<double>(n))));
  return out;
}

}  // namespace venloc
