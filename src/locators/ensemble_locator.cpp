// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/ensemble_locator.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "locators/dense_parts.hpp"
#include "locators/descriptor_parts.hpp"
#include "locators/ensemble_evidence.hpp"
#include "locators/familiarity.hpp"
#include "locators/sift_impl.hpp"
#include "locators/stored_options.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {
namespace {

constexpr const char* kEnsembleKind = "ensemble";
constexpr const char* kNetwork = "ensemble";                         // beside SIFT's own
constexpr const char* kDescriptorStanding = "descriptors.standing";  // beside SIFT's own

constexpr double kIsWork = 0.5;  // probability from which on a query is taken for a work
// On a work the odds that none of the photos' evidence is right are this much larger (log): measured on labelled works.
constexpr double kWorkDoubt = 4.0;
// What the maps of a work say is raised to this once its place is found, as kSharpening for the maps alone; what SIFT
// says is calibrated as it is. Measured on labelled works.
constexpr double kMapsSharpening = 2.0;

/// SIFT's options with what the ensemble's say for both parts.
SiftLocatorOptions sift_options(const EnsembleLocatorOptions& options) {
  auto out = options.sift;
  out.max_candidates = options.max_candidates;
  out.calibration_folds = options.calibration_folds;
  out.calibration_grouped = options.calibration_grouped;
  out.city = options.city;
  out.cache = options.cache.empty() ? options.cache : options.cache / "sift";
  out.seed = options.seed;
  out.num_threads = options.num_threads;
  return out;
}

/// Likewise those of works.
PaintingLocatorOptions painting_options(const EnsembleLocatorOptions& options) {
  auto out = options.painting;
  out.max_candidates = options.max_candidates;
  out.city = options.city;
  out.seed = options.seed;
  out.num_threads = options.num_threads;
  return out;
}

/// The works as pictures without a place.
Gallery listed_works(std::span<const std::filesystem::path> files) {
  std::vector<Photo> listed;
  for (const auto& file : files) {
    auto& work = listed.emplace_back();
    work.id = file.string();
    work.file = file;
  }
  return Gallery(std::move(listed));
}

/// How much of a work's answer is PaintingLocator's, where the photos' evidence leaves this probability to "none".
double share_of_maps(double none) {
  const double odds = std::exp(kWorkDoubt) * none;
  return odds / (odds + 1 - none);
}

}  // namespace

void EnsembleLocatorOptions::validate() const {
  if (const auto file = std::ranges::find(works, std::filesystem::path()); file != works.end())
    throw InvalidArgumentError("works names an empty path: name files of pictures");
  if (sift.matching != Matching::kIndexed)
    throw InvalidArgumentError("sift.matching must be indexed: the published method gives no evidence to weigh");
  sift_options(*this).validate();
  whitening.validate();
  region_whitening.validate();
  search.validate();
  painting_options(*this).validate();
  if (search.max_hits > kMostDescriptorHits)
    throw InvalidArgumentError("search.max_hits is " + std::to_string(search.max_hits) + ", it must be at most " +
                               std::to_string(kMostDescriptorHits));
  check_evidence_names(leave_out);
}

std::string EnsembleLocatorOptions::to_json() const {
  // SIFT's part is stored as a SiftLocator stores it, so that one can be opened from the same file.
  auto stored = *this;
  stored.sift = sift_options(*this);
  stored.painting = painting_options(*this);
  return nlohmann::json(stored).dump();
}

struct EnsembleLocator::Impl {
  Impl(EnsembleLocatorOptions wanted, SiftParts local, DescriptorParts whole)
      : options(std::move(wanted)),
        sift(std::move(local)),
        descriptors(std::move(whole)),
        strong(descriptors.describer.whitening()),
        likeness(strong, descriptors.index) {}

  EnsembleLocatorOptions options;
  SiftParts sift;
  DescriptorParts descriptors;
  CandidateNetwork network = unfitted_ensemble_network();
  StrongComponents strong;
  Likeness likeness;  // of the photos
  Familiarity familiarity;
  struct Works {
    WorkDetector detector;
    DenseParts maps;
  };
  std::optional<Works> works;

  /// What both say of the pictures in the pool.
  [[nodiscard]] CandidatePool pool(std::vector<CandidateEvidence> evidence, float features,
                                   std::span<const float> whole, std::span<const float> regions) const {
    CandidatePool out{std::move(evidence), {}, {}, features};
    const auto pictures = pictures_of(out.sift);
    out.similarities = descriptors.index.similarities(whole, pictures);
    out.regional = descriptors.regions.similarities(regions, pictures);
    return out;
  }

