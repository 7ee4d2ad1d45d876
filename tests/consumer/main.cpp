// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// consumer VERSION [MODEL]: prints answers, which must not depend on how the program was compiled and linked. Names
// what differs and ends with 1, so that the calling script fails. MODEL is the file to locate with, the default model
// unless given.
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>
#include <venloc/venloc.hpp>

#include "own_eigen.hpp"

namespace {

int wrong(const std::string& what) {
  std::cerr << what << "\n";
  return 1;
}

/// A kind of the program's own.
class OwnLocator final : public venloc::Locator {
 public:
  venloc::Prediction locate(const venloc::Image&, const venloc::QueryOptions&) const override { return {}; }
  venloc::LocatorInfo info() const override {
    venloc::LocatorInfo info;
    info.kind = "own";
    return info;
  }
  std::span<const venloc::Photo> photos() const override { return {}; }
  void save(const std::filesystem::path& file) const override { venloc::write_model({}, "own", "{}", file); }
};

struct OwnError {};

int kinds_are_registered(const std::filesystem::path& file) {
  OwnLocator().save(file);
  venloc::register_locator(
      "own", [](const venloc::SafetensorsFile&, const venloc::LoadOptions&) { return std::make_unique<OwnLocator>(); });
  const auto opened = venloc::load_locator(file);
  if (opened->info().kind != "own") return wrong("a kind of the program's own is not opened by its loader");
  if (dynamic_cast<const OwnLocator*>(opened.get()) == nullptr) return wrong("a locator has lost its type");
  venloc::register_locator("failing",
                           [](const auto&, const auto&) -> std::unique_ptr<venloc::Locator> { throw OwnError(); });
  venloc::write_model({}, "failing", "{}", file);
  try {
    (void)venloc::load_locator(file);
    return wrong("a loader's exception is lost");
  } catch (const OwnError&) {  // went through the library
    return 0;
  }
}

int errors_have_their_types() {
  try {
    (void)venloc::read_image("no/such/picture.jpg");
    return wrong("a missing picture is no error");
  } catch (const venloc::FileNotFoundError& error) {  // crosses the library's border
    std::cerr << "as it should be: " << error.what() << "\n";
    return 0;
  }
}

venloc::Image drawn(int width, int height) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        pixels.push_back(static_cast<std::uint8_t>((x / 16 % 2 ^ y / 12 % 2) * 150 + (x * y + 40 * c) % 100));
  return {width, height, 3, pixels};
}

int answers(const std::filesystem::path& model) {
  const venloc::LocalFrame frame({45.4342, 12.3388});
  const venloc::Posterior posterior(frame, {45.42, 12.31, 45.45, 12.37}, {{{0, 0}, 30, 2}, {{200, 50}, 80, 1}}, 0.1, 0);
  std::printf("radius %.17g m\n", posterior.credible_radius_m(posterior.mode(), 0.9));
  if (model.empty()) return 0;
  const auto locator = venloc::load_locator(model);
  const auto info = locator->info();
  // The whole model answers, network included.
  if (info.kind != "ensemble") return wrong("the default model is opened as '" + info.kind + "'");
  const auto found = locator->locate(drawn(320, 240));
  std::printf("%zu photos: %.17g %.17g, %.17g m, %.17g\n", info.photos, found.location.lat, found.location.lng,
              found.radius_90_m, found.confidence);
  return 0;
}

std::filesystem::path default_model() {
  try {
    return venloc::default_model_path();
  } catch (const venloc::FileNotFoundError& error) {
    std::cerr << "installed without a model: " << error.what() << "\n";
    return {};
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) return 2;
  const std::string version(venloc::version());
  if (version != argv[1]) return wrong("version is " + version + ", want " + argv[1]);
  const venloc::Image picture(2, 1, 3, {255, 255, 255, 0, 0, 0});
  if (picture.to_gray().pixels()[0] != 255) return wrong("white is not white in grey");
  const auto file = std::filesystem::temp_directory_path() / ("venloc-consumer-" + std::to_string(::getpid()));
  const int registered = kinds_are_registered(file);
  std::filesystem::remove(file);
  if (registered != 0 || errors_have_their_types() != 0) return 1;
  // The program's own Eigen, before and after the library has used its own.
  const double before = solved_with_own_eigen();
  if (answers(argc == 3 ? std::filesystem::path(argv[2]) : default_model()) != 0) return 1;
  return std::abs(before) < 1e-9 && solved_with_own_eigen() == before ? 0 : wrong("the program's own Eigen errs");
}
