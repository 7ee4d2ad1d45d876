// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/s2_cell_classifier_locator.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "features/device.hpp"
#include "features/one_thread.hpp"
#include "geo/geo_fields.hpp"
#include "locators/head_options.hpp"
#include "locators/photo_places.hpp"
#include "locators/picture_vectors.hpp"
#include "locators/s2_evidence.hpp"
#include "training/cross_fit.hpp"
#include "training/heads.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {

namespace {

constexpr const char* kS2Kind = "s2";
constexpr const char* kHead = "head";
constexpr const char* kModel = "candidates";

std::string partition_name(std::size_t number) { return "partition" + std::to_string(number); }

}  // namespace

std::vector<CellPartitionOptions> S2CellClassifierLocatorOptions::default_partitions() {
  return {CellPartitionOptions{}, CellPartitionOptions::fixed_level(14), CellPartitionOptions::fixed_level(16)};
}

void S2CellClassifierLocatorOptions::validate() const {
  if (partitions.empty()) throw InvalidArgumentError("partitions must have at least one");
  for (const auto& partition : partitions) partition.validate();
  if (!(smoothing_m > 0 && std::isfinite(smoothing_m))) throw InvalidArgumentError("smoothing_m must be above 0");
  whitening.validate();
  if (max_candidates < 0) throw InvalidArgumentError("max_candidates must be 0 or more");
  validate_head(training, calibration_folds, num_threads);
}

std::string S2CellClassifierLocatorOptions::to_json() const { return nlohmann::json(*this).dump(); }

struct S2CellClassifierLocator::Impl : PhotoPlaces {
  Impl(S2CellClassifierLocatorOptions wanted, PictureVectors made)
      : options(std::move(wanted)),
        describer(std::move(made)),
        index(describer.dimension()),
        regions(describer.regions(), describer.region_dimension()),
        model(unfitted_cell_network()) {}

  S2CellClassifierLocatorOptions options;
  PictureVectors describer;
  std::vector<CellPartition> partitions;
  std::vector<std::vector<std::uint32_t>> classes;  // of the photos, for each partition
  std::shared_ptr<CellHead> head;
  DescriptorIndex index;
  RegionIndex regions;
  CandidateNetwork model;
  std::vector<Standing> standing;  // of each photo
  std::vector<LearningCurve> curves;

  [[nodiscard]] std::int64_t inputs() const { return static_cast<std::int64_t>(describer.dimension()); }

  void set_classes() {
    std::vector<LatLng> locations;
    for (const auto& photo : photos) locations.push_back(photo.location);
    for (const auto& partition : partitions) classes.push_back(partition.classes_of(locations));
  }

  [[nodiscard]] std::shared_ptr<CellHead> make_head() const {
    std::vector<std::int64_t> sizes;
    for (const auto& partition : partitions) sizes.push_back(static_cast<std::int64_t>(partition.size()));
    return std::make_shared<CellHead>(inputs(), sizes, head_training(options));
  }

  /// What the head says of n vectors of length 1.
  [[nodiscard]] std::vector<CellAnswer> ask(CellHead& asked, std::span<const float> vectors) const {
    const auto x = rows_tensor(vectors, inputs(), torch::kCPU) * std::sqrt(static_cast<double>(inputs()));
    const auto outputs = asked.forward(x, nullptr);
    std::vector<CellAnswer> out(static_cast<std::size_t>(x.size(0)));
    for (const auto& output : outputs) {
      const auto values = values_of(output);
      const auto wide = static_cast<std::ptrdiff_t>(output.size(1));
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto row = values.begin() + static_cast<std::ptrdiff_t>(i) * wide;
        out[i].emplace_back(row, row + wide);
      }
    }
    return out;
  }

  /// All photos that are not excluded, as candidates for a query.
  [[nodiscard]] std::vector<CellCandidate> candidates(std::span<const float> vector, const CellAnswer& answer,
                                                      std::span<const std::uint8_t> excluded) const {
    DescriptorSearchOptions all;
    all.max_hits = static_cast<int>(index.size());
    return cell_candidates(answer, classes, index.search(vector, all, excluded));
  }

  void answer(const PictureVectors::Vectors& query, Prediction& out, Stopwatch& watch) const;
  void train(const PictureVectors::Vectors& described, std::span<const Split> folds, const ProgressCallback& progress);
};

