// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include "venloc/image/image.hpp"

namespace venloc::python {

/// The picture in any form that venloc.pictures.as_image accepts, Image itself included.
inline Image image_of(const pybind11::object& picture) {
  return pybind11::module_::import("venloc.pictures").attr("as_image")(picture).cast<Image>();
}

}  // namespace venloc::python
