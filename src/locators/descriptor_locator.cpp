// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/descriptor_locator.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/parallel.hpp"
#include "core/stopwatch.hpp"
#include "image/crops.hpp"
#include "locators/descriptor_options.hpp"
#include "locators/model_info.hpp"
#include "locators/stored_options.hpp"
#include "ranking/calibration.hpp"
#include "ranking/candidate_list.hpp"
#include "ranking/hubness.hpp"
#include "ranking/posterior_builder.hpp"
#include "retrieval/descriptor_store.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {

namespace {

constexpr const char* kDescriptorScorer = "candidates";
constexpr const char* kDescriptorHubness = "hubness";

// Odds fall with the gap to the best, and a clear lead is as good as none.
CandidateScorer unfitted_descriptor_scorer() {
  return {EvidenceSchema::descriptors(), {{"descriptor.similarity_gap", kUnfittedSimilaritySlope}}, 0.0};
}

}  // namespace

void DescriptorLocatorOptions::validate() const {
  whitening.validate();
  search.validate();
  check_max_hits(search);
  if (crops != 1 && crops != 5) throw InvalidArgumentError("crops is " + std::to_string(crops) + ", it must be 1 or 5");
  if (max_candidates < 0) throw InvalidArgumentError("max_candidates must be 0 or more");
  if (calibration_folds < 3) throw InvalidArgumentError("calibration_folds must be at least 3");
  resolve_threads(num_threads);
}

std::string DescriptorLocatorOptions::to_json() const { return nlohmann::json(*this).dump(); }

struct DescriptorLocator::Impl {
  Impl(DescriptorLocatorOptions wanted, DescriptorStore made) : options(std::move(wanted)), store(std::move(made)) {}

  DescriptorLocatorOptions options;
  ModelGallery gallery;
  DescriptorStore store;
  std::vector<Hubness> hubness;  // of each photo
  CandidateScorer scorer = unfitted_descriptor_scorer();

  /// The evidence of a query without the photos whose `excluded` byte is not 0.
  [[nodiscard]] Evidence find(std::span<const float> whole, std::span<const float> regions, int num_threads,
                              std::span<const std::uint8_t> excluded) const {
    auto search = options.search;
    search.num_threads = num_threads;
    const auto hits = store.index.search(whole, search, excluded);
    const auto regional = store.regions.similarities(regions, photos_of(hits));
    Evidence out;
    for (std::size_t i = 0; i < hits.size(); ++i) {
      auto& e = out.candidates.emplace_back();
      e.photo = hits[i].index;
      e.place = gallery.places[e.photo];
      e.retrievers = kByDescriptors;
      e.similarity = hits[i].similarity;
      e.regional = regional[i];
    }
    set_statistics(out.candidates, gallery.density, {}, hubness);
    return out;
  }

  [[nodiscard]] Evidence find(const PictureVectors::Vectors& query) const {
    // The crops of a picture are regions of it: those of the whole picture are enough.
    const auto wide = store.regions.regions() * store.regions.dimension();
    return find(query.whole, std::span(query.regions).first(wide), options.search.num_threads, {});
  }

  void calibrate_on(const PictureVectors::Vectors& photos, std::span<const Split> folds,
                    const ProgressCallback& progress);
};

DescriptorLocator::DescriptorLocator(std::unique_ptr<Impl> impl, const LoadOptions& load)
    : GalleryLocator(load), impl_(std::move(impl)) {}
DescriptorLocator::DescriptorLocator(DescriptorLocator&&) noexcept = default;
DescriptorLocator& DescriptorLocator::operator=(DescriptorLocator&&) noexcept = default;
DescriptorLocator::~DescriptorLocator() = default;

DescriptorLocator DescriptorLocator::build(const Gallery& gallery, const Backbone& backbone,
                                           const DescriptorLocatorOptions& options, const ProgressCallback& progress) {
  options.validate();
  check_gallery(gallery);
  const auto [describer, vectors] = PictureVectors::build(backbone, gallery, options.whitening, options.whitening,
                                                          options.cache, options.seed, options.num_threads, progress);
  auto impl = std::make_unique<Impl>(options, DescriptorStore(describer, vectors));
  impl->gallery.set_photos(gallery);
  const auto folds = calibration_folds(
      gallery,
      {kMinPhotosForScorer, options.calibration_folds, options.calibration_grouped, options.seed, options.num_threads},
      progress);
  if (!folds.empty()) impl->calibrate_on(vectors, folds, progress);
  impl->hubness.resize(gallery.size());
  return DescriptorLocator(std::move(impl));
}

