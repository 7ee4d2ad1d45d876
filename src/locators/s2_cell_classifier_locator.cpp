// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/s2_cell_classifier_locator.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/damaged.hpp"
#include "core/stopwatch.hpp"
#include "features/device.hpp"
#include "features/one_thread.hpp"
#include "geo/geo_fields.hpp"
#include "locators/head_options.hpp"
#include "locators/model_info.hpp"
#include "ranking/calibration.hpp"
#include "ranking/candidate_list.hpp"
#include "ranking/cell_candidates.hpp"
#include "ranking/hubness.hpp"
#include "ranking/posterior_builder.hpp"
#include "retrieval/descriptor_store.hpp"
#include "training/cell_training.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {

namespace {

constexpr const char* kHead = "head";
constexpr const char* kCellScorer = "candidates";
constexpr const char* kCellHubness = "hubness";

std::string partition_name(std::size_t number) { return "partition" + std::to_string(number); }

// The score of cells and similarity alone.
CandidateScorer unfitted_cell_scorer() { return {EvidenceSchema::cells(), {{"cells.score_gap", 1.0}}, 0.0}; }

}  // namespace

std::vector<CellPartitionOptions> S2CellClassifierLocatorOptions::default_partitions() {
  return {CellPartitionOptions{}, CellPartitionOptions::fixed_level(14), CellPartitionOptions::fixed_level(16)};
}

void S2CellClassifierLocatorOptions::validate() const {
  if (partitions.empty()) throw InvalidArgumentError("partitions must contain at least one partition");
  for (const auto& partition : partitions) partition.validate();
  if (!(smoothing_m > 0 && std::isfinite(smoothing_m))) throw InvalidArgumentError("smoothing_m must be above 0");
  whitening.validate();
  if (max_candidates < 0) throw InvalidArgumentError("max_candidates must be 0 or more");
  validate_head(training, calibration_folds, num_threads);
}

std::string S2CellClassifierLocatorOptions::to_json() const { return nlohmann::json(*this).dump(); }

struct S2CellClassifierLocator::Impl : ModelGallery {
  Impl(S2CellClassifierLocatorOptions wanted, ModelGallery gallery, DescriptorStore made)
      : ModelGallery(std::move(gallery)), options(std::move(wanted)), store(std::move(made)) {}

  S2CellClassifierLocatorOptions options;
  DescriptorStore store;
  std::vector<CellPartition> partitions;
  std::vector<std::vector<std::uint32_t>> classes;  // of the photos, for each partition
  std::shared_ptr<CellHead> head;
  CandidateScorer scorer = unfitted_cell_scorer();
  std::vector<Hubness> hubness;  // of each photo
  std::vector<LearningCurve> curves;

  [[nodiscard]] std::int64_t inputs() const { return static_cast<std::int64_t>(store.describer.dimension()); }

  /// Divides the city where no file did, and assigns the photos.
  void set_classes() {
    std::vector<LatLng> locations;
    for (const auto& photo : photos) locations.push_back(photo.location);
    if (partitions.empty())
      for (const auto& partition : options.partitions) partitions.emplace_back(locations, partition);
    for (const auto& partition : partitions) classes.push_back(partition.classes_of(locations));
  }

  /// The evidence of a query without the photos whose `excluded` byte is not 0.
  [[nodiscard]] Evidence find(std::span<const float> whole, std::span<const float> of_regions,
                              const CellLogProbabilities& cells, std::span<const std::uint8_t> excluded) const {
    DescriptorSearchOptions all;
    all.max_hits = static_cast<int>(store.index.size());
    Evidence out;
    out.candidates = cell_candidates(cells, classes, store.index.search(whole, all, excluded), places);
    std::vector<std::uint32_t> found;
    for (const auto& e : out.candidates) found.push_back(e.photo);
    const auto regional = store.regions.similarities(of_regions, found);
    for (std::size_t i = 0; i < found.size(); ++i) out.candidates[i].regional = regional[i];
    out.list.cell_certainty = cell_certainty(cells);
    set_statistics(out.candidates, density, {}, hubness);
    return out;
  }
  [[nodiscard]] Evidence find(const PictureVectors::Vectors& query) const {
    const c10::InferenceMode inference;
    const OneThread one;
    return find(query.whole, query.regions, classify(*head, query.whole, inputs()).front(), {});
  }

