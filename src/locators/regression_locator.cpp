// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/regression_locator.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/stopwatch.hpp"
#include "features/device.hpp"
#include "features/one_thread.hpp"
#include "locators/head_options.hpp"
#include "locators/model_info.hpp"
#include "ranking/calibration.hpp"
#include "ranking/mixture_calibration.hpp"
#include "ranking/posterior_builder.hpp"
#include "retrieval/picture_vectors.hpp"
#include "training/head_trainer.hpp"
#include "training/heads.hpp"
#include "training/k_fold_training.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/version.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

namespace venloc {

namespace {

constexpr const char* kRegressionKind = "regression";
constexpr const char* kHead = "head";
constexpr double kMinWeight = 1e-4;            // what is left out stays with the prior
constexpr double kMinPointSigmaM = 12.0;       // about the error of a good geotag
constexpr double kUncalibratedSigmaM = 700.0;  // the published form's error, where there are too few to measure
constexpr double kMinExtentDeg = 1e-6;
constexpr double kFarthest = 1.9;  // a picture without any like it counts as one this far from it in similarity

struct MixtureOutputs {
  std::vector<PredictedMixture> mixtures;  // of each row
  std::vector<EastNorth> means;            // of the components
};
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

}  // namespace

void RegressionLocatorOptions::validate() const {
  if (components < 1) throw InvalidArgumentError("components must be at least 1");
  if (!(memory_sharpness > 0 && std::isfinite(memory_sharpness)))
    throw InvalidArgumentError("memory_sharpness must be above 0");
  whitening.validate();
  validate_head(training, calibration_folds, num_threads);
}

std::string RegressionLocatorOptions::to_json() const { return nlohmann::json(*this).dump(); }

struct RegressionLocator::Impl : ModelGallery {
  Impl(RegressionLocatorOptions wanted, PictureVectors made)
      : options(std::move(wanted)), describer(std::move(made)), index(describer.dimension()) {}

  RegressionLocatorOptions options;
  PictureVectors describer;
  std::shared_ptr<MixtureHead> mixture;  // or
  std::shared_ptr<PointHead> point;
  double point_sigma_m = 0;               // of the published form, from the photos held out
  DescriptorIndex index;                  // empty without memory
  std::vector<std::uint32_t> components;  // the component nearest to each photo
  std::size_t count = 0;                  // of components
  MixtureCalibration calibration;
  std::vector<LearningCurve> curves;

  [[nodiscard]] std::int64_t inputs() const { return static_cast<std::int64_t>(describer.dimension()); }

  /// For each component, how similar the photos near it that are not excluded are to the query.
  void remember(std::span<const float> query, std::span<const std::uint8_t> excluded, std::span<float> out) const {
    DescriptorSearchOptions all;
    all.max_hits = static_cast<int>(index.size());
    std::vector<double> sums(count, std::exp(-options.memory_sharpness * kFarthest));
    for (const auto& hit : index.search(query, all, excluded))
      sums[components[hit.index]] += std::exp(options.memory_sharpness * (static_cast<double>(hit.similarity) - 1.0));
    for (std::size_t k = 0; k < count; ++k) out[k] = static_cast<float>(std::log(sums[k]));
  }

  /// The head's inputs, from vectors of length 1: all rows, or those with these numbers.
  [[nodiscard]] torch::Tensor head_inputs(std::span<const float> vectors, torch::Device device) const {
    return rows_tensor(vectors, inputs(), device) * std::sqrt(static_cast<double>(inputs()));
  }
  [[nodiscard]] torch::Tensor head_inputs(std::span<const float> vectors, std::span<const std::size_t> rows,
                                          torch::Device device) const {
    return rows_tensor(vectors, inputs(), rows, device) * std::sqrt(static_cast<double>(inputs()));
  }

  [[nodiscard]] std::shared_ptr<MixtureHead> make_mixture() const {
    return std::make_shared<MixtureHead>(inputs(), static_cast<std::int64_t>(count), training());
  }

