// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/network_engine.hpp"
#include "features/torch_engine.hpp"
#include "locators/registry.hpp"
#include "venloc/locators/regression_locator.hpp"
#include "venloc/locators/s2_cell_classifier_locator.hpp"

namespace venloc {

/// All that loading venloc::torch adds to libvenloc. A program that links the library without using a function of it
/// still loads it, since the CMake target makes the linker look for this name (src/CMakeLists.txt).
extern const bool torch_registered;

namespace {

bool register_all() {
  register_engine(make_torch_engine);
  register_locator("regression", [](const SafetensorsFile& file) -> std::unique_ptr<Locator> {
    return std::make_unique<RegressionLocator>(RegressionLocator::load(file));
  });
  register_locator("s2", [](const SafetensorsFile& file) -> std::unique_ptr<Locator> {
    return std::make_unique<S2CellClassifierLocator>(S2CellClassifierLocator::load(file));
  });
  return true;
}

}  // namespace

const bool torch_registered = register_all();

}  // namespace venloc
