// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace venloc {

/// The model of the default city for a library that lies at `library`. `wanted` is the value of $VENLOC_MODEL, empty
/// when not set. Throws FileNotFoundError that lists the paths that were searched.
std::filesystem::path find_default_model(const std::filesystem::path& library, const std::string& wanted);

}  // namespace venloc
