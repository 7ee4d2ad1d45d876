// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/sift_locator.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/stopwatch.hpp"
#include "locators/model_info.hpp"
#include "locators/sift_store.hpp"
#include "ranking/candidate_list.hpp"
#include "ranking/picture_notes.hpp"
#include "ranking/posterior_builder.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {
namespace {

// The published method gives no probability. This is its share of answers within 100 m in the published results.
constexpr double kPublishedHitRate = 0.28;
constexpr double kPublishedSigmaM = 25.0;
// Local features recognise places, not districts.
constexpr double kSiftDistrictShare = 0.0;

// The published method: the location of the photo with the smallest sum of distances.
Prediction locate_exhaustively(const SiftStore& s, const Image& picture, const QueryOptions& query,
                               const AnswerSettings& settings) {
  check_cancelled(query);
  Prediction out;
  Stopwatch watch;
  const auto features = describe(picture, s.options.sift, s.options.num_threads);
  out.timings.push_back({"features", watch.lap()});
  check_cancelled(query);
  auto ranked = s.matcher->rank(features.local.descriptors, s.options.num_threads);
  out.timings.push_back({"search", watch.lap()});
  std::erase_if(ranked,
                [&](const auto& r) { return r.matches == 0 || !settings.prior.possible(s.gallery.places[r.picture]); });
  CandidateMixture mixture;
  double probability = kPublishedHitRate;
  if (!ranked.empty()) {
    const auto place = s.gallery.places[ranked.front().picture];
    mixture.components.push_back({place, kPublishedSigmaM, kPublishedHitRate});
    mixture.no_match -= kPublishedHitRate;
    const double weight = settings.prior.weight(place, kPublishedSigmaM);
    probability = given(settings.prior, {&probability, 1}, {&weight, 1}, 1 - kPublishedHitRate).front();
  }
  out.posterior = settings.prior.combined(build_posterior(s.gallery, std::move(mixture), 0.0));
  report_place(out, kSiftDistrictShare);
  if (!ranked.empty() && settings.prior.empty()) out.location = s.gallery.photos[ranked.front().picture].location;
  for (std::size_t i = 0; i < std::min(ranked.size(), settings.max_candidates); ++i) {
    out.candidates.push_back(report_candidate(s.gallery, ranked[i].picture, i == 0 ? probability : 0.0,
                                              -static_cast<double>(ranked[i].sum)));
    out.candidates.back().inliers = static_cast<int>(ranked[i].matches);
  }
  out.timings.push_back({"posterior", watch.lap()});
  return out;
}

}  // namespace

struct SiftLocator::Impl {
  SiftStore store;
};

SiftLocator::SiftLocator(std::unique_ptr<Impl> impl, const LoadOptions& load)
    : GalleryLocator(load), impl_(std::move(impl)) {}
SiftLocator::SiftLocator(SiftLocator&&) noexcept = default;
SiftLocator& SiftLocator::operator=(SiftLocator&&) noexcept = default;
SiftLocator::~SiftLocator() = default;

SiftLocator SiftLocator::build(const Gallery& gallery, const SiftLocatorOptions& options,
                               const ProgressCallback& progress) {
  options.validate();
  check_gallery(gallery);
  std::vector<Split> folds;
  if (options.matching == Matching::kIndexed)
    folds = calibration_folds(gallery,
                              {kMinPhotosForScorer, options.calibration_folds, options.calibration_grouped,
                               options.seed, options.num_threads},
                              progress);
  SiftBuilder builder(gallery, options, progress);
  if (!folds.empty()) {
    const CalibrationSteps steps = {[&](const Split& fold) { builder.hold_out(fold); },
                                    [&](std::size_t photo, std::span<const std::uint8_t> held_out) {
                                      return plain_evidence(builder.query(photo, held_out, {}));
                                    }};
    builder.fit(calibrate(builder.store().gallery, folds, steps, options.num_threads, progress), progress);
  }
  return SiftLocator(std::make_unique<Impl>(Impl{builder.finish()}));
}

Prediction SiftLocator::locate(const Image& picture, const QueryOptions& query) const {
  const auto& s = impl_->store;
  if (!s.matcher) return GalleryLocator::locate(picture, query);
  auto out = locate_exhaustively(s, picture, query,
                                 answer_settings(query, load_options(), s.options.max_candidates, s.gallery));
  add_picture_notes(out, picture);
  return out;
}

