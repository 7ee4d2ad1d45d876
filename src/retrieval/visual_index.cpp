// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/retrieval/visual_index.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>
#include <utility>

#include "core/damaged.hpp"
#include "core/k_means.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "retrieval/kernels.hpp"
#include "retrieval/simd.hpp"
#include "retrieval/vocabulary.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using kernels::kBlock;
using kernels::kBlockBytes;
using kernels::kCentroids;
using kernels::kPartDimension;
using kernels::kParts;

// Squared distances are summed as bytes of 1024: 255 stands for a distance of 1 between unit descriptors.
constexpr int kDistanceShift = 10;
// Nothing farther than 0.78 (of unit descriptors) is a match.
constexpr std::uint8_t kMaxDistance = 156;
constexpr std::size_t kPictureBytes = 3;
constexpr std::size_t kMaxPictures = std::size_t{1} << 24;

// Geometry of a feature in 32 bits. Positions are relative to the longer side, sizes logarithmic.
constexpr std::uint32_t kPositionMax = 1023;
constexpr double kSmallestScale = 2.0;  // [px]
constexpr double kScaleSteps = 8.0;     // steps to a doubling
constexpr std::uint32_t kScaleMax = 63;
constexpr std::uint32_t kAngleSteps = 64;

std::uint32_t pack(const Keypoint& k, int width, int height) {
  const double unit = kPositionMax / static_cast<double>(std::max(width, height));
  const auto position = [&](double v) {
    return static_cast<std::uint32_t>(std::clamp(std::lround(v * unit), 0L, static_cast<long>(kPositionMax)));
  };
  const double octaves = std::log2(std::max<double>(k.scale, kSmallestScale) / kSmallestScale);
  const auto scale = std::min(static_cast<std::uint32_t>(std::lround(octaves * kScaleSteps)), kScaleMax);
  const auto angle =
      static_cast<std::uint32_t>(std::lround(k.angle / (2 * std::numbers::pi) * kAngleSteps)) % kAngleSteps;
  return position(k.x) | position(k.y) << 10 | scale << 20 | angle << 26;
}

Keypoint unpack(std::uint32_t packed, int width, int height) {
  const double unit = std::max(width, height) / static_cast<double>(kPositionMax);
  Keypoint k;
  k.x = static_cast<float>((packed & 1023u) * unit);
  k.y = static_cast<float>((packed >> 10 & 1023u) * unit);
  k.scale = static_cast<float>(kSmallestScale * std::exp2((packed >> 20 & 63u) / kScaleSteps));
  k.angle = static_cast<float>((packed >> 26) * (2 * std::numbers::pi / kAngleSteps));
  return k;
}

using Codebook = std::array<std::int16_t, kParts * kCentroids * kPartDimension>;

// One part of the residuals and its centres as k_means requires them, in integers.
class PartSpace {
 public:
  using Sum = std::array<std::int64_t, kPartDimension>;

  /// The centres are written to the codebook.
  PartSpace(std::span<const WideRow> residuals, std::size_t part, std::uint64_t seed, Codebook& codebook)
      : residuals_(residuals), part_(part), centroids_(codebook.data() + part * kCentroids * kPartDimension) {
    const auto start = sample_positions(residuals.size(), kCentroids, seed + part);
    for (std::size_t c = 0; c < kCentroids; ++c)
      std::copy_n(values(start[c % start.size()]), kPartDimension, centroids_ + c * kPartDimension);
  }

