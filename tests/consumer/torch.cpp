// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <vector>
#include <venloc/core/error.hpp>
#include <venloc/features/backbone.hpp>

// Calls no function of venloc::torch: that it is linked must suffice. bfloat16 is computed by LibTorch alone.
int main() {
  venloc::BackboneOptions options;
  options.precision = venloc::Precision::kBFloat16;
  try {
    const auto network = venloc::Backbone::random("squeezenet1_1", 1, options);
    const venloc::Image picture(40, 40, 3, std::vector<std::uint8_t>(40 * 40 * 3, 99));
    return network.describe(picture).size() == network.dimension() ? 0 : 1;
  } catch (const venloc::InvalidArgumentError& error) {
    std::cerr << "venloc::torch is linked, but not there: " << error.what() << "\n";
    return 1;
  }
}
