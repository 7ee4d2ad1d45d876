// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <numbers>
#include <thread>
#include <tuple>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "venloc/core/error.hpp"
#include "venloc/retrieval/visual_index.hpp"

using namespace venloc;

namespace {

constexpr std::uint32_t kUnit = 1024;    // of distances by code
constexpr std::uint32_t kMaxCode = 156;  // the largest distance by code that is a match

/// Sparse and of length 512, as RootSIFT is.
SiftDescriptor descriptor(Random& random) {
  std::array<double, kSiftDimension> values;
  double square = 0;
  for (auto& v : values) {
    v = std::max(0.0, random.uniform() - 0.5);
    square += v * v;
  }
  SiftDescriptor result;
  for (std::size_t d = 0; d < kSiftDimension; ++d)
    result[d] = static_cast<std::uint8_t>(std::min(255.0, 512.0 * values[d] / std::sqrt(square)));
  return result;
}

SiftDescriptor disturbed(SiftDescriptor original, int by, Random& random) {
  for (auto& v : original)
    v = static_cast<std::uint8_t>(
        std::clamp<int>(v + static_cast<int>(random.below(std::uint64_t(2 * by + 1))) - by, 0, 255));
  return original;
}

Keypoint keypoint(int width, int height, Random& random) {
  Keypoint k;
  k.x = static_cast<float>(random.uniform() * (width - 1));
  k.y = static_cast<float>(random.uniform() * (height - 1));
  k.scale = static_cast<float>(2.0 * std::exp2(5 * random.uniform()));
  k.angle = static_cast<float>(2 * std::numbers::pi * random.uniform());
  return k;
}

/// Pictures of a few scenes: those of one scene share features, a little changed.
std::vector<LocalFeatures> make_pictures(std::size_t count, std::size_t features, std::uint64_t seed) {
  Random random(seed);
  std::vector<LocalFeatures> pictures(count);
  for (std::size_t p = 0; p < count; ++p) {
    auto& f = pictures[p];
    f.width = 640;
    f.height = p % 2 == 0 ? 480 : 427;
    const auto n = features + p % 5;
    for (std::size_t i = 0; i < n; ++i) {
      f.keypoints.push_back(keypoint(f.width, f.height, random));
      const bool shared = p >= 4 && i < features / 2;
      f.descriptors.push_back(shared ? disturbed(pictures[p % 4].descriptors[i], 25, random) : descriptor(random));
    }
  }
  return pictures;
}

VisualIndexOptions small(int words) {
  VisualIndexOptions options;
  options.words = words;
  options.iterations = 3;
  options.num_threads = 1;
  return options;
}

std::vector<EncodedPicture> encode_all(const VisualIndex& index, std::span<const LocalFeatures> pictures) {
  std::vector<EncodedPicture> encoded;
  for (const auto& p : pictures) encoded.push_back(index.encode(p));
  return encoded;
}

struct Filled {
  std::vector<LocalFeatures> pictures = make_pictures(23, 40, 7);
  VisualIndex index = VisualIndex::train(pictures, small(40));
  std::vector<EncodedPicture> encoded = encode_all(index, pictures);
  std::vector<std::vector<std::uint32_t>> numbers = index.set_pictures(encoded);
};

VisualIndexQueryOptions everything() {
  VisualIndexQueryOptions options;
  options.probes = 64;
  options.ratio_test_rank = 1'000'000;
  options.max_pictures = 1000;
  return options;
}

bool same(const std::vector<RankedPicture>& a, const std::vector<RankedPicture>& b) {
  return std::ranges::equal(a, b, [](const RankedPicture& x, const RankedPicture& y) {
    return x.picture == y.picture && x.votes == y.votes &&
           std::ranges::equal(x.matches, y.matches, [](const FeatureMatch& m, const FeatureMatch& n) {
             return m.query == n.query && m.feature == n.feature && m.weight == n.weight && m.keypoint == n.keypoint;
           });
  });
}

/// Features of a picture in an order of their own.
auto sorted_features(const EncodedPicture& picture) {
  std::vector<std::tuple<std::uint16_t, std::array<std::uint8_t, 8>, std::uint32_t>> rows;
  for (std::size_t i = 0; i < picture.size(); ++i)
    rows.emplace_back(picture.words[i], picture.codes[i], picture.geometry[i]);
  std::ranges::sort(rows);
  return rows;
}

std::string saved_bytes(const VisualIndex& index) {
  SafetensorsWriter writer;
  index.save(writer);
  std::string bytes;
  writer.stream(
      [&](std::span<const std::byte> part) { bytes.append(reinterpret_cast<const char*>(part.data()), part.size()); });
  return bytes;
}

void save(const VisualIndex& index, const std::filesystem::path& file) {
  SafetensorsWriter writer;
  index.save(writer);
  writer.write(file);
}

/// Distance of a descriptor to a coded feature by its definition: bytes of the 16 parts' squared distances, added up.
/// 255 and more mean "too far".
class Distances {
 public:
  explicit Distances(const VisualIndex& index) {
    const TemporaryFolder folder;
    save(index, folder / "index");
    const auto file = SafetensorsFile::open(folder / "index");
    const auto c = file.get<std::uint8_t>("index.centroids", {-1, 128});
    const auto b = file.get<std::int16_t>("index.codebook", {16, 16, 8});
    centroids_.assign(c.begin(), c.end());
    codebook_.assign(b.begin(), b.end());
  }

