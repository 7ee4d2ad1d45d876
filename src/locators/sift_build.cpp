// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/sha256.hpp"
#include "gallery/unreadable.hpp"
#include "image/file.hpp"
#include "locators/sift_impl.hpp"
#include "venloc/core/error.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/image/image.hpp"
#include "venloc/locators/sift_locator.hpp"

namespace venloc {
namespace {

constexpr double kSameSceneM = 300.0;  // a verified match of pictures farther apart teaches nothing useful
constexpr float kUsefulEffectiveInliers = 6.0f;
constexpr float kTellingWeight = 1.0f;  // verified matches of less inlier weight are often by chance

// ---- features -------------------------------------------------------------------------------------------------------

// Part of the name of what is cached; another one where the same options give other features.
constexpr int kCacheVersion = 3;

std::string cache_key(const Photo& photo, const SiftOptions& o) {
  Sha256 hash;
  const auto add = [&](const auto& value) { hash.update(std::as_bytes(std::span(&value, 1))); };
  hash.update(read_file_bytes(photo.file, ImageOptions().max_bytes));
  add(kCacheVersion);
  add(o.long_side_px);
  add(o.max_features);
  add(o.grid_cells);
  add(o.contrast_threshold);
  add(o.edge_threshold);
  add(o.upright);
  add(o.root);
  return hash.finish();
}

void write_features(const PictureFeatures& features, const std::filesystem::path& file) {
  const auto& f = features.local;
  static_assert(sizeof(Keypoint) == 5 * sizeof(float));
  const std::array<std::int32_t, 2> size = {f.width, f.height};
  const auto count = static_cast<std::int64_t>(f.size());
  SafetensorsWriter writer;
  writer.add<std::int32_t>("size", {2}, size);
  writer.add<float>("keypoints", {count, 5},
                    std::span(reinterpret_cast<const float*>(f.keypoints.data()), f.size() * 5));
  writer.add<std::uint8_t>(
      "descriptors", {count, static_cast<std::int64_t>(kSiftDimension)},
      std::span(reinterpret_cast<const std::uint8_t*>(f.descriptors.data()), f.size() * kSiftDimension));
  writer.add<std::uint8_t>("colours", {kColours}, features.colours);
  writer.write(file);
}

PictureFeatures read_features(const std::filesystem::path& path) {
  const auto file = SafetensorsFile::open(path);
  PictureFeatures out;
  auto& f = out.local;
  const auto size = file.get<std::int32_t>("size", {2});
  f.width = size[0];
  f.height = size[1];
  const auto keypoints = file.get<float>("keypoints", {-1, 5});
  const auto count = static_cast<std::int64_t>(keypoints.size() / 5);
  const auto descriptors = file.get<std::uint8_t>("descriptors", {count, static_cast<std::int64_t>(kSiftDimension)});
  f.keypoints.resize(static_cast<std::size_t>(count));
  f.descriptors.resize(static_cast<std::size_t>(count));
  std::memcpy(static_cast<void*>(f.keypoints.data()), keypoints.data(), keypoints.size_bytes());
  std::memcpy(f.descriptors.data(), descriptors.data(), descriptors.size_bytes());
  std::ranges::copy(file.get<std::uint8_t>("colours", {kColours}), out.colours.begin());
  if (!is_valid(out.colours)) refuse_damaged(path, "array colours is not of unit length");
  return out;
}

PictureFeatures features_of(const Photo& photo, const SiftLocatorOptions& options) {
  // One picture a thread is faster than several threads a picture.
  const auto make = [&] { return describe(read_image(photo.file), options.sift, 1); };
  if (options.cache.empty()) return make();
  const auto file = options.cache / (cache_key(photo, options.sift) + ".features");
  if (std::filesystem::exists(file)) {
    try {
      return read_features(file);
    } catch (const FormatError&) {
      // A damaged entry of a cache is made again.
    }
  }
  auto features = make();
  write_features(features, file);
  return features;
}

// ---- which features are kept ----------------------------------------------------------------------------------------

// A feature of a gallery picture that agreed with a query in a verified match between two gallery pictures.
struct UsefulFeature {
  std::uint32_t query = 0;    // picture
  std::uint32_t picture = 0;  // picture that holds the feature
  std::uint32_t feature = 0;  // its position in that picture
};

// Which features to keep so that at most `cap` stay (0 = all): first those useful in matches (Turcot and Lowe 2009)
// between pictures that are not `left_out`, the most often useful first; what is left of the cap is shared out so that
// every picture holds equally many, strongest first. Pictures that match nothing so keep the most.
std::vector<std::vector<std::uint32_t>> choose_features(std::span<const LocalFeatures> features,
                                                        std::span<const UsefulFeature> useful,
                                                        std::span<const std::uint8_t> left_out, std::size_t cap) {
  std::vector<std::vector<std::uint32_t>> keep(features.size());
  std::size_t total = 0;
  for (std::size_t p = 0; p < features.size(); ++p)
    if (!left_out[p]) total += features[p].size();
  if (cap == 0 || total <= cap) {
    for (std::size_t p = 0; p < features.size(); ++p) {
      if (left_out[p]) continue;
      keep[p].resize(features[p].size());
      std::iota(keep[p].begin(), keep[p].end(), 0u);
    }
    return keep;
  }

  std::vector<std::vector<std::uint32_t>> uses(features.size());
  for (std::size_t p = 0; p < features.size(); ++p) uses[p].assign(features[p].size(), 0);
  for (const auto& u : useful)
    if (!left_out[u.query] && !left_out[u.picture]) ++uses[u.picture][u.feature];

  // The smallest number of uses that lets all features with at least so many stay.
  std::vector<std::size_t> with_uses(1, 0);
  for (std::size_t p = 0; p < features.size(); ++p)
    for (const auto n : uses[p]) {
      if (left_out[p] || n == 0) continue;
      if (n >= with_uses.size()) with_uses.resize(n + 1, 0);
      ++with_uses[n];
    }
  std::size_t kept = 0, needed = with_uses.size();
  while (needed > 1 && kept + with_uses[needed - 1] <= cap) kept += with_uses[--needed];

  // The level to which the pictures are filled up.
  std::vector<std::size_t> held(features.size(), 0);
  for (std::size_t p = 0; p < features.size(); ++p)
    if (!left_out[p])
      held[p] = static_cast<std::size_t>(std::ranges::count_if(uses[p], [&](auto n) { return n >= needed; }));
  const auto filled = [&](std::size_t level) {
    std::size_t sum = 0;
    for (std::size_t p = 0; p < features.size(); ++p)
      if (!left_out[p]) sum += std::max(held[p], std::min(level, features[p].size()));
    return sum;
  };
  std::size_t low = 0, high = 1;
  while (filled(high) <= cap) high *= 2;
  while (high - low > 1) {
    const auto middle = (low + high) / 2;
    (filled(middle) <= cap ? low : high) = middle;
  }
  for (std::size_t p = 0; p < features.size(); ++p) {
    if (left_out[p]) continue;
    auto room = std::max(held[p], std::min(low, features[p].size())) - held[p];
    for (std::uint32_t i = 0; i < features[p].size(); ++i) {
      if (uses[p][i] >= needed) {
        keep[p].push_back(i);
      } else if (room > 0) {
        keep[p].push_back(i);
        --room;
      }
    }
  }
  return keep;
}

EncodedPicture select(const EncodedPicture& picture, std::span<const std::uint32_t> keep) {
  EncodedPicture out{picture.width, picture.height, {}, {}, {}, {}};
  for (const auto i : keep) {
    out.words.push_back(picture.words[i]);
    out.codes.push_back(picture.codes[i]);
    out.geometry.push_back(picture.geometry[i]);
    if (!picture.descriptors.empty()) out.descriptors.push_back(picture.descriptors[i]);
  }
  return out;
}

// ---- the gallery as its own queries ---------------------------------------------------------------------------------

struct SelfQueries {
  std::vector<std::vector<CandidateEvidence>> evidence;  // of each query, empty when it was not asked
  std::vector<std::vector<CandidateEvidence>> further;
  std::vector<UsefulFeature> useful;
};

}  // namespace

PictureFeatures describe(const Image& picture, const SiftOptions& options, int num_threads) {
  return {extract_sift(picture, options, num_threads), colour_histogram(picture)};
}

GalleryFeatures extract_gallery(const Gallery& gallery, const SiftLocatorOptions& options,
                                const ProgressCallback& progress) {
  if (!options.cache.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.cache, error);
    if (error) throw IoError("the cache folder '" + options.cache.string() + "' can not be made: " + error.message());
  }
  GalleryFeatures features{std::vector<LocalFeatures>(gallery.size()), std::vector<ColourHistogram>(gallery.size())};
  std::vector<std::string> problems(gallery.size());
  parallel_for(
      gallery.size(), options.num_threads,
      [&](std::size_t i) {
        problems[i] = problem_of([&] {
          auto found = features_of(gallery[i], options);
          features.local[i] = std::move(found.local);
          features.colours[i] = found.colours;
        });
      },
      "features", progress);
  refuse_unreadable(problems);
  return features;
}

