// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/network_engine.hpp"
#include "features/torch_engine.hpp"
#include "locators/registry.hpp"
#include "venloc/locators/regression_locator.hpp"
#include "venloc/locators/s2_cell_classifier_locator.hpp"

// All that loading venloc::torch adds to libvenloc. A program that links the library loads it whether it uses a
// function of it or not (src/CMakeLists.txt).
namespace venloc {
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

const bool registered = register_all();

}  // namespace
}  // namespace venloc