  [[nodiscard]] int operator()(const SiftDescriptor& query, std::uint16_t word,
                               const std::array<std::uint8_t, 8>& code) const {
    int sum = 0;
    for (std::size_t m = 0; m < 16; ++m) {
      const auto c = static_cast<std::size_t>(m % 2 == 0 ? code[m / 2] & 15 : code[m / 2] >> 4);
      int square = 0;
      for (std::size_t d = 0; d < 8; ++d) {
        const int difference = query[8 * m + d] - centroids_[word * 128u + 8 * m + d] - codebook_[(m * 16 + c) * 8 + d];
        square += difference * difference;
      }
      sum += std::min((square + 512) / 1024, 255);
    }
    return std::min(sum, 255);
  }

  [[nodiscard]] std::size_t nearest_word(const SiftDescriptor& query) const {
    std::size_t best = 0;
    std::int64_t best_square = std::numeric_limits<std::int64_t>::max();
    for (std::size_t w = 0; w < centroids_.size() / 128; ++w) {
      std::int64_t square = 0;
      for (std::size_t d = 0; d < 128; ++d) {
        const std::int64_t difference = query[d] - centroids_[w * 128 + d];
        square += difference * difference;
      }
      if (square < best_square) {
        best_square = square;
        best = w;
      }
    }
    return best;
  }

 private:
  std::vector<std::uint8_t> centroids_;
  std::vector<std::int16_t> codebook_;
};

constexpr int kTooFar = 157;  // nothing from here on is a match

/// The same lists from the definition: every feature of the query against every coded feature. Each picture is a place
/// of its own. Which of a picture's features a match is with is left open.
class ExhaustiveIndex final : public FeatureIndex {
 public:
  explicit ExhaustiveIndex(const Filled& filled) : distance_(filled.index), pictures_(filled.encoded) {}

  [[nodiscard]] std::size_t num_pictures() const override { return pictures_.size(); }

  [[nodiscard]] std::vector<RankedPicture> search(const LocalFeatures& query, const VisualIndexQueryOptions& options,
                                                  std::span<const std::uint8_t> excluded) const override {
    std::vector<RankedPicture> all(pictures_.size());
    for (std::uint32_t i = 0; i < query.size(); ++i) {
      const auto near = nearest(query.descriptors[i], excluded);
      const auto length = std::min(near.size(), static_cast<std::size_t>(options.ratio_test_rank));
      const auto ratio_test_distance = static_cast<float>(near.size() > length ? near[length].first : kTooFar);
      for (std::size_t r = 0; r < length; ++r) {
        const float weight = 1.0f - static_cast<float>(near[r].first) / ratio_test_distance;
        if (weight <= 0) continue;
        all[near[r].second].votes += weight;
        all[near[r].second].matches.push_back({i, 0, {}, weight});
      }
    }
    for (std::uint32_t p = 0; p < all.size(); ++p) {
      all[p].picture = p;
      all[p].votes *= static_cast<float>(1.0 / std::sqrt(100.0 + static_cast<double>(pictures_[p].size())));
    }
    std::erase_if(all, [](const RankedPicture& picture) { return picture.votes <= 0; });
    std::ranges::stable_sort(all, std::greater{}, &RankedPicture::votes);
    all.resize(std::min(all.size(), static_cast<std::size_t>(options.max_pictures)));
    return all;
  }

 private:
  /// The pictures by the distance of their nearest feature, equals by number.
  [[nodiscard]] std::vector<std::pair<int, std::uint32_t>> nearest(const SiftDescriptor& query,
                                                                   std::span<const std::uint8_t> excluded) const {
    std::vector<std::pair<int, std::uint32_t>> out;
    for (std::uint32_t p = 0; p < pictures_.size(); ++p) {
      if (!excluded.empty() && excluded[p] != 0) continue;
      int best = kTooFar;
      for (std::size_t j = 0; j < pictures_[p].size(); ++j)
        best = std::min(best, distance_(query, pictures_[p].words[j], pictures_[p].codes[j]));
      if (best < kTooFar) out.emplace_back(best, p);
    }
    std::ranges::sort(out);
    return out;
  }

  Distances distance_;
  std::vector<EncodedPicture> pictures_;
};

}  // namespace

