// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <utility>

#include "core/parallel.hpp"
#include "locators/sift_store.hpp"
#include "ranking/candidate_list.hpp"

namespace venloc {
namespace {

constexpr double kUsefulWithinM = 300.0;  // a verified match of photos farther apart is of no use
constexpr float kUsefulEffectiveInliers = 6.0f;
constexpr std::size_t kFeaturesPerWord = 64;  // at least; a small gallery has too few for a large vocabulary

std::size_t num_features(std::span<const LocalFeatures> pictures) {
  std::size_t out = 0;
  for (const auto& picture : pictures) out += picture.size();
  return out;
}

// The published method uses OpenCV's SIFT with its defaults, and all of its features.
SiftOptions published_sift(SiftOptions options) {
  options.root = false;
  options.upright = false;
  options.contrast_threshold = 0.04;
  options.edge_threshold = 10.0;
  options.max_features = 0;
  return options;
}

}  // namespace

SiftBuilder::SiftBuilder(const Gallery& gallery, const SiftLocatorOptions& options, const ProgressCallback& progress) {
  store_.options = options;
  store_.gallery.set_photos(gallery);
  if (options.matching == Matching::kExhaustive) store_.options.sift = published_sift(options.sift);
  auto [local, colours] = extract_gallery(gallery, gallery_sift_options(store_.options), progress);
  features_ = std::move(local);
  colours_ = std::move(colours);
  if (options.matching == Matching::kExhaustive) {
    for (auto& f : features_) store_.descriptors.push_back(std::move(f.descriptors));
    store_.matcher.emplace(store_.descriptors);
    return;
  }
  train(progress);
  find_useful(progress);
}

// Vocabulary and VLAD centres, and every photo encoded by them.
void SiftBuilder::train(const ProgressCallback& progress) {
  const auto& options = store_.options;
  const auto total = num_features(features_);
  auto training = options.index;
  training.seed ^= options.seed;
  training.num_threads = options.num_threads;
  training.words = std::min<int>(training.words, std::max<int>(1, static_cast<int>(total / kFeaturesPerWord)));
  training.training_features = std::max(training.training_features, training.words);
  store_.index = VisualIndex::train(features_, training, progress);
  store_.appearance = AppearanceStore::train(features_, training.seed, options.num_threads, progress);
  encoded_.resize(features_.size());
  std::vector<Appearance> appearance(features_.size());
  parallel_for(
      features_.size(), options.num_threads,
      [&](std::size_t i) {
        encoded_[i] = store_.index->encode(features_[i], options.keep_descriptors);
        appearance[i] = store_.appearance.describe(features_[i], colours_[i]);
      },
      "encoding", progress);
  store_.appearance.add(appearance);
}

// Which features are inliers of matches between photos of one scene, where not all can stay.
void SiftBuilder::find_useful(const ProgressCallback& progress) {
  const auto& options = store_.options;
  const auto n = features_.size();
  const auto total = num_features(features_);
  if (options.max_features_total == 0 || total <= static_cast<std::size_t>(options.max_features_total)) return;
  // Of each feature of the index, its position in its photo.
  std::vector<std::uint32_t> positions(total);
  for (const auto& numbers : store_.fill_index(encoded_))
    for (std::uint32_t i = 0; i < numbers.size(); ++i) positions[numbers[i]] = i;
  std::vector<std::vector<UsefulFeature>> useful(n);
  parallel_for(
      n, options.num_threads,
      [&](std::size_t q) {
        std::vector<std::uint8_t> excluded(n, 0);
        excluded[q] = 1;
        for (const auto& [e, inliers] : query(q, excluded, {}).candidates) {
          if (e.effective_inliers < kUsefulEffectiveInliers ||
              distance_m(e.place, store_.gallery.places[q]) > kUsefulWithinM)
            continue;
          for (const auto& match : inliers) {
            // Both sides of the match are useful.
            useful[q].push_back({static_cast<std::uint32_t>(q), e.photo, positions[match.feature]});
            useful[q].push_back({e.photo, static_cast<std::uint32_t>(q), match.query});
          }
        }
      },
      "useful features", progress);
  for (const auto& u : useful) useful_.insert(useful_.end(), u.begin(), u.end());
}

void SiftBuilder::fill(std::span<const std::uint8_t> left_out, std::size_t cap) {
  const auto keep = choose_features(features_, useful_, left_out, cap);
  std::vector<EncodedPicture> chosen;
  for (std::size_t p = 0; p < encoded_.size(); ++p) chosen.push_back(select_features(encoded_[p], keep[p]));
  store_.fill_index(chosen);
}

void SiftBuilder::hold_out(const Split& fold) {
  const auto n = features_.size();
  std::vector<std::uint8_t> left_out(n, 0);
  for (const auto q : fold.test) left_out[q] = 1;
  // The share of the cap that belongs to the photos that are there.
  fill(left_out, static_cast<std::size_t>(store_.options.max_features_total) * fold.train.size() / n);
}

SiftCandidates SiftBuilder::query(std::size_t photo, std::span<const std::uint8_t> held_out,
                                  std::span<const std::uint32_t> by_descriptors) const {
  // One query a thread is faster than several threads a query.
  return store_.retrieve({features_[photo], store_.appearance[photo], held_out, by_descriptors}, 1);
}

void SiftBuilder::fit(const Calibration& calibration, const ProgressCallback& progress) {
  const auto& options = store_.options;
  const auto examples = scorer_examples(
      EvidenceSchema::sift(), calibration.queries,
      [](const Evidence& evidence) {
        const auto list = rank_candidates(evidence.candidates);
        return std::vector<CandidateEvidence>(list.considered().begin(), list.considered().end());
      },
      0, options.num_threads);
  store_.scorer =
      CandidateScorer::fit(EvidenceSchema::sift(), examples, 1, options.seed, options.num_threads, progress);
  store_.hubness = calibration.feature_hubness;
}

SiftStore SiftBuilder::finish() {
  if (store_.matcher) return std::move(store_);
  store_.hubness.resize(features_.size());
  fill(std::vector<std::uint8_t>(features_.size(), 0), static_cast<std::size_t>(store_.options.max_features_total));
  return std::move(store_);
}

}  // namespace venloc
