// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// Trains a locator of your own city:   train_locator [KIND PHOTOS WEIGHTS NETWORK MODEL [PICTURE...]]
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/image/image.hpp"
#include "venloc/locators/descriptor_locator.hpp"
#include "venloc/torch.hpp"

namespace {

constexpr const char* kUsage =
    "usage: %s [KIND PHOTOS WEIGHTS NETWORK MODEL [PICTURE...]]\n"
    "KIND     descriptor, regression or s2\n"
    "PHOTOS   folder of photos that hold their places, or a label file\n"
    "WEIGHTS  *.safetensors file of the network, or a *.venloc file that holds one\n"
    "NETWORK  its name, for example efficientnet_lite2\n"
    "MODEL    *.venloc file to write; one that is there is opened, and nothing is trained\n"
    "PICTURE  located with the model: a line of CSV each\n"
    "Without arguments, run in the root of a checkout, it makes build/mini_city.venloc: a descriptor locator of\n"
    "examples/gallery with the network of the default model.\n";

bool report(const venloc::Progress& progress) {
  std::fprintf(stderr, "\r\033[K%.*s %zu/%zu", static_cast<int>(progress.stage.size()), progress.stage.data(),
               progress.done, progress.total);
  return true;  // false would cancel
}

std::unique_ptr<venloc::Locator> train(const std::string& kind, const std::filesystem::path& photos,
                                       const venloc::Backbone& network) {
  const venloc::Gallery gallery = std::filesystem::is_directory(photos) ? venloc::Gallery::from_folder(photos)
                                                                        : venloc::Gallery::from_label_file(photos);
  // Each kind has options of its own; these are the defaults.
  if (kind == "descriptor")
    return std::make_unique<venloc::DescriptorLocator>(venloc::DescriptorLocator::build(gallery, network, {}, report));
  if (kind == "regression")
    return std::make_unique<venloc::RegressionLocator>(venloc::RegressionLocator::build(gallery, network, {}, report));
  if (kind == "s2")
    return std::make_unique<venloc::S2CellClassifierLocator>(
        venloc::S2CellClassifierLocator::build(gallery, network, {}, report));
  throw venloc::InvalidArgumentError("KIND is '" + kind + "', it must be descriptor, regression or s2");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments.size() < 5) {
    std::fprintf(stderr, kUsage, argv[0]);
    return 2;
  }
  try {
    if (arguments.empty())
      arguments = {"descriptor",         "examples/gallery",       venloc::default_model_path().string(),
                   "efficientnet_lite2", "build/mini_city.venloc", "examples/pictures/basilica-san-marco.jpg"};
    venloc::register_torch();  // so that models of the last two kinds are opened, and a GPU is used where there is one
    const std::filesystem::path model = arguments[4];
    std::unique_ptr<venloc::Locator> locator;
    if (std::filesystem::exists(model)) {
      locator = venloc::load_locator(model);
    } else {
      locator = train(arguments[0], arguments[1], venloc::Backbone::load(arguments[2], arguments[3]));
      locator->save(model);
      std::fprintf(stderr, "\n");
    }
    if (arguments.size() > 5) std::printf("lat,lng,confidence,in_area,radius_50_m,radius_90_m,picture\n");
    for (std::size_t i = 5; i < arguments.size(); ++i) {
      const venloc::Prediction answer = locator->locate(venloc::read_image(arguments[i]));
      std::printf("%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%s\n", answer.location.lat, answer.location.lng,
                  answer.confidence, answer.in_area, answer.radius_50_m, answer.radius_90_m, arguments[i].c_str());
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}