  void answer(std::span<const float> vector, Prediction& out, Stopwatch& watch) const;
  void train_mixture(std::span<const float> vectors, std::span<const Split> folds, const ProgressCallback& progress);
  void train_point(std::span<const float> vectors, std::span<const Split> folds, const ProgressCallback& progress);
  [[nodiscard]] TrainingOptions training() const { return head_training(options); }
  [[nodiscard]] BoundingBox extent() const;  ///< of the photos: what the published form scales degrees by
  [[nodiscard]] LatLng unscaled(double lat, double lng) const;
};

void RegressionLocator::Impl::train_mixture(std::span<const float> vectors, std::span<const Split> folds,
                                            const ProgressCallback& progress) {
  const std::size_t n = photos.size(), wide = describer.dimension();
  const auto clusters =
      k_means(places, std::clamp<std::size_t>(n / 4, 1, static_cast<std::size_t>(options.components)), options.seed);
  count = clusters.centres.size();
  components = clusters.cluster_of;
  std::vector<std::size_t> fold_of(n, folds.size());
  for (std::size_t f = 0; f < folds.size(); ++f)
    for (const auto p : folds[f].test) fold_of[p] = f;
  std::vector<float> truth;
  for (const auto place : places)
    truth.insert(truth.end(), {static_cast<float>(place.east), static_cast<float>(place.north)});
  std::vector<PredictedMixture> mixtures(n);
  std::vector<std::vector<double>> squares(n);  // of the distances from the truth to the means [m²]

  HeadProblem<MixtureHead> problem;
  // The memory of a photo holds those of other folds, never its own near-copies.
  const auto memory_of = [&](std::span<const std::size_t> rows, std::size_t fold) {
    std::vector<float> values(rows.size() * count);
    std::vector<std::uint8_t> excluded(n);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t p = 0; p < n; ++p)
        excluded[p] = p == rows[i] || (!folds.empty() && (fold_of[p] == fold || fold_of[p] == fold_of[rows[i]]));
      remember(vectors.subspan(rows[i] * wide, wide), excluded, std::span(values).subspan(i * count, count));
    }
    return values;
  };
  problem.data = [&](std::span<const std::size_t> rows, const TrainingTask& task, torch::Device device) {
    torch::Tensor memory;
    if (options.memory) memory = rows_tensor(memory_of(rows, task.fold), static_cast<std::int64_t>(count), device);
    return std::vector{head_inputs(vectors, rows, device), memory, rows_tensor(truth, 2, rows, device)};
  };
  problem.make = [&](const auto&) {
    auto head = make_mixture();
    head->set_means(clusters.centres);
    return head;
  };
  problem.loss = [](MixtureHead& head, const auto& rows, Dropout* dropout) {
    return head.loss(head.forward(rows[0], rows[1], dropout), rows[2]);
  };
  problem.held_out = [&](MixtureHead& head, const TrainingTask& task, const auto& data) {
    const auto found = outputs_of(head, data[0], data[1]);
    for (std::size_t i = 0; i < found.mixtures.size(); ++i) {
      const auto photo = task.held_out[i];
      mixtures[photo] = found.mixtures[i];
      for (const auto mean : found.means) squares[photo].push_back(std::pow(distance_m(places[photo], mean), 2));
    }
  };
  std::tie(mixture, curves) =
      train_head(problem, folds, n, training(), data_fingerprint(vectors, places, options.to_json()), progress);
  if (!folds.empty())
    calibration = MixtureCalibration::fit(mixtures, squares, held_out_prior(*this, folds), options.num_threads);
}

void RegressionLocator::Impl::train_point(std::span<const float> vectors, std::span<const Split> folds,
                                          const ProgressCallback& progress) {
  const std::size_t n = photos.size();
  const auto box = extent();
  std::vector<float> truth;
  for (const auto& photo : photos)
    truth.insert(truth.end(), {static_cast<float>((photo.location.lat - box.south) / (box.north - box.south)),
                               static_cast<float>((photo.location.lng - box.west) / (box.east - box.west))});
  std::vector<double> squares(n, 0.0);

  HeadProblem<PointHead> problem;
  problem.data = [&](std::span<const std::size_t> rows, const TrainingTask&, torch::Device device) {
    return std::vector{head_inputs(vectors, rows, device), rows_tensor(truth, 2, rows, device)};
  };
  problem.make = [&](const auto& data) {
    auto head = std::make_shared<PointHead>(inputs(), training());
    head->start_from(data[1].mean(0).cpu());
    return head;
  };
  problem.loss = [](PointHead& head, const auto& rows, Dropout* dropout) {
    return torch::mse_loss(head.forward(rows[0], dropout), rows[1]);
  };
  problem.held_out = [&](PointHead& head, const TrainingTask& task, const auto& data) {
    const auto found = values_of(head.forward(data[0], nullptr));
    for (std::size_t i = 0; i < task.held_out.size(); ++i) {
      const auto photo = task.held_out[i];
      squares[photo] = std::pow(distance_m(places[photo], frame.to_local(unscaled(found[2 * i], found[2 * i + 1]))), 2);
    }
  };
  std::tie(point, curves) =
      train_head(problem, folds, n, training(), data_fingerprint(vectors, places, options.to_json()), progress);
  // Of an isotropic Gaussian, half the mean square of the distances is the variance.
  const double sum = std::accumulate(squares.begin(), squares.end(), 0.0);
  point_sigma_m =
      folds.empty() ? kUncalibratedSigmaM : std::max(kMinPointSigmaM, std::sqrt(sum / (2.0 * static_cast<double>(n))));
}

