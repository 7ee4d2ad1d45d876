// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "core/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

std::string remedy(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "make room or choose another disk";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder that you may write to";
    case ENOENT:
    case ENOTDIR:
      return "create the folder first";
    default:
      return "choose another place";
  }
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path file) : file_(std::move(file)) {
  if (!file_.has_filename()) throw InvalidArgumentError("'" + file_.string() + "' is not a file name: give one");
  // O_EXCL and not mkstemp: the file gets the permissions that the user's umask gives to any new file.
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    temporary_ = folder_of(file_) / ("." + file_.filename().string() + "." + std::to_string(::getpid()) + "-" +
                                     std::to_string(attempt) + ".tmp");
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) fail("cannot create a file in its folder", errno);
  }
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail("cannot write", errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("cannot write", errno);
  if (::rename(temporary_.c_str(), file_.c_str()) != 0) fail("cannot put the new file in its place", errno);
  temporary_.clear();
  // The rename itself must survive a power cut too. Some file systems refuse to sync a folder; the file is complete
  // then.
  const int folder = ::open(folder_of(file_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

void AtomicFile::fail(const std::string& what, int error) const {
  throw IoError("'" + file_.string() + "': " + what + " (" + std::generic_category().message(error) + "); " +
                remedy(error) + ". An earlier file of this name is unchanged");
}

}  // namespace venloc
