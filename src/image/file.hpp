// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace venloc {

/// The whole file, or its first `limit` bytes and one more when it is longer: enough to see that it is over the limit.
/// Throws FileNotFoundError when it is absent or not a file, IoError when it cannot be read.
std::vector<std::byte> read_file_bytes(const std::filesystem::path& file, std::size_t limit);

}  // namespace venloc
