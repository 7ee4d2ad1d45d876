// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>
#include <venloc/core/error.hpp>
#include <venloc/features/backbone.hpp>

int main() {
  const auto network = venloc::Backbone::random("squeezenet1_1", 1);
  const venloc::Image picture(40, 40, 3, std::vector<std::uint8_t>(40 * 40 * 3, 99));
  if (network.describe(picture).size() != network.dimension()) return 1;
  try {
    venloc::Backbone::load("no/such/weights.safetensors", "squeezenet1_1");
  } catch (const venloc::FileNotFoundError&) {
    return 0;
  }
  return 1;
}
