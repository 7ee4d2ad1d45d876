// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>

#include "venloc/core/export.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// A copy of the picture as CV_8UC1 or CV_8UC3 (BGR, as OpenCV expects).
VENLOC_API cv::Mat to_mat(const Image& image);

/// A picture from CV_8UC1 (grey), CV_8UC3 (BGR) or CV_8UC4 (BGRA, alpha composited over white). Throws
/// InvalidArgumentError for other types or an empty matrix.
VENLOC_API Image from_mat(const cv::Mat& matrix);

}  // namespace venloc
