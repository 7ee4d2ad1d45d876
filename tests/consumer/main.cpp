// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <iostream>
#include <vector>
#include <venloc/venloc.hpp>

// Names what differs and ends with 1, so that the calling script fails.
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  if (venloc::version() != argv[1]) {
    std::cerr << "version is " << venloc::version() << ", want " << argv[1] << "\n";
    return 1;
  }
  const venloc::Image picture(2, 1, 3, {255, 255, 255, 0, 0, 0});
  if (picture.to_gray().pixels()[0] != 255) {
    std::cerr << "white is not white in grey\n";
    return 1;
  }
  try {
    venloc::read_image("no/such/picture.jpg");
    std::cerr << "a missing picture is no error\n";
    return 1;
  } catch (const venloc::FileNotFoundError& error) {  // crosses the library's border
    std::cout << "as it should be: " << error.what() << "\n";
  }
  try {
    const auto model = venloc::default_model_path();
    const auto info = venloc::load_locator(model)->info();
    std::cout << "model " << model << ": " << info.photos << " photos, kind " << info.kind << "\n";
    if (info.kind != "ensemble") {  // the whole model answers, network included
      std::cerr << "the default model is opened as '" << info.kind << "'\n";
      return 1;
    }
  } catch (const venloc::FileNotFoundError& error) {
    std::cout << "installed without a model: " << error.what() << "\n";
  }
  return 0;
}
