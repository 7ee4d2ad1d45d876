// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <new>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "features/in_batches.hpp"
#include "image/drawn.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/feature_cache.hpp"

using namespace venloc;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A picture file (PPM) whose content depends on `kind`.
void write_picture(const std::filesystem::path& file, int kind) {
  const Image picture = drawn(40 + kind % 5, 32);
  std::string bytes = "P6\n" + std::to_string(picture.width()) + " " + std::to_string(picture.height()) + "\n255\n";
  for (const std::uint8_t value : picture.pixels()) bytes += static_cast<char>(value ^ kind);
  write_bytes(file, bytes);
}

Gallery gallery_in(const TemporaryFolder& folder, int count) {
  std::vector<Photo> photos;
  for (int i = 0; i < count; ++i) {
    Photo photo;
    photo.id = "p" + std::to_string(i);
    photo.file = folder / (photo.id + ".ppm");
    photo.location = {45.43, 12.33 + 0.001 * i};
    write_picture(photo.file, i);
    photos.push_back(photo);
  }
  return Gallery(photos);
}

Backbone small_network(std::uint64_t seed = 1) {
  BackboneOptions options;
  options.stage = "fire2";
  options.further_stages = {"fire3"};
  options.long_sides_px = {48, 32};
  options.device = Device::kCpu;
  return Backbone::random("squeezenet1_1", seed, options);
}

FeatureOptions cached(const TemporaryFolder& folder, int num_threads = 1) {
  FeatureOptions options;
  options.cache = folder / "cache";
  options.num_threads = num_threads;
  return options;
}

std::filesystem::path only_file(const std::filesystem::path& folder) {
  std::filesystem::path found;
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    found = entry.path();
    ++count;
  }
  REQUIRE(count == 1);
  return found;
}

/// Exit status of a child process that runs the function.
template <typename Function>
int child_status(Function&& function) {
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 0;
    try {
      code = function();
    } catch (...) {
      code = 100;
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("features: of a gallery are those of its pictures, with any number of threads and from the cache") {
  const TemporaryFolder folder;
  const auto gallery = gallery_in(folder, 21);
  const auto network = small_network();
  std::vector<float> expected;
  for (const Photo& photo : gallery.photos()) {
    const auto one = network.describe(read_image(photo.file));
    expected.insert(expected.end(), one.begin(), one.end());
  }
  CHECK(extract_features(network, gallery) == expected);
  CHECK(extract_features(network, gallery, cached(folder, 1)) == expected);
  const auto file = only_file(folder / "cache");
  const auto bytes = read_bytes(file);
  CHECK(extract_features(network, gallery, cached(folder, 3)) == expected);
  CHECK(read_bytes(file) == bytes);
  std::filesystem::remove(file);
  CHECK(extract_features(network, gallery, cached(folder, 3)) == expected);
  CHECK(read_bytes(file) == bytes);
}

TEST_CASE("features: a run that is killed is resumed") {
  const TemporaryFolder folder;
  const auto gallery = gallery_in(folder, 40);
  const auto network = small_network();
  const auto expected = extract_features(network, gallery, cached(folder));
  const auto file = only_file(folder / "cache");
  const auto whole = read_bytes(file);
  for (const std::size_t stop : {3, 20, 38}) {
    std::filesystem::remove(file);
    const int status = child_status([&] {
      (void)extract_features(network, gallery, cached(folder), [&](const Progress& p) {
        if (p.done == stop) ::raise(SIGKILL);
        return true;
      });
      return 0;
    });
    CHECK(WTERMSIG(status) == SIGKILL);
    const auto part = read_bytes(file);
    CHECK(part.size() < whole.size());
    CHECK(whole.starts_with(part));
    CHECK(extract_features(network, gallery, cached(folder)) == expected);
    CHECK(read_bytes(file) == whole);
  }
}

TEST_CASE("features: what is done when a run is cancelled is kept") {
  const TemporaryFolder folder;
  const auto gallery = gallery_in(folder, 6);
  const auto network = small_network();
  const auto expected = extract_features(network, gallery, cached(folder));
  const auto file = only_file(folder / "cache");
  const auto whole = read_bytes(file);
  std::filesystem::remove(file);
  (void)extract_features(network, gallery.subset(std::vector<std::size_t>{0, 1, 2}), cached(folder));
  const auto half = read_bytes(file);
  std::filesystem::remove(file);
  CHECK_THROWS_AS(
      (void)extract_features(network, gallery, cached(folder), [](const Progress& p) { return p.done < 3; }),
      CancelledError);
  CHECK(read_bytes(file) == half);
  CHECK(extract_features(network, gallery, cached(folder)) == expected);
  CHECK(read_bytes(file) == whole);
}

TEST_CASE("features: what is damaged in the cache is computed again") {
  const TemporaryFolder folder;
  const auto gallery = gallery_in(folder, 5);
  const auto network = small_network();
  const auto expected = extract_features(network, gallery, cached(folder));
  const auto file = only_file(folder / "cache");
  const auto whole = read_bytes(file);
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{7}, std::size_t{60}, whole.size() / 2, whole.size() - 1}) {
    write_bytes(file, whole.substr(0, length));
    CHECK(extract_features(network, gallery, cached(folder)) == expected);
    CHECK(read_bytes(file) == whole);
  }
  // What is damaged inside of a record costs that record alone: it is computed again and added.
  const std::size_t record = (whole.size() - whole.find('\n', whole.find('\n') + 1) - 1) / 5;
  for (const std::size_t at : {whole.size() - 2 * record - 30, whole.size() - 3}) {
    auto changed = whole;
    changed[at] ^= 1;
    write_bytes(file, changed);
    CHECK(extract_features(network, gallery, cached(folder)) == expected);
    CHECK(read_bytes(file).size() == whole.size() + record);
    CHECK(read_bytes(file).starts_with(changed));
    CHECK(extract_features(network, gallery, cached(folder)) == expected);
    CHECK(read_bytes(file).size() == whole.size() + record);
  }
  // A damaged number of bytes leaves nothing to go on from.
  auto changed = whole;
  changed[whole.size() - 4 * record + 64] = '9';
  write_bytes(file, changed);
  CHECK(extract_features(network, gallery, cached(folder)) == expected);
  CHECK(read_bytes(file) == whole);
}

