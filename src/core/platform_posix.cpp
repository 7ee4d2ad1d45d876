// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/platform.hpp"

namespace venloc::platform {
namespace {

constexpr int kPermissions = 0666;  // less what the user's umask takes away, as for any new file

/// Calls `some(bytes not dealt with yet, how many are done)` until it returns 0, fails or all bytes are done; returns
/// how many are done, or -1.
template <typename Byte, typename Some>
std::ptrdiff_t repeat(std::span<Byte> bytes, const Some& some) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t now = some(bytes.subspan(done), done);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return -1;
    if (now == 0) break;
    done += static_cast<std::size_t>(now);
  }
  return static_cast<std::ptrdiff_t>(done);
}

}  // namespace

int create_file(const std::filesystem::path& file) {
  return ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kPermissions);
}

int open_file(const std::filesystem::path& file) {
  return ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPermissions);
}

bool close_file(int file) { return ::close(file) == 0; }

bool write_all(int file, std::span<const std::byte> bytes) {
  return repeat(bytes, [&](auto rest, std::size_t) { return ::write(file, rest.data(), rest.size()); }) >= 0;
}

bool write_all_at(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
  return repeat(bytes, [&](auto rest, std::size_t done) {
           return ::pwrite(file, rest.data(), rest.size(), static_cast<off_t>(offset + done));
         }) >= 0;
}

std::ptrdiff_t read_at(int file, std::span<std::byte> bytes, std::uint64_t offset) {
  return repeat(bytes, [&](auto rest, std::size_t done) {
    return ::pread(file, rest.data(), rest.size(), static_cast<off_t>(offset + done));
  });
}

bool resize_file(int file, std::uint64_t size) { return ::ftruncate(file, static_cast<off_t>(size)) == 0; }

bool sync_file(int file) { return ::fsync(file) == 0; }

void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

bool try_lock_file(int file) {
  int result = 0;
  do result = ::flock(file, LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

MappedFile map_file(const std::filesystem::path& file) {
  MappedFile mapped;
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    mapped.error = errno;
    return mapped;
  }
  struct ::stat status {};
  if (::fstat(descriptor, &status) != 0) mapped.error = errno;
  mapped.regular = mapped.error == 0 && S_ISREG(status.st_mode);
  if (mapped.regular && status.st_size > 0) {
    const auto size = static_cast<std::size_t>(status.st_size);
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (start == MAP_FAILED)
      mapped.error = errno;
    else
      mapped.bytes = {static_cast<const std::byte*>(start), size};
  }
  ::close(descriptor);
  return mapped;
}

void unmap(std::span<const std::byte> bytes) {
  if (!bytes.empty()) ::munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
}

void release_pages(std::span<const std::byte> part) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(part.data()) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(part.data() + part.size()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

int process_id() { return ::getpid(); }

std::filesystem::path library_of(const void* address) {
  Dl_info info{};
  if (::dladdr(address, &info) == 0 || info.dli_fname == nullptr) return {};
  return info.dli_fname;
}

}  // namespace venloc::platform