  void train(const PictureVectors::Vectors& described, std::span<const Split> folds, const ProgressCallback& progress);
  void calibrate_on(const PictureVectors::Vectors& described, std::span<const Split> folds,
                    std::span<const CellLogProbabilities> cells, const ProgressCallback& progress);
};

void S2CellClassifierLocator::Impl::train(const PictureVectors::Vectors& described, std::span<const Split> folds,
                                          const ProgressCallback& progress) {
  auto trained = train_cells({described.whole, *this, partitions, classes, options.smoothing_m,
                              options.loss == CellLoss::kBalanced, options.loss == CellLoss::kLogitAdjusted, folds,
                              head_training(options), data_fingerprint(described.whole, places, options.to_json())},
                             progress);
  head = std::move(trained.head);
  curves = std::move(trained.curves);
  if (!folds.empty()) calibrate_on(described, folds, trained.cells, progress);
  hubness.resize(photos.size());
}

void S2CellClassifierLocator::Impl::calibrate_on(const PictureVectors::Vectors& described, std::span<const Split> folds,
                                                 std::span<const CellLogProbabilities> cells,
                                                 const ProgressCallback& progress) {
  const std::size_t wide = store.describer.dimension(), region_wide = described.regions.size() / photos.size();
  const CalibrationSteps steps = {{}, [&](std::size_t q, std::span<const std::uint8_t> held_out) {
                                    return find(std::span(described.whole).subspan(q * wide, wide),
                                                std::span(described.regions).subspan(q * region_wide, region_wide),
                                                cells[q], held_out);
                                  }};
  auto calibration = calibrate(*this, folds, steps, options.num_threads, progress);
  const auto& schema = EvidenceSchema::cells();
  const auto examples = scorer_examples(
      schema, calibration.queries, [](const Evidence& e) { return by_similarity(e.candidates, kByCells); }, 0,
      options.num_threads);
  scorer = CandidateScorer::fit(schema, examples, kFitParts, options.seed, options.num_threads, progress);
  hubness = std::move(calibration.descriptor_hubness);
}

S2CellClassifierLocator::S2CellClassifierLocator(std::unique_ptr<Impl> impl, const LoadOptions& load)
    : GalleryLocator(load), impl_(std::move(impl)) {}
S2CellClassifierLocator::S2CellClassifierLocator(S2CellClassifierLocator&&) noexcept = default;
S2CellClassifierLocator& S2CellClassifierLocator::operator=(S2CellClassifierLocator&&) noexcept = default;
S2CellClassifierLocator::~S2CellClassifierLocator() = default;

S2CellClassifierLocator S2CellClassifierLocator::build(const Gallery& gallery, const Backbone& backbone,
                                                       const S2CellClassifierLocatorOptions& options,
                                                       const ProgressCallback& progress) {
  options.validate();
  check_gallery(gallery);
  const auto [describer, vectors] = PictureVectors::build(backbone, gallery, options.whitening, options.whitening,
                                                          options.cache, options.seed, options.num_threads, progress);
  ModelGallery known;
  known.set_photos(gallery);
  auto impl = std::make_unique<Impl>(options, std::move(known), DescriptorStore(describer, vectors));
  auto& s = *impl;
  s.set_classes();
  const auto folds = calibration_folds(
      gallery,
      {kMinPhotosForScorer, options.calibration_folds, options.calibration_grouped, options.seed, options.num_threads},
      progress);
  translated("training", [&] { s.train(vectors, folds, progress); });
  return S2CellClassifierLocator(std::move(impl));
}

Evidence S2CellClassifierLocator::evidence(const Image& picture, const QueryOptions& query) const {
  const auto& s = *impl_;
  check_picture(picture);
  Stopwatch watch;
  const auto vectors = s.store.describer.describe_all(std::span(&picture, 1));
  const double described = watch.lap();
  check_cancelled(query);
  auto out = s.find(vectors);
  out.timings = {{"features", described}, {"search", watch.lap()}};
  return out;
}

