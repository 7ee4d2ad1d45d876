// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/ensemble_locator.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "core/stopwatch.hpp"
#include "locators/descriptor_options.hpp"
#include "locators/ensemble_options.hpp"
#include "locators/model_info.hpp"
#include "locators/painting_options.hpp"
#include "locators/sift_store.hpp"
#include "locators/stored_options.hpp"
#include "ranking/artwork_detector.hpp"
#include "ranking/artwork_scorer.hpp"
#include "ranking/candidate_list.hpp"
#include "ranking/hubness.hpp"
#include "ranking/out_of_area.hpp"
#include "ranking/picture_notes.hpp"
#include "ranking/posterior_builder.hpp"
#include "ranking/turns.hpp"
#include "retrieval/descriptor_store.hpp"
#include "retrieval/feature_map_store.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {
namespace {

constexpr const char* kEnsembleScorer = "ensemble";              // beside SIFT's own
constexpr const char* kEnsembleHubness = "descriptors.hubness";  // beside SIFT's own

constexpr double kIsArtwork = 0.5;  // probability from which on a query is answered as an artwork

// Before a fit: a clear match and a clear similarity have the weight that they have alone.
CandidateScorer unfitted_ensemble_scorer() {
  return {EvidenceSchema::ensemble(),
          {{"sift.inlier_weight", 3.0}, {"descriptor.similarity_gap", kUnfittedSimilaritySlope}},
          3.0 * lift(4.0)};
}

/// Artworks as pictures without a place.
Gallery listed_artworks(std::span<const std::filesystem::path> files) {
  std::vector<Photo> listed;
  for (const auto& file : files) {
    auto& artwork = listed.emplace_back();
    artwork.id = file.string();
    artwork.file = file;
  }
  return Gallery(std::move(listed));
}

}  // namespace

struct EnsembleLocator::Impl {
  /// What is stored for artworks.
  struct ArtworkPart {
    ArtworkDetector detector;
    FeatureMapStore maps;
  };

  Impl(EnsembleLocatorOptions wanted, DescriptorStore made)
      : options(std::move(wanted)),
        left_out(EvidenceSchema::ensemble().groups_of(options.leave_out)),
        descriptors(std::move(made)),
        strong(descriptors.describer.whitening()),
        similarity(strong, descriptors.index) {}

  EnsembleLocatorOptions options;
  std::uint32_t left_out;  // groups of columns
  SiftStore sift;
  DescriptorStore descriptors;
  std::vector<Hubness> hubness;  // of each photo, by descriptors
  CandidateScorer scorer = unfitted_ensemble_scorer();
  StrongComponents strong;
  GallerySimilarity similarity;
  OutOfAreaTest out_of_area;
  std::optional<ArtworkPart> artworks;
  std::optional<TurnClassifier> turns;

  /// Adds the network's measurements to candidates that were found by local features and descriptors.
  void add_descriptors(Evidence& evidence, std::span<const float> whole, std::span<const float> regions) const {
    std::vector<std::uint32_t> photos;
    for (const auto& e : evidence.candidates) photos.push_back(e.photo);
    const auto similarities = descriptors.index.similarities(whole, photos);
    const auto regional = descriptors.regions.similarities(regions, photos);
    for (std::size_t i = 0; i < photos.size(); ++i) {
      evidence.candidates[i].similarity = similarities[i];
      evidence.candidates[i].regional = regional[i];
    }
  }

  void add_maps(Evidence& evidence, const Image& picture) const {
    const auto scores = artworks->maps.scores(picture, descriptors.describer.backbone(),
                                              feature_map_options(painting_options(options)));
    for (const auto& found : map_candidates(scores, sift.gallery.places)) {
      const auto same = std::ranges::find(evidence.candidates, found.photo, &CandidateEvidence::photo);
      if (same == evidence.candidates.end()) {
        evidence.candidates.push_back(found);
      } else {
        same->retrievers |= kByMaps;
        same->map_score = found.map_score;
      }
    }
  }

