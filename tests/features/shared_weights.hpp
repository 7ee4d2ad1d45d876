// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

/// A file among the shared weights; empty when it is not there.
inline std::filesystem::path shared_weights(const std::string& name) {
  const char* variable = std::getenv("VENLOC_SHARED");
  const auto file = std::filesystem::path(variable != nullptr ? variable : VENLOC_SHARED_DEFAULT) / "weights" / name;
  return std::filesystem::exists(file) ? file : std::filesystem::path();
}