  void begin_iteration() {}
  [[nodiscard]] std::size_t nearest(std::size_t i, std::size_t) const {
    std::size_t best = 0;
    std::int32_t best_distance = std::numeric_limits<std::int32_t>::max();
    for (std::size_t c = 0; c < kCentroids; ++c) {
      std::int32_t distance = 0;
      for (std::size_t d = 0; d < kPartDimension; ++d) {
        const std::int32_t difference = values(i)[d] - centroids_[c * kPartDimension + d];
        distance += difference * difference;
      }
      if (distance < best_distance) {
        best_distance = distance;
        best = c;
      }
    }
    return best;
  }
  void add(Sum& sum, std::size_t i) const {
    for (std::size_t d = 0; d < kPartDimension; ++d) sum[d] += values(i)[d];
  }
  static void merge(Sum& sum, const Sum& other) {
    for (std::size_t d = 0; d < kPartDimension; ++d) sum[d] += other[d];
  }
  void move(std::size_t centre, const Sum& sum, std::size_t count) {
    for (std::size_t d = 0; d < kPartDimension; ++d)
      centroids_[centre * kPartDimension + d] =
          static_cast<std::int16_t>(std::lround(static_cast<double>(sum[d]) / static_cast<double>(count)));
  }
  void refill(std::size_t, const std::vector<std::size_t>&, const std::vector<std::uint32_t>&) {}  // it may stay unused

 private:
  [[nodiscard]] const std::int16_t* values(std::size_t i) const {
    return residuals_[i].data() + part_ * kPartDimension;
  }

  std::span<const WideRow> residuals_;
  std::size_t part_;
  std::int16_t* centroids_;
};

Codebook train_codebook(std::span<const WideRow> residuals, int iterations, std::uint64_t seed, int num_threads) {
  Codebook codebook{};
  parallel_for(kParts, num_threads, [&](std::size_t part) {
    PartSpace space(residuals, part, seed, codebook);
    k_means(space, residuals.size(), kCentroids, iterations, 1);
  });
  return codebook;
}

WideRow residual_to(const WideRow& row, const std::int16_t* centroid) {
  WideRow out;
  for (std::size_t d = 0; d < kSiftDimension; ++d) out[d] = static_cast<std::int16_t>(row[d] - centroid[d]);
  return out;
}

}  // namespace

void VisualIndexOptions::validate() const {
  if (words < 1 || words > 65536) throw InvalidArgumentError("index.words must be 1 to 65536");
  if (training_features < words) throw InvalidArgumentError("index.training_features must be at least index.words");
  if (iterations < 1) throw InvalidArgumentError("index.iterations must be at least 1");
  resolve_threads(num_threads);
}

void VisualIndexQueryOptions::validate() const {
  if (probes < 1 || probes > 64) throw InvalidArgumentError("query.probes must be 1 to 64");
  if (ratio_test_rank < 1) throw InvalidArgumentError("query.ratio_test_rank must be at least 1");
  if (rerank_places != 0 && rerank_places <= ratio_test_rank)
    throw InvalidArgumentError("query.rerank_places must be 0, or larger than query.ratio_test_rank");
  if (max_pictures < 1) throw InvalidArgumentError("query.max_pictures must be at least 1");
  resolve_threads(num_threads);
}

namespace {

// Kept from one search to the next, one for each thread. Stamps mark which pictures and places a query feature has met;
// a new stamp forgets them all at once.
struct SearchWorkspace {
  std::vector<std::uint16_t> words;
  std::vector<FeatureHit> all, sorted;  // distances of codes, in bytes
  std::vector<std::uint32_t> seen_pictures, seen_places;
  std::uint32_t stamp = 0;

  std::uint32_t new_stamp(std::size_t places) {
    seen_pictures.resize(std::max(seen_pictures.size(), places), 0u);
    seen_places.resize(std::max(seen_places.size(), places), 0u);
    if (++stamp == 0) {
      std::ranges::fill(seen_pictures, 0u);
      std::ranges::fill(seen_places, 0u);
      stamp = 1;
    }
    return stamp;
  }
};

// Nearest first by counting sort on the byte distance; features of one distance stay in the order of the lists.
void sort_by_distance(const std::vector<FeatureHit>& hits, std::vector<FeatureHit>& sorted) {
  std::array<std::uint32_t, kMaxDistance + 2> place{};
  for (const auto& hit : hits) ++place[hit.distance + 1u];
  for (std::size_t i = 1; i < place.size(); ++i) place[i] += place[i - 1];
  sorted.resize(hits.size());
  for (const auto& hit : hits) sorted[place[hit.distance]++] = hit;
}

}  // namespace

