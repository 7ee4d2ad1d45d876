// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// Where was this picture made?   locate [PICTURE [MODEL]]
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>

#include "venloc/image/image.hpp"
#include "venloc/locators/locator.hpp"

namespace {
constexpr const char* kSample = "examples/pictures/piazza-san-marco.jpg";  // from the root of a checkout
}

int main(int argc, char** argv) {
  if (argc > 3) {
    std::fprintf(stderr,
                 "usage: %s [PICTURE [MODEL]]\n"
                 "PICTURE is a file (default: %s); MODEL is a *.venloc file (default: the default model).\n",
                 argv[0], kSample);
    return 2;
  }
  try {
    const std::filesystem::path picture = argc > 1 ? argv[1] : kSample;
    const std::filesystem::path model = argc == 3 ? argv[2] : venloc::default_model_path();
    const std::unique_ptr<venloc::Locator> locator = venloc::load_locator(model);
    const venloc::Prediction answer = locator->locate(venloc::read_image(picture));

    std::printf("place        %.6f, %.6f\n", answer.location.lat, answer.location.lng);
    std::printf("radius       50 %% within %.0f m, 90 %% within %.0f m\n", answer.radius_50_m, answer.radius_90_m);
    std::printf("confidence   %.2f (that it is within %.0f m)\n", answer.confidence, venloc::kConfidenceRadiusM);
    std::printf("in the city  %.2f\n", answer.in_area);
    for (const venloc::Candidate& candidate : answer.candidates)
      std::printf("evidence     %.2f  %4d inliers  %.6f, %.6f  %s %s\n", candidate.probability, candidate.inliers,
                  candidate.location.lat, candidate.location.lng, candidate.photo_id.c_str(), candidate.url.c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}