Prediction S2CellClassifierLocator::answer(const Evidence& evidence, const QueryOptions& query) const {
  const auto& s = *impl_;
  return answer_by_similarity(evidence, s, kByCells, s.scorer, EvidenceSchema::cells(),
                              answer_settings(query, load_options(), s.options.max_candidates, s),
                              [](const CandidateEvidence& e) { return e.cell_score; });
}

Prediction S2CellClassifierLocator::locate_features(std::span<const float> features) const {
  return answer(impl_->find(impl_->store.describer.vectors_of(features)));
}

LocatorInfo S2CellClassifierLocator::info() const {
  const auto& s = *impl_;
  return model_info(s, kKind, s.options.city, s.options.to_json(), s.scorer.fitted());
}

std::span<const Photo> S2CellClassifierLocator::photos() const { return impl_->photos; }
const S2CellClassifierLocatorOptions& S2CellClassifierLocator::options() const { return impl_->options; }
const Backbone& S2CellClassifierLocator::backbone() const { return impl_->store.describer.backbone(); }
std::span<const LearningCurve> S2CellClassifierLocator::learning_curves() const { return impl_->curves; }
std::span<const CellPartition> S2CellClassifierLocator::partitions() const { return impl_->partitions; }

std::vector<std::vector<double>> S2CellClassifierLocator::cell_probabilities(const Image& picture) const {
  const auto& s = *impl_;
  check_picture(picture);
  const auto vector = s.store.describer.describe_all(std::span(&picture, 1)).whole;
  const c10::InferenceMode inference;
  const OneThread one;
  std::vector<std::vector<double>> out;
  const auto answer = classify(*s.head, vector, s.inputs()).front();
  for (const auto& partition : answer) {
    auto& probabilities = out.emplace_back();
    for (const float value : partition) probabilities.push_back(std::exp(static_cast<double>(value)));
  }
  return out;
}

void S2CellClassifierLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.ModelGallery::save(writer);
  s.store.save(writer);
  save_curves(writer, s.curves);
  save_parameters(writer, *s.head, kHead);
  s.scorer.save(writer, kCellScorer);
  save_hubness(writer, s.hubness, kCellHubness);
  for (std::size_t p = 0; p < s.partitions.size(); ++p) {
    const auto& partition = s.partitions[p];
    const auto ids = std::make_shared<std::vector<std::uint64_t>>();
    for (const auto cell : partition.cells()) ids->push_back(cell.id);
    writer.add<std::uint64_t>(partition_name(p) + ".cells", {static_cast<std::int64_t>(ids->size())}, *ids);
    writer.keep(ids);
    writer.add<std::uint32_t>(partition_name(p) + ".counts", {static_cast<std::int64_t>(ids->size())},
                              partition.counts());
  }
  write_model(std::move(writer), kKind, s.options.to_json(), file);
}

S2CellClassifierLocator S2CellClassifierLocator::load(const std::filesystem::path& path, const LoadOptions& load) {
  return S2CellClassifierLocator::load(open_model_of_kind(path, kKind), load);
}

S2CellClassifierLocator S2CellClassifierLocator::load(const SafetensorsFile& file, const LoadOptions& load) {
  auto options = parse_options<S2CellClassifierLocatorOptions>(file, load);
  auto gallery = ModelGallery::load(file);
  auto store = DescriptorStore::load(file, gallery.photos.size(), load.device, load.num_threads);
  auto impl = std::make_unique<Impl>(std::move(options), std::move(gallery), std::move(store));
  auto& s = *impl;
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
  check_hidden(file, kHead, s.inputs(), s.options.training);
  s.head = make_cell_head(s.inputs(), s.partitions, head_training(s.options));
  load_parameters(file, *s.head, kHead);
  s.head->eval();
  s.scorer = CandidateScorer::load(file, kCellScorer, EvidenceSchema::cells());
  s.hubness = load_hubness(file, s.photos.size(), kCellHubness);
  return S2CellClassifierLocator(std::move(impl), load);
}

}  // namespace venloc