TEST_CASE("visual index: options name the field that is wrong") {
  const auto train_message = [](auto change) {
    VisualIndexOptions options;
    change(options);
    return message_of<InvalidArgumentError>([&] { options.validate(); });
  };
  CHECK(train_message([](auto&) {}).empty());
  CHECK(train_message([](auto& o) { o.words = 0; }).find("words") != std::string::npos);
  CHECK(train_message([](auto& o) { o.words = 70'000; }).find("words") != std::string::npos);
  CHECK(train_message([](auto& o) { o.training_features = 10; }).find("training_features") != std::string::npos);
  CHECK(train_message([](auto& o) { o.iterations = 0; }).find("iterations") != std::string::npos);
  CHECK(train_message([](auto& o) { o.num_threads = -1; }).find("num_threads") != std::string::npos);
  const auto query_message = [](auto change) {
    VisualIndexQueryOptions options;
    change(options);
    return message_of<InvalidArgumentError>([&] { options.validate(); });
  };
  CHECK(query_message([](auto&) {}).empty());
  CHECK(query_message([](auto& o) { o.probes = 0; }).find("probes") != std::string::npos);
  CHECK(query_message([](auto& o) { o.ratio_test_rank = 0; }).find("ratio_test_rank") != std::string::npos);
  CHECK(query_message([](auto& o) { o.max_pictures = 0; }).find("max_pictures") != std::string::npos);
  CHECK(query_message([](auto& o) { o.num_threads = -2; }).find("num_threads") != std::string::npos);
}

TEST_CASE("visual index: fewer features than words is refused, as many are enough") {
  const auto pictures = make_pictures(1, 30, 1);
  CHECK_THROWS_AS((void)VisualIndex::train(pictures, small(31)), InvalidArgumentError);
  CHECK_THROWS_AS((void)VisualIndex::train({}, small(1)), InvalidArgumentError);
  const auto index = VisualIndex::train(pictures, small(30));
  CHECK(index.num_words() == 30);
  CHECK(index.num_pictures() == 0);
  CHECK(index.num_features() == 0);
  CHECK(index.search(pictures[0]).empty());
}

TEST_CASE("visual index: training gives the same bytes at any number of threads, other bytes with another seed") {
  const auto pictures = make_pictures(12, 60, 3);
  auto options = small(50);
  options.training_features = 500;
  const auto one = saved_bytes(VisualIndex::train(pictures, options));
  for (const int threads : {2, 3, 7}) {
    options.num_threads = threads;
    CHECK(saved_bytes(VisualIndex::train(pictures, options)) == one);
  }
  options.seed = 1;
  CHECK(saved_bytes(VisualIndex::train(pictures, options)) != one);
}

TEST_CASE("visual index: a feature is coded by its nearest word and the nearest centroid of each part") {
  const Filled f;
  const Distances distance(f.index);
  for (std::size_t p = 0; p < 4; ++p)
    for (std::size_t i = 0; i < f.pictures[p].size(); ++i) {
      CHECK(f.encoded[p].words[i] == distance.nearest_word(f.pictures[p].descriptors[i]));
      const auto& code = f.encoded[p].codes[i];
      const int best = distance(f.pictures[p].descriptors[i], f.encoded[p].words[i], code);
      for (std::size_t m = 0; m < 16; ++m)
        for (int c = 0; c < 16; ++c) {
          auto other = code;
          other[m / 2] = static_cast<std::uint8_t>(m % 2 == 0 ? (code[m / 2] & 0xf0) | c : (code[m / 2] & 15) | c << 4);
          if (distance(f.pictures[p].descriptors[i], f.encoded[p].words[i], other) < best) FAIL("a nearer code");
        }
    }
}

TEST_CASE("visual index: geometry is kept to half a step") {
  Filled f;
  LocalFeatures picture;
  picture.width = 427;
  picture.height = 640;
  Random random(5);
  for (int i = 0; i < 300; ++i) {
    auto k = keypoint(427, 640, random);
    if (i == 0) k = {0, 0, 2, 0, 0};
    if (i == 1) k = {426, 639, 400, static_cast<float>(2 * std::numbers::pi), 0};
    picture.keypoints.push_back(k);
    picture.descriptors.push_back(descriptor(random));
  }
  f.index.set_pictures(std::vector{f.index.encode(picture)});
  const auto found = f.index.search(picture, everything());
  REQUIRE(found.size() == 1);
  std::size_t seen = 0;
  for (const auto& match : found[0].matches) {
    // The code of a feature is so near its descriptor that most queries find themselves.
    const auto& k = picture.keypoints[match.query];
    if (f.index.encode(picture).geometry[match.query] != f.index.pictures()[0].geometry[match.feature]) continue;
    ++seen;
    const auto& q = match.keypoint;
    CHECK(std::abs(q.x - k.x) <= 0.5 * 640 / 1023 + 1e-3);
    CHECK(std::abs(q.y - k.y) <= 0.5 * 640 / 1023 + 1e-3);
    CHECK(std::abs(std::log2(q.scale / k.scale)) <= 1.0 / 16 + 1e-3);
    CHECK(std::abs(std::remainder(q.angle - k.angle, 2 * std::numbers::pi)) <= std::numbers::pi / 64 + 1e-3);
    if (seen >= 60) break;
  }
  CHECK(seen == 60);
}

TEST_CASE("visual index: content comes back as it was set") {
  Filled f;
  const auto stored = f.index.pictures();
  REQUIRE(stored.size() == f.encoded.size());
  std::size_t total = 0;
  for (std::size_t p = 0; p < stored.size(); ++p) {
    CHECK(stored[p].width == f.encoded[p].width);
    CHECK(stored[p].height == f.encoded[p].height);
    CHECK(sorted_features(stored[p]) == sorted_features(f.encoded[p]));
    total += stored[p].size();
  }
  CHECK(f.index.num_features() == total);
  // Numbers are those that matches name, each given once.
  std::vector<int> given(total, 0);
  for (const auto& numbers : f.numbers)
    for (const auto n : numbers) ++given.at(n);
  CHECK(std::ranges::count(given, 1) == static_cast<std::ptrdiff_t>(total));
  // Setting what was read changes nothing.
  const auto before = saved_bytes(f.index);
  f.index.set_pictures(stored);
  CHECK(saved_bytes(f.index) == before);
  f.index.set_pictures({});
  CHECK(f.index.num_pictures() == 0);
  CHECK(f.index.num_features() == 0);
}

TEST_CASE("visual index: pictures that do not fit the index are refused and change nothing") {
  Filled f;
  const auto before = saved_bytes(f.index);
  auto wrong = f.encoded;
  wrong[3].words[5] = 40;
  CHECK_THROWS_AS(f.index.set_pictures(wrong), InvalidArgumentError);
  wrong = f.encoded;
  wrong[3].codes.pop_back();
  CHECK_THROWS_AS(f.index.set_pictures(wrong), InvalidArgumentError);
  wrong = f.encoded;
  wrong[3].geometry.push_back(0);
  CHECK_THROWS_AS(f.index.set_pictures(wrong), InvalidArgumentError);
  for (const int side : {0, -1, 65536}) {
    wrong = f.encoded;
    wrong[3].height = side;
    CHECK_THROWS_AS(f.index.set_pictures(wrong), InvalidArgumentError);
  }
  CHECK(saved_bytes(f.index) == before);
}

TEST_CASE("visual index: with descriptors, hits are in the order of their true distances") {
  const auto pictures = make_pictures(12, 60, 31);
  VisualIndexOptions training;
  training.words = 8;
  auto index = VisualIndex::train(pictures, training);
  std::vector<EncodedPicture> plain, kept;
  for (const auto& picture : pictures) {
    plain.push_back(index.encode(picture));
    kept.push_back(index.encode(picture, true));
  }
  auto options = everything();
  options.ratio_test_rank = 3;
  options.rerank_places = 8;
  index.set_pictures(plain);
  CHECK_FALSE(index.has_descriptors());
  CHECK(message_of<InvalidArgumentError>([&] { (void)index.nearest(pictures[0], options); }).find("rerank_places") !=
        std::string::npos);

  const auto numbers = index.set_pictures(kept);
  REQUIRE(index.has_descriptors());
  std::map<std::uint32_t, const SiftDescriptor*> descriptor_of;
  for (std::size_t p = 0; p < pictures.size(); ++p)
    for (std::size_t i = 0; i < pictures[p].size(); ++i) descriptor_of[numbers[p][i]] = &pictures[p].descriptors[i];
  const auto squared = [](const SiftDescriptor& a, const SiftDescriptor& b) {
    std::uint32_t sum = 0;
    for (std::size_t d = 0; d < kSiftDimension; ++d) sum += static_cast<std::uint32_t>((a[d] - b[d]) * (a[d] - b[d]));
    return sum;
  };

  Random random(5);
  auto query = pictures[4];
  for (auto& d : query.descriptors) d = disturbed(d, 20, random);
  // By code alone, as far as what is compared again goes.
  auto by_code = options;
  by_code.rerank_places = 0;
  by_code.ratio_test_rank = options.rerank_places;
  const auto coarse = index.nearest(query, by_code), fine = index.nearest(query, options);
  std::size_t reordered = 0;
  for (std::size_t i = 0; i < query.size(); ++i) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> expected;  // (distance, feature)
    for (const auto& hit : coarse[i].hits)
      expected.emplace_back(squared(query.descriptors[i], *descriptor_of.at(hit.feature)), hit.feature);
    const auto first_by_code = expected.empty() ? 0 : expected.front().second;
    std::erase_if(expected, [](const auto& hit) { return hit.first >= (kMaxCode + 1) * kUnit; });
    std::ranges::sort(expected);
    const auto length = std::min(expected.size(), static_cast<std::size_t>(options.ratio_test_rank));
    REQUIRE(fine[i].hits.size() == length);
    for (std::size_t r = 0; r < length; ++r) {
      CHECK(fine[i].hits[r].distance == expected[r].first);
      CHECK(fine[i].hits[r].feature == expected[r].second);
    }
    CHECK(fine[i].ratio_test_distance == (expected.size() > length ? expected[length].first : (kMaxCode + 1) * kUnit));
    for (const auto& hit : fine[i].hits) CHECK(hit.distance <= fine[i].ratio_test_distance);
    reordered += length > 0 && first_by_code != expected.front().second;
  }
  CHECK(reordered > 0);

  // They stay with the index in a file, and come back as they were.
  TemporaryFolder folder;
  SafetensorsWriter writer;
  index.save(writer);
  writer.write(folder.path() / "index.safetensors");
  const auto loaded = VisualIndex::load(SafetensorsFile::open(folder.path() / "index.safetensors"));
  CHECK(loaded.has_descriptors());
  const auto again = loaded.nearest(query, options);
  for (std::size_t i = 0; i < query.size(); ++i) {
    REQUIRE(again[i].hits.size() == fine[i].hits.size());
    for (std::size_t r = 0; r < fine[i].hits.size(); ++r) CHECK(again[i].hits[r].feature == fine[i].hits[r].feature);
  }
  CHECK(saved_bytes(loaded) == saved_bytes(index));
}

TEST_CASE("visual index: search equals a brute force over the codes") {
  const Filled f;
  const Distances distance(f.index);
  const auto queries = make_pictures(6, 40, 7);  // the first pictures themselves …
  Random random(9);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    auto query = queries[q];
    for (auto& d : query.descriptors) d = disturbed(d, static_cast<int>(10 * q), random);  // … more and more changed
    for (const int rank : {1, 3, 1'000'000}) {
      auto options = everything();
      options.ratio_test_rank = rank;
      const auto neighbours = f.index.nearest(query, options);
      REQUIRE(neighbours.size() == query.size());
      std::map<std::uint32_t, std::map<std::uint32_t, float>> weights;  // by picture, by query feature
      for (std::size_t i = 0; i < query.size(); ++i) {
        std::vector<std::pair<int, std::uint32_t>> nearest;  // (distance, picture)
        for (std::uint32_t p = 0; p < f.encoded.size(); ++p) {
          int best = kTooFar;
          for (std::size_t j = 0; j < f.encoded[p].size(); ++j)
            best = std::min(best, distance(query.descriptors[i], f.encoded[p].words[j], f.encoded[p].codes[j]));
          if (best < kTooFar) nearest.emplace_back(best, p);
        }
        std::ranges::sort(nearest);
        const auto length = std::min(nearest.size(), static_cast<std::size_t>(rank));
        const int ratio_test_distance = nearest.size() > length ? nearest[length].first : kTooFar;
        REQUIRE(neighbours[i].ratio_test_distance == ratio_test_distance * kUnit);
        REQUIRE(neighbours[i].hits.size() == length);
        for (std::size_t r = 0; r < length; ++r) {
          CHECK(neighbours[i].hits[r].distance == nearest[r].first * kUnit);
          if (nearest[r].first < ratio_test_distance)
            weights[nearest[r].second][static_cast<std::uint32_t>(i)] =
                1.0f - static_cast<float>(nearest[r].first) / static_cast<float>(ratio_test_distance);
        }
      }
      const auto ranked = f.index.search(query, options);
      CHECK(ranked.size() == weights.size());
      for (std::size_t r = 0; r < ranked.size(); ++r) {
        const auto& expected = weights[ranked[r].picture];
        REQUIRE(ranked[r].matches.size() == expected.size());
        float votes = 0;
        std::uint32_t previous = 0;
        for (const auto& match : ranked[r].matches) {
          CHECK((match.query >= previous && (previous == 0 || match.query > previous)));
          previous = match.query;
          REQUIRE(expected.contains(match.query));
          CHECK(match.weight == expected.at(match.query));
          CHECK(std::ranges::count(f.numbers[ranked[r].picture], match.feature) == 1);
          votes += match.weight;
        }
        CHECK(ranked[r].votes > 0);
        if (r > 0) CHECK(ranked[r - 1].votes >= ranked[r].votes);
      }
      // The list is cut, not made otherwise.
      auto shorter = options;
      shorter.max_pictures = 3;
      auto head = ranked;
      head.resize(std::min<std::size_t>(3, head.size()));
      CHECK(same(f.index.search(query, shorter), head));
    }
  }
}

TEST_CASE("visual index: an exhaustive index in its place finds the same lists") {
  const Filled f;
  const ExhaustiveIndex exhaustive(f);
  const std::array<const FeatureIndex*, 2> indexes{&f.index, &exhaustive};
  CHECK(indexes[0]->num_pictures() == indexes[1]->num_pictures());
  const auto queries = make_pictures(6, 40, 7);
  Random random(11);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    auto query = queries[q];
    for (auto& d : query.descriptors) d = disturbed(d, static_cast<int>(10 * q), random);
    std::vector<std::uint8_t> excluded(f.encoded.size(), 0);
    for (std::size_t p = q; p < excluded.size(); p += 4) excluded[p] = 1;
    for (const auto& absent : {std::vector<std::uint8_t>{}, excluded})
      for (const auto& [rank, length] : {std::pair{1, 1000}, std::pair{3, 5}, std::pair{1'000'000, 2}}) {
        auto options = everything();
        options.ratio_test_rank = rank;
        options.max_pictures = length;
        const auto found = indexes[0]->search(query, options, absent);
        const auto expected = indexes[1]->search(query, options, absent);
        REQUIRE(found.size() == expected.size());
        for (std::size_t r = 0; r < found.size(); ++r) {
          CHECK(found[r].picture == expected[r].picture);
          CHECK(found[r].votes == expected[r].votes);
          CHECK(std::ranges::equal(
              found[r].matches, expected[r].matches,
              [](const FeatureMatch& a, const FeatureMatch& b) { return a.query == b.query && a.weight == b.weight; }));
        }
      }
  }
}

