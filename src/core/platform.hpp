// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

/// What the C++ library has no function for: the only place that calls the operating system. platform_posix.cpp is for
/// Linux and macOS, platform_windows.cpp for Windows.
///
/// Open files are numbers. What fails returns -1 or false and leaves the reason in errno; calls that a signal
/// interrupts are repeated.
namespace venloc::platform {

/// A new file for writing; fails with EEXIST where there is one of this name.
int create_file(const std::filesystem::path& file);
/// A file for reading and writing, created where there is none.
int open_file(const std::filesystem::path& file);
bool close_file(int file);

bool write_all(int file, std::span<const std::byte> bytes);  ///< at the position after the last write
bool write_all_at(int file, std::span<const std::byte> bytes, std::uint64_t offset);
/// How many bytes were read: fewer than requested at the end of the file only.
std::ptrdiff_t read_at(int file, std::span<std::byte> bytes, std::uint64_t offset);
bool resize_file(int file, std::uint64_t size);

/// Waits until what was written is on the disk.
bool sync_file(int file);
/// The same for the names in a folder, where the file system can.
void sync_folder(const std::filesystem::path& folder);

/// The lock that one open file at a time can have; false with EWOULDBLOCK where another has it. Closing gives it back.
bool try_lock_file(int file);

/// Pages of a regular file, mapped for reading.
struct MappedFile {
  std::span<const std::byte> bytes;  ///< empty for an empty file
  bool regular = false;              ///< false: a folder or a device, which are not mapped
  int error = 0;                     ///< errno where it cannot be read
};
MappedFile map_file(const std::filesystem::path& file);
void unmap(std::span<const std::byte> bytes);
/// Lets the whole pages of a part of a mapped file leave memory; read again, they are loaded again.
void release_pages(std::span<const std::byte> part);

/// Distinguishes this process from all others that run now.
int process_id();

/// The file of the library or program that `address` lies in; empty where the system does not report it.
std::filesystem::path library_of(const void* address);

}  // namespace venloc::platform
