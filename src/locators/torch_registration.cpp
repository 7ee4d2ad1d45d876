// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/network_engine.hpp"
#include "features/torch_engine.hpp"
#include "venloc/locators/registry.hpp"
#include "venloc/locators/regression_locator.hpp"
#include "venloc/locators/s2_cell_classifier_locator.hpp"
#include "venloc/torch.hpp"

// All that venloc::torch adds to libvenloc. Nothing here runs by itself: a program that does not call register_torch
// has the same answers with and without the library, whatever a linker keeps or drops.
namespace venloc {
namespace {

bool register_all() {
  register_locator(RegressionLocator::kKind, load_as<RegressionLocator>);
  register_locator(S2CellClassifierLocator::kKind, load_as<S2CellClassifierLocator>);
  register_engine(make_torch_engine);
  return true;
}

}  // namespace

void register_torch() {
  [[maybe_unused]] static const bool registered = register_all();  // once, whichever thread is first
}

}  // namespace venloc