BoundingBox RegressionLocator::Impl::extent() const {
  BoundingBox box{90, 180, -90, -180};
  for (const auto& photo : photos) {
    box.south = std::min(box.south, photo.location.lat);
    box.north = std::max(box.north, photo.location.lat);
    box.west = std::min(box.west, photo.location.lng);
    box.east = std::max(box.east, photo.location.lng);
  }
  // All photos at one place: any scale will do.
  if (box.north <= box.south) box.north = box.south + kMinExtentDeg;
  if (box.east <= box.west) box.east = box.west + kMinExtentDeg;
  return box;
}

LatLng RegressionLocator::Impl::unscaled(double lat, double lng) const {
  const auto box = extent();
  // What lies outside the area is no answer: the nearest place in it is.
  const auto within = [](double value, double low, double high) { return std::clamp(value, low, high); };
  return {within(box.south + lat * (box.north - box.south), area.south, area.north),
          within(box.west + lng * (box.east - box.west), area.west, area.east)};
}

RegressionLocator::RegressionLocator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RegressionLocator::RegressionLocator(RegressionLocator&&) noexcept = default;
RegressionLocator& RegressionLocator::operator=(RegressionLocator&&) noexcept = default;
RegressionLocator::~RegressionLocator() = default;

RegressionLocator RegressionLocator::build(const Gallery& gallery, const Backbone& backbone,
                                           const RegressionLocatorOptions& options, const ProgressCallback& progress) {
  options.validate();
  check_gallery(gallery);
  auto built = PictureVectors::build(backbone, gallery, options.whitening, options.whitening, options.cache,
                                     options.seed, options.num_threads, progress);
  auto impl = std::make_unique<Impl>(options, std::move(built.describer));
  auto& s = *impl;
  s.set_photos(gallery);
  const auto folds = calibration_folds(
      gallery,
      {kMinPhotosForWidths, options.calibration_folds, options.calibration_grouped, options.seed, options.num_threads},
      progress);
  translated("training", [&] {
    if (options.form == RegressionForm::kPublished) {
      s.train_point(built.vectors.whole, folds, progress);
      return;
    }
    if (options.memory) s.index.add(built.vectors.whole);
    s.train_mixture(built.vectors.whole, folds, progress);
  });
  return RegressionLocator(std::move(impl));
}

void RegressionLocator::Impl::answer(std::span<const float> vector, Prediction& out, Stopwatch& watch) const {
  const c10::InferenceMode inference;
  const OneThread one;
  const auto input = head_inputs(vector, torch::kCPU);
  std::vector<PosteriorComponent> found;
  double no_match = 1.0;
  if (point) {
    const auto scaled = values_of(point->forward(input, nullptr));
    found.push_back({frame.to_local(unscaled(scaled[0], scaled[1])), point_sigma_m, 1.0});
    no_match = 0;
  } else {
    torch::Tensor memory;
    if (options.memory) {
      std::vector<float> values(count);
      remember(vector, {}, values);
      memory = rows_tensor(values, static_cast<std::int64_t>(count), torch::kCPU);
    }
    const auto outputs = outputs_of(*mixture, input, memory);
    const auto weights = outputs.mixtures.front().weights(calibration.exponent);
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double weight = (1.0 - calibration.no_match) * weights[k];
      if (weight < kMinWeight) continue;
      no_match -= weight;
      const double sigma = outputs.mixtures.front().sigmas_m[k] * calibration.widening;
      found.push_back({outputs.means[k], sigma, weight});
    }
  }
  out.posterior = build_posterior(*this, {std::move(found), no_match});
  report_place(out, kDistrictShare);
  out.timings.push_back({"posterior", watch.lap()});
}