void S2CellClassifierLocator::Impl::train(const PictureVectors::Vectors& described, std::span<const Split> folds,
                                          const ProgressCallback& progress) {
  const std::span<const float> vectors = described.whole, region_vectors = described.regions;
  const std::size_t n = photos.size(), wide = describer.dimension();
  const auto training = head_training(options);
  const auto device = resolve_device(training.device);
  std::vector<torch::Tensor> labels, log_priors, photo_weights;
  for (std::size_t p = 0; p < partitions.size(); ++p) {
    const auto& partition = partitions[p];
    std::vector<float> smoothed;
    std::vector<double> counts(partition.size(), 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      for (const double share : smoothed_labels(partition, photos[i].location, options.smoothing_m))
        smoothed.push_back(static_cast<float>(share));
      counts[classes[p][i]] += 1;
    }
    labels.push_back(rows_tensor(smoothed, static_cast<std::int64_t>(partition.size()), device));
    if (options.loss == CellLoss::kLogitAdjusted) {
      std::vector<float> values;
      for (const double count : counts)
        values.push_back(static_cast<float>(std::log((count + 1.0) / static_cast<double>(n))));
      log_priors.push_back(rows_tensor(values, static_cast<std::int64_t>(values.size()), device));
    }
    std::vector<float> weights(n, 1.0f);
    if (options.loss == CellLoss::kBalanced)
      for (std::size_t i = 0; i < n; ++i)
        weights[i] = static_cast<float>(static_cast<double>(n) /
                                        (static_cast<double>(partition.size()) * counts[classes[p][i]]));
    photo_weights.push_back(rows_tensor(weights, 1, device).squeeze(1));
  }

  const std::string fingerprint = data_fingerprint(vectors, places, options.to_json());
  std::vector<CellAnswer> answers(n);
  curves = cross_fit(folds, n, training, progress, [&](const TrainingTask& task) {
    const OneThread one;
    const auto chosen = [&](const torch::Tensor& all, std::span<const std::size_t> which) {
      std::vector<std::int64_t> rows(which.begin(), which.end());
      return all.index_select(0, torch::tensor(rows, torch::kInt64).to(device));
    };
    const auto all_x = rows_tensor(vectors, inputs(), device) * std::sqrt(static_cast<double>(wide));
    const auto loss_of = [&](CellHead& asked, const torch::Tensor& x, std::span<const torch::Tensor> y,
                             std::span<const torch::Tensor> w, Dropout* dropout) {
      const auto said = asked.forward(
          x, dropout,
          dropout != nullptr ? std::span<const torch::Tensor>(log_priors) : std::span<const torch::Tensor>());
      auto sum = torch::zeros({}, x.options());
      for (std::size_t p = 0; p < said.size(); ++p) sum = sum - ((y[p] * said[p]).sum(1) * w[p]).mean();
      return sum / static_cast<double>(said.size());
    };
    auto trained = make_head();
    trained->to(device);
    const auto x = chosen(all_x, task.train);
    std::vector<torch::Tensor> y, w, held_y, held_w;
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      y.push_back(chosen(labels[p], task.train));
      w.push_back(chosen(photo_weights[p], task.train));
    }
    Objective objective;
    objective.rows = x.size(0);
    objective.loss = [&](const torch::Tensor& batch, Dropout& dropout) {
      const auto at = batch.to(device);
      std::vector<torch::Tensor> batch_y, batch_w;
      for (std::size_t p = 0; p < y.size(); ++p) {
        batch_y.push_back(y[p].index_select(0, at));
        batch_w.push_back(w[p].index_select(0, at));
      }
      return loss_of(*trained, x.index_select(0, at), batch_y, batch_w, &dropout);
    };
    torch::Tensor held_x;
    if (!task.held_out.empty()) {
      held_x = chosen(all_x, task.held_out);
      for (std::size_t p = 0; p < partitions.size(); ++p) {
        held_y.push_back(chosen(labels[p], task.held_out));
        held_w.push_back(chosen(photo_weights[p], task.held_out));
      }
      objective.validation = [&] {
        const torch::NoGradGuard no_gradients;
        return loss_of(*trained, held_x, held_y, held_w, nullptr).item<double>();
      };
    }
    auto curve = fit(*trained, objective, task.options, task.name, fingerprint, task.progress);
    trained->to(torch::kCPU);
    if (task.held_out.empty()) {
      head = trained;
      return curve;
    }
    const torch::NoGradGuard no_gradients;
    std::vector<float> asked;
    for (const auto i : task.held_out) {
      const auto vector = vectors.subspan(i * wide, wide);
      asked.insert(asked.end(), vector.begin(), vector.end());
    }
    auto said = ask(*trained, asked);
    for (std::size_t i = 0; i < said.size(); ++i) answers[task.held_out[i]] = std::move(said[i]);
    return curve;
  });
  standing.resize(n);
  if (folds.empty()) return;

  // Each photo is asked with those of its fold left out, of the head and of the candidates.
  std::vector<std::vector<CellCandidate>> found(n);
  std::vector<std::vector<DescriptorHit>> lists(n);
  std::vector<std::vector<float>> regional(n);
  const std::size_t region_wide = region_vectors.size() / n;
  for (const auto& fold : folds) {
    std::vector<std::uint8_t> excluded(n, 0);
    for (const auto i : fold.test) excluded[i] = 1;
    parallel_for(
        fold.test.size(), options.num_threads,
        [&](std::size_t k) {
          const auto q = fold.test[k];
          found[q] = candidates(vectors.subspan(q * wide, wide), answers[q], excluded);
          lists[q] = hits_of(found[q]);
          regional[q] =
              regions.similarities(region_vectors.subspan(q * region_wide, region_wide), pictures_of(lists[q]));
        },
        "calibration queries", progress);
  }
  const auto standings = standings_of(lists, places, folds);
  std::vector<CandidateQuery> queries(n);
  for (std::size_t f = 0; f < folds.size(); ++f) {
    const PlacesWithout known(*this, folds[f]);
    std::vector<Standing> told;
    for (std::size_t p = 0; p < n; ++p) told.push_back(standings.without(f, p));
    parallel_for(folds[f].test.size(), options.num_threads, [&](std::size_t k) {
      const auto q = folds[f].test[k];
      queries[q].features = cell_features(found[q], regional[q], answers[q], places, told, known.density);
      for (const auto& candidate : found[q]) queries[q].places.push_back(places[candidate.hit.index]);
      queries[q].truth = places[q];
      queries[q].prior_density = known.prior.density(photos[q].location);
    });
  }
  for (std::size_t p = 0; p < n; ++p) standing[p] = standings.without(folds.size(), p);
  model = CandidateNetwork::fit(queries, kCellFeatures, kCellListFeatures, kFitParts, options.seed, options.num_threads,
                                progress);
}

