// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>

namespace venloc {

/// A file of features that grows: a head, then one record of equal length for each picture. The head holds format,
/// fingerprint of what computed them, and their number; a record is the picture's digest, its values and a check sum.
/// Locked as long as it is open, so that only one program adds to it.
class FeatureFile {
 public:
  /// Opens the file or makes it, and cuts off what follows the last whole record. Calls `waiting` now and then while
  /// another program has it. Throws IoError, FormatError.
  FeatureFile(std::filesystem::path file, const std::string& fingerprint, std::size_t dimension,
              const std::function<void()>& waiting);
  ~FeatureFile();
  FeatureFile(const FeatureFile&) = delete;
  FeatureFile& operator=(const FeatureFile&) = delete;

  /// May be called while another thread adds.
  [[nodiscard]] bool contains(const std::string& digest) const {
    const std::lock_guard lock(mutex_);
    return records_.contains(digest);
  }
  /// The values kept for the picture whose SHA-256 this is. Throws IoError.
  void read(const std::string& digest, std::span<float> values) const;
  /// Adds a record. When the disk is full, throws IoError and the file is as it was.
  void add(const std::string& digest, std::span<const float> values);

 private:
  [[noreturn]] void fail(const std::string& what, int error) const;
  [[noreturn]] void refuse(const std::string& what) const;
  void write_at_end(const std::string& bytes);
  /// Up to this many bytes from here on; fewer where the file ends.
  [[nodiscard]] std::string bytes_at(std::uint64_t offset, std::size_t count) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::size_t dimension_;
  std::uint64_t end_ = 0;                         // [bytes] of the head and whole records
  mutable std::mutex mutex_;                      // of the records
  std::map<std::string, std::uint64_t> records_;  // digest -> where its values begin
};

}  // namespace venloc
