// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <vector>
#include <venloc/torch.hpp>
#include <venloc/venloc.hpp>

// Linking venloc::torch changes nothing until register_torch() is called; LibTorch's headers are not needed.
int main() {
  venloc::BackboneOptions options;
  options.precision = venloc::Precision::kBFloat16;  // computed by LibTorch alone
  try {
    (void)venloc::Backbone::random("squeezenet1_1", 1, options);
    std::cerr << "venloc::torch is registered by linking it\n";
    return 1;
  } catch (const venloc::InvalidArgumentError& error) {
    std::cerr << "as it should be: " << error.what() << "\n";
  }
  venloc::register_torch();
  const auto network = venloc::Backbone::random("squeezenet1_1", 1, options);
  const venloc::Image picture(40, 40, 3, std::vector<std::uint8_t>(40 * 40 * 3, 99));
  return network.describe(picture).size() == network.dimension() ? 0 : 1;
}
