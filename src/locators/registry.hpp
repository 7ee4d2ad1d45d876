// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "venloc/core/safetensors.hpp"
#include "venloc/locators/locator.hpp"

namespace venloc {

/// Makes a locator from an opened model file of its kind.
using LocatorLoader = std::function<std::unique_ptr<Locator>(const SafetensorsFile&)>;

/// Makes `load_locator` open files of this kind; another library (venloc::torch) registers its kinds when it is loaded.
void register_locator(const std::string& kind, LocatorLoader loader);

}  // namespace venloc
