// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <venloc/image/opencv.hpp>

int main() {
  const cv::Mat mat = venloc::to_mat(venloc::Image(1, 1, 3, {10, 20, 30}));
  return mat.type() == CV_8UC3 && mat.at<cv::Vec3b>(0, 0) == cv::Vec3b(30, 20, 10) ? 0 : 1;
}