void DescriptorLocator::Impl::calibrate_on(const PictureVectors::Vectors& photos, std::span<const Split> folds,
                                           const ProgressCallback& progress) {
  const std::size_t wide = store.index.dimension(), region_wide = photos.regions.size() / store.index.size();
  const CalibrationSteps steps = {{}, [&](std::size_t q, std::span<const std::uint8_t> held_out) {
                                    return find(std::span(photos.whole).subspan(q * wide, wide),
                                                std::span(photos.regions).subspan(q * region_wide, region_wide), 1,
                                                held_out);
                                  }};
  auto calibration = calibrate(gallery, folds, steps, options.num_threads, progress);
  const auto& schema = EvidenceSchema::descriptors();
  const auto examples = scorer_examples(
      schema, calibration.queries, [](const Evidence& e) { return by_similarity(e.candidates, kByDescriptors); }, 0,
      options.num_threads);
  scorer = CandidateScorer::fit(schema, examples, kFitParts, options.seed, options.num_threads, progress);
  hubness = std::move(calibration.descriptor_hubness);
}

Evidence DescriptorLocator::evidence(const Image& picture, const QueryOptions& query) const {
  const auto& s = *impl_;
  check_picture(picture);
  Stopwatch watch;
  const auto vectors = s.store.describer.describe_all(crops_of(picture, s.options.crops));
  const double described = watch.lap();
  check_cancelled(query);
  auto out = s.find(vectors);
  out.timings = {{"features", described}, {"search", watch.lap()}};
  return out;
}

Prediction DescriptorLocator::answer(const Evidence& evidence, const QueryOptions& query) const {
  const auto& s = *impl_;
  return answer_by_similarity(evidence, s.gallery, kByDescriptors, s.scorer, EvidenceSchema::descriptors(),
                              answer_settings(query, load_options(), s.options.max_candidates, s.gallery),
                              [](const CandidateEvidence& e) { return static_cast<double>(e.similarity); });
}

Prediction DescriptorLocator::locate_features(std::span<const float> features) const {
  return answer(impl_->find(impl_->store.describer.vectors_of(features)));
}

LocatorInfo DescriptorLocator::info() const {
  const auto& s = *impl_;
  return model_info(s.gallery, kKind, s.options.city, s.options.to_json(), s.scorer.fitted());
}

std::span<const Photo> DescriptorLocator::photos() const { return impl_->gallery.photos; }
const DescriptorLocatorOptions& DescriptorLocator::options() const { return impl_->options; }
const DescriptorIndex& DescriptorLocator::descriptors() const { return impl_->store.index; }
std::vector<float> DescriptorLocator::describe(const Image& picture) const {
  check_picture(picture);
  return impl_->store.describer.describe_all(std::span(&picture, 1)).whole;
}
const Backbone& DescriptorLocator::backbone() const { return impl_->store.describer.backbone(); }

void DescriptorLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.gallery.save(writer);
  s.store.save(writer);
  save_hubness(writer, s.hubness, kDescriptorHubness);
  s.scorer.save(writer, kDescriptorScorer);
  write_model(std::move(writer), kKind, s.options.to_json(), file);
}

DescriptorLocator DescriptorLocator::load(const std::filesystem::path& path, const LoadOptions& load) {
  return DescriptorLocator::load(open_model_of_kind(path, kKind), load);
}

DescriptorLocator DescriptorLocator::load(const SafetensorsFile& file, const LoadOptions& load) {
  const auto options = parse_options<DescriptorLocatorOptions>(file, load);
  auto gallery = ModelGallery::load(file);
  auto impl = std::make_unique<Impl>(options,
                                     DescriptorStore::load(file, gallery.photos.size(), load.device, load.num_threads));
  impl->hubness = load_hubness(file, gallery.photos.size(), kDescriptorHubness);
  impl->gallery = std::move(gallery);
  impl->scorer = CandidateScorer::load(file, kDescriptorScorer, EvidenceSchema::descriptors());
  return DescriptorLocator(std::move(impl), load);
}

void DescriptorLocator::add(const Gallery& gallery, const ProgressCallback& progress) {
  auto& s = *impl_;
  s.gallery.check_new(gallery);
  s.store.add(s.store.describer.describe(gallery, s.options.cache, s.options.num_threads, progress));
  s.gallery.add(gallery);
  s.hubness.resize(s.gallery.photos.size(), average(s.hubness));
}

void DescriptorLocator::remove(std::span<const std::string> ids) {
  auto& s = *impl_;
  const auto staying = s.gallery.without(ids);
  s.store.keep(staying);
  keep_only(s.hubness, staying);
  s.gallery.keep(staying);
}

}  // namespace venloc
