// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/regression_locator.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "features/device.hpp"
#include "features/one_thread.hpp"
#include "locators/head_options.hpp"
#include "locators/photo_places.hpp"
#include "locators/picture_vectors.hpp"
#include "training/cross_fit.hpp"
#include "training/heads.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/version.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

namespace venloc {

namespace {

constexpr const char* kRegressionKind = "regression";
constexpr const char* kHead = "head";
constexpr double kSmallestWeight = 1e-4;       // what is left out stays with the prior
constexpr double kSmallestPointSigmaM = 12.0;  // about the error of a good geotag
constexpr double kUncalibratedSigmaM = 700.0;  // the published form's error, where there are too few photos to tell
constexpr double kLeastExtentDeg = 1e-6;
constexpr double kFarthest = 1.9;  // a picture without any like it counts as one this far from it in similarity

/// What the head says of one picture.
struct Mixture {
  std::vector<float> log_weights, sigmas_m;
};

/// Makes the mixture honest: fitted to the likelihood of places that the head was not trained on.
struct Calibration {
  double exponent = 1.0;  ///< of the components' weights
  double widening = 1.0;  ///< of their widths
  double none = 0.02;     ///< share that is left to the prior
};

std::vector<double> weights_of(const Mixture& mixture, double exponent) {
  std::vector<double> out(mixture.log_weights.size());
  const double top = *std::ranges::max_element(mixture.log_weights);
  double sum = 0;
  for (std::size_t k = 0; k < out.size(); ++k) sum += out[k] = std::exp(exponent * (mixture.log_weights[k] - top));
  for (double& weight : out) weight /= sum;
  return out;
}

/// Mean negative log-likelihood of the photos' places [nat, 1/m²].
double loss_of(const Calibration& c, std::span<const Mixture> mixtures, std::span<const std::vector<double>> squares,
               std::span<const double> prior_density) {
  double sum = 0;
  for (std::size_t i = 0; i < mixtures.size(); ++i) {
    const auto weights = weights_of(mixtures[i], c.exponent);
    double density = c.none * prior_density[i];
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double variance = std::pow(mixtures[i].sigmas_m[k] * c.widening, 2);
      density +=
          (1.0 - c.none) * weights[k] * std::exp(-0.5 * squares[i][k] / variance) / (2 * std::numbers::pi * variance);
    }
    sum -= std::log(density);
  }
  return sum / static_cast<double>(mixtures.size());
}

/// Looks along each number in turn, with smaller and smaller steps, in a range that sane posteriors need: the
/// likelihood of many photos at one place grows without end as widths go to 0.
Calibration calibrate(std::span<const Mixture> mixtures, std::span<const std::vector<double>> squares,
                      std::span<const double> prior_density, int num_threads) {
  constexpr int kRounds = 5;
  constexpr std::size_t kChunks = 16;
  const std::size_t n = mixtures.size();
  const auto loss = [&](const Calibration& c) {
    std::vector<double> parts(kChunks, 0.0);
    parallel_for(kChunks, num_threads, [&](std::size_t chunk) {
      const std::size_t begin = n * chunk / kChunks, end = n * (chunk + 1) / kChunks;
      if (begin < end)
        parts[chunk] = static_cast<double>(end - begin) * loss_of(c, mixtures.subspan(begin, end - begin),
                                                                  squares.subspan(begin, end - begin),
                                                                  prior_density.subspan(begin, end - begin));
    });
    return std::accumulate(parts.begin(), parts.end(), 0.0);
  };
  Calibration best;
  best.none = 0.2;
  double least = loss(best);
  double factor = 1.5;
  struct Range {
    double Calibration::*number;
    double least, most;
  };
  constexpr std::array<Range, 3> kRanges = {
      {{&Calibration::exponent, 1.0 / 16, 16}, {&Calibration::widening, 0.25, 16}, {&Calibration::none, 1e-3, 0.95}}};
  for (int round = 0; round < kRounds; ++round, factor = std::sqrt(factor))
    for (const auto& range : kRanges)
      for (const double step : {factor, 1.0 / factor})
        for (;;) {
          auto tried = best;
          tried.*range.number *= step;
          if (tried.*range.number < range.least || tried.*range.number > range.most) break;
          const double found = loss(tried);
          if (!(found < least)) break;
          least = found;
          best = tried;
        }
  return best;
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

struct RegressionLocator::Impl : PhotoPlaces {
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
  Calibration calibration;
  std::vector<LearningCurve> curves;

  [[nodiscard]] std::int64_t inputs() const { return static_cast<std::int64_t>(describer.dimension()); }

  /// What the photos that are not excluded say for each component.
  void remember(std::span<const float> query, std::span<const std::uint8_t> excluded, std::span<float> out) const {
    DescriptorSearchOptions all;
    all.max_hits = static_cast<int>(index.size());
    std::vector<double> sums(count, std::exp(-options.memory_sharpness * kFarthest));
    for (const auto& hit : index.search(query, all, excluded))
      sums[components[hit.index]] += std::exp(options.memory_sharpness * (static_cast<double>(hit.similarity) - 1.0));
    for (std::size_t k = 0; k < count; ++k) out[k] = static_cast<float>(std::log(sums[k]));
  }

  /// n rows of the head's inputs, from vectors of length 1.
  [[nodiscard]] torch::Tensor head_inputs(std::span<const float> vectors, torch::Device device) const {
    return rows_tensor(vectors, inputs(), device) * std::sqrt(static_cast<double>(inputs()));
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

  const auto options_now = training();
  const auto device = resolve_device(options_now.device);
  std::vector<float> truth(2 * n);
  for (std::size_t p = 0; p < n; ++p) {
    truth[2 * p] = static_cast<float>(places[p].east);
    truth[2 * p + 1] = static_cast<float>(places[p].north);
  }
  const std::string fingerprint = data_fingerprint(vectors, places, options.to_json());
  std::vector<Mixture> said(n);
  std::vector<std::vector<double>> squares(n);  // of the distances from the truth to the means [m²]
  curves = cross_fit(folds, n, options_now, progress, [&](const TrainingTask& task) {
    const OneThread one;
    // A photo is told what those of other folds say, never its own near-copies.
    const auto memory_for = [&](std::span<const std::size_t> rows) {
      if (!options.memory) return torch::Tensor();
      std::vector<float> values(rows.size() * count);
      std::vector<std::uint8_t> excluded(n);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t p = 0; p < n; ++p)
          excluded[p] = p == rows[i] || (!folds.empty() && (fold_of[p] == task.fold || fold_of[p] == fold_of[rows[i]]));
        remember(vectors.subspan(rows[i] * wide, wide), excluded, std::span(values).subspan(i * count, count));
      }
      return rows_tensor(values, static_cast<std::int64_t>(count), device);
    };
    const auto scale = std::sqrt(static_cast<double>(wide));
    const auto rows = [&](std::span<const std::size_t> which) {
      return rows_tensor(vectors, inputs(), which, device) * scale;
    };
    auto head = make_mixture();
    head->set_means(clusters.centres);
    head->to(device);
    const auto x = rows(task.train), memory = memory_for(task.train), y = rows_tensor(truth, 2, task.train, device);
    const bool held_out = !task.held_out.empty();
    const auto held_x = held_out ? rows(task.held_out) : torch::Tensor();
    const auto held_memory = held_out ? memory_for(task.held_out) : torch::Tensor();
    const auto held_y = held_out ? rows_tensor(truth, 2, task.held_out, device) : torch::Tensor();
    Objective objective;
    objective.rows = x.size(0);
    objective.loss = [&](const torch::Tensor& batch, Dropout& dropout) {
      const auto at = batch.to(device);
      const auto told = memory.defined() ? memory.index_select(0, at) : memory;
      return head->loss(head->forward(x.index_select(0, at), told, &dropout), y.index_select(0, at));
    };
    if (held_out)
      objective.validation = [&] {
        const torch::NoGradGuard no_gradients;
        return head->loss(head->forward(held_x, held_memory, nullptr), held_y).item<double>();
      };
    auto curve = fit(*head, objective, task.options, task.name, fingerprint, task.progress);
    head->to(torch::kCPU);
    if (!held_out) {
      mixture = head;
      return curve;
    }
    const torch::NoGradGuard no_gradients;
    const auto output = head->forward(held_x.cpu(), held_memory.defined() ? held_memory.cpu() : held_memory, nullptr);
    const auto weights = values_of(output.log_weights), sigmas = values_of(output.log_sigmas.exp());
    const auto means = values_of(head->means());
    for (std::size_t i = 0; i < task.held_out.size(); ++i) {
      auto& one_said = said[task.held_out[i]];
      one_said.log_weights.assign(weights.begin() + static_cast<std::ptrdiff_t>(i * count),
                                  weights.begin() + static_cast<std::ptrdiff_t>((i + 1) * count));
      one_said.sigmas_m.assign(sigmas.begin() + static_cast<std::ptrdiff_t>(i * count),
                               sigmas.begin() + static_cast<std::ptrdiff_t>((i + 1) * count));
      auto& square = squares[task.held_out[i]];
      square.resize(count);
      for (std::size_t k = 0; k < count; ++k)
        square[k] = std::pow(distance_m(places[task.held_out[i]], {means[2 * k], means[2 * k + 1]}), 2);
    }
    return curve;
  });
  if (folds.empty()) return;
  std::vector<double> prior_density(n);
  for (const auto& fold : folds) {
    const PlacesWithout known(*this, fold);
    for (const auto p : fold.test) prior_density[p] = known.prior.density(photos[p].location);
  }
  calibration = calibrate(said, squares, prior_density, options.num_threads);
}

void RegressionLocator::Impl::train_point(std::span<const float> vectors, std::span<const Split> folds,
                                          const ProgressCallback& progress) {
  const std::size_t n = photos.size();
  const auto box = extent();
  std::vector<float> truth(2 * n);
  for (std::size_t p = 0; p < n; ++p) {
    truth[2 * p] = static_cast<float>((photos[p].location.lat - box.south) / (box.north - box.south));
    truth[2 * p + 1] = static_cast<float>((photos[p].location.lng - box.west) / (box.east - box.west));
  }
  const auto options_now = training();
  const auto device = resolve_device(options_now.device);
  const std::string fingerprint = data_fingerprint(vectors, places, options.to_json());
  std::vector<double> squares(n, 0.0);
  curves = cross_fit(folds, n, options_now, progress, [&](const TrainingTask& task) {
    const OneThread one;
    const auto scale = std::sqrt(static_cast<double>(describer.dimension()));
    const auto rows = [&](std::span<const std::size_t> which) {
      return rows_tensor(vectors, inputs(), which, device) * scale;
    };
    const auto x = rows(task.train), y = rows_tensor(truth, 2, task.train, device);
    auto head = std::make_shared<PointHead>(inputs(), training());
    head->start_from(y.mean(0).cpu());
    head->to(device);
    const bool held_out = !task.held_out.empty();
    const auto held_x = held_out ? rows(task.held_out) : torch::Tensor();
    const auto held_y = held_out ? rows_tensor(truth, 2, task.held_out, device) : torch::Tensor();
    Objective objective;
    objective.rows = x.size(0);
    objective.loss = [&](const torch::Tensor& batch, Dropout& dropout) {
      const auto at = batch.to(device);
      return torch::mse_loss(head->forward(x.index_select(0, at), &dropout), y.index_select(0, at));
    };
    if (held_out)
      objective.validation = [&] {
        const torch::NoGradGuard no_gradients;
        return torch::mse_loss(head->forward(held_x, nullptr), held_y).item<double>();
      };
    auto curve = fit(*head, objective, task.options, task.name, fingerprint, task.progress);
    head->to(torch::kCPU);
    if (!held_out) {
      point = head;
      return curve;
    }
    const torch::NoGradGuard no_gradients;
    const auto found = values_of(head->forward(held_x.cpu(), nullptr));
    for (std::size_t i = 0; i < task.held_out.size(); ++i)
      squares[task.held_out[i]] =
          std::pow(distance_m(places[task.held_out[i]], frame.to_local(unscaled(found[2 * i], found[2 * i + 1]))), 2);
    return curve;
  });
  // Of an isotropic Gaussian, half the mean square of the distances is the variance.
  const double sum = std::accumulate(squares.begin(), squares.end(), 0.0);
  point_sigma_m = folds.empty() ? kUncalibratedSigmaM
                                : std::max(kSmallestPointSigmaM, std::sqrt(sum / (2.0 * static_cast<double>(n))));
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
  if (box.north <= box.south) box.north = box.south + kLeastExtentDeg;
  if (box.east <= box.west) box.east = box.west + kLeastExtentDeg;
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
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
  auto built = PictureVectors::build(backbone, gallery, options.whitening, options.whitening, options.cache,
                                     options.seed, options.num_threads, progress);
  auto impl = std::make_unique<Impl>(options, std::move(built.describer));
  auto& s = *impl;
  s.set_photos(gallery);
  const auto folds = calibration_splits(gallery, kFewestForWidths, options.calibration_folds,
                                        options.calibration_grouped, options.seed, options.num_threads, progress);
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
  double none = 1.0;
  if (point) {
    const auto scaled = values_of(point->forward(input, nullptr));
    found.push_back({frame.to_local(unscaled(scaled[0], scaled[1])), point_sigma_m, 1.0});
    none = 0;
  } else {
    torch::Tensor memory;
    if (options.memory) {
      std::vector<float> values(count);
      remember(vector, {}, values);
      memory = rows_tensor(values, static_cast<std::int64_t>(count), torch::kCPU);
    }
    const auto output = mixture->forward(input, memory, nullptr);
    const Mixture said{values_of(output.log_weights), values_of(output.log_sigmas.exp())};
    const auto means = values_of(mixture->means());
    const auto weights = weights_of(said, calibration.exponent);
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double weight = (1.0 - calibration.none) * weights[k];
      if (weight < kSmallestWeight) continue;
      none -= weight;
      found.push_back({{means[2 * k], means[2 * k + 1]}, said.sigmas_m[k] * calibration.widening, weight});
    }
  }
  out.posterior = posterior(std::move(found), std::max(none, 0.0));
  finish(out, kFarShare);
  watch.lap("posterior");
}