  /// Learns to tell works, which these vectors describe, from the photos of the index, and describes the photos' maps.
  void learn_works(std::span<const float> described, const Gallery& gallery, const ProgressCallback& progress) {
    std::vector<float> of_works, of_photos;
    const std::size_t wide = descriptors.index.dimension();
    for (std::size_t i = 0; i < options.works.size(); ++i)
      std::ranges::copy(strong.of(described.subspan(i * wide, wide)), std::back_inserter(of_works));
    for (std::size_t p = 0; p < descriptors.index.size(); ++p)
      std::ranges::copy(strong.of(descriptors.index.descriptor(p)), std::back_inserter(of_photos));
    works.emplace(WorkDetector::fit(of_works, of_photos, strong.size()),
                  DenseParts::build(gallery, descriptors.describer.backbone(), painting_options(options), progress));
  }
};

EnsembleLocator::EnsembleLocator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EnsembleLocator::EnsembleLocator(EnsembleLocator&&) noexcept = default;
EnsembleLocator& EnsembleLocator::operator=(EnsembleLocator&&) noexcept = default;
EnsembleLocator::~EnsembleLocator() = default;

EnsembleLocator EnsembleLocator::build(const Gallery& gallery, const Backbone& backbone,
                                       const EnsembleLocatorOptions& options, const ProgressCallback& progress) {
  options.validate();
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
  const std::size_t n = gallery.size();
  const auto [describer, vectors] =
      PictureVectors::build(backbone, gallery, options.whitening, options.region_whitening, options.cache, options.seed,
                            options.num_threads, progress);
  DescriptorParts descriptors(describer, vectors);
  // Early, because a work that can not be read ends the build.
  std::vector<float> works;
  if (!options.works.empty())
    works = describer.describe(listed_works(options.works), options.cache, options.num_threads, progress).whole;
  const auto folds = calibration_splits(gallery, kFewestForCandidates, options.calibration_folds,
                                        options.calibration_grouped, options.seed, options.num_threads, progress);
  std::vector<std::vector<DescriptorHit>> hits;
  std::vector<std::vector<std::uint32_t>> wanted;
  if (!folds.empty()) {
    hits = search_out_of_fold(descriptors.index, vectors.whole, folds, options.search, options.num_threads, progress);
    for (const auto& list : hits) wanted.push_back(pictures_of(list));
  }
  auto sift = build_sift(gallery, sift_options(options), folds, wanted, progress);
  auto impl = std::make_unique<Impl>(options, std::move(sift.parts), std::move(descriptors));
  auto& s = *impl;
  if (!works.empty()) s.learn_works(works, gallery, progress);
  if (folds.empty()) {
    s.descriptors.standing.resize(n);
    return EnsembleLocator(std::move(impl));
  }

  const auto& places = s.sift.places;
  const auto standings = standings_of(hits, places, folds);
  const std::size_t wide = s.descriptors.index.dimension(), region_wide = vectors.regions.size() / n;
  std::vector<CandidateQuery> queries(n);
  std::vector<double> likeness(n);
  for (std::size_t f = 0; f < folds.size(); ++f) {
    const PlacesWithout known(s.sift, folds[f]);
    std::vector<Standing> standing;
    for (std::size_t p = 0; p < n; ++p) standing.push_back(standings.without(f, p));
    std::vector<std::uint8_t> excluded(n, 1);
    for (const auto p : folds[f].train) excluded[p] = 0;
    parallel_for(
        folds[f].test.size(), options.num_threads,
        [&](std::size_t k) {
          const auto q = folds[f].test[k];
          const auto& asked = sift.queries[q];
          const auto pool = s.pool(pooled(asked.evidence, sift.further[q]), asked.features,
                                   std::span(vectors.whole).subspan(q * wide, wide),
                                   std::span(vectors.regions).subspan(q * region_wide, region_wide));
          auto& query = queries[q];
          query.features = ensemble_features(pool, places, standing, known.density, options.leave_out);
          for (const auto& e : pool.sift) query.places.push_back(e.place);
          query.truth = asked.truth;
          query.prior_density = asked.prior_density;
          likeness[q] = s.likeness.of(s.strong.of(s.descriptors.index.descriptor(q)), excluded);
        },
        "evidence", progress);
  }
  s.network = CandidateNetwork::fit(queries, kEnsembleFeatures, kEnsembleListFeatures, kFitParts, options.seed,
                                    options.num_threads, progress);
  std::vector<double> none;
  for (const auto& query : queries) none.push_back(s.network.answer(query.features).probabilities.back());
  s.familiarity = Familiarity::fit(none, likeness);
  for (std::size_t p = 0; p < n; ++p) s.descriptors.standing.push_back(standings.without(folds.size(), p));
  return EnsembleLocator(std::move(impl));
}

