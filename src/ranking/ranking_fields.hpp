// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "image/image_fields.hpp"
#include "venloc/ranking/prediction.hpp"
#include "venloc/ranking/walk.hpp"

namespace venloc {

VENLOC_FIELD_TABLE(PointMatch, VENLOC_FIELD(x), VENLOC_FIELD(y), VENLOC_FIELD(photo_x), VENLOC_FIELD(photo_y));
VENLOC_FIELD_TABLE(Candidate, VENLOC_FIELD(photo_id), VENLOC_FIELD(location), VENLOC_FIELD(probability),
                   VENLOC_FIELD(inliers), VENLOC_FIELD(score), VENLOC_FIELD(url), VENLOC_FIELD(thumbnail),
                   VENLOC_FIELD(matches), VENLOC_FIELD(aspect));
VENLOC_FIELD_TABLE(StageTime, VENLOC_FIELD(stage), VENLOC_FIELD(seconds));
VENLOC_FIELD_TABLE(Prediction, VENLOC_FIELD(location), VENLOC_FIELD(confidence), VENLOC_FIELD(in_area),
                   VENLOC_FIELD(radius_50_m), VENLOC_FIELD(radius_90_m), VENLOC_FIELD(candidates),
                   VENLOC_FIELD(posterior), VENLOC_FIELD(timings), VENLOC_FIELD(turned_degrees), VENLOC_FIELD(content),
                   VENLOC_FIELD(notes));
VENLOC_FIELD_TABLE(CameraClock, VENLOC_FIELD(camera), VENLOC_FIELD(offset_s));
VENLOC_FIELD_TABLE(WalkMoment, VENLOC_FIELD(time_s), VENLOC_FIELD(camera));
VENLOC_FIELD_TABLE(WalkOptions, VENLOC_FIELD(travel_m), VENLOC_FIELD(break_probability),
                   VENLOC_FIELD(together_probability), VENLOC_FIELD(speed_m_s), VENLOC_FIELD(break_after_s),
                   VENLOC_FIELD(clocks), VENLOC_FIELD(fit_clocks));
VENLOC_FIELD_TABLE(Walk, VENLOC_FIELD(posteriors), VENLOC_FIELD(order), VENLOC_FIELD(together_probability),
                   VENLOC_FIELD(clocks));

}  // namespace venloc