Evidence SiftLocator::evidence(const Image& picture, const QueryOptions& query) const {
  const auto& s = impl_->store;
  if (s.matcher) throw InvalidArgumentError("exhaustive matching has no evidence; call locate");
  Stopwatch watch;
  const auto features = describe(picture, s.options.sift, s.options.num_threads);
  const double described = watch.lap();
  check_cancelled(query);
  const auto found = s.retrieve({features.local, s.appearance_of(features), {}, {}}, s.options.num_threads);
  auto out = s.evidence(found, features.local);
  out.timings = {{"features", described}, {"search", watch.lap()}};
  return out;
}

Prediction SiftLocator::answer(const Evidence& evidence, const QueryOptions& query) const {
  const auto& s = impl_->store;
  s.gallery.check(evidence);
  Prediction out;
  out.timings = evidence.timings;
  Stopwatch watch;
  const auto list = rank_candidates(evidence.candidates);
  const auto considered = list.considered();
  const auto settings = answer_settings(query, load_options(), s.options.max_candidates, s.gallery);
  const auto scores = report_scored(out, s.gallery, s.scorer, EvidenceSchema::sift(), considered, evidence.list,
                                    settings.prior, kSiftDistrictShare);
  for (const auto i : settings.reported(scores.probabilities, considered.size())) {
    const auto& e = considered[i];
    out.candidates.push_back(s.report(evidence, e.photo, scores.probabilities[i], e.inlier_weight,
                                      static_cast<int>(e.inliers), settings.matches));
  }
  out.timings.push_back({"posterior", watch.lap()});
  return out;
}

LocatorInfo SiftLocator::info() const {
  const auto& s = impl_->store;
  auto out = model_info(s.gallery, kKind, s.options.city, s.options.to_json(), s.matcher || s.scorer.fitted());
  if (s.index) out.features = s.index->num_features();
  for (const auto& descriptors : s.descriptors) out.features += descriptors.size();
  return out;
}

double SiftLocator::district_share() const { return kSiftDistrictShare; }

std::span<const Photo> SiftLocator::photos() const { return impl_->store.gallery.photos; }
const SiftLocatorOptions& SiftLocator::options() const { return impl_->store.options; }

void SiftLocator::set_options(const SiftLocatorOptions& options) {
  options.validate();
  const auto& old = impl_->store.options;
  const auto fixed = [](bool same, const char* field) {
    if (!same)
      throw InvalidArgumentError(std::string(field) + " cannot be changed after the model is built; build it again");
  };
  fixed(options.matching == old.matching, "matching");
  fixed(options.sift.root == old.sift.root, "sift.root");
  fixed(options.index.words == old.index.words, "index.words");
  fixed(options.index.training_features == old.index.training_features, "index.training_features");
  fixed(options.index.iterations == old.index.iterations, "index.iterations");
  fixed(options.index.seed == old.index.seed, "index.seed");
  fixed(options.calibration_folds == old.calibration_folds, "calibration_folds");
  fixed(options.calibration_grouped == old.calibration_grouped, "calibration_grouped");
  fixed(options.seed == old.seed, "seed");
  fixed(options.max_features_total == old.max_features_total, "max_features_total");
  fixed(options.keep_descriptors == old.keep_descriptors, "keep_descriptors");
  fixed(options.city == old.city, "city");
  load_options_.max_candidates.reset();
  impl_->store.options = options;
}

void SiftLocator::save(const std::filesystem::path& file) const {
  SafetensorsWriter writer;
  impl_->store.save(writer);
  write_model(std::move(writer), kKind, impl_->store.options.to_json(), file);
}

SiftLocator SiftLocator::load(const std::filesystem::path& path, const LoadOptions& load) {
  const auto file = open_model(path);
  const auto& kind = file.metadata().at("kind");
  if (kind != kKind && !file.contains("index.sizes"))
    throw FormatError("'" + path.string() + "' is a model of kind '" + kind +
                      "', which holds no SIFT features; open it with load_locator");
  return SiftLocator::load(file, load);
}

SiftLocator SiftLocator::load(const SafetensorsFile& file, const LoadOptions& load) {
  return SiftLocator(std::make_unique<Impl>(Impl{SiftStore::load(file, parse_sift_options(file, load))}), load);
}

void SiftLocator::add(const Gallery& gallery, const ProgressCallback& progress) {
  impl_->store.gallery.check_new(gallery);
  impl_->store.add(gallery, progress);
}

void SiftLocator::remove(std::span<const std::string> ids) { impl_->store.keep(impl_->store.gallery.without(ids)); }

}  // namespace venloc