  /// The evidence for a picture that the network described as these vectors.
  [[nodiscard]] Evidence evidence(const Image& picture, const PictureVectors::Vectors& vectors,
                                  const QueryOptions& query) const;
  void calibrate_on(SiftBuilder& builder, const PictureVectors::Vectors& photos, std::span<const Split> folds,
                    const ProgressCallback& progress);
  /// Fits the detector to artworks, which these vectors describe, and to the photos of the index, and describes the
  /// photos' maps.
  void fit_artworks(std::span<const float> described, const Gallery& gallery, const ProgressCallback& progress);

  void answer_photo(const Evidence& evidence, const AnswerSettings& settings, Prediction& out) const;
  void answer_as_artwork(const Evidence& evidence, const AnswerSettings& settings, Prediction& out) const;
  void report(const Evidence& evidence, std::span<const WeightedCandidate> candidates, const AnswerSettings& settings,
              Prediction& out) const;
};

EnsembleLocator::EnsembleLocator(std::unique_ptr<Impl> impl, const LoadOptions& load)
    : GalleryLocator(load), impl_(std::move(impl)) {}
EnsembleLocator::EnsembleLocator(EnsembleLocator&&) noexcept = default;
EnsembleLocator& EnsembleLocator::operator=(EnsembleLocator&&) noexcept = default;
EnsembleLocator::~EnsembleLocator() = default;

EnsembleLocator EnsembleLocator::build(const Gallery& gallery, const Backbone& backbone,
                                       const EnsembleLocatorOptions& options, const ProgressCallback& progress) {
  options.validate();
  check_gallery(gallery);
  const auto [describer, vectors] =
      PictureVectors::build(backbone, gallery, options.whitening, options.region_whitening, options.cache, options.seed,
                            options.num_threads, progress);
  // Early, because an artwork that cannot be read ends the build.
  std::vector<float> artworks;
  if (!options.artworks.empty())
    artworks =
        describer.describe(listed_artworks(options.artworks), options.cache, options.num_threads, progress).whole;
  const auto folds = calibration_folds(
      gallery,
      {kMinPhotosForScorer, options.calibration_folds, options.calibration_grouped, options.seed, options.num_threads},
      progress);
  auto impl = std::make_unique<Impl>(options, DescriptorStore(describer, vectors));
  auto& s = *impl;
  SiftBuilder builder(gallery, sift_options(options), progress);
  if (!folds.empty()) s.calibrate_on(builder, vectors, folds, progress);
  s.hubness.resize(gallery.size());
  s.sift = builder.finish();
  if (!artworks.empty()) s.fit_artworks(artworks, gallery, progress);
  if (!folds.empty() && TurnClassifier::possible(describer))
    s.turns = TurnClassifier::fit(gallery, describer, options.seed, options.num_threads, progress);
  return EnsembleLocator(std::move(impl));
}

void EnsembleLocator::Impl::calibrate_on(SiftBuilder& builder, const PictureVectors::Vectors& photos,
                                         std::span<const Split> folds, const ProgressCallback& progress) {
  const std::size_t wide = descriptors.index.dimension(),
                    region_wide = photos.regions.size() / descriptors.index.size();
  // One query a thread is faster than several threads a query.
  auto search = options.search;
  search.num_threads = 1;
  const CalibrationSteps steps = {
      [&](const Split& fold) { builder.hold_out(fold); },
      [&](std::size_t q, std::span<const std::uint8_t> held_out) {
        const auto whole = std::span(photos.whole).subspan(q * wide, wide);
        const auto hits = photos_of(descriptors.index.search(whole, search, held_out));
        auto evidence = plain_evidence(builder.query(q, held_out, hits));
        add_descriptors(evidence, whole, std::span(photos.regions).subspan(q * region_wide, region_wide));
        evidence.list.gallery_similarity = similarity.of(strong.of(descriptors.index.descriptor(q)), held_out);
        return evidence;
      }};
  auto calibration = calibrate(builder.store().gallery, folds, steps, options.num_threads, progress);
  builder.fit(calibration, progress);
  const auto& schema = EvidenceSchema::ensemble();
  const auto examples = scorer_examples(
      schema, calibration.queries, [](const Evidence& e) { return rank_candidates(e.candidates).pool(); }, left_out,
      options.num_threads);
  scorer = CandidateScorer::fit(schema, examples, kFitParts, options.seed, options.num_threads, progress);
  std::vector<double> no_match, similarities;
  for (std::size_t q = 0; q < examples.size(); ++q) {
    no_match.push_back(scorer.score(examples[q].rows).no_match());
    similarities.push_back(calibration.queries[q].evidence.list.gallery_similarity);
  }
  out_of_area = OutOfAreaTest::fit(no_match, similarities);
  hubness = std::move(calibration.descriptor_hubness);
}