struct VisualIndex::Impl {
  Vocabulary vocabulary;
  Codebook codebook{};

  // Lists one after the other; `begin[w]` is the number of the first feature of word w. Codes are padded to whole
  // blocks, `first_block[w]` is the first block of word w.
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> first_block;
  std::span<const std::uint8_t> codes;
  std::span<const std::uint8_t> picture_numbers;
  std::span<const std::uint32_t> geometry;
  std::span<const std::uint8_t> descriptors;  // none, or kSiftDimension for each feature
  std::vector<std::uint16_t> sizes;           // width and height of each picture [px]
  std::vector<std::uint32_t> places;          // place number of each picture
  std::vector<float> normalisation;           // of each picture's votes

  // What the spans refer to: own memory or a mapped file.
  std::vector<std::uint8_t> own_codes, own_numbers, own_descriptors;
  std::vector<std::uint32_t> own_geometry;
  std::shared_ptr<const SafetensorsFile> file;

  [[nodiscard]] std::uint32_t picture_of(std::size_t feature) const {
    const auto* bytes = picture_numbers.data() + feature * kPictureBytes;
    return bytes[0] | static_cast<std::uint32_t>(bytes[1]) << 8 | static_cast<std::uint32_t>(bytes[2]) << 16;
  }

  // Everything that follows from the lists.
  void derive() {
    const auto words = vocabulary.size();
    first_block.assign(words + 1, 0);
    for (std::size_t w = 0; w < words; ++w)
      first_block[w + 1] = first_block[w] + static_cast<std::uint32_t>((begin[w + 1] - begin[w] + kBlock - 1) / kBlock);
    std::vector<std::uint32_t> counts(sizes.size() / 2, 0);
    for (std::size_t i = 0; i < geometry.size(); ++i) ++counts[picture_of(i)];
    normalisation.resize(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i)
      normalisation[i] = static_cast<float>(1.0 / std::sqrt(100.0 + counts[i]));
  }

  // All features of the words' lists that are not too far by their codes, by list.
  void scan(const WideRow& descriptor, std::span<const std::uint16_t> words, std::span<const std::uint8_t> excluded,
            std::vector<FeatureHit>& found) const {
    std::array<std::int32_t, kParts * kCentroids> exact;
    std::array<std::uint8_t, kParts * kCentroids> table;
    std::array<std::uint8_t, kBlock> sums;
    found.clear();
    for (const auto word : words) {
      const auto count = begin[word + 1] - begin[word];
      if (count == 0) continue;
      kernels::distance_table(residual_to(descriptor, vocabulary.wide(word)).data(), codebook.data(), exact.data());
      for (std::size_t i = 0; i < exact.size(); ++i)
        table[i] = static_cast<std::uint8_t>(std::min((exact[i] + (1 << (kDistanceShift - 1))) >> kDistanceShift, 255));
      for (std::uint32_t offset = 0; offset < count; offset += kBlock) {
        const auto* block = codes.data() + (first_block[word] + offset / kBlock) * kBlockBytes;
        auto mask = kernels::scan_block(block, table.data(), kMaxDistance, sums.data());
        if (count - offset < kBlock) mask &= (1u << (count - offset)) - 1;
        for (; mask != 0; mask &= mask - 1) {
          const auto i = static_cast<std::uint32_t>(__builtin_ctz(mask));
          const auto feature = begin[word] + offset + i;
          const auto picture = picture_of(feature);
          if (!excluded.empty() && excluded[picture] != 0) continue;
          found.push_back({sums[i], picture, feature});
        }
      }
    }
  }