std::vector<std::vector<std::uint32_t>> SiftParts::fill_index(std::span<const EncodedPicture> pictures) {
  auto numbers = index->set_pictures(pictures);
  set_index_places();
  return numbers;
}

void SiftParts::set_index_places() {
  std::map<std::pair<long, long>, std::uint32_t> squares;
  std::vector<std::uint32_t> numbers;
  for (const auto& place : places) {
    const std::pair square(std::lround(place.east / kPlaceM), std::lround(place.north / kPlaceM));
    numbers.push_back(squares.emplace(square, static_cast<std::uint32_t>(squares.size())).first->second);
  }
  index->set_places(numbers);
}

SiftLocator SiftLocator::build(const Gallery& gallery, const SiftLocatorOptions& options,
                               const ProgressCallback& progress) {
  options.validate();
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
  std::vector<Split> folds;
  if (options.matching == Matching::kIndexed)
    folds = calibration_splits(gallery, kFewestForCandidates, options.calibration_folds, options.calibration_grouped,
                               options.seed, options.num_threads, progress);
  return SiftLocator(std::make_unique<Impl>(Impl{build_sift(gallery, options, folds, {}, progress).parts}));
}

BuiltSift build_sift(const Gallery& gallery, const SiftLocatorOptions& options, std::span<const Split> folds,
                     std::span<const std::vector<std::uint32_t>> pooled, const ProgressCallback& progress) {
  BuiltSift built;
  auto& s = built.parts;
  s.options = options;
  s.set_photos(gallery);
  if (options.matching == Matching::kExhaustive) {
    // The published method takes OpenCV's SIFT as it comes, all of it.
    s.options.sift.root = false;
    s.options.sift.upright = false;
    s.options.sift.contrast_threshold = 0.04;
    s.options.sift.edge_threshold = 10.0;
    s.options.sift.max_features = 0;
  }

  auto [features, colours] = extract_gallery(gallery, s.options, progress);
  if (options.matching == Matching::kExhaustive) {
    for (auto& f : features) s.descriptors.push_back(std::move(f.descriptors));
    s.matcher.emplace(s.descriptors);
    return built;
  }

  const auto n = s.photos.size();
  std::size_t total = 0;
  for (const auto& f : features) total += f.size();
  auto training = options.index;
  training.seed ^= options.seed;
  training.num_threads = options.num_threads;
  // A small gallery has too few features for a large vocabulary.
  training.words = std::min<int>(training.words, std::max<int>(1, static_cast<int>(total / 64)));
  training.training_features = std::max(training.training_features, training.words);
  s.index = VisualIndex::train(features, training, progress);
  auto& index = *s.index;
  s.vlad = Vlad::train(features, training.seed, options.num_threads, progress);

  std::vector<EncodedPicture> encoded(n);
  s.looks.resize(n);
  parallel_for(
      n, options.num_threads,
      [&](std::size_t i) {
        encoded[i] = index.encode(features[i], options.keep_descriptors);
        s.looks[i] = {colours[i], s.vlad->describe(features[i])};
      },
      "encoding", progress);

  // One query a thread is faster than several threads a query.
  auto single = s.options;
  single.num_threads = 1;
  const auto ask = [&](const std::vector<std::size_t>& queries, std::span<const std::uint32_t> positions,
                       std::span<const std::uint8_t> absent, const char* stage, bool want_useful) {
    SelfQueries out;
    out.evidence.resize(n);
    out.further.resize(n);
    std::vector<std::vector<UsefulFeature>> useful(n);
    parallel_for(
        queries.size(), options.num_threads,
        [&](std::size_t k) {
          const auto q = queries[k];
          std::vector<std::uint8_t> excluded(absent.begin(), absent.end());
          if (excluded.empty()) excluded.assign(n, 0);
          excluded[q] = 1;
          auto found = collect_evidence(index, features[q], s.looks[q], single, s.places, s.looks, excluded,
                                        want_useful || pooled.empty() ? std::span<const std::uint32_t>() : pooled[q]);
          out.further[q] = evidence_in(found.further);
          for (const auto& v : found.ranked) {
            out.evidence[q].push_back(v.evidence);
            if (!want_useful || v.evidence.effective_inliers < kUsefulEffectiveInliers ||
                distance_m(v.evidence.place, s.places[q]) > kSameSceneM)
              continue;
            for (const auto& match : v.inliers) {
              // Both sides of the match are useful.
              useful[q].push_back({static_cast<std::uint32_t>(q), v.evidence.picture, positions[match.feature]});
              useful[q].push_back({v.evidence.picture, static_cast<std::uint32_t>(q), match.query});
            }
          }
        },
        stage, progress);
    for (auto& u : useful) out.useful.insert(out.useful.end(), u.begin(), u.end());
    return out;
  };

  std::vector<std::size_t> everything(n);
  std::iota(everything.begin(), everything.end(), std::size_t{0});
  const auto cap = static_cast<std::size_t>(options.max_features_total);
  std::vector<UsefulFeature> useful;
  if (cap > 0 && total > cap) {
    // Of each feature of the index, its position in its picture.
    std::vector<std::uint32_t> positions(total);
    for (const auto& numbers : s.fill_index(encoded))
      for (std::uint32_t i = 0; i < numbers.size(); ++i) positions[numbers[i]] = i;
    useful = ask(everything, positions, {}, "useful features", true).useful;
  }

  // Each fold's pictures are asked of an index that never saw them, as a stranger's picture will be.
  const std::vector<std::uint8_t> none_left_out(n, 0);
  const auto fill = [&](std::span<const std::uint8_t> left_out, std::size_t limit) {
    const auto keep = choose_features(features, useful, left_out, limit);
    std::vector<EncodedPicture> chosen(n);
    for (std::size_t p = 0; p < n; ++p) chosen[p] = select(encoded[p], keep[p]);
    s.fill_index(chosen);
  };
  if (!folds.empty()) {
    std::vector<std::vector<CandidateEvidence>> evidence(n);
    built.further.resize(n);
    for (std::size_t f = 0; f < folds.size(); ++f) {
      std::vector<std::uint8_t> left_out(n, 0);
      for (const auto q : folds[f].test) left_out[q] = 1;
      // The share of the cap that belongs to the pictures that are there.
      fill(left_out, cap * folds[f].train.size() / n);
      auto answers = ask(folds[f].test, {}, left_out, "calibration queries", false);
      for (const auto q : folds[f].test) {
        evidence[q] = std::move(answers.evidence[q]);
        built.further[q] = std::move(answers.further[q]);
      }
    }

    Standings standings(folds, n);
    for (std::size_t q = 0; q < n; ++q)
      for (const auto& e : evidence[q])
        standings.add(q, e.picture, distance_m(e.place, s.places[q]), e.votes > 0, e.inlier_weight,
                      e.inlier_weight >= kTellingWeight);
    auto& queries = built.queries;
    queries.resize(n);
    for (std::size_t f = 0; f < folds.size(); ++f) {
      const PlacesWithout known(s, folds[f]);
      for (const auto q : folds[f].test) {
        queries[q].evidence = std::move(evidence[q]);
        for (auto* list : {&queries[q].evidence, &built.further[q]})
          for (auto& e : *list) SiftParts::add_standing(e, standings.without(f, e.picture), known.density[e.picture]);
        queries[q].features = static_cast<float>(features[q].size());
        queries[q].truth = s.places[q];
        queries[q].prior_density = known.prior.density(s.photos[q].location);
      }
    }
    s.model = CandidateModel::fit(queries, options.seed, options.num_threads, progress);
    for (std::size_t p = 0; p < n; ++p) s.standing.push_back(standings.without(folds.size(), p));
  } else {
    s.standing.resize(n);
  }

  fill(none_left_out, cap);
  return built;
}

}  // namespace venloc
