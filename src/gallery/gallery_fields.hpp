// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/gallery/splits.hpp"

namespace venloc {

VENLOC_FIELD_TABLE(Photo, VENLOC_FIELD(id), VENLOC_FIELD(file), VENLOC_FIELD(location), VENLOC_FIELD(source),
                   VENLOC_FIELD(url), VENLOC_FIELD(author), VENLOC_FIELD(licence), VENLOC_FIELD(taken),
                   VENLOC_FIELD(thumbnail));
VENLOC_FIELD_TABLE(GalleryProblem, VENLOC_FIELD(file), VENLOC_FIELD(line), VENLOC_FIELD(reason));
VENLOC_FIELD_TABLE(GalleryOptions, VENLOC_FIELD(strict), VENLOC_FIELD(check_pictures), VENLOC_FIELD(num_threads),
                   VENLOC_FIELD(pictures));
VENLOC_FIELD_TABLE(Split, VENLOC_FIELD(train), VENLOC_FIELD(test));
VENLOC_FIELD_TABLE(GroupOptions, VENLOC_FIELD(same_place_m), VENLOC_FIELD(flickr_id_gap), VENLOC_FIELD(hash_bits),
                   VENLOC_FIELD(num_threads));

}  // namespace venloc
