// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "venloc/core/export.hpp"
#include "venloc/image/image.hpp"
#include "venloc/ranking/prediction.hpp"

namespace venloc {

/// Adds to an answer what is known of its picture without locating it: the content and, before the other notes, how
/// the picture was read and that it seems to be none of a place. Every locator calls this once, with the picture as
/// given.
VENLOC_API void add_picture_notes(Prediction& out, const Image& picture);

}  // namespace venloc
