// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace venloc {

/// A file of features that grows: a head, then one record for each picture. The head holds format and fingerprint of
/// what computed them; a record is the picture's digest, the number of bytes, the bytes and a checksum. Locked as long
/// as it is open, so that only one program adds to it.
class FeatureFile {
 public:
  /// Opens the file or makes it, and cuts off what follows the last whole record. Calls `waiting` every 0.1 s while
  /// another program has it. Throws IoError, FormatError.
  FeatureFile(std::filesystem::path file, const std::string& fingerprint, const std::function<void()>& waiting);
  ~FeatureFile();
  FeatureFile(const FeatureFile&) = delete;
  FeatureFile& operator=(const FeatureFile&) = delete;

  /// May be called while another thread adds.
  [[nodiscard]] bool contains(const std::string& digest) const {
    const std::lock_guard lock(mutex_);
    return records_.contains(digest);
  }
  /// What is kept for the picture whose SHA-256 this is. Throws IoError.
  [[nodiscard]] std::string read(const std::string& digest) const;
  /// Adds a record. When the disk is full, throws IoError and the file is as it was.
  void add(const std::string& digest, std::string_view features);

  /// Throws FormatError that names the file, and the remedy.
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  /// Where a record's features are.
  struct Place {
    std::uint64_t begin = 0;
    std::size_t size = 0;  // [bytes]
  };

  void read_records(std::uint64_t begin);
  [[noreturn]] void fail(const std::string& what, int error) const;
  void write_at_end(const std::string& bytes);
  /// Up to this many bytes from here on; fewer where the file ends.
  [[nodiscard]] std::string bytes_at(std::uint64_t offset, std::size_t count) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::uint64_t end_ = 0;                 // [bytes] of the head and whole records
  mutable std::mutex mutex_;              // of the records
  std::map<std::string, Place> records_;  // by digest
};

}  // namespace venloc
