// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// How long opening a model takes by its number of photos: bench_opening [MODEL [FEATURES [PHOTOS...]]]. The photos of
// MODEL (kind "sift" or "ensemble"; without one the default model), each with FEATURES of its features at most, are
// drawn again and again until there are so many, at random places in its area. What a model has besides stays as it is.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "gallery/photo_table.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/retrieval/visual_index.hpp"

namespace {

using namespace venloc;

constexpr int kRuns = 3;

/// Adds the rows of these photos; those of photo p are from begin[p] to begin[p + 1].
void add_rows(SafetensorsWriter& writer, const std::string& name, const TensorView& from,
              std::span<const std::size_t> numbers, const std::vector<std::size_t>& begin) {
  std::size_t row_bytes = size_of(from.type);
  for (std::size_t d = 1; d < from.shape.size(); ++d) row_bytes *= static_cast<std::size_t>(from.shape[d]);
  const auto bytes = std::make_shared<std::vector<std::byte>>();
  for (const auto p : numbers) {
    const auto rows = from.bytes.subspan(begin[p] * row_bytes, (begin[p + 1] - begin[p]) * row_bytes);
    bytes->insert(bytes->end(), rows.begin(), rows.end());
  }
  auto shape = from.shape;
  shape[0] = static_cast<std::int64_t>(bytes->size() / row_bytes);
  writer.add(name, from.type, shape, *bytes);
  writer.keep(bytes);
}

/// First rows of each photo, and the end: one for each, or as many as the array of counts gives.
std::vector<std::size_t> begins(std::size_t photos, std::span<const std::uint16_t> counts) {
  std::vector<std::size_t> begin(photos + 1, 0);
  for (std::size_t p = 0; p < photos; ++p) begin[p + 1] = begin[p] + (counts.empty() ? 1 : counts[p]);
  return begin;
}

std::vector<Photo> random_photos(const Locator& base, std::size_t count, Random& random) {
  const BoundingBox area = base.info().area;
  std::vector<Photo> photos;
  for (std::size_t i = 0; i < count; ++i) {
    Photo photo = base.photos()[random.below(base.photos().size())];
    photo.id = std::to_string(i);
    photo.location = {area.south + random.uniform() * (area.north - area.south),
                      area.west + random.uniform() * (area.east - area.west)};
    photos.push_back(std::move(photo));
  }
  return photos;
}

EncodedPicture first_features(EncodedPicture picture, std::size_t most) {
  const std::size_t size = std::min(most, picture.size());
  picture.words.resize(size);
  picture.codes.resize(size);
  picture.geometry.resize(size);
  if (!picture.descriptors.empty()) picture.descriptors.resize(size);
  return picture;
}

void write_synthetic(const std::filesystem::path& model, std::size_t features, std::size_t count,
                     const std::filesystem::path& to) {
  Random random(1);
  const auto base = load_locator(model);
  // As this version writes it: the model may be of an older format.
  const std::filesystem::path present = to.string() + ".base";
  base->save(present);
  const auto file = open_model(present);
  std::filesystem::remove(present);
  const std::size_t photos = base->photos().size();
  std::vector<std::size_t> numbers(count);
  for (auto& number : numbers) number = random.below(photos);

  SafetensorsWriter writer;
  for (const auto& [key, value] : file.metadata())
    if (key.find('.') != std::string::npos) writer.set_metadata(key, value);  // the others are the writer's
  const std::string maps = "feature_maps.";
  const auto one_each = begins(photos, {});
  const auto of_maps =
      file.contains(maps + "counts") ? begins(photos, file.get<std::uint16_t>(maps + "counts", {-1})) : one_each;
  for (const auto& [name, tensor] : file.tensors()) {
    if (name.starts_with("photos.") || name.starts_with("index.")) continue;
    const auto rows = tensor.shape.empty() ? 0 : static_cast<std::size_t>(tensor.shape[0]);
    if (rows == photos) {
      add_rows(writer, name, tensor, numbers, one_each);
    } else if (name.starts_with(maps) && rows == of_maps.back()) {
      add_rows(writer, name, tensor, numbers, of_maps);
    } else {
      writer.add(name, tensor.type, tensor.shape, tensor.bytes);
    }
  }
  auto index = VisualIndex::load(file);
  {
    const auto known = index.pictures();
    std::vector<EncodedPicture> pictures;
    for (const auto number : numbers) pictures.push_back(first_features(known[number], features));
    index.set_pictures(pictures);
  }
  index.save(writer);
  const PhotoTable table(random_photos(*base, count, random));
  table.save(writer);
  write_model(writer, file.metadata().at("kind"), file.metadata().at("options"), to);
}

double opening_s(const std::filesystem::path& model, std::size_t photos) {
  const auto begin = std::chrono::steady_clock::now();
  const auto locator = load_locator(model);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  if (locator->photos().size() != photos) throw std::runtime_error("the model has another number of photos");
  return taken.count();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const std::filesystem::path model = arguments.empty() ? default_model_path() : std::filesystem::path(arguments[0]);
    const std::size_t features = arguments.size() > 1 ? std::stoul(arguments[1]) : 100;
    std::vector<std::size_t> sizes;
    for (std::size_t i = 2; i < arguments.size(); ++i) sizes.push_back(std::stoul(arguments[i]));
    if (sizes.empty()) sizes = {1'000, 10'000, 100'000};
    const auto file = std::filesystem::temp_directory_path() / ("opening-" + std::to_string(getpid()) + ".venloc");
    std::printf("| photos | file [MB] | opening [s] | per 1,000 photos [ms] |\n|---:|---:|---:|---:|\n");
    for (const std::size_t size : sizes) {
      write_synthetic(model, features, size, file);
      std::vector<double> times;
      for (int run = 0; run < kRuns; ++run) times.push_back(opening_s(file, size));
      std::ranges::sort(times);
      const double median = times[kRuns / 2];
      std::printf("| %zu | %.1f | %.3f | %.2f |\n", size, static_cast<double>(std::filesystem::file_size(file)) / 1e6,
                  median, median * 1e6 / static_cast<double>(size));
      std::fflush(stdout);
      std::filesystem::remove(file);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