Prediction RegressionLocator::locate(const Image& picture) const {
  Prediction out;
  Stopwatch watch(out.timings);
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  const auto query = impl_->describer.describe_all(std::span(&picture, 1));
  watch.lap("features");
  impl_->answer(query.whole, out, watch);
  return out;
}

Prediction RegressionLocator::locate_features(std::span<const float> features) const {
  Prediction out;
  Stopwatch watch(out.timings);
  const auto query = impl_->describer.vectors_of(features);
  watch.lap("features");
  impl_->answer(query.whole, out, watch);
  return out;
}

LocatorInfo RegressionLocator::info() const {
  const auto& s = *impl_;
  return s.PhotoPlaces::info(kRegressionKind, s.options.city, s.options.to_json());
}

std::span<const Photo> RegressionLocator::photos() const { return impl_->photos; }
const RegressionLocatorOptions& RegressionLocator::options() const { return impl_->options; }
const Backbone& RegressionLocator::backbone() const { return impl_->describer.backbone(); }
std::span<const LearningCurve> RegressionLocator::learning_curves() const { return impl_->curves; }

void RegressionLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.PhotoPlaces::save(writer);
  s.describer.save(writer);
  save_curves(writer, s.curves);
  std::array<double, 3> calibration = {s.point_sigma_m, 0, 0};
  if (s.point) {
    save_parameters(writer, *s.point, kHead);
  } else {
    save_parameters(writer, *s.mixture, kHead);
    calibration = {s.calibration.exponent, s.calibration.widening, s.calibration.none};
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
  static_cast<PhotoPlaces&>(s) = PhotoPlaces::load(file);
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
  if (s.calibration.widening <= 0 || s.calibration.none > 1)
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
