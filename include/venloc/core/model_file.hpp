// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "venloc/core/safetensors.hpp"

namespace venloc {

/// Writes a venloc model: adds `format`, `format_version`, `library_version`, `kind`, `options` (JSON) and the SHA-256 of all
/// arrays' bytes to the metadata, then writes atomically.
void write_model(SafetensorsWriter writer, const std::string& kind, const std::string& options,
                 const std::filesystem::path& file);

/// Opens a venloc model and checks format, format version (newer: FormatError that says to update venloc) and SHA-256
/// (a damaged byte: FormatError that says to fetch or build the file again).
SafetensorsFile open_model(const std::filesystem::path& file);

}  // namespace venloc
