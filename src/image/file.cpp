// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

/// Files from this size on are mapped [bytes].
constexpr std::uintmax_t kMappedFrom = std::uintmax_t{32} << 20;

}  // namespace

std::vector<std::byte> read_file_bytes(const std::filesystem::path& file, std::size_t limit) {
  std::error_code problem;
  const auto status = std::filesystem::status(file, problem);
  if (status.type() == std::filesystem::file_type::not_found)
    throw FileNotFoundError(file.string() + ": there is no such file. Check the path.");
  if (status.type() == std::filesystem::file_type::directory)
    throw FileNotFoundError(file.string() + ": this is a folder. Name a file.");
  // Opening a named pipe would wait until a process writes to it.
  if (!problem && status.type() != std::filesystem::file_type::regular)
    throw IoError(file.string() + ": this is a pipe or a device. Save its content to a file first.");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw IoError(file.string() + ": cannot be opened: " + std::strerror(errno));
  std::vector<std::byte> bytes;
  constexpr std::size_t kPiece = 1u << 20;
  const auto size = std::filesystem::file_size(file, problem);
  if (!problem) bytes.reserve(static_cast<std::size_t>(std::min<std::uintmax_t>(size, limit)) + 1);
  while (stream && bytes.size() <= limit) {
    const auto before = bytes.size();
    const auto wanted = std::min(kPiece, limit - before + 1);
    bytes.resize(before + wanted);
    stream.read(reinterpret_cast<char*>(bytes.data() + before), static_cast<std::streamsize>(wanted));
    bytes.resize(before + static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) throw IoError(file.string() + ": cannot be read: " + std::strerror(errno));
  return bytes;
}

void check_file_size(std::size_t size, std::size_t max_bytes, const std::string& name) {
  if (size > max_bytes)
    throw ImageError(name + ": the file has " + std::to_string(size) + " bytes, more than the limit of " +
                     std::to_string(max_bytes) + ". Make it smaller or raise max_bytes (--max-bytes).");
}

FileBytes::FileBytes(const std::filesystem::path& file, std::size_t max_bytes) {
  std::error_code problem;
  const auto size = std::filesystem::is_regular_file(file, problem) ? std::filesystem::file_size(file, problem) : 0;
  if (!problem) check_file_size(size, max_bytes, file.string());
  if (!problem && size >= kMappedFrom) {
    const auto mapped = platform::map_file(file);
    if (mapped.regular && mapped.error == 0) {
      encoded_ = {mapped.bytes, true};
      return;
    }
  }
  read_ = read_file_bytes(file, max_bytes);
  check_file_size(read_.size(), max_bytes, file.string());  // it grew
  encoded_ = {read_, false};
}

FileBytes::~FileBytes() {
  if (encoded_.mapped) platform::unmap(encoded_.bytes);
}

}  // namespace venloc