void EnsembleLocator::Impl::fit_artworks(std::span<const float> described, const Gallery& gallery,
                                         const ProgressCallback& progress) {
  std::vector<float> of_artworks, of_photos;
  const std::size_t wide = descriptors.index.dimension();
  for (std::size_t i = 0; i < options.artworks.size(); ++i)
    std::ranges::copy(strong.of(described.subspan(i * wide, wide)), std::back_inserter(of_artworks));
  for (std::size_t p = 0; p < descriptors.index.size(); ++p)
    std::ranges::copy(strong.of(descriptors.index.descriptor(p)), std::back_inserter(of_photos));
  artworks.emplace(ArtworkDetector::fit(of_artworks, of_photos, strong.size()),
                   FeatureMapStore::build(gallery, descriptors.describer.backbone(),
                                          feature_map_options(painting_options(options)), progress));
}

Prediction EnsembleLocator::locate(const Image& picture, const QueryOptions& query) const {
  const auto& s = *impl_;
  if (!s.turns) return GalleryLocator::locate(picture, query);
  check_picture(picture);
  check_query(query, query.area ? info().area : BoundingBox{});
  Stopwatch watch;
  const auto vectors = s.descriptors.describer.describe_all(std::span(&picture, 1));
  const StageTime described{"network", watch.lap()};
  auto out = best_of_turns(s.turns->turns(vectors.regions), [&](int degrees) {
    check_cancelled(query);
    auto found = degrees == 0 ? answer(s.evidence(picture, vectors, query), query)
                              : answer(evidence(picture.turned(degrees), query), query);
    const double log_evidence = std::log(found.confidence);
    return TurnedPrediction{std::move(found), log_evidence};
  });
  out.timings.insert(out.timings.begin(), described);
  add_picture_notes(out, picture);
  return out;
}

Evidence EnsembleLocator::evidence(const Image& picture, const QueryOptions& query) const {
  check_picture(picture);
  Stopwatch watch;
  const auto vectors = impl_->descriptors.describer.describe_all(std::span(&picture, 1));
  const StageTime described{"network", watch.lap()};
  check_cancelled(query);
  auto out = impl_->evidence(picture, vectors, query);
  out.timings.insert(out.timings.begin(), described);
  return out;
}

Evidence EnsembleLocator::Impl::evidence(const Image& picture, const PictureVectors::Vectors& vectors,
                                         const QueryOptions& query) const {
  std::vector<StageTime> timings;
  Stopwatch watch;
  const auto threads = sift.options.num_threads;
  const auto features = venloc::describe(picture, sift.options.sift, threads);
  timings.push_back({"features", watch.lap()});
  check_cancelled(query);
  const auto hits = photos_of(descriptors.index.search(vectors.whole, options.search));
  const auto found = sift.retrieve({features.local, sift.appearance_of(features), {}, hits}, threads);
  auto out = sift.evidence(found, features.local);
  add_descriptors(out, vectors.whole, vectors.regions);
  set_statistics(out.candidates, sift.gallery.density, {}, hubness);
  const auto strong_values = strong.of(std::span<const float>(vectors.whole));
  out.list.gallery_similarity = similarity.of(strong_values);
  timings.push_back({"search", watch.lap()});
  if (artworks) out.list.artwork_probability = artworks->detector.probability(strong_values);
  if (out.list.artwork_probability > kIsArtwork) {
    check_cancelled(query);
    add_maps(out, picture);
    timings.push_back({"maps", watch.lap()});
  }
  out.timings = std::move(timings);
  return out;
}

