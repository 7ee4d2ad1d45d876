// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace venloc {

/// Element types of the safetensors format.
enum class DType { kBool, kU8, kI8, kU16, kI16, kF16, kBF16, kU32, kI32, kF32, kU64, kI64, kF64 };

std::size_t size_of(DType type);        ///< [bytes]
std::string_view name_of(DType type);   ///< as in the file, e.g. "F32"

/// One array of a file, seen in place.
struct TensorView {
  DType type = DType::kU8;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< little-endian, row-major

  [[nodiscard]] std::size_t count() const;  ///< number of elements
};

/// A memory-mapped safetensors file (https://github.com/huggingface/safetensors). The views stay valid as long as the object
/// or a copy of it lives.
class SafetensorsFile {
 public:
  /// Throws FileNotFoundError, or FormatError that names the file and what is wrong with its header: length, JSON, a type, a
  /// shape that does not match its bytes, arrays that overlap, leave holes or end after the file.
  static SafetensorsFile open(const std::filesystem::path& file);

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const;  ///< `__metadata__`
  [[nodiscard]] const std::map<std::string, TensorView>& tensors() const;
  [[nodiscard]] bool contains(const std::string& name) const;

  /// The array with this type and shape (-1 = any extent). Throws FormatError that names the file, the array and the reason.
  template <typename T>
  [[nodiscard]] std::span<const T> get(const std::string& name, std::span<const std::int64_t> shape) const;
  template <typename T>
  [[nodiscard]] std::span<const T> get(const std::string& name, std::initializer_list<std::int64_t> shape) const {
    return get<T>(name, std::span<const std::int64_t>(shape.begin(), shape.size()));
  }

 private:
  struct Mapping;
  std::shared_ptr<const Mapping> mapping_;
};

/// Collects arrays and writes them. The arrays are not copied: they must live until write() is done.
class SafetensorsWriter {
 public:
  void set_metadata(const std::string& key, std::string value);
  template <typename T>
  void add(const std::string& name, std::vector<std::int64_t> shape, std::span<const T> values);
  void add(const std::string& name, DType type, std::vector<std::int64_t> shape, std::span<const std::byte> bytes);

  /// Same content, same bytes: arrays are laid out in the order of their names, each 64-byte aligned (padding is part of
  /// the header and of arrays named `__pad…`, so that every safetensors reader accepts the file). Atomic: temporary file in
  /// the same folder, fsync, rename. Throws IoError that names the file and the system's reason; an existing file stays.
  void write(const std::filesystem::path& file) const;

 private:
  struct Entry {
    DType type;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
  };
  std::map<std::string, std::string> metadata_;
  std::map<std::string, Entry> entries_;
};

}  // namespace venloc