Prediction EnsembleLocator::locate(const Image& picture) const {
  const auto& s = *impl_;
  Prediction out;
  Stopwatch watch(out.timings);
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  const auto vectors = s.descriptors.describer.describe_all(std::span(&picture, 1));
  watch.lap("network");
  const auto features = describe(picture, s.sift.options.sift, s.sift.options.num_threads);
  watch.lap("features");
  const auto hits = s.descriptors.index.search(vectors.whole, s.options.search);
  const Looks looks{features.colours, s.sift.vlad->describe(features.local)};
  const auto verified = collect_evidence(*s.sift.index, features.local, looks, s.sift.options, s.sift.places,
                                         s.sift.looks, {}, pictures_of(hits));
  watch.lap("search");
  const auto ranked = evidence_in(verified.ranked);
  auto evidence = pooled(ranked, evidence_in(verified.further));
  for (auto& e : evidence) SiftParts::add_standing(e, s.sift.standing[e.picture], s.sift.density[e.picture]);
  const auto pool =
      s.pool(std::move(evidence), static_cast<float>(features.local.size()), vectors.whole, vectors.regions);
  const auto strong = s.strong.of(std::span<const float>(vectors.whole));
  const bool is_work = s.works && s.works->detector.probability(strong) > kIsWork;
  // A print or painting may show what a feature matches; what a network says of it is of its style as well. So of works
  // the SIFT part's own answer is heard.
  const auto heard =
      std::span(pool.sift).first(is_work ? std::min(ranked.size(), CandidateModel::kMaxCandidates) : pool.sift.size());
  const auto answer = is_work ? s.sift.model.answer(heard, pool.features)
                              : s.network.answer(ensemble_features(pool, s.sift.places, s.descriptors.standing,
                                                                   s.sift.density, s.options.leave_out));
  const auto sigmas = is_work ? s.sift.model.sigmas_m() : s.network.sigmas_m();
  const double none = answer.probabilities.back();
  // What each photo's probability comes from: both kinds of evidence may speak for one.
  struct Evidence {
    double probability = 0;
    int inliers = 0;
  };
  std::map<std::size_t, Evidence> evidence_of;
  double of_maps = 0;
  std::vector<PosteriorComponent> components;
  std::size_t of_the_maps = 0;  // the first so many components
  double left = 1;
  if (is_work) {
    watch.lap("weighing");
    const auto found = dense_answer(s.works->maps.scores(picture, backbone(), painting_options(s.options)));
    of_maps = share_of_maps(none);
    add_components(components, found, s.sift.places, of_maps);
    of_the_maps = components.size();
    for (std::size_t i = 0; i < found.photos.size(); ++i)
      evidence_of[found.photos[i]].probability += of_maps * found.probabilities[i];
    left -= of_maps * (1 - found.none);
    watch.lap("maps");
  }
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const double probability = (1 - of_maps) * answer.probabilities[i];
    auto& evidence_for = evidence_of[heard[i].picture];
    evidence_for.probability += probability;
    evidence_for.inliers = static_cast<int>(heard[i].inliers);
    if (probability < kSmallestProbability) continue;
    left -= probability;
    for (std::size_t k = 0; k < sigmas.size(); ++k)
      components.push_back({heard[i].place, sigmas[k], probability * answer.kernel_weights[i][k]});
  }
  left = std::max(left, 0.0);
  // Works of the city are no more like its photos than works of elsewhere: of them nothing is known.
  const auto posterior_of = [&](std::vector<PosteriorComponent> parts) {
    if (!s.familiarity.fitted()) return s.sift.posterior(std::move(parts), left);
    return s.sift.posterior(std::move(parts), left,
                            is_work ? Familiarity::kElsewhere : s.familiarity.not_here(none, s.likeness.of(strong)));
  };
  out.posterior = posterior_of(components);
  finish(out, kFarShare);
  if (of_the_maps > 0) {
    const auto maps = std::span(components).first(of_the_maps);
    double share = 0;
    for (const auto& component : maps) share += component.weight;
    const auto sharp = Posterior(s.sift.frame, s.sift.area, {maps.begin(), maps.end()}, 0, 0).tempered(kMapsSharpening);
    std::vector<PosteriorComponent> sharpened(components.begin() + static_cast<std::ptrdiff_t>(of_the_maps),
                                              components.end());
    for (auto component : sharp.components()) {
      component.weight *= share;
      sharpened.push_back(component);
    }
    out.posterior = posterior_of(std::move(sharpened));
    tell_around(out);
  }

  std::vector<std::pair<std::size_t, Evidence>> order(evidence_of.begin(), evidence_of.end());
  std::ranges::stable_sort(order, std::greater{}, [](const auto& entry) { return entry.second.probability; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(s.options.max_candidates)));
  std::map<std::size_t, const VerifiedPicture*> seen;
  for (const auto* list : {&verified.ranked, &verified.further})
    for (const auto& v : *list) seen.emplace(v.evidence.picture, &v);
  for (const auto& [photo, said] : order) {
    out.candidates.push_back(s.sift.candidate(photo, said.probability, said.probability, said.inliers));
    if (said.inliers > 0) s.sift.show_matches(out.candidates.back(), *seen.at(photo), features.local);
  }
  watch.lap("posterior");
  return out;
}

