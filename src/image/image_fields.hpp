// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/image/augmentation.hpp"
#include "venloc/image/content.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/metadata.hpp"

namespace venloc {

VENLOC_FIELD_TABLE(ImageOptions, VENLOC_FIELD(max_bytes), VENLOC_FIELD(max_pixels), VENLOC_FIELD(max_decoded_pixels),
                   VENLOC_FIELD(long_side_px), VENLOC_FIELD(apply_orientation));
VENLOC_FIELD_TABLE(PictureFormat, VENLOC_FIELD(format), VENLOC_FIELD(name), VENLOC_FIELD(media_type),
                   VENLOC_FIELD(endings), VENLOC_FIELD(readable), VENLOC_FIELD(remedy));
VENLOC_FIELD_TABLE(AugmentationOptions, VENLOC_FIELD(min_crop), VENLOC_FIELD(flip), VENLOC_FIELD(brightness),
                   VENLOC_FIELD(contrast), VENLOC_FIELD(saturation), VENLOC_FIELD(grey_share),
                   VENLOC_FIELD(smooth_share), VENLOC_FIELD(sketch_share));
VENLOC_FIELD_TABLE(ImageInfo, VENLOC_FIELD(format), VENLOC_FIELD(width), VENLOC_FIELD(height));
VENLOC_FIELD_TABLE(Metadata, VENLOC_FIELD(orientation), VENLOC_FIELD(position), VENLOC_FIELD(position_source),
                   VENLOC_FIELD(position_error_m), VENLOC_FIELD(position_doubt), VENLOC_FIELD(position_problem),
                   VENLOC_FIELD(taken), VENLOC_FIELD(title), VENLOC_FIELD(description), VENLOC_FIELD(keywords),
                   VENLOC_FIELD(camera), VENLOC_FIELD(author), VENLOC_FIELD(copyright));
VENLOC_ENUM_NAMES(PictureContent, {"picture", PictureContent::kPicture}, {"blank", PictureContent::kBlank},
                  {"text", PictureContent::kText}, {"screenshot", PictureContent::kScreenshot});
VENLOC_FIELD_TABLE(ContentStatistics, VENLOC_FIELD(brightness), VENLOC_FIELD(warmth), VENLOC_FIELD(unevenness),
                   VENLOC_FIELD(mode_share), VENLOC_FIELD(chroma), VENLOC_FIELD(vivid_share),
                   VENLOC_FIELD(common_colours), VENLOC_FIELD(flat_share), VENLOC_FIELD(toned_flat_share),
                   VENLOC_FIELD(straight_edge_share), VENLOC_FIELD(paper_share), VENLOC_FIELD(ink_share),
                   VENLOC_FIELD(even_paper_share), VENLOC_FIELD(paper_level), VENLOC_FIELD(marks),
                   VENLOC_FIELD(speck_share), VENLOC_FIELD(mark_ink_share), VENLOC_FIELD(aligned_share),
                   VENLOC_FIELD(similar_share), VENLOC_FIELD(line_period));

}  // namespace venloc