  // Takes hits in their order, one for each picture, until one more than `rank` places are met; returns that one's
  // distance, if there is one.
  template <typename Keep>
  std::optional<std::uint32_t> take(const std::vector<FeatureHit>& ordered, int rank, SearchWorkspace& workspace,
                                    Keep&& keep) const {
    const std::uint32_t mark = workspace.new_stamp(places.size());
    int met = 0;
    for (const auto& hit : ordered) {
      if (std::exchange(workspace.seen_pictures[hit.picture], mark) == mark) continue;
      if (std::exchange(workspace.seen_places[places[hit.picture]], mark) != mark && met++ == rank) return hit.distance;
      keep(hit);
    }
    return std::nullopt;
  }

  // The nearest gallery features of one query feature: at most one for each picture, nearest first, only those nearer
  // than the ratio-test distance; returns that distance.
  std::uint32_t nearest(const SiftDescriptor& query, const VisualIndexQueryOptions& options,
                        std::span<const std::uint8_t> excluded, std::vector<FeatureHit>& hits) const {
    thread_local SearchWorkspace workspace;
    auto& all = workspace.all;
    const auto descriptor = widen(query);
    vocabulary.nearest(descriptor, static_cast<std::size_t>(options.probes), workspace.words);
    scan(descriptor, workspace.words, excluded, all);
    sort_by_distance(all, workspace.sorted);
    hits.clear();
    if (options.rerank_places == 0) {
      const auto ratio_test_distance = take(workspace.sorted, options.ratio_test_rank, workspace, [&](FeatureHit hit) {
        hit.distance <<= kDistanceShift;
        hits.push_back(hit);
      });
      return ratio_test_distance.value_or(kMaxDistance + 1) << kDistanceShift;
    }
    // The distance by a code may be too small: what is farther than the largest distance of codes is no match.
    constexpr std::uint32_t kLimit = (kMaxDistance + 1) << kDistanceShift;
    all.clear();
    take(workspace.sorted, options.rerank_places, workspace, [&](FeatureHit hit) {
      std::int32_t distance = 0;
      l2_squared_u8_128(query.data(), descriptors.data() + hit.feature * kSiftDimension, std::span(&distance, 1));
      hit.distance = static_cast<std::uint32_t>(distance);
      if (hit.distance < kLimit) all.push_back(hit);
    });
    std::ranges::sort(all, {}, [](const FeatureHit& hit) { return std::pair(hit.distance, hit.feature); });
    return take(all, options.ratio_test_rank, workspace, [&](const FeatureHit& hit) { hits.push_back(hit); })
        .value_or(kLimit);
  }
};

VisualIndex::VisualIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VisualIndex::VisualIndex(VisualIndex&&) noexcept = default;
VisualIndex& VisualIndex::operator=(VisualIndex&&) noexcept = default;
VisualIndex::~VisualIndex() = default;

VisualIndex VisualIndex::train(std::span<const LocalFeatures> pictures, const VisualIndexOptions& options,
                               const ProgressCallback& progress) {
  options.validate();
  std::vector<std::size_t> ends;
  std::size_t total = 0;
  for (const auto& picture : pictures) ends.push_back(total += picture.size());
  if (total < static_cast<std::size_t>(options.words))
    throw InvalidArgumentError("the pictures have " + std::to_string(total) + " features, fewer than the " +
                               std::to_string(options.words) +
                               " words of the vocabulary: lower index.words or add pictures");

  std::vector<SiftDescriptor> samples;
  for (const auto position :
       sample_positions(total, static_cast<std::size_t>(options.training_features), options.seed)) {
    const auto p = static_cast<std::size_t>(std::ranges::upper_bound(ends, position) - ends.begin());
    samples.push_back(pictures[p].descriptors[position - (p == 0 ? 0 : ends[p - 1])]);
  }

  auto impl = std::make_unique<Impl>();
  impl->vocabulary = Vocabulary::train(samples, static_cast<std::size_t>(options.words), options.iterations,
                                       options.seed, options.num_threads, progress);
  constexpr std::size_t kCodebookSamples = 60'000;
  const auto chosen = sample_positions(samples.size(), kCodebookSamples, options.seed + 1);
  std::vector<WideRow> residuals(chosen.size());
  parallel_for(chosen.size(), options.num_threads, [&](std::size_t i) {
    const auto row = widen(samples[chosen[i]]);
    std::vector<std::uint16_t> word;
    impl->vocabulary.nearest(row, 1, word);
    residuals[i] = residual_to(row, impl->vocabulary.wide(word[0]));
  });
  impl->codebook = train_codebook(residuals, 2 * options.iterations, options.seed, options.num_threads);
  impl->begin.assign(impl->vocabulary.size() + 1, 0);
  impl->derive();
  return VisualIndex(std::move(impl));
}

