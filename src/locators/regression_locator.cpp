// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/regression_locator.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/damaged.hpp"
#include "core/stopwatch.hpp"
#include "features/device.hpp"
#include "features/one_thread.hpp"
#include "locators/head_options.hpp"
#include "locators/model_info.hpp"
#include "ranking/calibration.hpp"
#include "ranking/picture_notes.hpp"
#include "ranking/posterior_builder.hpp"
#include "retrieval/picture_vectors.hpp"
#include "training/regression_training.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

namespace venloc {

namespace {

constexpr const char* kHead = "head";
constexpr double kMinWeight = 1e-4;  // what is left out stays with the prior

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

  [[nodiscard]] std::shared_ptr<MixtureHead> make_mixture() const {
    return std::make_shared<MixtureHead>(inputs(), static_cast<std::int64_t>(count), training());
  }

  void answer(std::span<const float> vector, Prediction& out, const QueryPrior& prior, Stopwatch& watch) const;
  [[nodiscard]] MixtureMemory memory() const;
  void train(std::span<const float> vectors, std::span<const Split> folds, const ProgressCallback& progress);
  [[nodiscard]] TrainingOptions training() const { return head_training(options); }
};

MixtureMemory RegressionLocator::Impl::memory() const { return {&index, components, count, options.memory_sharpness}; }

void RegressionLocator::Impl::train(std::span<const float> vectors, std::span<const Split> folds,
                                    const ProgressCallback& progress) {
  const RegressionTask task = {vectors, *this, folds, training(), data_fingerprint(vectors, places, options.to_json())};
  if (options.form == RegressionForm::kPublished) {
    auto trained = train_point(task, progress);
    point = std::move(trained.head);
    point_sigma_m = trained.sigma_m;
    curves = std::move(trained.curves);
    return;
  }
  const auto most = static_cast<std::size_t>(options.components);
  const auto clusters = k_means(places, std::clamp<std::size_t>(photos.size() / 4, 1, most), options.seed);
  count = clusters.centres.size();
  components = clusters.cluster_of;
  if (options.memory) index.add(vectors);
  const auto remembered = memory();
  auto trained = train_mixture(task, clusters, options.memory ? &remembered : nullptr, progress);
  mixture = std::move(trained.head);
  curves = std::move(trained.curves);
  if (!folds.empty())
    calibration =
        MixtureCalibration::fit(trained.mixtures, trained.squares, held_out_prior(*this, folds), options.num_threads);
}

RegressionLocator::RegressionLocator(std::unique_ptr<Impl> impl, const LoadOptions& load)
    : Locator(load), impl_(std::move(impl)) {}
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
  translated("training", [&] { s.train(built.vectors.whole, folds, progress); });
  return RegressionLocator(std::move(impl));
}

void RegressionLocator::Impl::answer(std::span<const float> vector, Prediction& out, const QueryPrior& query_prior,
                                     Stopwatch& watch) const {
  const c10::InferenceMode inference;
  const OneThread one;
  const auto input = head_inputs(vector, inputs(), torch::kCPU);
  std::vector<PosteriorComponent> found;
  double no_match = 1.0;
  if (point) {
    const auto scaled = values_of(point->forward(input, nullptr));
    found.push_back({frame.to_local(ScaledDegrees(*this).unscaled(scaled[0], scaled[1])), point_sigma_m, 1.0});
    no_match = 0;
  } else {
    torch::Tensor remembered;
    if (options.memory)
      remembered = rows_tensor(memory().of(vector, {}), static_cast<std::int64_t>(count), torch::kCPU);
    const auto outputs = outputs_of(*mixture, input, remembered);
    const auto weights = outputs.mixtures.front().weights(calibration.exponent);
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double weight = (1.0 - calibration.no_match) * weights[k];
      if (weight < kMinWeight && query_prior.empty()) continue;
      no_match -= weight;
      const double sigma = outputs.mixtures.front().sigmas_m[k] * calibration.widening;
      found.push_back({outputs.means[k], sigma, weight});
    }
  }
  out.posterior = query_prior.combined(build_posterior(*this, {std::move(found), no_match}));
  report_place(out, kDistrictShare);
  out.timings.push_back({"posterior", watch.lap()});
}

Prediction RegressionLocator::locate(const Image& picture, const QueryOptions& query) const {
  Prediction out;
  Stopwatch watch;
  check_picture(picture);
  check_cancelled(query);
  check_query(query, impl_->area);
  const auto vectors = impl_->describer.describe_all(std::span(&picture, 1));
  out.timings.push_back({"features", watch.lap()});
  check_cancelled(query);
  const auto settings = answer_settings(query, load_options(), 0, *impl_);
  impl_->answer(vectors.whole, out, settings.prior, watch);
  add_picture_notes(out, picture);
  return out;
}

Prediction RegressionLocator::locate_features(std::span<const float> features) const {
  Prediction out;
  Stopwatch watch;
  const auto query = impl_->describer.vectors_of(features);
  out.timings.push_back({"features", watch.lap()});
  impl_->answer(query.whole, out, {}, watch);
  return out;
}

LocatorInfo RegressionLocator::info() const {
  const auto& s = *impl_;
  return model_info(s, kKind, s.options.city, s.options.to_json());
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
  write_model(std::move(writer), kKind, s.options.to_json(), file);
}

RegressionLocator RegressionLocator::load(const std::filesystem::path& path, const LoadOptions& load) {
  return RegressionLocator::load(open_model_of_kind(path, kKind), load);
}

RegressionLocator RegressionLocator::load(const SafetensorsFile& file, const LoadOptions& load) {
  auto impl = std::make_unique<Impl>(parse_options<RegressionLocatorOptions>(file, load),
                                     PictureVectors::load(file, load.device, load.num_threads));
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
    return RegressionLocator(std::move(impl), load);
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
      refuse_damaged(file.path(), "array components names a component that does not exist");
  }
  return RegressionLocator(std::move(impl), load);
}

}  // namespace venloc
