// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <span>

#include "venloc/core/export.hpp"

namespace venloc {

/// Mean Earth radius R1 of the IUGG [m]; distances are on the sphere of this radius.
inline constexpr double kEarthRadiusM = 6371008.8;

/// A place on Earth, WGS84.
struct LatLng {
  double lat = 0.0;  ///< latitude [deg], -90 to 90
  double lng = 0.0;  ///< longitude [deg], -180 to 180

  friend auto operator<=>(const LatLng&, const LatLng&) = default;
};

/// True when both values are finite and in range.
VENLOC_API bool is_valid(LatLng place);

/// Great-circle distance between two places [m] (haversine).
VENLOC_API double distance_m(LatLng a, LatLng b);

/// A position in a LocalFrame.
struct EastNorth {
  double east = 0.0;   ///< distance east of the frame's origin [m]
  double north = 0.0;  ///< distance north of the frame's origin [m]

  friend auto operator<=>(const EastNorth&, const EastNorth&) = default;
};

/// Distance in the plane [m].
VENLOC_API double distance_m(EastNorth a, EastNorth b);

/// Local plane around an origin: azimuthal equidistant projection of the sphere, so that the distance to the origin is
/// the great-circle distance, and within a city (10 km) all distances agree with distance_m to better than 1e-6.
/// Converting a place to the frame and back is exact to 1 mm within 50 km.
class VENLOC_API LocalFrame {
 public:
  /// Throws InvalidArgumentError when the origin is not a valid place.
  explicit LocalFrame(LatLng origin);
  /// The frame around latitude 0, longitude 0.
  LocalFrame() = default;

  /// The place whose position is (0, 0) [deg].
  [[nodiscard]] LatLng origin() const { return origin_; }
  /// The position of a place [m].
  [[nodiscard]] EastNorth to_local(LatLng place) const;
  /// The place at a position [deg].
  [[nodiscard]] LatLng to_lat_lng(EastNorth position) const;

  friend bool operator==(const LocalFrame&, const LocalFrame&) = default;

 private:
  LatLng origin_;
};

/// An area between two parallels and two meridians. Where west is larger than east, it crosses the antimeridian: it
/// reaches from west over 180° to east.
struct VENLOC_API BoundingBox {
  double south = 0.0;  ///< latitude of the southern edge [deg]
  double west = 0.0;   ///< longitude of the western edge [deg]
  double north = 0.0;  ///< latitude of the northern edge [deg]
  double east = 0.0;   ///< longitude of the eastern edge [deg]

  /// The smallest box around the places, across the antimeridian where that is smaller, widened by `margin_m` [m] on
  /// each side. Throws InvalidArgumentError when there is no place or one is not valid.
  static BoundingBox around(std::span<const LatLng> places, double margin_m = 0.0);

  /// Whether the place is inside or on an edge.
  [[nodiscard]] bool contains(LatLng place) const;
  /// The place halfway between the parallels and the meridians [deg].
  [[nodiscard]] LatLng center() const;
  [[nodiscard]] double width_deg() const;  ///< longitudes from west to east [deg], 0 to 360
  [[nodiscard]] double area_m2() const;    ///< area on the sphere [m²]

  friend bool operator==(const BoundingBox&, const BoundingBox&) = default;
};

}  // namespace venloc