EncodedPicture VisualIndex::encode(const LocalFeatures& features, bool keep_descriptors) const {
  EncodedPicture out;
  if (keep_descriptors) out.descriptors = features.descriptors;
  out.width = features.width;
  out.height = features.height;
  std::vector<std::uint16_t> word;
  std::array<std::int32_t, kParts * kCentroids> table;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const auto row = widen(features.descriptors[i]);
    impl_->vocabulary.nearest(row, 1, word);
    kernels::distance_table(residual_to(row, impl_->vocabulary.wide(word[0])).data(), impl_->codebook.data(),
                            table.data());
    std::array<std::uint8_t, 8> code{};
    for (std::size_t m = 0; m < kParts; ++m) {
      const auto* row_of_table = table.data() + m * kCentroids;
      const auto best =
          static_cast<std::uint8_t>(std::min_element(row_of_table, row_of_table + kCentroids) - row_of_table);
      code[m / 2] = static_cast<std::uint8_t>(code[m / 2] | (m % 2 == 0 ? best : best << 4));
    }
    out.words.push_back(word[0]);
    out.codes.push_back(code);
    out.geometry.push_back(pack(features.keypoints[i], features.width, features.height));
  }
  return out;
}

std::vector<std::vector<std::uint32_t>> VisualIndex::set_pictures(std::span<const EncodedPicture> pictures) {
  if (pictures.size() > kMaxPictures) throw InvalidArgumentError("an index holds at most 16,777,216 pictures");
  auto& s = *impl_;
  const auto words = s.vocabulary.size();
  std::size_t total = 0;
  for (std::size_t p = 0; p < pictures.size(); ++p) {
    const auto& picture = pictures[p];
    total += picture.size();
    for (const int side : {picture.width, picture.height})
      if (side < 1 || side > std::numeric_limits<std::uint16_t>::max())
        throw InvalidArgumentError("picture " + std::to_string(p) + " has a side of " + std::to_string(side) +
                                   " px: an index holds pictures of 1 to 65,535 px");
    if (picture.codes.size() != picture.size() || picture.geometry.size() != picture.size() ||
        (!picture.descriptors.empty() && picture.descriptors.size() != picture.size()) ||
        std::ranges::any_of(picture.words, [&](auto word) { return word >= words; }))
      throw InvalidArgumentError("picture " + std::to_string(p) + " was not encoded by this index");
  }
  if (total > std::numeric_limits<std::uint32_t>::max())
    throw InvalidArgumentError("an index holds at most 4,294,967,295 features, got " + std::to_string(total) +
                               ": use fewer features for each picture");
  const bool keep_descriptors = !pictures.empty() && std::ranges::all_of(pictures, [](const EncodedPicture& picture) {
    return picture.descriptors.size() == picture.size();
  });
  s.begin.assign(words + 1, 0);
  for (const auto& picture : pictures)
    for (const auto word : picture.words) ++s.begin[word + 1u];
  std::partial_sum(s.begin.begin(), s.begin.end(), s.begin.begin());
  std::vector<std::uint32_t> block(words + 1, 0);
  for (std::size_t w = 0; w < words; ++w)
    block[w + 1] = block[w] + static_cast<std::uint32_t>((s.begin[w + 1] - s.begin[w] + kBlock - 1) / kBlock);

  s.file.reset();
  s.own_codes.assign(block.back() * kBlockBytes, 0);
  s.own_numbers.assign(total * kPictureBytes, 0);
  s.own_geometry.assign(total, 0);
  s.own_descriptors.assign(keep_descriptors ? total * kSiftDimension : 0, 0);
  s.sizes.clear();
  s.places.resize(pictures.size());
  std::iota(s.places.begin(), s.places.end(), 0u);
  auto next = s.begin;
  std::vector<std::vector<std::uint32_t>> numbers(pictures.size());
  for (std::size_t p = 0; p < pictures.size(); ++p) {
    const auto& picture = pictures[p];
    numbers[p].reserve(picture.size());
    s.sizes.push_back(static_cast<std::uint16_t>(picture.width));
    s.sizes.push_back(static_cast<std::uint16_t>(picture.height));
    for (std::size_t i = 0; i < picture.size(); ++i) {
      const auto word = picture.words[i];
      const auto feature = next[word]++;
      numbers[p].push_back(feature);
      const auto offset = feature - s.begin[word];
      auto* bytes = s.own_codes.data() + (block[word] + offset / kBlock) * kBlockBytes + offset % kBlock;
      for (std::size_t pair = 0; pair < kParts / 2; ++pair) bytes[pair * kBlock] = picture.codes[i][pair];
      for (std::size_t b = 0; b < kPictureBytes; ++b)
        s.own_numbers[feature * kPictureBytes + b] = static_cast<std::uint8_t>(p >> (8 * b));
      s.own_geometry[feature] = picture.geometry[i];
      if (keep_descriptors)
        std::ranges::copy(picture.descriptors[i], s.own_descriptors.data() + feature * kSiftDimension);
    }
  }
  s.codes = s.own_codes;
  s.picture_numbers = s.own_numbers;
  s.geometry = s.own_geometry;
  s.descriptors = s.own_descriptors;
  s.derive();
  return numbers;
}

