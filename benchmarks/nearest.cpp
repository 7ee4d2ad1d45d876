// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// Our side of index_vs_faiss.py. Each picture is a place of its own here.
//   bench_nearest prepare DATA   writes the descriptors of the gallery and of the held-out photos (safetensors)
//   bench_nearest serve DATA     builds the index, prints its sizes, then answers lines `PROBES THREADS PICTURES OUT`:
//                                searches all queries, photo by photo, prints the seconds; OUT gets the pictures of
//                                each query descriptor (-1 where there are fewer), `-` for none
#include <algorithm>
#include <chrono>
#include <iostream>
#include <sstream>

#include "locators/sift_store.hpp"
#include "shared_city.hpp"
#include "venloc/core/safetensors.hpp"

namespace {

using namespace venloc;

struct Set {
  std::vector<std::uint8_t> descriptors;
  std::vector<std::int64_t> ends;  // of each picture, in descriptors

  void add(const LocalFeatures& features) {
    for (const auto& d : features.descriptors) descriptors.insert(descriptors.end(), d.begin(), d.end());
    ends.push_back(static_cast<std::int64_t>(descriptors.size() / kSiftDimension));
  }
  void save(SafetensorsWriter& writer, const std::string& name) const {
    const auto pictures = static_cast<std::int64_t>(ends.size());
    writer.add<std::uint8_t>(name + ".descriptors", {pictures == 0 ? 0 : ends.back(), kSiftDimension}, descriptors);
    writer.add<std::int64_t>(name + ".ends", {pictures}, ends);
  }
};

void prepare(const std::filesystem::path& out) {
  const auto photos = bench::gallery();
  const auto features = extract_gallery(photos, gallery_sift_options(bench::options(Matching::kIndexed)), {}).local;
  std::vector<std::uint8_t> held_out(photos.size(), 0);
  // Ten photos hold some ten thousand descriptors, enough; FAISS would take an hour for all of the queries.
  for (std::size_t q = 0; q < bench::kQueries; q += 5) held_out[bench::query_position(q, photos.size())] = 1;
  Set gallery, queries;
  for (std::size_t i = 0; i < photos.size(); ++i) (held_out[i] != 0 ? queries : gallery).add(features[i]);
  SafetensorsWriter writer;
  gallery.save(writer, "gallery");
  queries.save(writer, "queries");
  writer.write(out);
}

std::vector<LocalFeatures> read(const SafetensorsFile& file, const std::string& name) {
  const auto bytes = file.get<std::uint8_t>(name + ".descriptors", {-1, kSiftDimension});
  std::vector<LocalFeatures> out;
  std::int64_t at = 0;
  for (const auto end : file.get<std::int64_t>(name + ".ends", {-1})) {
    auto& picture = out.emplace_back();
    picture.width = picture.height = 1;  // places in the picture play no part here
    for (; at < end; ++at) {
      SiftDescriptor& d = picture.descriptors.emplace_back();
      std::copy_n(bytes.data() + at * static_cast<std::int64_t>(kSiftDimension), kSiftDimension, d.begin());
    }
    picture.keypoints.resize(picture.descriptors.size());
  }
  return out;
}

void serve(const std::filesystem::path& data) {
  const auto file = SafetensorsFile::open(data);
  const auto gallery = read(file, "gallery");
  const auto queries = read(file, "queries");
  VisualIndexOptions options;
  std::size_t features = 0;
  for (const auto& picture : gallery) features += picture.size();
  options.words = std::min<int>(options.words, static_cast<int>(features / 64));
  auto index = VisualIndex::train(gallery, options);
  std::vector<EncodedPicture> encoded;
  for (const auto& picture : gallery) encoded.push_back(index.encode(picture));
  index.set_pictures(encoded);
  std::cout << index.num_features() << ' ' << index.num_words() << ' ' << index.list_bytes() << ' '
            << index.vocabulary_bytes() << ' ' << options.training_features << std::endl;

  for (std::string line; std::getline(std::cin, line);) {
    VisualIndexQueryOptions query;
    std::string out;
    std::istringstream(line) >> query.probes >> query.num_threads >> query.ratio_test_rank >> out;
    std::vector<std::vector<FeatureNeighbours>> found;
    const auto start = std::chrono::steady_clock::now();
    for (const auto& picture : queries) found.push_back(index.nearest(picture, query));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (out != "-") {
      std::vector<std::int32_t> pictures;
      for (const auto& photo : found)
        for (const auto& neighbours : photo) {
          const auto row = pictures.insert(pictures.end(), static_cast<std::size_t>(query.ratio_test_rank), -1);
          std::ranges::transform(neighbours.hits, row,
                                 [](const FeatureHit& hit) { return static_cast<std::int32_t>(hit.picture); });
        }
      SafetensorsWriter writer;
      const auto width = static_cast<std::int64_t>(query.ratio_test_rank);
      writer.add<std::int32_t>("pictures", {static_cast<std::int64_t>(pictures.size()) / width, width}, pictures);
      writer.write(out);
    }
    std::cout << seconds.count() << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string verb = argc == 3 ? argv[1] : "";
    if (verb == "prepare") {
      prepare(argv[2]);
    } else if (verb == "serve") {
      serve(argv[2]);
    } else {
      std::cerr << "usage: bench_nearest prepare|serve DATA\n";
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << "bench_nearest: " << error.what() << '\n';
    return 1;
  }
}
