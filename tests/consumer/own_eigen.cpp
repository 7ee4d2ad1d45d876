// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "own_eigen.hpp"

#include <Eigen/Dense>

// Types and functions that venloc uses inside too; how they are aligned and allocated depends on the compiler's flags.
double solved_with_own_eigen() {
  Eigen::MatrixXd matrix(40, 40);
  for (Eigen::Index i = 0; i < matrix.size(); ++i)
    matrix.data()[i] = static_cast<double>(i * i % 37) + (i % 41 == 0 ? 50 : 0);
  const Eigen::VectorXd wanted = Eigen::VectorXd::LinSpaced(40, -1, 1);
  const Eigen::VectorXd right = matrix * wanted;
  const Eigen::ArrayXf floats = Eigen::ArrayXf::LinSpaced(1000, 0, 1);
  const Eigen::ArrayXf roots = floats.sqrt().square();
  Eigen::Matrix3f small = Eigen::Matrix3f::Identity() * 2;
  const Eigen::Vector3f half = small.inverse() * Eigen::Vector3f::Ones();
  const double off = (matrix.partialPivLu().solve(right) - wanted).cwiseAbs().maxCoeff();
  return (roots - floats).abs().maxCoeff() < 1e-6f && half.isApproxToConstant(0.5f) ? off : 1.0;
}