void VisualIndex::set_places(std::span<const std::uint32_t> place_of_picture) {
  if (place_of_picture.size() != num_pictures())
    throw InvalidArgumentError("there must be one place for each picture of the index");
  for (const auto place : place_of_picture)
    if (place >= num_pictures())
      throw InvalidArgumentError("the numbers of places must be below the number of pictures");
  impl_->places.assign(place_of_picture.begin(), place_of_picture.end());
}

std::vector<EncodedPicture> VisualIndex::pictures() const {
  const auto& s = *impl_;
  std::vector<EncodedPicture> out(num_pictures());
  for (std::size_t p = 0; p < out.size(); ++p) {
    out[p].width = s.sizes[2 * p];
    out[p].height = s.sizes[2 * p + 1];
  }
  for (std::size_t word = 0; word < s.vocabulary.size(); ++word)
    for (auto feature = s.begin[word]; feature < s.begin[word + 1]; ++feature) {
      auto& picture = out[s.picture_of(feature)];
      const auto offset = feature - s.begin[word];
      const auto* bytes = s.codes.data() + (s.first_block[word] + offset / kBlock) * kBlockBytes + offset % kBlock;
      std::array<std::uint8_t, 8> code;
      for (std::size_t pair = 0; pair < kParts / 2; ++pair) code[pair] = bytes[pair * kBlock];
      picture.words.push_back(static_cast<std::uint16_t>(word));
      picture.codes.push_back(code);
      picture.geometry.push_back(s.geometry[feature]);
      if (!s.descriptors.empty())
        std::copy_n(s.descriptors.data() + feature * kSiftDimension, kSiftDimension,
                    picture.descriptors.emplace_back().begin());
    }
  return out;
}

