// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/feature_file.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "core/platform.hpp"
#include "core/sha256.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr std::size_t kDigestDigits = 64, kCheckDigits = 16;
const std::string kFormat = "venloc features 1\n";  // another number where a record or what is computed changes

std::string check_sum(const std::string& bytes) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(bytes)));
  return hash.finish().substr(0, kCheckDigits);
}

}  // namespace

FeatureFile::FeatureFile(std::filesystem::path file, const std::string& fingerprint, std::size_t dimension,
                         const std::function<void()>& waiting)
    : file_(std::move(file)), dimension_(dimension) {
  descriptor_ = platform::open_file(file_);
  if (descriptor_ < 0) fail("cannot be opened", errno);
  try {
    while (!platform::try_lock_file(descriptor_)) {
      if (errno != EWOULDBLOCK) fail("cannot be locked", errno);
      waiting();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    const std::string head = kFormat + fingerprint + "\n" + std::to_string(dimension) + "\n";
    const std::string found = bytes_at(0, head.size());
    // A head that was cut short by a kill has no record after it.
    if (!head.starts_with(found)) {
      if (!found.starts_with(kFormat)) refuse("is no file of features that this venloc writes");
      refuse("holds features of another network or of other options than its name states");
    }
    const std::size_t record = kDigestDigits + dimension * sizeof(float) + kCheckDigits;
    if (found.size() < head.size()) {
      if (!platform::resize_file(descriptor_, 0)) fail("cannot be written", errno);
      write_at_end(head);
    }
    for (end_ = head.size();; end_ += record) {
      const std::string bytes = bytes_at(end_, record);
      const std::string body = bytes.substr(0, record - kCheckDigits);
      if (bytes.size() < record || check_sum(body) != bytes.substr(body.size())) break;
      records_.emplace(body.substr(0, kDigestDigits), end_ + kDigestDigits);
    }
    if (!platform::resize_file(descriptor_, end_)) fail("cannot be written", errno);
  } catch (...) {
    platform::close_file(descriptor_);
    throw;
  }
}

FeatureFile::~FeatureFile() { platform::close_file(descriptor_); }

void FeatureFile::read(const std::string& digest, std::span<float> values) const {
  const std::string bytes = bytes_at(records_.at(digest), dimension_ * sizeof(float));
  if (bytes.size() != values.size_bytes()) refuse("became shorter while it was read");
  std::ranges::copy(std::as_bytes(std::span(bytes)), std::as_writable_bytes(values).begin());
}

void FeatureFile::add(const std::string& digest, std::span<const float> values) {
  std::string record = digest;
  record.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  record += check_sum(record);
  const std::uint64_t begin = end_;
  write_at_end(record);
  const std::lock_guard lock(mutex_);
  records_.emplace(digest, begin + kDigestDigits);
}

void FeatureFile::write_at_end(const std::string& bytes) {
  if (!platform::write_all_at(descriptor_, std::as_bytes(std::span(bytes)), end_)) {
    const int error = errno;
    platform::resize_file(descriptor_, end_);  // should this fail too, the next run cuts off the part of a record
    fail("cannot be written", error);
  }
  end_ += bytes.size();
}

std::string FeatureFile::bytes_at(std::uint64_t offset, std::size_t count) const {
  std::string bytes(count, '\0');
  const std::ptrdiff_t got = platform::read_at(descriptor_, std::as_writable_bytes(std::span(bytes)), offset);
  if (got < 0) fail("cannot be read", errno);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

void FeatureFile::fail(const std::string& what, int error) const {
  throw IoError("the cache file '" + file_.string() + "' " + what + " (" + std::generic_category().message(error) +
                "); make room or choose another cache folder. What was in it stays");
}

void FeatureFile::refuse(const std::string& what) const {
  throw FormatError("the cache file '" + file_.string() + "' " + what + "; remove it or choose another cache folder");
}

}  // namespace venloc
