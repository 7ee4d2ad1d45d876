// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "image/encoded.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// The whole file, or its first `limit` bytes and one more when it is longer: enough to see that it is over the limit.
/// Throws FileNotFoundError when it is absent or not a file, IoError when it cannot be read.
std::vector<std::byte> read_file_bytes(const std::filesystem::path& file, std::size_t limit);

/// The bytes of a file. Small files are read, so that nothing that happens to the file afterwards matters; large ones
/// are mapped, so that decoding them does not hold them in memory.
class FileBytes {
 public:
  /// Throws as read_file_bytes, and ImageError with the true size where that is above `max_bytes`.
  FileBytes(const std::filesystem::path& file, std::size_t max_bytes);
  ~FileBytes();
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  [[nodiscard]] const Encoded& encoded() const { return encoded_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return encoded_.bytes; }

 private:
  std::vector<std::byte> read_;
  Encoded encoded_;
};

/// Throws ImageError where `size` bytes are more than the option max_bytes allows.
void check_file_size(std::size_t size, std::size_t max_bytes, const std::string& name);

/// read_for_describing for a file that is open already.
Image decode_for_describing(const FileBytes& file, const std::string& name, const ImageOptions& options);

}  // namespace venloc