TEST_CASE("features: a file of another format or network is refused and left alone") {
  const TemporaryFolder folder;
  const auto gallery = gallery_in(folder, 2);
  const auto network = small_network();
  (void)extract_features(network, gallery, cached(folder));
  const auto file = only_file(folder / "cache");
  const auto whole = read_bytes(file);
  for (const std::string& content : {std::string("my diary"), "venloc features 9" + whole.substr(17)}) {
    write_bytes(file, content);
    const auto message = message_of<FormatError>([&] { (void)extract_features(network, gallery, cached(folder)); });
    CHECK(has(message, file.string()));
    CHECK(has(message, "is not a feature file"));
    CHECK(read_bytes(file) == content);
  }
  (void)extract_features(small_network(2), gallery, cached(folder));  // has a file of its own
  std::filesystem::path other;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "cache"))
    if (entry.path() != file) other = entry.path();
  std::filesystem::copy_file(other, file, std::filesystem::copy_options::overwrite_existing);
  CHECK(has(message_of<FormatError>([&] { (void)extract_features(network, gallery, cached(folder)); }),
            "of another network"));
}

TEST_CASE("features: a picture that changed is computed again, one that was renamed is not") {
  const TemporaryFolder folder;
  auto gallery = gallery_in(folder, 4);
  const auto network = small_network();
  const auto before = extract_features(network, gallery, cached(folder));
  const auto size = std::filesystem::file_size(only_file(folder / "cache"));
  auto photos = std::vector<Photo>(gallery.photos().begin(), gallery.photos().end());
  std::filesystem::rename(photos[1].file, folder / "renamed.ppm");
  photos[1].file = folder / "renamed.ppm";
  CHECK(extract_features(network, Gallery(photos), cached(folder)) == before);
  CHECK(std::filesystem::file_size(only_file(folder / "cache")) == size);
  write_picture(photos[2].file, 200);
  const auto after = extract_features(network, Gallery(photos), cached(folder));
  CHECK(after == extract_features(network, Gallery(photos)));
  CHECK(after != before);
  CHECK(std::filesystem::file_size(only_file(folder / "cache")) > size);
}

TEST_CASE("features: pictures that cannot be read are listed, the others kept") {
  const TemporaryFolder folder;
  const auto gallery = gallery_in(folder, 6);
  write_bytes(gallery[2].file, "no picture");
  std::filesystem::remove(gallery[4].file);
  const auto network = small_network();
  const auto message = message_of<ImageError>([&] { (void)extract_features(network, gallery, cached(folder)); });
  CHECK(has(message, "2 of 6 pictures cannot be used"));
  CHECK(has(message, gallery[2].file.string()));
  CHECK(has(message, gallery[4].file.string()));
  write_picture(gallery[2].file, 2);
  write_picture(gallery[4].file, 4);
  int computed = 0;
  CHECK(extract_features(network, gallery, cached(folder)) == extract_features(network, gallery));
  CHECK_THROWS_AS((void)extract_features(network, gallery, {},
                                         [&](const Progress& p) {
                                           CHECK(p.stage == "features");
                                           CHECK(p.total == 6);
                                           return ++computed < 3;
                                         }),
                  CancelledError);
  CHECK(computed == 3);
  FeatureOptions options;
  options.num_threads = -1;
  CHECK(has(message_of<InvalidArgumentError>([&] { options.validate(); }), "num_threads"));
}

TEST_CASE("features: a full disk is named, and what was kept stays") {
  const TemporaryFolder folder;
  const auto gallery = gallery_in(folder, 20);
  const auto network = small_network();
  const auto first = gallery.subset(std::vector<std::size_t>{0, 1, 2});
  (void)extract_features(network, first, cached(folder));
  const auto file = only_file(folder / "cache");
  const auto before = read_bytes(file);
  const int status = child_status([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {before.size() + 300, before.size() + 300};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    const auto message = message_of<IoError>([&] { (void)extract_features(network, gallery, cached(folder)); });
    return has(message, file.string()) && has(message, "free disk space") ? 0 : 2;
  });
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(read_bytes(file) == before);
  CHECK(extract_features(network, gallery, cached(folder)) == extract_features(network, gallery));
}

TEST_CASE("features: a batch that memory does not hold is halved") {
  std::vector<std::size_t> counts;
  std::vector<int> done(23, 0);
  in_batches<std::bad_alloc>(done.size(), 16, [&](std::size_t begin, std::size_t count) {
    if (count > 5) throw std::bad_alloc();
    counts.push_back(count);
    for (std::size_t i = begin; i < begin + count; ++i) ++done[i];
  });
  CHECK(counts == std::vector<std::size_t>{4, 4, 4, 4, 4, 3});
  CHECK(done == std::vector<int>(23, 1));
  CHECK_THROWS_AS(in_batches<std::bad_alloc>(3, 2, [](std::size_t, std::size_t) { throw std::bad_alloc(); }),
                  std::bad_alloc);
}