Prediction EnsembleLocator::answer(const Evidence& evidence, const QueryOptions& query) const {
  const auto& s = *impl_;
  s.sift.gallery.check(evidence);
  Prediction out;
  out.timings = evidence.timings;
  Stopwatch watch;
  const auto settings = answer_settings(query, load_options(), s.options.max_candidates, s.sift.gallery);
  if (evidence.list.artwork_probability > kIsArtwork) {
    s.answer_as_artwork(evidence, settings, out);
  } else {
    s.answer_photo(evidence, settings, out);
  }
  out.timings.push_back({"posterior", watch.lap()});
  return out;
}

void EnsembleLocator::Impl::answer_photo(const Evidence& evidence, const AnswerSettings& settings,
                                         Prediction& out) const {
  const auto pool = rank_candidates(evidence.candidates).pool();
  const auto scores = scorer.score(EvidenceSchema::ensemble().rows(pool, evidence.list, left_out));
  const auto places = places_of(pool);
  const auto probabilities = given(settings.prior, places, scores, scorer.sigmas_m());
  CandidateMixture mixture;
  mixture.add(places, scores, scorer.sigmas_m(), 1.0, probabilities);
  std::optional<double> outside;
  if (out_of_area.fitted()) outside = out_of_area.probability(scores.no_match(), evidence.list.gallery_similarity);
  if (!scorer.fitted()) outside = uncalibrated_out_of_area(scores);
  out.posterior = settings.prior.combined(build_posterior(sift.gallery, std::move(mixture), outside));
  report_place(out, kDistrictShare);
  std::vector<WeightedCandidate> candidates;
  for (std::size_t i = 0; i < pool.size(); ++i)
    candidates.push_back({pool[i].photo, probabilities[i], static_cast<int>(pool[i].inliers)});
  std::ranges::sort(candidates, {}, &WeightedCandidate::photo);
  report(evidence, candidates, settings, out);
}

void EnsembleLocator::Impl::answer_as_artwork(const Evidence& evidence, const AnswerSettings& settings,
                                              Prediction& out) const {
  const auto found = answer_artwork(evidence, sift.scorer, settings.prior);
  // Artworks of the city are no more similar to its photos than artworks of elsewhere: nothing is known of them.
  std::optional<double> outside;
  if (out_of_area.fitted()) outside = OutOfAreaTest::kPrior;
  if (!scorer.fitted()) outside = kUncalibratedOutOfArea;
  out.posterior = settings.prior.combined(build_posterior(sift.gallery, found.mixture, outside));
  report_location(out, kDistrictShare);
  if (found.map_components > 0)
    out.posterior =
        settings.prior.combined(build_posterior(sift.gallery, sharpened_maps(found, sift.gallery), outside));
  report_region(out);
  report(evidence, found.candidates, settings, out);
}

void EnsembleLocator::Impl::report(const Evidence& evidence, std::span<const WeightedCandidate> candidates,
                                   const AnswerSettings& settings, Prediction& out) const {
  std::vector<double> probabilities;
  for (const auto& candidate : candidates) probabilities.push_back(candidate.probability);
  for (const auto i : settings.reported(probabilities, candidates.size())) {
    const auto& [photo, probability, inliers] = candidates[i];
    out.candidates.push_back(sift.report(evidence, photo, probability, probability, inliers, settings.matches));
  }
}