LocatorInfo EnsembleLocator::info() const {
  const auto& s = *impl_;
  auto out = s.sift.info(kEnsembleKind, s.options.city, s.options.to_json());
  out.features = s.sift.index->num_features();
  return out;
}

std::span<const Photo> EnsembleLocator::photos() const { return impl_->sift.photos; }
const EnsembleLocatorOptions& EnsembleLocator::options() const { return impl_->options; }
const Backbone& EnsembleLocator::backbone() const { return impl_->descriptors.describer.backbone(); }

void EnsembleLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.sift.save(writer);
  s.descriptors.save(writer, kDescriptorStanding);
  s.network.save(writer, kNetwork);
  s.familiarity.save(writer);
  if (s.works) {
    s.works->detector.save(writer);
    s.works->maps.save(writer);
  }
  write_model(std::move(writer), kEnsembleKind, s.options.to_json(), file);
}

EnsembleLocator EnsembleLocator::load(const std::filesystem::path& path) {
  return load(open_model_of_kind(path, kEnsembleKind));
}

EnsembleLocator EnsembleLocator::load(const SafetensorsFile& file) {
  auto sift = parse_sift_options(file);
  auto options = parse_options<EnsembleLocatorOptions>(file);
  options.sift = sift;
  options.max_candidates = sift.max_candidates;
  options.calibration_folds = sift.calibration_folds;
  options.calibration_grouped = sift.calibration_grouped;
  options.city = sift.city;
  options.seed = sift.seed;
  options.painting = painting_options(options);
  try {
    options.validate();
  } catch (const InvalidArgumentError& error) {
    refuse_damaged(file.path(), std::string("its options are impossible: ") + error.what());
  }
  auto parts = SiftParts::load(file, std::move(sift));
  auto descriptors = DescriptorParts::load(file, parts.photos.size(), kDescriptorStanding);
  auto impl = std::make_unique<Impl>(std::move(options), std::move(parts), std::move(descriptors));
  impl->network = CandidateNetwork::load(file, kNetwork, kEnsembleFeatures, kEnsembleListFeatures);
  auto& s = *impl;
  s.familiarity = Familiarity::load(file);
  if (WorkDetector::stored(file))
    s.works.emplace(WorkDetector::load(file, s.strong.size()),
                    DenseParts::load(file, s.descriptors.describer.backbone(), s.sift.photos.size()));
  return EnsembleLocator(std::move(impl));
}

void EnsembleLocator::add(const Gallery& gallery, const ProgressCallback& progress) {
  auto& s = *impl_;
  s.sift.check_new(gallery);
  // Whatever fails or is cancelled leaves both as they were.
  const auto vectors = s.descriptors.describer.describe(gallery, s.options.cache, s.options.num_threads, progress);
  std::vector<DenseMap> maps;
  std::optional<DenseIndex> with_new;
  if (s.works) {
    maps = s.works->maps.maps(gallery, backbone(), painting_options(s.options), progress);
    with_new = s.works->maps.index;
    with_new->add(maps, static_cast<std::size_t>(s.options.painting.cells), s.options.num_threads);
  }
  s.sift.add(gallery, progress);
  s.descriptors.add(vectors);
  if (s.works) s.works->maps.index = std::move(*with_new);
  s.likeness = Likeness(s.strong, s.descriptors.index);
}

void EnsembleLocator::remove(std::span<const std::string> ids) {
  auto& s = *impl_;
  const auto staying = s.sift.without(ids);
  s.descriptors.keep(staying);
  if (s.works) s.works->maps.index.keep(staying);
  s.likeness = Likeness(s.strong, s.descriptors.index);
  s.sift.keep(staying);
}

}  // namespace venloc
