// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/feature_file.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "core/platform.hpp"
#include "core/sha256.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr std::size_t kDigestDigits = 64, kSizeDigits = 10, kCheckDigits = 16;
const std::string kFormat = "venloc features 2\n";  // another number where a record or what is computed changes

std::string check_sum(const std::string& bytes) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(bytes)));
  return hash.finish().substr(0, kCheckDigits);
}

}  // namespace

FeatureFile::FeatureFile(std::filesystem::path file, const std::string& fingerprint,
                         const std::function<void()>& waiting)
    : file_(std::move(file)) {
  descriptor_ = platform::open_file(file_);
  if (descriptor_ < 0) fail("cannot be opened", errno);
  try {
    while (!platform::try_lock_file(descriptor_)) {
      if (errno != EWOULDBLOCK) fail("cannot be locked", errno);
      waiting();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    const std::string head = kFormat + fingerprint + "\n";
    const std::string found = bytes_at(0, head.size());
    // A head that was cut short by a kill has no record after it.
    if (!head.starts_with(found)) {
      if (!found.starts_with(kFormat)) refuse("is not a feature file of this version of venloc");
      refuse("contains features of another network or other options than its name states");
    }
    if (found.size() < head.size()) {
      if (!platform::resize_file(descriptor_, 0)) fail("cannot be written", errno);
      write_at_end(head);
    }
    read_records(head.size());
    if (!platform::resize_file(descriptor_, end_)) fail("cannot be written", errno);
  } catch (...) {
    platform::close_file(descriptor_);
    throw;
  }
}

/// Up to the first that is not whole. One whose checksum is wrong is passed over, so that its picture is computed
/// again.
void FeatureFile::read_records(std::uint64_t begin) {
  constexpr std::size_t kHead = kDigestDigits + kSizeDigits;
  const auto length = std::filesystem::file_size(file_);
  for (end_ = begin;;) {
    std::string body = bytes_at(end_, kHead);
    std::size_t size = 0;
    const char* const digits = body.data() + kDigestDigits;
    if (body.size() < kHead || std::from_chars(digits, digits + kSizeDigits, size).ptr != digits + kSizeDigits) return;
    if (size > length - std::min<std::uintmax_t>(length, end_ + kHead)) return;
    body += bytes_at(end_ + kHead, size + kCheckDigits);
    if (body.size() < kHead + size + kCheckDigits) return;
    const std::string check = body.substr(kHead + size);
    body.resize(kHead + size);
    if (check_sum(body) == check) records_.emplace(body.substr(0, kDigestDigits), Place{end_ + kHead, size});
    end_ += kHead + size + kCheckDigits;
  }
}

FeatureFile::~FeatureFile() { platform::close_file(descriptor_); }

std::string FeatureFile::read(const std::string& digest) const {
  const auto place = [&] {
    const std::lock_guard lock(mutex_);
    return records_.at(digest);
  }();
  std::string bytes = bytes_at(place.begin, place.size);
  if (bytes.size() != place.size) refuse("was truncated while it was read");
  return bytes;
}

void FeatureFile::add(const std::string& digest, std::string_view features) {
  const std::string size = std::to_string(features.size());
  std::string record = digest + std::string(kSizeDigits - size.size(), '0') + size;
  record += features;
  record += check_sum(record);
  const Place place{end_ + kDigestDigits + kSizeDigits, features.size()};
  write_at_end(record);
  const std::lock_guard lock(mutex_);
  records_.emplace(digest, place);
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
                "); free disk space or choose another cache folder. Its earlier content is unchanged");
}

void FeatureFile::refuse(const std::string& what) const {
  throw FormatError("the cache file '" + file_.string() + "' " + what + "; remove it or choose another cache folder");
}

}  // namespace venloc