S2CellClassifierLocator::S2CellClassifierLocator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
S2CellClassifierLocator::S2CellClassifierLocator(S2CellClassifierLocator&&) noexcept = default;
S2CellClassifierLocator& S2CellClassifierLocator::operator=(S2CellClassifierLocator&&) noexcept = default;
S2CellClassifierLocator::~S2CellClassifierLocator() = default;

S2CellClassifierLocator S2CellClassifierLocator::build(const Gallery& gallery, const Backbone& backbone,
                                                       const S2CellClassifierLocatorOptions& options,
                                                       const ProgressCallback& progress) {
  options.validate();
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
  auto built = PictureVectors::build(backbone, gallery, options.whitening, options.whitening, options.cache,
                                     options.seed, options.num_threads, progress);
  auto impl = std::make_unique<Impl>(options, std::move(built.describer));
  auto& s = *impl;
  s.set_photos(gallery);
  std::vector<LatLng> locations;
  for (const auto& photo : s.photos) locations.push_back(photo.location);
  for (const auto& partition : options.partitions) s.partitions.emplace_back(locations, partition);
  s.set_classes();
  s.index.add(built.vectors.whole);
  s.regions.add(built.vectors.regions);
  const auto folds = calibration_splits(gallery, kFewestForCandidates, options.calibration_folds,
                                        options.calibration_grouped, options.seed, options.num_threads, progress);
  translated("training", [&] { s.train(built.vectors, folds, progress); });
  return S2CellClassifierLocator(std::move(impl));
}

void S2CellClassifierLocator::Impl::answer(const PictureVectors::Vectors& query, Prediction& out,
                                           Stopwatch& watch) const {
  const c10::InferenceMode inference;
  const OneThread one;
  const auto cells = ask(*head, query.whole).front();
  const auto found = candidates(query.whole, cells, {});
  const auto regional = regions.similarities(query.regions, pictures_of(hits_of(found)));
  watch.lap("search");
  const auto said = model.answer(cell_features(found, regional, cells, places, standing, density));
  std::vector<EastNorth> found_places;
  for (const auto& one_found : found) found_places.push_back(places[one_found.hit.index]);
  out.posterior = posterior(found_places, said, model.sigmas_m());
  finish(out, kFarShare);

  std::vector<std::size_t> order(found.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return said.probabilities[i]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(options.max_candidates)));
  for (const auto i : order)
    out.candidates.push_back(candidate(found[i].hit.index, said.probabilities[i], found[i].score, 0));
  watch.lap("posterior");
}

Prediction S2CellClassifierLocator::locate(const Image& picture) const {
  const auto& s = *impl_;
  Prediction out;
  Stopwatch watch(out.timings);
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  const auto query = s.describer.describe_all(std::span(&picture, 1));
  watch.lap("features");
  s.answer(query, out, watch);
  return out;
}