std::vector<FeatureNeighbours> VisualIndex::nearest(const LocalFeatures& query, const VisualIndexQueryOptions& options,
                                                    std::span<const std::uint8_t> excluded) const {
  options.validate();
  if (options.rerank_places > 0 && !has_descriptors() && num_features() > 0)
    throw InvalidArgumentError("query.rerank_places needs an index that keeps descriptors");
  if (!excluded.empty() && excluded.size() != num_pictures())
    throw InvalidArgumentError("excluded must hold one byte for each picture of the index");
  std::vector<FeatureNeighbours> out(query.size());
  constexpr std::size_t kChunk = 64;
  parallel_for((query.size() + kChunk - 1) / kChunk, options.num_threads, [&](std::size_t chunk) {
    for (std::size_t i = chunk * kChunk; i < std::min(query.size(), (chunk + 1) * kChunk); ++i)
      out[i].ratio_test_distance = impl_->nearest(query.descriptors[i], options, excluded, out[i].hits);
  });
  return out;
}

std::vector<RankedPicture> VisualIndex::search(const LocalFeatures& query, const VisualIndexQueryOptions& options,
                                               std::span<const std::uint8_t> excluded) const {
  const auto& s = *impl_;
  const auto pictures = num_pictures();
  const auto neighbours = nearest(query, options, excluded);
  const auto weight = [&](std::size_t i, const FeatureHit& hit) {
    // Where the ratio-test distance is 0, nothing stands out.
    const auto ratio_test_distance = static_cast<float>(neighbours[i].ratio_test_distance);
    return ratio_test_distance > 0 ? 1.0f - static_cast<float>(hit.distance) / ratio_test_distance : 0.0f;
  };
  std::vector<float> votes(pictures, 0.0f);
  for (std::size_t i = 0; i < query.size(); ++i)
    for (const auto& hit : neighbours[i].hits) votes[hit.picture] += weight(i, hit);

  std::vector<RankedPicture> ranked;
  for (std::size_t p = 0; p < pictures; ++p)
    if (votes[p] > 0) ranked.push_back({static_cast<std::uint32_t>(p), votes[p] * s.normalisation[p], {}});
  const auto length = std::min(ranked.size(), static_cast<std::size_t>(options.max_pictures));
  std::ranges::partial_sort(ranked, ranked.begin() + static_cast<std::ptrdiff_t>(length),
                            [](const RankedPicture& a, const RankedPicture& b) {
                              return a.votes > b.votes || (a.votes == b.votes && a.picture < b.picture);
                            });
  ranked.resize(length);

  std::vector<std::int32_t> rank_of(pictures, -1);
  for (std::size_t r = 0; r < ranked.size(); ++r) rank_of[ranked[r].picture] = static_cast<std::int32_t>(r);
  for (std::size_t i = 0; i < query.size(); ++i)
    for (const auto& hit : neighbours[i].hits) {
      const auto r = rank_of[hit.picture];
      if (r < 0 || weight(i, hit) <= 0) continue;
      ranked[static_cast<std::size_t>(r)].matches.push_back(
          {static_cast<std::uint32_t>(i), hit.feature,
           unpack(s.geometry[hit.feature], s.sizes[2 * hit.picture], s.sizes[2 * hit.picture + 1]), weight(i, hit)});
    }
  return ranked;
}

std::size_t VisualIndex::num_pictures() const { return impl_->sizes.size() / 2; }
std::array<int, 2> VisualIndex::picture_size(std::size_t picture) const {
  return {impl_->sizes.at(2 * picture), impl_->sizes.at(2 * picture + 1)};
}
std::size_t VisualIndex::num_features() const { return impl_->geometry.size(); }
std::size_t VisualIndex::num_words() const { return impl_->vocabulary.size(); }
bool VisualIndex::has_descriptors() const { return !impl_->descriptors.empty(); }
std::size_t VisualIndex::list_bytes() const {
  return impl_->codes.size() + impl_->picture_numbers.size() + impl_->geometry.size_bytes() +
         impl_->begin.size() * sizeof(std::uint32_t);
}
std::size_t VisualIndex::vocabulary_bytes() const {
  return impl_->vocabulary.centroids().size() + impl_->codebook.size() * sizeof(std::int16_t);
}

