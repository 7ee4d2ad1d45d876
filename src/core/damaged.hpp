// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "venloc/core/error.hpp"

namespace venloc {

/// Refuses a model file whose content cannot be right; `reason` names the array.
[[noreturn]] inline void refuse_damaged(const std::filesystem::path& file, const std::string& reason) {
  throw FormatError("'" + file.string() + "' is damaged: " + reason + "; fetch or build the file again");
}

}  // namespace venloc
