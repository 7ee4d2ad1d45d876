// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// Not compiled by any build so far: written from the reference of the Windows API and of Microsoft's C library.
#define NOMINMAX
#define WIN32_LEAN_AND_MEAN
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <share.h>
#include <sys/stat.h>
#include <windows.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string>

#include "core/platform.hpp"

namespace venloc::platform {
namespace {

constexpr std::size_t kMostBytes = 1 << 30;  // of one call, which counts in 32 bits

HANDLE handle_of(int file) { return reinterpret_cast<HANDLE>(::_get_osfhandle(file)); }

/// The C library's number for the last error of the Windows API.
int last_error() {
  switch (::GetLastError()) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_NETPATH:
      return ENOENT;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_WRITE_PROTECT:
      return EACCES;
    case ERROR_LOCK_VIOLATION:
    case ERROR_IO_PENDING:
      return EWOULDBLOCK;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
      return ENOSPC;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
      return ENOMEM;
    default:
      return EIO;
  }
}

int open_with(const std::filesystem::path& file, int flags) {
  int descriptor = -1;
  const errno_t error =
      ::_wsopen_s(&descriptor, file.c_str(), flags | _O_BINARY | _O_NOINHERIT, _SH_DENYNO, _S_IREAD | _S_IWRITE);
  if (error != 0) errno = error;
  return error == 0 ? descriptor : -1;
}

OVERLAPPED at(std::uint64_t offset) {
  OVERLAPPED place{};
  place.Offset = static_cast<DWORD>(offset);
  place.OffsetHigh = static_cast<DWORD>(offset >> 32);
  return place;
}

}  // namespace

int create_file(const std::filesystem::path& file) { return open_with(file, _O_WRONLY | _O_CREAT | _O_EXCL); }

int open_file(const std::filesystem::path& file) { return open_with(file, _O_RDWR | _O_CREAT); }

bool close_file(int file) { return ::_close(file) == 0; }

bool write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const int written = ::_write(file, bytes.data(), static_cast<unsigned>(std::min(bytes.size(), kMostBytes)));
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool write_all_at(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    OVERLAPPED place = at(offset);
    DWORD written = 0;
    if (!::WriteFile(handle_of(file), bytes.data(), static_cast<DWORD>(std::min(bytes.size(), kMostBytes)), &written,
                     &place)) {
      errno = last_error();
      return false;
    }
    bytes = bytes.subspan(written);
    offset += written;
  }
  return true;
}

std::ptrdiff_t read_at(int file, std::span<std::byte> bytes, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    OVERLAPPED place = at(offset + done);
    DWORD got = 0;
    const auto most = static_cast<DWORD>(std::min(bytes.size() - done, kMostBytes));
    if (!::ReadFile(handle_of(file), bytes.data() + done, most, &got, &place)) {
      if (::GetLastError() == ERROR_HANDLE_EOF) break;
      errno = last_error();
      return -1;
    }
    if (got == 0) break;
    done += got;
  }
  return static_cast<std::ptrdiff_t>(done);
}

bool resize_file(int file, std::uint64_t size) {
  const errno_t error = ::_chsize_s(file, static_cast<long long>(size));
  if (error != 0) errno = error;
  return error == 0;
}

bool sync_file(int file) { return ::_commit(file) == 0; }

void sync_folder(const std::filesystem::path&) {}  // NTFS writes names to its journal by itself

bool try_lock_file(int file) {
  // One byte far after the end: other bytes of the file stay readable for those who do not have the lock.
  OVERLAPPED place = at(std::numeric_limits<std::uint64_t>::max() - 1);
  if (::LockFileEx(handle_of(file), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &place)) return true;
  errno = last_error();
  return false;
}

MappedFile map_file(const std::filesystem::path& file) {
  MappedFile mapped;
  const DWORD attributes = ::GetFileAttributesW(file.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) {
    mapped.error = last_error();
    return mapped;
  }
  if ((attributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE)) != 0) return mapped;
  const HANDLE handle =
      ::CreateFileW(file.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                    OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) {
    mapped.error = last_error();
    return mapped;
  }
  mapped.regular = ::GetFileType(handle) == FILE_TYPE_DISK;
  LARGE_INTEGER size{};
  if (mapped.regular && !::GetFileSizeEx(handle, &size)) mapped.error = last_error();
  if (mapped.regular && mapped.error == 0 && size.QuadPart > 0) {
    const HANDLE mapping = ::CreateFileMappingW(handle, nullptr, PAGE_READONLY, 0, 0, nullptr);
    const void* start = mapping != nullptr ? ::MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0) : nullptr;
    if (start == nullptr)
      mapped.error = last_error();
    else
      mapped.bytes = {static_cast<const std::byte*>(start), static_cast<std::size_t>(size.QuadPart)};
    if (mapping != nullptr) ::CloseHandle(mapping);  // the view keeps the file mapped
  }
  ::CloseHandle(handle);
  return mapped;
}

void unmap(std::span<const std::byte> bytes) {
  if (!bytes.empty()) ::UnmapViewOfFile(bytes.data());
}

void release_pages(std::span<const std::byte> part) {
  // Pages that are not locked leave the working set, which the call reports as an error.
  ::VirtualUnlock(const_cast<std::byte*>(part.data()), part.size());
}

int process_id() { return ::_getpid(); }

std::filesystem::path library_of(const void* address) {
  HMODULE module = nullptr;
  if (!::GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                            static_cast<LPCWSTR>(address), &module))
    return {};
  constexpr DWORD kLongestPath = 32767;  // [characters] of any path
  std::wstring path(kLongestPath, L'\0');
  path.resize(::GetModuleFileNameW(module, path.data(), kLongestPath));
  return path;
}

}  // namespace venloc::platform
