// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"

namespace venloc {

/// Writes a venloc model: adds `format` (venloc), `format_version`, `library_version`, `kind`, `options` (JSON) and
/// `sha256` to the metadata, then writes atomically. `sha256` is the digest of the whole file, header included, with
/// the 64 hexadecimal digits of `sha256` itself replaced by zeros. A damaged option or array name is therefore detected
/// like a damaged array.
VENLOC_API void write_model(SafetensorsWriter writer, const std::string& kind, const std::string& options,
                            const std::filesystem::path& file);

/// Opens a venloc model and checks format, format version (newer: FormatError, with the remedy: update venloc) and
/// SHA-256 (a damaged byte: FormatError, with the remedy: fetch or build the file again). The caller checks `kind`.
VENLOC_API SafetensorsFile open_model(const std::filesystem::path& file);

/// The same for a model of one kind. Throws FormatError that names both kinds when the model is of another kind.
VENLOC_API SafetensorsFile open_model_of_kind(const std::filesystem::path& file, const std::string& kind);

}  // namespace venloc
