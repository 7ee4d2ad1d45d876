// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/files.hpp"
#include "venloc/core/safetensors.hpp"

/// Where two model files differ: their arrays and how many bytes of each; empty when the files are the same.
inline std::string model_differences(const std::filesystem::path& file, const std::filesystem::path& other) {
  if (read_bytes(file) == read_bytes(other)) return {};
  const auto a = venloc::SafetensorsFile::open(file), b = venloc::SafetensorsFile::open(other);
  std::string out;
  for (const auto& [name, tensor] : a.tensors()) {
    const auto found = b.tensors().find(name);
    if (found == b.tensors().end() || found->second.bytes.size() != tensor.bytes.size()) {
      out += name + ": absent or of another size; ";
      continue;
    }
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < tensor.bytes.size(); ++i) bytes += tensor.bytes[i] != found->second.bytes[i];
    if (bytes > 0)
      out += name + ": " + std::to_string(bytes) + " of " + std::to_string(tensor.bytes.size()) + " bytes; ";
  }
  return out.empty() ? "only outside the arrays" : out;
}