TEST_CASE("visual index: pictures of one place count once for the ratio-test distance") {
  Filled f;
  const Distances distance(f.index);
  std::vector<std::uint32_t> place_of(f.encoded.size());
  for (std::uint32_t p = 0; p < place_of.size(); ++p) place_of[p] = p % 4 == 0 ? 22 : p % 6;
  auto options = everything();
  options.ratio_test_rank = 2;
  const auto own_places = f.index.search(f.pictures[1], options);
  f.index.set_places(place_of);
  CHECK(!same(f.index.search(f.pictures[1], options), own_places));
  for (std::size_t q = 0; q < 4; ++q) {
    const auto& query = f.pictures[q];
    std::map<std::uint32_t, std::map<std::uint32_t, float>> weights;  // by picture, by query feature
    for (std::uint32_t i = 0; i < query.size(); ++i) {
      std::map<std::uint32_t, int> of_picture, of_place;
      for (std::uint32_t p = 0; p < f.encoded.size(); ++p)
        for (std::size_t j = 0; j < f.encoded[p].size(); ++j) {
          const int d = distance(query.descriptors[i], f.encoded[p].words[j], f.encoded[p].codes[j]);
          if (d >= kTooFar) continue;
          for (auto [nearest, key] : {std::pair(&of_picture, p), std::pair(&of_place, place_of[p])}) {
            auto& least = nearest->emplace(key, d).first->second;
            least = std::min(least, d);
          }
        }
      std::vector<int> places;
      for (const auto& [place, d] : of_place) places.push_back(d);
      std::ranges::sort(places);
      const int ratio_test_distance = places.size() > 2 ? places[2] : kTooFar;
      for (const auto& [p, d] : of_picture)
        if (d < ratio_test_distance)
          weights[p][i] = 1.0f - static_cast<float>(d) / static_cast<float>(ratio_test_distance);
    }
    const auto ranked = f.index.search(query, options);
    CHECK(ranked.size() == weights.size());
    for (const auto& r : ranked) {
      std::map<std::uint32_t, float> found;
      for (const auto& match : r.matches) found[match.query] = match.weight;
      CHECK(found == weights[r.picture]);
    }
  }
  CHECK_THROWS_AS(f.index.set_places(std::span(place_of).first(3)), InvalidArgumentError);
  place_of[2] = 23;
  CHECK_THROWS_AS(f.index.set_places(place_of), InvalidArgumentError);
  f.index.set_pictures(f.encoded);  // each picture is a place again
  CHECK(same(f.index.search(f.pictures[1], options), own_places));
}

