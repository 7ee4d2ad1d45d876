// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

#include "venloc/core/export.hpp"

namespace venloc {

/// Base class of all exceptions that venloc throws. The message states what is wrong, where, and what to do about it.
class VENLOC_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An argument or option outside its documented range. Python: ValueError.
class VENLOC_API InvalidArgumentError : public Error {
 public:
  using Error::Error;
};

/// A file or folder that does not exist, or a folder where a file is needed. Python: FileNotFoundError.
class VENLOC_API FileNotFoundError : public Error {
 public:
  using Error::Error;
};

/// A picture that cannot be used: not a picture, damaged, in an unsupported format or over a limit. Python: ValueError.
class VENLOC_API ImageError : public Error {
 public:
  using Error::Error;
};

/// A model, label or weights file that is damaged, of another kind or of a newer version. Python: ValueError.
class VENLOC_API FormatError : public Error {
 public:
  using Error::Error;
};

/// The operating system failed to read or write (disk full, no permission). Python: OSError.
class VENLOC_API IoError : public Error {
 public:
  using Error::Error;
};

/// A progress callback cancelled the call. Python: RuntimeError.
class VENLOC_API CancelledError : public Error {
 public:
  using Error::Error;
};

}  // namespace venloc
