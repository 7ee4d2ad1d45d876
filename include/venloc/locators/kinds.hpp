// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "venloc/locators/descriptor_locator.hpp"
#include "venloc/locators/ensemble_locator.hpp"
#include "venloc/locators/painting_locator.hpp"
#include "venloc/locators/sift_locator.hpp"

namespace venloc {

/// A list of types.
template <typename... Types>
struct TypeList {};

/// All kinds of locators that load_locator opens without registration.
using LocatorKinds = TypeList<DescriptorLocator, EnsembleLocator, PaintingLocator, SiftLocator>;

}  // namespace venloc