TEST_CASE("visual index: a picture's copy is found first") {
  const Filled f;
  for (std::uint32_t p = 0; p < 10; ++p) {
    const auto ranked = f.index.search(f.pictures[p]);
    REQUIRE(!ranked.empty());
    CHECK(ranked[0].picture == p);
  }
}

TEST_CASE(
    "visual index: a spot that is the same in more pictures than the rank of the ratio-test distance has no vote") {
  Random random(11);
  LocalFeatures picture;
  picture.width = picture.height = 100;
  for (int i = 0; i < 40; ++i) {
    picture.keypoints.push_back(keypoint(100, 100, random));
    picture.descriptors.push_back(descriptor(random));
  }
  auto own = picture;
  own.keypoints.push_back(keypoint(100, 100, random));
  own.descriptors.push_back(descriptor(random));
  // As many words as features: every descriptor is a word, so every copy is at distance 0 and so is the ratio-test
  // distance.
  auto index = VisualIndex::train(std::vector{own}, small(41));
  std::vector<LocalFeatures> pictures(12, picture);
  pictures[5] = own;
  index.set_pictures(encode_all(index, pictures));
  auto options = everything();
  options.ratio_test_rank = 4;
  const auto ranked = index.search(own, options);
  REQUIRE(ranked.size() >= 1);
  CHECK(ranked[0].picture == 5);
  for (const auto& r : ranked) {
    CHECK(std::isfinite(r.votes));
    for (const auto& m : r.matches) CHECK((m.weight > 0 && m.weight <= 1));
  }
}