Prediction S2CellClassifierLocator::locate_features(std::span<const float> features) const {
  Prediction out;
  Stopwatch watch(out.timings);
  const auto query = impl_->describer.vectors_of(features);
  watch.lap("features");
  impl_->answer(query, out, watch);
  return out;
}

LocatorInfo S2CellClassifierLocator::info() const {
  const auto& s = *impl_;
  return s.PhotoPlaces::info(kS2Kind, s.options.city, s.options.to_json());
}

std::span<const Photo> S2CellClassifierLocator::photos() const { return impl_->photos; }
const S2CellClassifierLocatorOptions& S2CellClassifierLocator::options() const { return impl_->options; }
const Backbone& S2CellClassifierLocator::backbone() const { return impl_->describer.backbone(); }
std::span<const LearningCurve> S2CellClassifierLocator::learning_curves() const { return impl_->curves; }
std::span<const CellPartition> S2CellClassifierLocator::partitions() const { return impl_->partitions; }

std::vector<std::vector<double>> S2CellClassifierLocator::cell_probabilities(const Image& picture) const {
  const auto& s = *impl_;
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  const auto vector = s.describer.describe_all(std::span(&picture, 1)).whole;
  const c10::InferenceMode inference;
  const OneThread one;
  std::vector<std::vector<double>> out;
  const auto answer = s.ask(*s.head, vector).front();
  for (const auto& partition : answer) {
    auto& probabilities = out.emplace_back();
    for (const float value : partition) probabilities.push_back(std::exp(static_cast<double>(value)));
  }
  return out;
}

void S2CellClassifierLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.PhotoPlaces::save(writer);
  s.describer.save(writer);
  save_curves(writer, s.curves);
  save_parameters(writer, *s.head, kHead);
  s.index.save(writer);
  s.regions.save(writer);
  s.model.save(writer, kModel);
  save_standing(writer, s.standing);
  for (std::size_t p = 0; p < s.partitions.size(); ++p) {
    const auto& partition = s.partitions[p];
    const auto ids = std::make_shared<std::vector<std::uint64_t>>();
    for (const auto cell : partition.cells()) ids->push_back(cell.id);
    writer.add<std::uint64_t>(partition_name(p) + ".cells", {static_cast<std::int64_t>(ids->size())}, *ids);
    writer.keep(ids);
    writer.add<std::uint32_t>(partition_name(p) + ".counts", {static_cast<std::int64_t>(ids->size())},
                              partition.counts());
  }
  write_model(std::move(writer), kS2Kind, s.options.to_json(), file);
}

S2CellClassifierLocator S2CellClassifierLocator::load(const std::filesystem::path& path) {
  return load(open_model_of_kind(path, kS2Kind));
}

S2CellClassifierLocator S2CellClassifierLocator::load(const SafetensorsFile& file) {
  auto impl = std::make_unique<Impl>(parse_options<S2CellClassifierLocatorOptions>(file), PictureVectors::load(file));
  auto& s = *impl;
  static_cast<PhotoPlaces&>(s) = PhotoPlaces::load(file);
  s.curves = load_curves(file);
  for (std::size_t p = 0; p < s.options.partitions.size(); ++p) {
    const auto name = partition_name(p);
    const auto ids = file.get<std::uint64_t>(name + ".cells", {-1});
    const auto counts = file.get<std::uint32_t>(name + ".counts", {static_cast<std::int64_t>(ids.size())});
    std::vector<CellId> cells;
    for (const auto id : ids) cells.push_back(CellId{id});
    try {
      s.partitions.push_back(CellPartition::from_cells(std::move(cells), {counts.begin(), counts.end()}));
    } catch (const InvalidArgumentError& error) {
      refuse_damaged(file.path(), "array " + name + ".cells is impossible (" + error.what() + ")");
    }
  }
  s.set_classes();
  s.index = DescriptorIndex::load(file);
  if (s.index.dimension() != s.describer.dimension() || s.index.size() != s.photos.size())
    refuse_damaged(file.path(), "array descriptors.codes does not hold one whitened vector for each photo");
  s.regions = load_regions(file, s.describer, s.photos.size());
  check_hidden(file, kHead, s.inputs(), s.options.training);
  s.head = s.make_head();
  load_parameters(file, *s.head, kHead);
  s.head->eval();
  s.model = CandidateNetwork::load(file, kModel, kCellFeatures, kCellListFeatures);
  s.standing = load_standing(file, s.photos.size());
  return S2CellClassifierLocator(std::move(impl));
}

}  // namespace venloc