Prediction RegressionLocator::locate(const Image& picture) const {
  Prediction out;
  Stopwatch watch;
  check_picture(picture);
  const auto query = impl_->describer.describe_all(std::span(&picture, 1));
  out.timings.push_back({"features", watch.lap()});
  impl_->answer(query.whole, out, watch);
  return out;
}

Prediction RegressionLocator::locate_features(std::span<const float> features) const {
  Prediction out;
  Stopwatch watch;
  const auto query = impl_->describer.vectors_of(features);
  out.timings.push_back({"features", watch.lap()});
  impl_->answer(query.whole, out, watch);
  return out;
}

LocatorInfo RegressionLocator::info() const {
  const auto& s = *impl_;
  return model_info(s, kRegressionKind, s.options.city, s.options.to_json());
}

std::span<const Photo> RegressionLocator::photos() const { return impl_->photos; }
const RegressionLocatorOptions& RegressionLocator::options() const { return impl_->options; }
const Backbone& RegressionLocator::backbone() const { return impl_->describer.backbone(); }
std::span<const LearningCurve> RegressionLocator::learning_curves() const { return impl_->curves; }

void RegressionLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.ModelGallery::save(writer);
  s.describer.save(writer);
  save_curves(writer, s.curves);
  std::array<double, 3> calibration = {s.point_sigma_m, 0, 0};
  if (s.point) {
    save_parameters(writer, *s.point, kHead);
  } else {
    save_parameters(writer, *s.mixture, kHead);
    calibration = {s.calibration.exponent, s.calibration.widening, s.calibration.no_match};
    if (s.options.memory) {
      s.index.save(writer);
      writer.add<std::uint32_t>("components", {static_cast<std::int64_t>(s.components.size())}, s.components);
    }
  }
  writer.add<double>("calibration", {3}, calibration);
  write_model(std::move(writer), kRegressionKind, s.options.to_json(), file);
}

RegressionLocator RegressionLocator::load(const std::filesystem::path& path) {
  return load(open_model_of_kind(path, kRegressionKind));
}

RegressionLocator RegressionLocator::load(const SafetensorsFile& file) {
  auto impl = std::make_unique<Impl>(parse_options<RegressionLocatorOptions>(file), PictureVectors::load(file));
  auto& s = *impl;
  static_cast<ModelGallery&>(s) = ModelGallery::load(file);
  s.curves = load_curves(file);
  check_hidden(file, kHead, s.inputs(), s.options.training);
  const auto calibration = file.get<double>("calibration", {3});
  for (const double value : calibration)
    if (!(std::isfinite(value) && value >= 0)) refuse_damaged(file.path(), "array calibration holds impossible values");
  if (s.options.form == RegressionForm::kPublished) {
    s.point = std::make_shared<PointHead>(s.inputs(), s.training());
    load_parameters(file, *s.point, kHead);
    s.point->eval();
    s.point_sigma_m = calibration[0];
    if (s.point_sigma_m <= 0) refuse_damaged(file.path(), "array calibration holds impossible values");
    return RegressionLocator(std::move(impl));
  }
  s.calibration = {calibration[0], calibration[1], calibration[2]};
  if (s.calibration.widening <= 0 || s.calibration.no_match > 1)
    refuse_damaged(file.path(), "array calibration holds impossible values");
  const auto means = file.get<float>(std::string(kHead) + ".means", {-1, 2});
  s.count = means.size() / 2;
  if (s.count == 0) refuse_damaged(file.path(), "array head.means is empty");
  s.mixture = s.make_mixture();
  load_parameters(file, *s.mixture, kHead);
  s.mixture->eval();
  if (s.options.memory) {
    s.index = DescriptorIndex::load(file);
    if (s.index.dimension() != s.describer.dimension() || s.index.size() != s.photos.size())
      refuse_damaged(file.path(), "array descriptors.codes does not hold one whitened vector for each photo");
    const auto components = file.get<std::uint32_t>("components", {static_cast<std::int64_t>(s.photos.size())});
    s.components.assign(components.begin(), components.end());
    if (!std::ranges::all_of(s.components, [&](std::uint32_t c) { return c < s.count; }))
      refuse_damaged(file.path(), "array components names one that there is not");
  }
  return RegressionLocator(std::move(impl));
}

}  // namespace venloc