void VisualIndex::save(SafetensorsWriter& writer) const {
  const auto& s = *impl_;
  const auto extent = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  writer.add<std::uint8_t>("index.centroids", {extent(num_words()), extent(kSiftDimension)}, s.vocabulary.centroids());
  writer.add<std::int16_t>("index.codebook", {kParts, kCentroids, kPartDimension}, s.codebook);
  writer.add<std::uint32_t>("index.begin", {extent(s.begin.size())}, s.begin);
  writer.add<std::uint8_t>("index.codes", {extent(s.codes.size() / kBlockBytes), kBlockBytes}, s.codes);
  writer.add<std::uint8_t>("index.pictures", {extent(num_features()), kPictureBytes}, s.picture_numbers);
  writer.add<std::uint32_t>("index.geometry", {extent(num_features())}, s.geometry);
  if (has_descriptors())
    writer.add<std::uint8_t>("index.descriptors", {extent(num_features()), kSiftDimension}, s.descriptors);
  writer.add<std::uint16_t>("index.sizes", {extent(num_pictures()), 2}, s.sizes);
}

VisualIndex VisualIndex::load(const SafetensorsFile& file) {
  auto impl = std::make_unique<Impl>();
  auto& s = *impl;
  const auto refuse = [&](const std::string& array, const std::string& reason) {
    refuse_damaged(file.path(), "array " + array + " " + reason);
  };
  s.file = std::make_shared<const SafetensorsFile>(file);
  const auto centroids = file.get<std::uint8_t>("index.centroids", {-1, kSiftDimension});
  if (centroids.empty()) refuse("index.centroids", "is empty");
  s.vocabulary = Vocabulary({centroids.begin(), centroids.end()});
  const auto words = s.vocabulary.size();
  std::ranges::copy(file.get<std::int16_t>("index.codebook", {kParts, kCentroids, kPartDimension}), s.codebook.begin());
  // Larger ones would overflow the distances.
  if (std::ranges::any_of(s.codebook, [](int v) { return v < -255 || v > 255; }))
    refuse("index.codebook", "holds impossible values");
  const auto begin = file.get<std::uint32_t>("index.begin", {static_cast<std::int64_t>(words + 1)});
  s.begin.assign(begin.begin(), begin.end());
  const auto sizes = file.get<std::uint16_t>("index.sizes", {-1, 2});
  if (std::ranges::find(sizes, 0) != sizes.end()) refuse("index.sizes", "holds a picture without extent");
  s.sizes.assign(sizes.begin(), sizes.end());
  s.places.resize(s.sizes.size() / 2);
  std::iota(s.places.begin(), s.places.end(), 0u);
  s.codes = file.get<std::uint8_t>("index.codes", {-1, kBlockBytes});
  s.geometry = file.get<std::uint32_t>("index.geometry", {-1});
  s.picture_numbers =
      file.get<std::uint8_t>("index.pictures", {static_cast<std::int64_t>(s.geometry.size()), kPictureBytes});

  if (file.contains("index.descriptors"))
    s.descriptors =
        file.get<std::uint8_t>("index.descriptors", {static_cast<std::int64_t>(s.geometry.size()), kSiftDimension});
  if (s.begin.front() != 0 || !std::ranges::is_sorted(s.begin) || s.begin.back() != s.geometry.size())
    refuse("index.begin", "does not fit the number of features");
  for (std::size_t i = 0; i < s.geometry.size(); ++i)
    if (s.picture_of(i) >= s.sizes.size() / 2) refuse("index.pictures", "names a picture that does not exist");
  s.derive();
  if (s.first_block.back() * kBlockBytes != s.codes.size()) refuse("index.codes", "does not fit the lists");
  return VisualIndex(std::move(impl));
}

}  // namespace venloc
