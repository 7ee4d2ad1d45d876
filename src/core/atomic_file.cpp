// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "core/atomic_file.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "core/platform.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

/// The file that symbolic links lead to, which is replaced while they stay.
std::filesystem::path behind_links(std::filesystem::path file) {
  constexpr int kMostLinks = 40;  // as Linux follows
  std::error_code error;
  for (int i = 0; std::filesystem::is_symlink(file, error); ++i) {
    const auto target = std::filesystem::read_symlink(file, error);
    if (error || i == kMostLinks)
      throw IoError("'" + file.string() +
                    "' is a symbolic link to a file that does not exist: remove it, or name another file");
    file = target.is_absolute() ? target : folder_of(file) / target;
  }
  return file;
}

std::string remedy(int error) {
  switch (error) {
    case ENOSPC:
#ifdef EDQUOT  // Windows has none
    case EDQUOT:
#endif
    case EFBIG:
      return "free disk space or choose another disk";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder that is writable";
    case ENOENT:
    case ENOTDIR:
      return "create the folder first";
    default:
      return "choose another file";
  }
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path file) : file_(behind_links(std::move(file))) {
  if (!file_.has_filename()) throw InvalidArgumentError("'" + file_.string() + "' is not a file name: name a file");
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    // A name of its own, as the file's may be as long as the file system allows.
    temporary_ = folder_of(file_) /
                 (".venloc-" + std::to_string(platform::process_id()) + "-" + std::to_string(attempt) + ".tmp");
    descriptor_ = platform::create_file(temporary_);
    if (descriptor_ < 0 && errno != EEXIST) fail("cannot create a file in its folder", errno);
  }
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) platform::close_file(descriptor_);
  std::error_code ignored;
  if (!temporary_.empty()) std::filesystem::remove(temporary_, ignored);
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  if (!platform::write_all(descriptor_, bytes)) fail("cannot write", errno);
}

void AtomicFile::commit() {
  if (!platform::sync_file(descriptor_)) fail("cannot write", errno);
  if (!platform::close_file(std::exchange(descriptor_, -1))) fail("cannot write", errno);
  std::error_code error;
  std::filesystem::rename(temporary_, file_, error);
  if (error) fail("cannot replace the file by the new one", error.default_error_condition().value());
  temporary_.clear();
  // The rename itself must survive a power cut too. Some file systems refuse to sync a folder; the file is complete
  // then.
  platform::sync_folder(folder_of(file_));
}

void AtomicFile::fail(const std::string& what, int error) const {
  throw IoError("'" + file_.string() + "': " + what + " (" + std::generic_category().message(error) + "); " +
                remedy(error) + ". An earlier file of this name is unchanged");
}

}  // namespace venloc
