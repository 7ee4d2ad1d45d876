// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/locators/locator.hpp"

namespace venloc {

/// Creates a locator from an opened and checked model file of its kind. Called in the thread that opens the model.
using LocatorLoader = std::function<std::unique_ptr<Locator>(const SafetensorsFile&, const LoadOptions&)>;

/// The loader of a kind that has a static `load` from an opened file.
template <typename Type>
std::unique_ptr<Locator> load_as(const SafetensorsFile& file, const LoadOptions& options) {
  return std::make_unique<Type>(Type::load(file, options));
}

/// Lets load_locator open model files of your own kind, which write_model wrote with this `kind`. Valid in
/// the whole process from then on; may be called from several threads. Throws InvalidArgumentError for an empty kind
/// or loader, and for a kind that is already registered, which includes the kinds of venloc.
VENLOC_API void register_locator(const std::string& kind, LocatorLoader loader);

}  // namespace venloc