TEST_CASE("visual index: excluded pictures count as absent") {
  Filled f;
  auto options = everything();
  std::vector<std::uint8_t> excluded(f.encoded.size(), 0);
  for (const std::size_t p : {0u, 4u, 5u, 8u, 22u}) excluded[p] = 1;
  std::vector<EncodedPicture> left;
  std::vector<std::uint32_t> number_of(f.encoded.size(), 0);
  for (std::size_t p = 0; p < f.encoded.size(); ++p)
    if (excluded[p] == 0) {
      number_of[p] = static_cast<std::uint32_t>(left.size());
      left.push_back(f.encoded[p]);
    }
  auto without = VisualIndex::train(f.pictures, small(40));
  without.set_pictures(left);
  for (const int rank : {2, 20}) {
    options.ratio_test_rank = rank;
    const auto expected = without.search(f.pictures[0], options);
    const auto found = f.index.search(f.pictures[0], options, excluded);
    REQUIRE(found.size() == expected.size());
    for (std::size_t r = 0; r < found.size(); ++r) {
      CHECK(number_of[found[r].picture] == expected[r].picture);
      CHECK(found[r].votes == expected[r].votes);
      REQUIRE(found[r].matches.size() == expected[r].matches.size());
      for (std::size_t i = 0; i < found[r].matches.size(); ++i) {
        CHECK(found[r].matches[i].query == expected[r].matches[i].query);
        CHECK(found[r].matches[i].weight == expected[r].matches[i].weight);
        CHECK(found[r].matches[i].keypoint == expected[r].matches[i].keypoint);
      }
    }
  }
  CHECK_THROWS_AS((void)f.index.search(f.pictures[0], options, std::span(excluded).first(3)), InvalidArgumentError);
  CHECK(f.index.search(f.pictures[0], options, std::vector<std::uint8_t>(f.encoded.size(), 1)).empty());
}

