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
enum class DType {
  kBool,  ///< "BOOL": one byte, 0 or 1
  kU8,    ///< "U8": unsigned integer of 8 bits
  kI8,    ///< "I8": signed integer of 8 bits
  kU16,   ///< "U16": unsigned integer of 16 bits
  kI16,   ///< "I16": signed integer of 16 bits
  kF16,   ///< "F16": IEEE 754 floating point of 16 bits
  kBF16,  ///< "BF16": bfloat16, the upper 16 bits of a float32
  kU32,   ///< "U32": unsigned integer of 32 bits
  kI32,   ///< "I32": signed integer of 32 bits
  kF32,   ///< "F32": IEEE 754 floating point of 32 bits
  kU64,   ///< "U64": unsigned integer of 64 bits
  kI64,   ///< "I64": signed integer of 64 bits
  kF64,   ///< "F64": IEEE 754 floating point of 64 bits
};

VENLOC_API std::size_t size_of(DType type);       ///< size of one element [bytes]
VENLOC_API std::string_view name_of(DType type);  ///< name of the type in the file, e.g. "F32"

/// A view of one array of a memory-mapped file.
struct VENLOC_API TensorView {
  DType type = DType::kU8;           ///< type of the elements
  std::vector<std::int64_t> shape;   ///< extents, outermost first; empty = one element
  std::span<const std::byte> bytes;  ///< little-endian, row-major; its address is a multiple of the element size

  [[nodiscard]] std::size_t count() const;  ///< number of elements
};

/// A memory-mapped safetensors file (https://github.com/huggingface/safetensors). The views stay valid as long as the
/// object or a copy of it lives. Immutable and thread-safe. Misaligned arrays, which other programs may write, are
/// copied to memory when the file is opened; files of venloc have none. While the file is open it may be replaced (as
/// SafetensorsWriter does) or deleted, but it must not be truncated.
class VENLOC_API SafetensorsFile {
 public:
  /// Throws FileNotFoundError, IoError, or FormatError that names the file and what is wrong with its header: length,
  /// JSON, a type, a shape that does not match its bytes, arrays that overlap, leave gaps or extend beyond the end of
  /// the file.
  static SafetensorsFile open(const std::filesystem::path& file);

  [[nodiscard]] const std::filesystem::path& path() const;                   ///< path that the file was opened by
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const;  ///< `__metadata__`
  [[nodiscard]] const std::map<std::string, TensorView>& tensors() const;    ///< without the padding arrays
  [[nodiscard]] bool contains(const std::string& name) const;   ///< whether the file has an array of this name
  [[nodiscard]] std::span<const std::byte> file_bytes() const;  ///< the whole file, header included

  /// Pairs of a newer and an older prefix of array names.
  using Renaming = std::vector<std::pair<std::string, std::string>>;
  /// The same file with newer names for its arrays. When there is no array of a requested name that begins with the
  /// first prefix of a pair, get() and contains() look it up with the second prefix instead.
  [[nodiscard]] SafetensorsFile renamed(Renaming prefixes) const;

  /// The array with this type and shape (-1 = any extent). Throws FormatError that names the file, the array and the
  /// reason. T is one of std::uint8_t … std::int64_t, float, double.
  template <typename T>
  [[nodiscard]] std::span<const T> get(const std::string& name, std::span<const std::int64_t> shape) const;
  /// The same for a shape as an initializer list: `get<float>("x", {-1, 256})`.
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

/// Collects arrays and writes them. The arrays are not copied: they must exist until write() returns, or be owned by an
/// object that was given to keep(). Names that begin with `__` are reserved. Throws InvalidArgumentError for a reserved
/// or repeated name and for a shape that does not match the bytes.
class VENLOC_API SafetensorsWriter {
 public:
  /// Sets an entry of `__metadata__`, replacing an existing entry with this key.
  void set_metadata(const std::string& key, std::string value);
  /// Adds an array of numbers. T is one of std::uint8_t … std::int64_t, float, double.
  template <typename T>
  void add(const std::string& name, std::vector<std::int64_t> shape, std::span<const T> values);
  /// Adds an array of any type, as bytes: little-endian, row-major.
  void add(const std::string& name, DType type, std::vector<std::int64_t> shape, std::span<const std::byte> bytes);
  /// Keeps the owner of arrays alive as long as the writer and its copies.
  void keep(std::shared_ptr<const void> owner) { owners_.push_back(std::move(owner)); }

  /// Writes the file. The same content gives the same bytes: arrays are stored in the order of their names, each
  /// 64-byte aligned. Other readers require arrays without gaps, so the gap before the first array is filled by spaces
  /// at the end of the header, and the gap after array number n (counted from 0) by an array of zeros `__pad<n>`. The
  /// file is replaced atomically: temporary file in the same folder, fsync, rename. Throws IoError that names the file
  /// and the system's reason; an existing file is then unchanged.
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