LocatorInfo EnsembleLocator::info() const {
  const auto& s = *impl_;
  auto out = model_info(s.sift.gallery, kKind, s.options.city, s.options.to_json(), s.scorer.fitted());
  out.features = s.sift.index->num_features();
  return out;
}

std::span<const Photo> EnsembleLocator::photos() const { return impl_->sift.gallery.photos; }
const EnsembleLocatorOptions& EnsembleLocator::options() const { return impl_->options; }
const DescriptorIndex& EnsembleLocator::descriptors() const { return impl_->descriptors.index; }
std::vector<float> EnsembleLocator::describe(const Image& picture) const {
  check_picture(picture);
  return impl_->descriptors.describer.describe_all(std::span(&picture, 1)).whole;
}
const Backbone& EnsembleLocator::backbone() const { return impl_->descriptors.describer.backbone(); }

void EnsembleLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.sift.save(writer);
  s.descriptors.save(writer);
  save_hubness(writer, s.hubness, kEnsembleHubness);
  s.scorer.save(writer, kEnsembleScorer);
  s.out_of_area.save(writer);
  if (s.artworks) {
    s.artworks->detector.save(writer);
    s.artworks->maps.save(writer);
  }
  if (s.turns) s.turns->save(writer);
  write_model(std::move(writer), kKind, s.options.to_json(), file);
}

EnsembleLocator EnsembleLocator::load(const std::filesystem::path& path, const LoadOptions& load) {
  return EnsembleLocator::load(open_model_of_kind(path, kKind), load);
}

EnsembleLocator EnsembleLocator::load(const SafetensorsFile& file, const LoadOptions& load) {
  auto options = parse_ensemble_options(file, load);
  auto sift = SiftStore::load(file, options.sift);
  const auto photos = sift.gallery.photos.size();
  auto impl =
      std::make_unique<Impl>(std::move(options), DescriptorStore::load(file, photos, load.device, load.num_threads));
  auto& s = *impl;
  s.sift = std::move(sift);
  s.hubness = load_hubness(file, photos, kEnsembleHubness);
  s.scorer = CandidateScorer::load(file, kEnsembleScorer, EvidenceSchema::ensemble());
  s.out_of_area = OutOfAreaTest::load(file);
  if (ArtworkDetector::stored(file))
    s.artworks.emplace(ArtworkDetector::load(file, s.strong.size()),
                       FeatureMapStore::load(file, s.descriptors.describer.backbone(), photos));
  if (TurnClassifier::stored(file)) s.turns = TurnClassifier::load(file, s.descriptors.describer);
  return EnsembleLocator(std::move(impl), load);
}

void EnsembleLocator::add(const Gallery& gallery, const ProgressCallback& progress) {
  auto& s = *impl_;
  s.sift.gallery.check_new(gallery);
  // Whatever fails or is cancelled leaves all parts as they were.
  const auto vectors = s.descriptors.describer.describe(gallery, s.options.cache, s.options.num_threads, progress);
  std::optional<DenseIndex> with_new;
  if (s.artworks) {
    const auto maps =
        s.artworks->maps.maps(gallery, backbone(), feature_map_options(painting_options(s.options)), progress);
    with_new = s.artworks->maps.index;
    with_new->add(maps, static_cast<std::size_t>(s.options.painting.cells), s.options.num_threads);
  }
  s.sift.add(gallery, progress);
  s.descriptors.add(vectors);
  s.hubness.resize(s.descriptors.index.size(), average(s.hubness));
  if (s.artworks) s.artworks->maps.index = std::move(*with_new);
  s.similarity = GallerySimilarity(s.strong, s.descriptors.index);
}

void EnsembleLocator::remove(std::span<const std::string> ids) {
  auto& s = *impl_;
  const auto staying = s.sift.gallery.without(ids);
  s.descriptors.keep(staying);
  keep_only(s.hubness, staying);
  if (s.artworks) s.artworks->maps.index.keep(staying);
  s.similarity = GallerySimilarity(s.strong, s.descriptors.index);
  s.sift.keep(staying);
}

}  // namespace venloc
