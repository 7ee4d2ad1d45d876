// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "venloc/core/safetensors.hpp"
#include "venloc/features/local_features.hpp"

namespace venloc {

/// Arrays exhaustive.*: what an ExhaustiveMatcher is made from.
void save_descriptors(SafetensorsWriter& writer, std::span<const std::vector<SiftDescriptor>> descriptors);
/// Throws FormatError that names the file, the array and the reason.
std::vector<std::vector<SiftDescriptor>> load_descriptors(const SafetensorsFile& file, std::size_t photos);

}  // namespace venloc
