// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "venloc/core/export.hpp"

namespace venloc {

/// Element types of the safetensors format.
enum class DType { kBool, kU8, kI8, kU16, kI16, kF16, kBF16, kU32, kI32, kF32, kU64, kI64, kF64 };

VENLOC_API std::size_t size_of(DType type);       ///< [bytes]
VENLOC_API std::string_view name_of(DType type);  ///< as in the file, e.g. "F32"

/// One array of a file, seen in place.
struct VENLOC_API TensorView {
  DType type = DType::kU8;           ///< type of the elements
  std::vector<std::int64_t> shape;   ///< extents, outermost first; empty = one element
  std::span<const std::byte> bytes;  ///< little-endian, row-major; its address is a multiple of the element size

  [[nodiscard]] std::size_t count() const;  ///< number of elements
};

/// A memory-mapped safetensors file (https://github.com/huggingface/safetensors). The views stay valid as long as the
/// object or a copy of it lives. Immutable, so safe to use from any number of threads. An array that another program
/// placed at an address its element type cannot be read from is copied to memory when the file is opened; venloc's own
/// files have none. While it is open the file may be replaced (as SafetensorsWriter does) or deleted, but must not be
/// shortened in place.
class VENLOC_API SafetensorsFile {
 public:
  /// Throws FileNotFoundError, IoError, or FormatError that names the file and what is wrong with its header: length,
  /// JSON, a type, a shape that does not match its bytes, arrays that overlap, leave holes or end after the file.
  static SafetensorsFile open(const std::filesystem::path& file);

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const;  ///< `__metadata__`
  [[nodiscard]] const std::map<std::string, TensorView>& tensors() const;    ///< without the padding arrays
  [[nodiscard]] bool contains(const std::string& name) const;
  [[nodiscard]] std::span<const std::byte> file_bytes() const;  ///< the whole file, header included

  /// The same file for readers that use newer names of its arrays: get() and contains() look up a name that begins with
  /// the first text of a pair as if it began with the second, where there is no array of that name.
  using Renaming = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] SafetensorsFile renamed(Renaming prefixes) const;

  /// The array with this type and shape (-1 = any extent). Throws FormatError that names the file, the array and the
  /// reason. T is one of std::uint8_t … std::int64_t, float, double.
  template <typename T>
  [[nodiscard]] std::span<const T> get(const std::string& name, std::span<const std::int64_t> shape) const;
  template <typename T>
  [[nodiscard]] std::span<const T> get(const std::string& name, std::initializer_list<std::int64_t> shape) const {
    return get<T>(name, std::span<const std::int64_t>(shape.begin(), shape.size()));
  }

 private:
  struct Mapping;
  [[nodiscard]] std::string stored_name(const std::string& name) const;
  std::shared_ptr<const Mapping> mapping_;
  Renaming renaming_;
};

/// Collects arrays and writes them. The arrays are not copied: they must live until write() is done, or be given to
/// keep(). Names that begin with `__` are reserved. Throws InvalidArgumentError for a reserved or repeated name and for
/// a shape that does not match the bytes.
class VENLOC_API SafetensorsWriter {
 public:
  void set_metadata(const std::string& key, std::string value);
  template <typename T>
  void add(const std::string& name, std::vector<std::int64_t> shape, std::span<const T> values);
  void add(const std::string& name, DType type, std::vector<std::int64_t> shape, std::span<const std::byte> bytes);
  /// Lets what arrays were made from live as long as the writer and its copies.
  void keep(std::shared_ptr<const void> owner) { owners_.push_back(std::move(owner)); }

  /// Same content, same bytes: arrays are laid out in the order of their names, each 64-byte aligned. Other readers
  /// demand arrays without holes between them, so the space before the first array is spaces at the end of the header,
  /// and the space after array number n (counted from 0) is an array of zeros `__pad<n>`. Atomic: temporary file in the
  /// same folder, fsync, rename. Throws IoError that names the file and the system's reason; an existing file stays.
  void write(const std::filesystem::path& file) const;

  /// The bytes that write() would write, piece by piece.
  void stream(const std::function<void(std::span<const std::byte>)>& sink) const;

 private:
  struct Entry {
    DType type;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
  };
  std::map<std::string, std::string> metadata_;
  std::map<std::string, Entry> entries_;
  std::vector<std::shared_ptr<const void>> owners_;
};

}  // namespace venloc