TEST_CASE("visual index: the answer does not depend on threads, nor on other searches at the same time") {
  const Filled f;
  const auto other = [] {  // another index of another size in the same threads
    auto pictures = make_pictures(60, 10, 21);
    auto index = VisualIndex::train(pictures, small(16));
    index.set_pictures(encode_all(index, pictures));
    return index;
  }();
  auto options = everything();
  options.ratio_test_rank = 5;
  LocalFeatures query = f.pictures[0];
  for (std::size_t p = 1; p < 6; ++p) {  // several chunks of features
    query.keypoints.insert(query.keypoints.end(), f.pictures[p].keypoints.begin(), f.pictures[p].keypoints.end());
    query.descriptors.insert(query.descriptors.end(), f.pictures[p].descriptors.begin(),
                             f.pictures[p].descriptors.end());
  }
  const auto expected = f.index.search(query, options);
  for (const int threads : {2, 4}) {
    options.num_threads = threads;
    CHECK(same(f.index.search(query, options), expected));
  }
  options.num_threads = 1;
  const auto expected_other = other.search(query, options);
  std::vector<int> right(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < right.size(); ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 3; ++i)
          right[t] += same(f.index.search(query, options), expected) &&
                      same(other.search(query, options), expected_other) &&
                      same(f.index.search(query, options), expected);
      });
  }
  CHECK(right == std::vector<int>(4, 3));
}

TEST_CASE("visual index: a saved index answers the same") {
  Filled f;
  const TemporaryFolder folder;
  save(f.index, folder / "index");
  auto options = everything();
  options.ratio_test_rank = 5;
  auto loaded = VisualIndex::load(SafetensorsFile::open(folder / "index"));  // the mapping must outlive the file object
  CHECK(loaded.num_pictures() == f.index.num_pictures());
  CHECK(loaded.num_words() == f.index.num_words());
  CHECK(loaded.picture_size(3) == std::array{f.index.pictures()[3].width, f.index.pictures()[3].height});
  CHECK(loaded.list_bytes() == f.index.list_bytes());
  CHECK(loaded.vocabulary_bytes() == f.index.vocabulary_bytes());
  CHECK(saved_bytes(loaded) == saved_bytes(f.index));
  for (std::size_t p = 0; p < 5; ++p)
    CHECK(same(loaded.search(f.pictures[p], options), f.index.search(f.pictures[p], options)));
  // It can be filled anew.
  loaded.set_pictures(std::span(f.encoded).first(2));
  f.index.set_pictures(std::span(f.encoded).first(2));
  CHECK(same(loaded.search(f.pictures[0], options), f.index.search(f.pictures[0], options)));
}

TEST_CASE("visual index: damaged arrays are refused with the names of file and array") {
  const Filled f;
  const TemporaryFolder folder;
  save(f.index, folder / "good");
  const auto good = SafetensorsFile::open(folder / "good");
  using Change = std::function<void(DType&, std::vector<std::int64_t>&, std::vector<std::byte>&)>;
  // Writes a copy in which one array is changed, or absent when there is no change, and returns the error message.
  const auto refused = [&](const std::string& array, const Change& change) {
    std::map<std::string, std::vector<std::byte>> contents;
    SafetensorsWriter writer;
    for (const auto& [name, view] : good.tensors()) {
      if (name == array && !change) continue;
      auto& bytes = contents[name];
      bytes.assign(view.bytes.begin(), view.bytes.end());
      auto type = view.type;
      auto shape = view.shape;
      if (name == array) change(type, shape, bytes);
      writer.add(name, type, shape, bytes);
    }
    writer.write(folder / "bad");
    const auto message =
        message_of<FormatError>([&] { (void)VisualIndex::load(SafetensorsFile::open(folder / "bad")); });
    CAPTURE(array);
    CAPTURE(message);
    CHECK(message.find(array) != std::string::npos);
    CHECK(message.find((folder / "bad").string()) != std::string::npos);
  };
  const auto put = [](auto value, std::size_t at) -> Change {
    return [=](DType&, std::vector<std::int64_t>&, std::vector<std::byte>& bytes) {
      std::memcpy(bytes.data() + at * sizeof value, &value, sizeof value);
    };
  };
  const auto cut = [](std::size_t rows) -> Change {
    return [=](DType&, std::vector<std::int64_t>& shape, std::vector<std::byte>& bytes) {
      const auto row = bytes.size() / static_cast<std::size_t>(shape[0]);
      shape[0] -= static_cast<std::int64_t>(rows);
      bytes.resize(bytes.size() - rows * row);
    };
  };
  for (const char* name : {"index.centroids", "index.codebook", "index.begin", "index.codes", "index.pictures",
                           "index.geometry", "index.sizes"})
    refused(name, {});
  refused("index.begin", put(std::uint32_t{1}, 0));
  refused("index.begin", put(std::uint32_t{1'000'000}, 7));
  refused("index.begin", put(std::uint32_t{0}, 30));
  refused("index.begin", put(std::uint32_t{5}, 40));
  refused("index.begin", cut(1));
  refused("index.pictures", put(std::uint8_t{23}, 3));
  refused("index.pictures", put(std::uint8_t{1}, 5));
  refused("index.pictures", cut(1));
  refused("index.sizes", put(std::uint16_t{0}, 3));
  refused("index.codes", cut(1));
  refused("index.codebook", cut(1));
  refused("index.codebook", put(std::int16_t{-32768}, 9));
  refused("index.centroids", [](DType& type, auto&, auto&) { type = DType::kI8; });
  refused("index.centroids", cut(40));
}

TEST_CASE("visual index: a feature takes at most 16 bytes") {
  Random random(17);
  auto index = VisualIndex::train(make_pictures(10, 60, 3), small(256));
  // Random codes do: how they were made does not change what they take.
  std::vector<EncodedPicture> pictures(200);
  for (auto& p : pictures) {
    p.width = 640;
    p.height = 480;
    for (int i = 0; i < 1000; ++i) {
      p.words.push_back(static_cast<std::uint16_t>(random.below(256)));
      std::array<std::uint8_t, 8> code;
      for (auto& byte : code) byte = static_cast<std::uint8_t>(random.below(256));
      p.codes.push_back(code);
      p.geometry.push_back(static_cast<std::uint32_t>(random.next()));
    }
  }
  index.set_pictures(pictures);
  CHECK(index.num_features() == 200'000);
  const TemporaryFolder folder;
  save(index, folder / "index");
  const auto in_file = std::filesystem::file_size(folder / "index") - index.vocabulary_bytes();
  CHECK(static_cast<double>(index.list_bytes()) / 200'000 <= 16.0);
  CHECK(static_cast<double>(in_file) / 200'000 <= 16.0);
  CHECK(index.list_bytes() >= 200'000 * 15);
}
