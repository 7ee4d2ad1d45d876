# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
# Written by `make stubs` from the bindings; do not edit.
"""
The C++ library behind the package venloc.
"""
from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import os
import pathlib
import typing
import venloc.failures
import venloc.pictures
import venloc.walks
__all__: list[str] = ['AugmentationOptions', 'Backbone', 'BackboneOptions', 'BackboneStage', 'BoundingBox', 'CONFIDENCE_RADIUS_M', 'CalibrationBin', 'CameraClock', 'Candidate', 'CellId', 'CellPartition', 'CellPartitionOptions', 'CombinedPartitions', 'ContentStatistics', 'DescriptorLocator', 'DescriptorLocatorOptions', 'DescriptorSearchOptions', 'EARTH_RADIUS_M', 'EastNorth', 'EnsembleLocator', 'EnsembleLocatorOptions', 'Estimate', 'EvaluationOptions', 'EvaluationRecord', 'Evidence', 'FORMAT_VERSION', 'Gallery', 'GalleryLocator', 'GalleryOptions', 'GalleryProblem', 'GeotagAuditOptions', 'GeotagFinding', 'GroupOptions', 'Image', 'ImageInfo', 'ImageOptions', 'LatLng', 'LoadOptions', 'LocalFeatures', 'LocalFrame', 'Locator', 'LocatorInfo', 'Metadata', 'Metrics', 'PaintingLocator', 'PaintingLocatorOptions', 'PairedDifference', 'Photo', 'PhotoMatch', 'PictureFormat', 'PointMatch', 'Posterior', 'PosteriorComponent', 'Prediction', 'Preprocessing', 'PublishedAnalysis', 'Raster', 'SiftLocator', 'SiftLocatorOptions', 'SiftOptions', 'Split', 'StageTime', 'VerificationOptions', 'VisualIndexOptions', 'VisualIndexQueryOptions', 'Walk', 'WalkMoment', 'WalkOptions', 'WhiteningOptions', 'audit_geotags', 'augmented', 'cell_at', 'combine_walk', 'compare', 'compute_metrics', 'constant_baseline', 'content_of', 'content_statistics', 'content_text', 'decode_image', 'decode_metadata', 'decode_text', 'default_model_path', 'densest_place_baseline', 'distance_m', 'encode_jpeg', 'extract_features', 'extract_sift', 'for_describing', 'group_photos', 'grouped_k_fold', 'is_valid', 'load_locator', 'match_photos', 'model_kind', 'parse_place', 'perceptual_hash', 'picture_formats', 'probe_image', 'published_analysis', 'random_picture_baseline', 'random_split', 'read_for_describing', 'read_image', 'read_metadata', 'read_safetensors', 'recognised_format', 'records_of', 'run_queries', 'smoothed_labels', 'to_json', 'to_markdown', 'to_text', 'version', 'write_safetensors']
class LatLng:
    """
    A place on Earth, WGS84.
    """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, lat: typing.SupportsFloat | typing.SupportsIndex, lng: typing.SupportsFloat | typing.SupportsIndex) -> None:
        """
        From latitude and longitude [deg].
        """
    def __iter__(self) -> collections.abc.Iterator[float]:
        """
        Yields lat, then lng: `lat, lng = place`.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def lat(self) -> float:
        """
        Latitude [deg], -90 to 90.
        
        float
        """
    @property
    def lng(self) -> float:
        """
        Longitude [deg], -180 to 180.
        
        float
        """
class EastNorth:
    """
    A position in a LocalFrame.
    """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, east: typing.SupportsFloat | typing.SupportsIndex, north: typing.SupportsFloat | typing.SupportsIndex) -> None:
        """
        From the distances east and north of the origin [m].
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def east(self) -> float:
        """
        Distance east of the frame's origin [m].
        
        float
        """
    @property
    def north(self) -> float:
        """
        Distance north of the frame's origin [m].
        
        float
        """
class LocalFrame:
    """
    Local plane around an origin: azimuthal equidistant projection of the sphere, so that the distance
    to the origin is the great-circle distance, and within a city (10 km) all distances agree with
    distance_m to better than 1e-6. Converting a place to the frame and back is exact to 1 mm within 50
    km.
    """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, origin: LatLng) -> None:
        """
        Raises InvalidArgumentError when the origin is not a valid place.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_lat_lng(self, position: EastNorth) -> LatLng:
        """
        The place at a position [deg].
        """
    def to_local(self, place: LatLng) -> EastNorth:
        """
        The position of a place [m].
        """
    @property
    def origin(self) -> LatLng:
        """
        The place whose position is (0, 0) [deg].
        """
class BoundingBox:
    """
    An area between two parallels and two meridians. Where west is larger than east, it crosses the
    antimeridian: it reaches from west over 180° to east.
    """
    @staticmethod
    def around(places: collections.abc.Sequence[LatLng], margin_m: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> BoundingBox:
        """
        The smallest box around the places, across the antimeridian where that is smaller, widened by
        `margin_m` [m] on each side. Raises InvalidArgumentError when there is no place or one is not valid.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, south: typing.SupportsFloat | typing.SupportsIndex, west: typing.SupportsFloat | typing.SupportsIndex, north: typing.SupportsFloat | typing.SupportsIndex, east: typing.SupportsFloat | typing.SupportsIndex) -> None:
        """
        From the latitudes and longitudes of the edges [deg].
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def area_m2(self) -> float:
        """
        Area on the sphere [m²].
        """
    def center(self) -> LatLng:
        """
        The place halfway between the parallels and the meridians [deg].
        """
    def contains(self, place: LatLng) -> bool:
        """
        Whether the place is inside or on an edge.
        """
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def width_deg(self) -> float:
        """
        Longitudes from west to east [deg], 0 to 360.
        """
    @property
    def east(self) -> float:
        """
        Longitude of the eastern edge [deg].
        
        float
        """
    @property
    def north(self) -> float:
        """
        Latitude of the northern edge [deg].
        
        float
        """
    @property
    def south(self) -> float:
        """
        Latitude of the southern edge [deg].
        
        float
        """
    @property
    def west(self) -> float:
        """
        Longitude of the western edge [deg].
        
        float
        """
class CellId:
    """
    A cell of the S2 library (https://s2geometry.io): the sphere is divided into six faces, and each
    face recursively into quarters, 30 levels deep. In a city the cells of one level have about the same
    size: a side of about 1.1 km at level 13, half of that at each next level, 35 m at level 18. Every
    place is in exactly one cell of each level.
    
    `id` is the number of the cell in the S2 library. All functions except is_valid and token throw
    InvalidArgumentError when no cell has this number.
    """
    MAX_LEVEL: typing.ClassVar[int] = 30
    @staticmethod
    def from_token(token: str) -> CellId:
        """
        The cell with this token. Raises InvalidArgumentError when there is none.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, id: typing.SupportsInt | typing.SupportsIndex) -> None:
        """
        From the cell's number.
        """
    def __lt__(self, arg0: CellId) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def center(self) -> LatLng:
        """
        The point at which the cell is divided into its quarters.
        """
    def children(self) -> list[CellId]:
        """
        The four quarters in the order of their numbers; raises InvalidArgumentError at MAX_LEVEL.
        """
    @typing.overload
    def contains(self, place: LatLng) -> bool:
        """
        Whether the cell contains the place. Exactly one cell of each level contains a place. Raises
        InvalidArgumentError for an invalid place.
        """
    @typing.overload
    def contains(self, other: CellId) -> bool:
        """
        Whether `other` is this cell or a part of it.
        """
    def distance_m(self, place: LatLng) -> float:
        """
        Great-circle distance from its nearest point to a place [m], 0 inside. Raises InvalidArgumentError
        for an impossible place.
        """
    def is_valid(self) -> bool:
        """
        Whether the number is that of a cell.
        """
    def level(self) -> int:
        """
        Level of the cell, 0 (a face) to MAX_LEVEL.
        """
    def neighbours(self) -> list[CellId]:
        """
        The four cells of the same level that share an edge with this cell: below, right, above, left in the
        coordinates of the face.
        """
    def parent(self, level: typing.SupportsInt | typing.SupportsIndex) -> CellId:
        """
        The cell of `level` that contains this cell; `level` is 0 to the level of this cell.
        """
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def token(self) -> str:
        """
        The number in hexadecimal digits without trailing zeros, as S2 writes it; "X" for the number 0.
        """
    def vertices(self) -> list[LatLng]:
        """
        The corners, counterclockwise. Edges are great circles.
        """
    @property
    def id(self) -> int:
        """
        The cell's number in the S2 library; 0 is no cell.
        
        int
        """
class CellPartitionOptions:
    """
    How a city is divided into cells.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def fixed_level(level: typing.SupportsInt | typing.SupportsIndex) -> CellPartitionOptions:
        """
        All cells of one level that hold a photo.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, min_level: int = 13, max_level: int = 18, max_photos: int = 30, min_photos: int = 8) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def max_level(self) -> int:
        """
        S2 level of the smallest cells, min_level to 30; the same as min_level = all cells of one level.
        
        int, default 18
        """
    @max_level.setter
    def max_level(self, value: int) -> None:
        ...
    @property
    def max_photos(self) -> int:
        """
        A cell with more photos than this is split, unless it is of max_level.
        
        int, default 30
        """
    @max_photos.setter
    def max_photos(self, value: int) -> None:
        ...
    @property
    def min_level(self) -> int:
        """
        S2 level of the largest cells, 0 to 30.
        
        int, default 13
        """
    @min_level.setter
    def min_level(self, value: int) -> None:
        ...
    @property
    def min_photos(self) -> int:
        """
        A cell with fewer photos than this is dropped; 1 = no cell is dropped. At most max_photos / 4 + 1,
        so that at least one part of a split cell is kept.
        
        int, default 8
        """
    @min_photos.setter
    def min_photos(self, value: int) -> None:
        ...
class CellPartition:
    """
    A division of a city into classes by the places of its photos (PlaNet, Weyand et al. 2016): cells of
    min_level are split while they hold more than max_photos, and cells with fewer than min_photos are
    dropped.
    
    A class is a kept cell with its surroundings: a place outside all kept cells belongs to the nearest
    one (at equal distance, to the one with the lower number). Therefore every place on Earth is in
    exactly one class, and photos of dropped cells count for the nearest class. When every cell would be
    dropped, the one with the most photos is kept.
    
    Immutable value, cheap to copy. The same for the same photos in any order.
    """
    @staticmethod
    def from_cells(cells: collections.abc.Sequence[CellId], counts: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]) -> CellPartition:
        """
        Restores a partition from its cells, in the order of their numbers, and the number of photos of each
        class. Raises InvalidArgumentError when there is no cell, a cell is invalid, out of order or inside
        another one, or the sizes differ.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, photos: collections.abc.Sequence[LatLng], options: CellPartitionOptions | dict[str, typing.Any] | None = None, *, min_level: int = 13, max_level: int = 18, max_photos: int = 30, min_photos: int = 8) -> None:
        """
        Raises InvalidArgumentError when there is no photo, when one has an impossible place (its position
        in the list is named), or for wrong options.
        """
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def class_of(self, place: LatLng) -> int:
        """
        The class of a place, below size(). Raises InvalidArgumentError for an impossible place or when
        there is no class.
        """
    def classes_of(self, places: collections.abc.Sequence[LatLng]) -> numpy.typing.NDArray[numpy.uint32]:
        """
        The class of each place, in their order. Raises as class_of.
        """
    def distances_m(self, place: LatLng) -> numpy.typing.NDArray[numpy.float64]:
        """
        Distance from the nearest point of each class's cell to the place [m]. Raises InvalidArgumentError
        for an impossible place.
        """
    @property
    def cells(self) -> list[CellId]:
        """
        The cell of each class, in the order of their numbers; no two overlap.
        """
    @property
    def counts(self) -> numpy.typing.NDArray[numpy.uint32]:
        """
        The number of photos of each class, including photos outside all kept cells that are nearest to it.
        """
    @property
    def tokens(self) -> list[str]:
        """
        The tokens of cells(), in their order.
        """
class CombinedPartitions:
    """
    The combination of several partitions of one city, coarse and fine or just different ones (CPlaNet,
    Seo et al. 2018; Mueller-Budack et al. 2018): a piece is the intersection of one class of each
    partition. Only pieces that contain a photo count. Immutable value.
    """
    def __init__(self, partitions: collections.abc.Sequence[CellPartition], photos: collections.abc.Sequence[LatLng]) -> None:
        """
        Raises InvalidArgumentError when there is no partition, one without a class, or no photo, or one has
        an impossible place.
        """
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    def classes(self, piece: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.uint32]:
        """
        The classes of a piece, one for each partition; pieces are in ascending order of their classes.
        Raises InvalidArgumentError when there is no such piece.
        """
    def combine(self, probabilities: collections.abc.Sequence[collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]]) -> numpy.typing.NDArray[numpy.float64]:
        """
        The probability of each piece from the class probabilities of each partition: the product over the
        classes of the piece, normalised to sum 1. Raises InvalidArgumentError when sizes do not match, a
        value is negative or not finite, or all pieces have probability 0.
        """
    @property
    def partitions(self) -> list[CellPartition]:
        """
        The partitions, in the order they were given in.
        """
    @property
    def piece_of_photo(self) -> numpy.typing.NDArray[numpy.uint32]:
        """
        The piece of each photo.
        """
class Raster:
    """
    A probability distribution on a regular grid of latitudes and longitudes (WGS 84).
    """
    def __repr__(self) -> str:
        ...
    @property
    def bounds(self) -> BoundingBox:
        """
        Of the grid [deg].
        """
    @property
    def columns(self) -> int:
        """
        Number of cells from west to east.
        """
    @property
    def rest(self) -> float:
        """
        Probability of all places outside the grid, those outside the city included: 1 minus the sum of the
        values.
        """
    @property
    def rows(self) -> int:
        """
        Number of cells from north to south.
        """
    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """
        Longitude and latitude [deg] of a corner from its column x and row y, as (a, b, c, d, e, f): lng = a x + b y + c, lat = d x + e y + f. The order is that of affine.Affine and rasterio.
        """
    @property
    def values(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        Probability of each cell: an array of rows x columns, from the north-west corner.
        """
class PosteriorComponent:
    """
    One isotropic Gaussian of a Posterior.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, mean: EastNorth | dict[str, typing.Any] = ..., sigma_m: float = 0.0, weight: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def mean(self) -> EastNorth:
        """
        Centre in the posterior's frame [m].
        
        venloc._core.EastNorth
        """
    @property
    def sigma_m(self) -> float:
        """
        Standard deviation along each axis [m], above 0.
        
        float
        """
    @property
    def weight(self) -> float:
        """
        Probability of the component, 0 or more.
        
        float
        """
class Posterior:
    """
    Where a picture may have been made: a mixture of Gaussians in metres, a weight spread evenly over
    the area ("somewhere in the city") and a weight for "not in this city". All weights sum to 1.
    Immutable value. Densities and probabilities refer to the whole distribution, except in functions
    with "given that it is in the city".
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def product(posteriors: collections.abc.Sequence[Posterior], exponents: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex], max_components: typing.SupportsInt | typing.SupportsIndex = 1000) -> Posterior:
        """
        Combines independent evidence: the normalised product of posteriors over one area, each raised to
        its exponent. Densities are relative to a uniform distribution over the area. "Not in this city" is
        one outcome beside the whole area, and its weights are multiplied; a posterior that is uniform over
        the area and gives "not in this city" the same weight changes nothing. The product of a component
        and a background is the component if its mean is in the area, and 0 otherwise. The `max_components`
        heaviest components are kept after each factor. Raises InvalidArgumentError when frames or areas
        differ, sizes do not match, an exponent is not positive, or no place is possible in all posteriors.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, frame: LocalFrame, area: BoundingBox, components: collections.abc.Sequence[PosteriorComponent], background_weight: typing.SupportsFloat | typing.SupportsIndex, out_of_area_weight: typing.SupportsFloat | typing.SupportsIndex) -> None:
        """
        Normalises the weights to sum 1. Raises InvalidArgumentError for a sigma that is not positive and
        finite, a negative or non-finite weight, an area without extent, or weights that are all zero.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def best_place(self, near_m: typing.SupportsFloat | typing.SupportsIndex, far_m: typing.SupportsFloat | typing.SupportsIndex, far_share: typing.SupportsFloat | typing.SupportsIndex) -> LatLng:
        """
        The place of largest expected utility (a Bayes decision), where the utility of an answer that is d
        metres off is (1 - far_share) exp(-d² / 2 near_m²) + far_share exp(-d² / 2 far_m²): an exact answer
        has the highest utility, and an answer in the right district still has some. With far_share 0 it is
        mode(near_m). Raises InvalidArgumentError for a length [m] that is not positive and finite or a
        share outside 0 to 1.
        """
    def credible_radius_m(self, center: LatLng, level: typing.SupportsFloat | typing.SupportsIndex) -> float:
        """
        The smallest radius [m] around `center` that holds `level` (0 to 1) of the probability, given that
        it is in the city (if that probability is 0: of a uniform distribution over the area). Raises
        InvalidArgumentError for a level outside (0, 1).
        """
    @typing.overload
    def density(self, lat: typing.SupportsFloat | typing.SupportsIndex, lng: typing.SupportsFloat | typing.SupportsIndex) -> float:
        """
        Probability density at a place [1/m²].
        """
    @typing.overload
    def density(self, lat: typing.Annotated[numpy.typing.ArrayLike, numpy.float64], lng: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> numpy.typing.NDArray[numpy.float64]:
        """
        The same at many places: arrays of one shape [deg], which the result has too. Raises InvalidArgumentError when the shapes differ.
        """
    def mass_within(self, center: LatLng, radius_m: typing.SupportsFloat | typing.SupportsIndex) -> float:
        """
        Probability of the disc of `radius_m` [m] around `center`.
        """
    def mode(self, smoothing_m: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> LatLng:
        """
        The densest place. Mean shift from the strongest components (by their weight and by the density at
        their mean), on the density smoothed by a Gaussian of `smoothing_m` [m] (0 = none): a larger
        smoothing prefers the place with the most probability around it to the sharpest peak. Without
        components: the centre of the area.
        """
    def raster(self, cell_m: typing.SupportsFloat | typing.SupportsIndex = 10.0, margin_m: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> Raster:
        """
        The probability of each cell of a grid over the area, widened by `margin_m` [m] on each side. Cells
        are `cell_m` [m] high and, at the middle latitude, wide; the last ones may reach beyond the area.
        Raises InvalidArgumentError for a length out of range, for more than 100 million cells, and for a
        posterior without an area.
        """
    def tempered(self, exponent: typing.SupportsFloat | typing.SupportsIndex) -> Posterior:
        """
        The density raised to `exponent` (> 0) and normalised again; an exponent below 1 makes it broader.
        The components are tempered one by one (an approximation that is exact for components far apart).
        """
    def to_geojson(self, levels: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex] = [0.5, 0.9]) -> str:
        """
        GeoJSON FeatureCollection: the mode as a Point and, for each level, the highest-density region
        (given that it is in the city) as a MultiPolygon with property "level". RFC 7946.
        """
    @property
    def area(self) -> BoundingBox:
        """
        The area that the background is spread over [deg].
        """
    @property
    def background_weight(self) -> float:
        """
        Probability that the picture was made at an unknown place in the city: spread evenly over the area.
        """
    @property
    def components(self) -> list[PosteriorComponent]:
        """
        The Gaussians of the mixture.
        """
    @property
    def frame(self) -> LocalFrame:
        """
        The plane that the components' means are positions in.
        """
    @property
    def in_area(self) -> float:
        """
        Probability that the picture was made in this city: 1 - out_of_area_weight.
        """
    @property
    def out_of_area_weight(self) -> float:
        """
        Probability that the picture was not made in this city.
        """
class Image:
    """
    A picture in memory: 8 bits a channel, rows from the top, RGB or grey. Immutable; numpy.asarray(image) shares its pixels.
    """
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, array: numpy.typing.NDArray[numpy.uint8] | memoryview) -> None:
        """
        From height x width (grey) or height x width x 3 (RGB) of uint8. Raises InvalidArgumentError for another shape or type.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def resized(self, width: typing.SupportsInt | typing.SupportsIndex, height: typing.SupportsInt | typing.SupportsIndex) -> Image:
        """
        The picture at another size [px]: area-averaged when smaller, bilinear when larger. Raises
        InvalidArgumentError for a size below 1.
        """
    def shrunk_to(self, long_side_px: typing.SupportsInt | typing.SupportsIndex) -> Image:
        """
        The picture scaled so that the longer side is `long_side_px` [px]; a smaller picture is returned as
        it is.
        """
    def to_array(self) -> numpy.typing.NDArray[numpy.uint8]:
        """
        The pixels as a read-only array, height x width or height x width x 3; not a copy.
        """
    def to_gray(self) -> Image:
        """
        The picture in grey: ITU-R BT.601 luma, as OpenCV.
        """
    def turned(self, degrees: typing.SupportsInt | typing.SupportsIndex) -> Image:
        """
        The picture turned clockwise by 0, 90, 180 or 270 degrees. Raises InvalidArgumentError for another
        angle.
        """
    def with_note(self, note: str) -> Image:
        """
        The same picture with a further note.
        """
    @property
    def channels(self) -> int:
        """
        Channels: 1 (grey) or 3 (RGB).
        """
    @property
    def height(self) -> int:
        """
        Height [px].
        """
    @property
    def notes(self) -> list[str]:
        """
        What a reader of an answer about this picture should know of how it was read: that it was damaged, a
        preview, or reduced. One sentence each; empty as a rule.
        """
    @property
    def width(self) -> int:
        """
        Width [px].
        """
class ImageOptions:
    """
    Limits and treatment of picture files. Messages about a limit name it and the option of the command
    line.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, max_bytes: int = 2147483648, max_pixels: int = 1000000000, max_decoded_pixels: int = 100000000, long_side_px: int = 0, apply_orientation: bool = True) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def apply_orientation(self) -> bool:
        """
        Turn the picture upright by its orientation in EXIF or XMP.
        
        bool, default True
        """
    @apply_orientation.setter
    def apply_orientation(self, value: bool) -> None:
        ...
    @property
    def long_side_px(self) -> int:
        """
        0: the picture as stored. Otherwise it may come back reduced, its longer side at least this [px].
        
        int, default 0
        """
    @long_side_px.setter
    def long_side_px(self, value: int) -> None:
        ...
    @property
    def max_bytes(self) -> int:
        """
        Largest size of an encoded picture [bytes].
        
        int, default 2147483648
        """
    @max_bytes.setter
    def max_bytes(self, value: int) -> None:
        ...
    @property
    def max_decoded_pixels(self) -> int:
        """
        What is held in memory at once [px]. A larger picture is decoded at the smallest reduction that
        fits, with a note: baseline JPEG, TIFF, PNG that is not interlaced, PNM and JPEG 2000. Others are
        refused with the reason.
        
        int, default 100000000
        """
    @max_decoded_pixels.setter
    def max_decoded_pixels(self, value: int) -> None:
        ...
    @property
    def max_pixels(self) -> int:
        """
        Largest stored width x height [px], checked before decoding.
        
        int, default 1000000000
        """
    @max_pixels.setter
    def max_pixels(self, value: int) -> None:
        ...
class ImageInfo:
    """
    Format and size of a picture file, from its header.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, format: str = '', width: int = 0, height: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def format(self) -> str:
        """
        PictureFormat.format.
        
        str
        """
    @property
    def height(self) -> int:
        """
        Height as stored, before orientation [px].
        
        int
        """
    @property
    def width(self) -> int:
        """
        Width as stored, before orientation [px]; of a raw file that of its preview.
        
        int
        """
class PictureFormat:
    """
    A kind of picture file.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, format: str = '', name: str = '', media_type: str = '', endings: collections.abc.Sequence[str] = ..., readable: bool = False, remedy: str = '') -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def endings(self) -> list[str]:
        """
        Of file names, in small letters with the dot, the usual one first.
        
        list[str]
        """
    @property
    def format(self) -> str:
        """
        Short name, e.g. "jpeg".
        
        str
        """
    @property
    def media_type(self) -> str:
        """
        e.g. "image/jpeg".
        
        str
        """
    @property
    def name(self) -> str:
        """
        Name for people, e.g. "JPEG".
        
        str
        """
    @property
    def readable(self) -> bool:
        """
        Whether this build reads it, with the libraries of this machine.
        
        bool
        """
    @property
    def remedy(self) -> str:
        """
        What to do with such a file where it is not read.
        
        str
        """
class AugmentationOptions:
    """
    How training pictures are varied. Each share is the probability that a picture is changed that way.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, min_crop: float = 0.6, flip: float = 0.0, brightness: float = 0.25, contrast: float = 0.25, saturation: float = 0.4, grey_share: float = 0.1, smooth_share: float = 0.0, sketch_share: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def brightness(self) -> float:
        """
        Brightness is multiplied by a factor from 1 - this to 1 + this; 0 to below 1, 0 = unchanged.
        
        float, default 0.25
        """
    @brightness.setter
    def brightness(self, value: float) -> None:
        ...
    @property
    def contrast(self) -> float:
        """
        The same for contrast, about the picture's mean; 0 to below 1.
        
        float, default 0.25
        """
    @contrast.setter
    def contrast(self, value: float) -> None:
        ...
    @property
    def flip(self) -> float:
        """
        Share of pictures mirrored left to right, 0 to 1. A mirrored view does not exist on Earth: keep it 0
        unless the labels do not depend on left and right.
        
        float, default 0.0
        """
    @flip.setter
    def flip(self, value: float) -> None:
        ...
    @property
    def grey_share(self) -> float:
        """
        Share of pictures converted to grey, like old photographs, 0 to 1.
        
        float, default 0.1
        """
    @grey_share.setter
    def grey_share(self, value: float) -> None:
        ...
    @property
    def min_crop(self) -> float:
        """
        Minimum share of the area that a crop keeps, above 0 to 1, with the same aspect ratio; 1 = no crops.
        
        float, default 0.6
        """
    @min_crop.setter
    def min_crop(self, value: float) -> None:
        ...
    @property
    def saturation(self) -> float:
        """
        The same for saturation, about each pixel's grey; 0 to below 1.
        
        float, default 0.4
        """
    @saturation.setter
    def saturation(self, value: float) -> None:
        ...
    @property
    def sketch_share(self) -> float:
        """
        Share of pictures converted to dark lines on white along edges, like drawings or engravings, 0 to 1.
        
        float, default 0.0
        """
    @sketch_share.setter
    def sketch_share(self, value: float) -> None:
        ...
    @property
    def smooth_share(self) -> float:
        """
        Share of pictures smoothed with a bilateral filter, which keeps edges, like paintings, 0 to 1.
        
        float, default 0.0
        """
    @smooth_share.setter
    def smooth_share(self, value: float) -> None:
        ...
class Metadata:
    """
    What a picture's file, and the files beside it, record about the picture. Sources in order of
    precedence: an XMP sidecar; the position before editing that Google Takeout kept (geoDataExif);
    EXIF; XMP in the file; IPTC, for texts and the time; the rest of Google Takeout. Each field is taken
    from the first source that has it; the fields of the position are taken together. The orientation is
    always the file's own, by which the picture is decoded.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, orientation: int = 1, position: LatLng | tuple[float, float] | None = None, position_source: str = '', position_error_m: float | None = None, position_doubt: str = '', position_problem: str = '', taken: str | None = None, title: str = '', description: str = '', keywords: collections.abc.Sequence[str] = ..., camera: str = '', author: str = '', copyright: str = '') -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def author(self) -> str:
        """
        Who made it.
        
        str
        """
    @property
    def camera(self) -> str:
        """
        Make and model.
        
        str
        """
    @property
    def copyright(self) -> str:
        """
        Copyright notice.
        
        str
        """
    @property
    def description(self) -> str:
        """
        Caption.
        
        str
        """
    @property
    def keywords(self) -> list[str]:
        """
        Without repetitions, in the order of the file.
        
        list[str]
        """
    @property
    def orientation(self) -> int:
        """
        1 to 8 as in EXIF 2.3; 1 when missing or impossible.
        
        int
        """
    @property
    def position(self) -> LatLng | None:
        """
        Where the picture was made [deg], empty when unknown or not plausible.
        
        venloc._core.LatLng | None
        """
    @property
    def position_doubt(self) -> str:
        """
        Why the position may be wrong ("GPS status V: no fix", …); empty without a doubt.
        
        str
        """
    @property
    def position_error_m(self) -> float | None:
        """
        Standard positioning error that the device recorded [m].
        
        float | None
        """
    @property
    def position_problem(self) -> str:
        """
        Why there is no position ("no GPS tags", "latitude 0/0", "(0, 0)", …), else empty.
        
        str
        """
    @property
    def position_source(self) -> str:
        """
        "EXIF", "XMP", "sidecar <file>" or "Takeout <file>"; empty without a position.
        
        str
        """
    @property
    def taken(self) -> str | None:
        """
        Local time of the exposure, ISO 8601, with fraction of a second and offset where they are known:
        "2019-07-14T18:03:22.25+02:00"; empty when unknown.
        
        str | None
        """
    @property
    def title(self) -> str:
        """
        Empty when unknown, as all texts.
        
        str
        """
class ContentStatistics:
    """
    What content_of decides from, measured in a picture whose longer side is at most CONTENT_SIDE_PX.
    Shares are 0 to 1. Marks are connected regions that are darker than their surroundings (lighter on a
    dark picture), as letters are.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, brightness: float = 0.0, warmth: float = 0.0, unevenness: float = 0.0, mode_share: float = 0.0, chroma: float = 0.0, vivid_share: float = 0.0, common_colours: float = 0.0, flat_share: float = 0.0, toned_flat_share: float = 0.0, straight_edge_share: float = 0.0, paper_share: float = 0.0, ink_share: float = 0.0, even_paper_share: float = 0.0, paper_level: float = 0.0, marks: float = 0.0, speck_share: float = 0.0, mark_ink_share: float = 0.0, aligned_share: float = 0.0, similar_share: float = 0.0, line_period: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def aligned_share(self) -> float:
        """
        Share of the marks whose nearest neighbour is in the most common direction.
        
        float
        """
    @property
    def brightness(self) -> float:
        """
        Mean grey, 0 to 1.
        
        float
        """
    @property
    def chroma(self) -> float:
        """
        Mean of the largest minus the smallest channel, 0 to 1.
        
        float
        """
    @property
    def common_colours(self) -> float:
        """
        Share of the pixels that have one of the 8 most common of 32,768 colours.
        
        float
        """
    @property
    def even_paper_share(self) -> float:
        """
        Share of the surroundings that are about as light as their median.
        
        float
        """
    @property
    def flat_share(self) -> float:
        """
        Share of the pixels that equal the next one to the right and below.
        
        float
        """
    @property
    def ink_share(self) -> float:
        """
        Share of the pixels much darker than their surroundings.
        
        float
        """
    @property
    def line_period(self) -> float:
        """
        How regularly lines of ink follow one another across or along the picture, 0 to 1.3.
        
        float
        """
    @property
    def mark_ink_share(self) -> float:
        """
        Share of the ink that is in marks of the size of letters.
        
        float
        """
    @property
    def marks(self) -> float:
        """
        Logarithm of 1 + the number of marks of the size of letters, in 100,000 pixels.
        
        float
        """
    @property
    def mode_share(self) -> float:
        """
        Share of the pixels within 6 of 255 levels of the most common grey.
        
        float
        """
    @property
    def paper_level(self) -> float:
        """
        That median, 0 to 1.
        
        float
        """
    @property
    def paper_share(self) -> float:
        """
        Share of the pixels as light as their surroundings.
        
        float
        """
    @property
    def similar_share(self) -> float:
        """
        Share of the marks that are about as high as their nearest neighbour.
        
        float
        """
    @property
    def speck_share(self) -> float:
        """
        Share of the marks that are smaller than letters.
        
        float
        """
    @property
    def straight_edge_share(self) -> float:
        """
        Share of the edges that run exactly along a row or column for 24 px or more.
        
        float
        """
    @property
    def toned_flat_share(self) -> float:
        """
        The same without pixels that are black or white.
        
        float
        """
    @property
    def unevenness(self) -> float:
        """
        Standard deviation of 32 x 32 cells from a smooth surface (vignetting), 0 to 1.
        
        float
        """
    @property
    def vivid_share(self) -> float:
        """
        Share of the pixels of strong colour.
        
        float
        """
    @property
    def warmth(self) -> float:
        """
        Mean of red minus blue, -1 to 1.
        
        float
        """
class Photo:
    """
    A picture with a known place.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, id: str = '', file: str | os.PathLike[str] | None = None, location: LatLng | tuple[float, float] = ..., source: str = '', url: str = '', author: str = '', licence: str = '', taken: str = '', thumbnail: str = '') -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def author(self) -> str:
        """
        Who made it, empty when unknown.
        
        str
        """
    @property
    def file(self) -> pathlib.Path | None:
        """
        Where the picture is; may be empty in a loaded model.
        
        pathlib.Path | None
        """
    @property
    def id(self) -> str:
        """
        Stable name, unique in its gallery; default: the file's name.
        
        str
        """
    @property
    def licence(self) -> str:
        """
        Licence it is under, empty when unknown.
        
        str
        """
    @property
    def location(self) -> LatLng:
        """
        Where it was made [deg].
        
        venloc._core.LatLng
        """
    @property
    def source(self) -> str:
        """
        Collection it comes from, e.g. "flickr", empty when unknown.
        
        str
        """
    @property
    def taken(self) -> str:
        """
        Local time of the exposure, ISO 8601, empty when unknown.
        
        str
        """
    @property
    def thumbnail(self) -> str:
        """
        Address of a small copy of the picture, empty when unknown.
        
        str
        """
    @property
    def url(self) -> str:
        """
        Public page of the picture, empty when unknown.
        
        str
        """
class GalleryProblem:
    """
    A row or picture that could not be used, or that was used with a doubt.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, file: str | os.PathLike[str] | None = None, line: int = 0, reason: str = '') -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def file(self) -> pathlib.Path | None:
        """
        The label file or the picture.
        
        pathlib.Path | None
        """
    @property
    def line(self) -> int:
        """
        Line of the label file, from 1; 0 for a picture.
        
        int
        """
    @property
    def reason(self) -> str:
        """
        What is wrong with it.
        
        str
        """
class GalleryOptions:
    """
    How galleries are read.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, strict: bool = False, check_pictures: bool = True, num_threads: int = 0, pictures: ImageOptions | dict[str, typing.Any] = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def check_pictures(self) -> bool:
        """
        Report listed pictures that do not exist or do not have the header of a supported picture.
        
        bool, default True
        """
    @check_pictures.setter
    def check_pictures(self, value: bool) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads that read pictures; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def pictures(self) -> ImageOptions:
        """
        Limits of picture files, also where the gallery's pictures are read later.
        
        venloc._core.ImageOptions
        """
    @pictures.setter
    def pictures(self, value: ImageOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def strict(self) -> bool:
        """
        Throw FormatError that lists the problems, instead of leaving bad rows out.
        
        bool, default False
        """
    @strict.setter
    def strict(self, value: bool) -> None:
        ...
class Gallery:
    """
    Pictures with known places. Immutable value; the order is that of the source.
    """
    @staticmethod
    def from_folder(folder: str | os.PathLike[str], *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, strict: bool = False, check_pictures: bool = True, num_threads: int = 0, pictures: ImageOptions | dict[str, typing.Any] = ...) -> Gallery:
        """
        Reads a folder of pictures with positions in their metadata or in sidecars, as read_metadata finds
        them (recursively, in the order of names); ids are paths relative to the folder. If the folder has a
        label file `labels.csv`, `photos.csv` or `label.txt`, that file is read instead.
        """
    @staticmethod
    def from_label_file(labels: str | os.PathLike[str], images: str | os.PathLike[str] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, strict: bool = False, check_pictures: bool = True, num_threads: int = 0, pictures: ImageOptions | dict[str, typing.Any] = ...) -> Gallery:
        """
        Reads labels: CSV (RFC 4180) with a header that has `lat|latitude`, `lng|lon|longitude` (or both in
        `position`), `file` and optionally `id`, `source`, `url`, `author`, `licence|license`, `taken`,
        `thumbnail` and `flickr_photo_id` (sets id "flickr:<n>", source and page address when those are
        missing; an address of the picture itself at staticflickr.com becomes the thumbnail), or the headers
        that exiftool and photo managers write; or lines `lat,lon,file` without header. Separators are
        commas, semicolons or tabs; degrees may have hemispheres, minutes and seconds. Without an id, it is
        the file as written. Files are relative to `images`; when that is empty, to the folder of the label
        file or its subfolder "images". Raises FileNotFoundError when the label file or folder does not
        exist, and FormatError when it contains no usable photo.
        """
    def __getitem__(self, index: typing.SupportsInt | typing.SupportsIndex) -> Photo:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, photos: collections.abc.Sequence[Photo], pictures: ImageOptions = ...) -> None:
        """
        Raises InvalidArgumentError that names a duplicate or empty id or an invalid place.
        """
    def __iter__(self) -> collections.abc.Iterator[Photo]:
        ...
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def bounding_box(self, margin_m: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> BoundingBox:
        """
        The smallest box around all photos, widened by `margin_m` [m] on each side. Raises
        InvalidArgumentError for a gallery without photos.
        """
    def deduplicated(self, *, max_bits: int = 6, max_distance_m: float = 50.0, num_threads: int = 0, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> Gallery:
        """
        The gallery without near-duplicates. A photo is removed when an earlier photo that is kept is closer
        than `max_distance_m` and their perceptual hashes differ in at most `max_bits`. Reads the pictures.
        """
    def filtered(self, keep: collections.abc.Callable[[Photo], bool]) -> Gallery:
        """
        The photos for which keep(photo) is true, in their order.
        """
    def merged(self, other: Gallery) -> Gallery:
        """
        The photos of both galleries. Raises InvalidArgumentError that names the first id that occurs in
        both.
        """
    def subset(self, indices: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]) -> Gallery:
        """
        The photos at these positions, in this order. Raises InvalidArgumentError for a position out of
        range or repeated.
        """
    @property
    def doubts(self) -> list[GalleryProblem]:
        """
        What the readers used although it may be wrong: photos whose position has a doubt
        (Metadata.position_doubt), a label file whose encoding was assumed. Galleries made from other
        galleries have none.
        """
    @property
    def image_options(self) -> ImageOptions:
        """
        How the gallery's pictures are read; galleries made from it keep it.
        """
    @property
    def photos(self) -> list[Photo]:
        """
        The photos, in order.
        """
    @property
    def problems(self) -> list[GalleryProblem]:
        """
        The rows and pictures that the readers left out, with the reasons. Galleries made from other
        galleries have none.
        """
class Split:
    """
    Positions in a gallery, both ascending.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, train: collections.abc.Sequence[int] = ..., test: collections.abc.Sequence[int] = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def test(self) -> list[int]:
        """
        Positions for testing, ascending.
        
        list[int]
        """
    @property
    def train(self) -> list[int]:
        """
        Positions for training, ascending.
        
        list[int]
        """
class GroupOptions:
    """
    Rules that put two photos into one group; each rule can be disabled.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, same_place_m: float = 1.0, flickr_id_gap: int = 1000, hash_bits: int = 6, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def flickr_id_gap(self) -> int:
        """
        Consecutive Flickr ids at most this far apart are one upload burst; 0 = not used.
        
        int, default 1000
        """
    @flickr_id_gap.setter
    def flickr_id_gap(self, value: int) -> None:
        ...
    @property
    def hash_bits(self) -> int:
        """
        Photos whose perceptual hashes differ in at most this many bits form a group; -1 = not used.
        
        int, default 6
        """
    @hash_bits.setter
    def hash_bits(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads that read pictures; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def same_place_m(self) -> float:
        """
        Photos closer than this form a group [m]; 0 = not used.
        
        float, default 1.0
        """
    @same_place_m.setter
    def same_place_m(self, value: float) -> None:
        ...
class LocalFeatures:
    """
    The local features of one picture, strongest first.
    """
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def descriptors(self) -> numpy.typing.NDArray[numpy.uint8]:
        """
        n x 128, uint8: the descriptor of each feature.
        """
    @property
    def height(self) -> int:
        """
        Its height [px].
        """
    @property
    def keypoints(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        n x 5, float32: x, y, scale [px], angle [rad] and response of each feature.
        """
    @property
    def width(self) -> int:
        """
        Width of the analysed (possibly shrunk) picture [px].
        """
class SiftOptions:
    """
    How SIFT features are extracted.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, long_side_px: int = 640, max_features: int = 1500, grid_cells: int = 8, contrast_threshold: float = 0.02, edge_threshold: float = 10.0, upright: bool = True, root: bool = True) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def contrast_threshold(self) -> float:
        """
        Minimum contrast of a feature in the difference of Gaussians, as in OpenCV; a lower value finds more
        features.
        
        float, default 0.02
        """
    @contrast_threshold.setter
    def contrast_threshold(self, value: float) -> None:
        ...
    @property
    def edge_threshold(self) -> float:
        """
        Maximum ratio of principal curvatures, as in OpenCV; a higher value keeps more features on edges.
        
        float, default 10.0
        """
    @edge_threshold.setter
    def edge_threshold(self, value: float) -> None:
        ...
    @property
    def grid_cells(self) -> int:
        """
        max_features is distributed over grid_cells x grid_cells cells, so that dense texture does not use
        all of it.
        
        int, default 8
        """
    @grid_cells.setter
    def grid_cells(self, value: int) -> None:
        ...
    @property
    def long_side_px(self) -> int:
        """
        Larger pictures are scaled down to this longer side [px].
        
        int, default 640
        """
    @long_side_px.setter
    def long_side_px(self, value: int) -> None:
        ...
    @property
    def max_features(self) -> int:
        """
        Maximum number of features of a picture; 0 = all.
        
        int, default 1500
        """
    @max_features.setter
    def max_features(self, value: int) -> None:
        ...
    @property
    def root(self) -> bool:
        """
        RootSIFT (Arandjelovic and Zisserman 2012); false: SIFT as published by Lowe 2004.
        
        bool, default True
        """
    @root.setter
    def root(self, value: bool) -> None:
        ...
    @property
    def upright(self) -> bool:
        """
        Assume that pictures are upright: descriptors are not rotated to a dominant orientation.
        
        bool, default True
        """
    @upright.setter
    def upright(self, value: bool) -> None:
        ...
class BackboneStage:
    """
    A stage of a network whose output is a feature map.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, name: str = '', channels: int = 0, stride: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def channels(self) -> int:
        """
        Channels of its map.
        
        int
        """
    @property
    def name(self) -> str:
        """
        Name of the stage, e.g. "layer3".
        
        str
        """
    @property
    def stride(self) -> int:
        """
        Distance between neighbouring cells of its map [px of the network's input].
        
        int
        """
class BackboneOptions:
    """
    How a network describes pictures: stages, sizes, pooling, regions, and the device.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def device(self) -> typing.Literal['auto', 'cpu', 'cuda']:
        """
        Where the network is computed.
        - 'auto': CUDA if available, else the CPU.
        - 'cpu': The CPU.
        - 'cuda': A GPU; needs venloc::torch. Raises InvalidArgumentError when there is none.
        
        typing.Literal['auto', 'cpu', 'cuda'], default 'auto'
        """
    @device.setter
    def device(self, value: typing.Literal['auto', 'cpu', 'cuda']) -> None:
        ...
    @property
    def further_stages(self) -> list[str]:
        """
        Further stages that describe pictures, at the first of the sizes. One pass of the network computes
        all of them.
        
        list[str], default []
        """
    @further_stages.setter
    def further_stages(self, value: collections.abc.Sequence[str]) -> None:
        ...
    @property
    def gem_p(self) -> float:
        """
        Power of the generalised mean, 1 to 20 (1 = mean of the positive values); for the pooling 'gem'
        only.
        
        float, default 3.0
        """
    @gem_p.setter
    def gem_p(self, value: float) -> None:
        ...
    @property
    def long_sides_px(self) -> list[int]:
        """
        Longer sides at which a picture is described, 32 to 4096 [px]; empty = that of the weights.
        
        list[int], default []
        """
    @long_sides_px.setter
    def long_sides_px(self, value: collections.abc.Sequence[int]) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        CPU threads of one call; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def pooling(self) -> typing.Literal['gem', 'average', 'max']:
        """
        How a map becomes a vector.
        - 'gem': Generalised mean (Radenovic, Tolias, Chum 2019): mean of max(x, 1e-6)^p, to the power 1/p.
        - 'average': Mean.
        - 'max': Largest value.
        
        typing.Literal['gem', 'average', 'max'], default 'gem'
        """
    @pooling.setter
    def pooling(self, value: typing.Literal['gem', 'average', 'max']) -> None:
        ...
    @property
    def precision(self) -> typing.Literal['float32', 'bfloat16']:
        """
        Number format of the computations; results are always float32.
        - 'float32': 32 bits, on every machine.
        - 'bfloat16': Needs venloc::torch; slow on a processor or GPU without bfloat16 instructions.
        
        typing.Literal['float32', 'bfloat16'], default 'float32'
        """
    @precision.setter
    def precision(self, value: typing.Literal['float32', 'bfloat16']) -> None:
        ...
    @property
    def region_grids(self) -> list[int]:
        """
        Grids of windows of the stage's map; each window is described as a region: 3 = 3 x 3 windows that
        overlap by 40 % of their sides (after the regions of Tolias, Sicre and Jégou 2016), 1 to 8; empty =
        no regions.
        
        list[int], default []
        """
    @region_grids.setter
    def region_grids(self, value: collections.abc.Sequence[int]) -> None:
        ...
    @property
    def region_long_side_px(self) -> int:
        """
        The size whose map the regions are taken from, one of long_sides_px [px]; 0 = the first.
        
        int, default 0
        """
    @region_long_side_px.setter
    def region_long_side_px(self, value: int) -> None:
        ...
    @property
    def stage(self) -> str:
        """
        Stage to describe pictures with; empty = the default of the network.
        
        str, default ''
        """
    @stage.setter
    def stage(self, value: str) -> None:
        ...
class Preprocessing:
    """
    What a network expects its input to be: (pixel - mean) / deviation for each of R, G, B, with pixels
    from 0 to 255.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    @property
    def deviation(self) -> typing.Annotated[list[float], "FixedSize(3)"]:
        """
        Standard deviations that R, G and B are divided by, in units of pixel values.
        """
    @property
    def long_side_px(self) -> int:
        """
        Larger pictures are shrunk to this longer side, aspect kept [px].
        """
    @property
    def mean(self) -> typing.Annotated[list[float], "FixedSize(3)"]:
        """
        Subtracted from R, G and B, in units of pixel values.
        """
    @property
    def min_side_px(self) -> int:
        """
        Minimum side for the deepest stage; a shorter side is stretched to it [px].
        """
class Backbone:
    """
    A network with its weights. Immutable and cheap to copy; all members may be called from several
    threads at once.
    
    Networks, with the names that their arrays have in a weights file:
    - efficientnet_lite0, efficientnet_lite2 (Liu 2020 after Tan and Le 2019): timm's
      tf_efficientnet_lite*
    - squeezenet1_1 (Iandola et al. 2016), mobilenet_v2 (Sandler et al. 2018), resnet50, resnet101 (He
      et al. 2015), googlenet (Szegedy et al. 2014), inception_v3 (Szegedy et al. 2015): torchvision's
    - inception_resnet_v2 (Szegedy et al. 2016): timm's
    - resnet50v2, resnet101v2 (He et al. 2016): as released for MXNet, with a BatchNorm of the input and
      one before the first pooling; timm's names, with stem.norm0 and stem.norm for these two
    - mobilenet_v2_gluon: as released for MXNet, whose first bottleneck has an expansion too, and ReLU
      for ReLU6; torchvision's names
    - resnet50_keras, resnet101_keras, resnet50v2_keras, resnet101v2_keras, inception_v3_keras: as
      released for Keras, with names as above. BatchNorm of the ResNets adds 1.001e-5 to the variance;
      resnet*_keras have the stride of a bottleneck in its first convolution, and biases;
      resnet*v2_keras have it in the last bottleneck of a layer; the means of inception_v3_keras leave
      out the border
    
    Files that hold MXNet's names (squeezenet1_1, mobilenet_v2_gluon, resnet50v2, resnet101v2) are read
    as well.
    """
    @staticmethod
    def load(weights: str | os.PathLike[str], network: str = '', *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> Backbone:
        """
        Reads the weights of `network` (empty: the one that the file's metadata names) from a safetensors
        file of float16, bfloat16, float32, float64 or int8 arrays. An int8 array of a convolution comes
        with a float32 array `<name>.scale`, which holds the size of an integer step for each output
        channel. The file may end at any stage; later stages are then not available. A model file with a
        network is accepted as well. Metadata `preprocessing` (a JSON object with mean, deviation,
        long_side_px) replaces that of the network. Raises FormatError that names the file and the arrays
        that are missing, unexpected, of the wrong shape or not finite; InvalidArgumentError for an unknown
        network or stage, or a device that is not available.
        """
    @staticmethod
    def networks() -> list[str]:
        """
        The names that load() and random() accept.
        """
    @staticmethod
    def random(network: str, seed: int, *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> Backbone:
        """
        A network with random weights: convolutions as in He et al. 2015, BatchNorm as identity. The same
        seed gives the same weights.
        """
    def __repr__(self) -> str:
        ...
    def describe(self, pictures: venloc.pictures.Picture | collections.abc.Sequence[venloc.pictures.Picture]) -> numpy.typing.NDArray[numpy.float32]:
        """
        The pooled map of the stage for each of the sizes, those of the further stages, and the pooled
        windows of the regions; not normalised.
        
        One picture gives an array of `dimension` values, a list of n pictures one of n x dimension.
        """
    def fingerprint(self) -> str:
        """
        Identifies how pictures are described: SHA-256 of the network, its weights up to the deepest of the
        stages, preprocessing, and the options except num_threads and device.
        """
    def map(self, picture: venloc.pictures.Picture, stage: str = '') -> numpy.typing.NDArray[numpy.float32]:
        """
        The map of a stage (empty: that of the options) for the picture at the first of the sizes. Grey
        pictures count as RGB with three equal channels. Raises InvalidArgumentError for an empty picture or
        an unknown stage.
        """
    def rounded(self, type: typing.Literal['float32', 'float16', 'bfloat16', 'int8']) -> Backbone:
        """
        The same network with the weights that a file of this type would hold. Raises InvalidArgumentError for a type that is too narrow for a weight.
        """
    def save(self, weights: str | os.PathLike[str], type: typing.Literal['float32', 'float16', 'bfloat16', 'int8'] = 'float32') -> None:
        """
        Writes the weights, the network's name, preprocessing, origin and licence to a safetensors file, atomically. BatchNorm and biases stay float32; int8 takes a quarter of float32. Raises IoError, and InvalidArgumentError for a type that is too narrow for a weight.
        """
    @property
    def dimension(self) -> int:
        """
        Number of values that describe() returns for a picture.
        """
    @property
    def licence(self) -> str:
        """
        Licence of the weights; empty where the file does not name it.
        """
    @property
    def network(self) -> str:
        """
        Name of the network.
        """
    @property
    def on_gpu(self) -> bool:
        """
        Whether the network is computed on a GPU.
        """
    @property
    def options(self) -> BackboneOptions:
        """
        The options, with defaults replaced by the actual stage and sizes.
        """
    @property
    def origin(self) -> str:
        """
        The origin of the weights, as text; empty where the file does not name it.
        """
    @property
    def parts(self) -> list[int]:
        """
        The lengths of the parts of describe(): one for each size, then one for each further stage, then one
        for each region.
        """
    @property
    def preprocessing(self) -> Preprocessing:
        """
        What the network expects its input to be.
        """
    @property
    def regions(self) -> int:
        """
        Number of regions; they are the last parts, grid by grid, row by row.
        """
    @property
    def stages(self) -> list[BackboneStage]:
        """
        The stages whose weights are available, in order.
        """
class DescriptorSearchOptions:
    """
    How global descriptors are searched.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, max_hits: int = 100, expansion: int = 0, expansion_alpha: float = 3.0, num_threads: int = 1) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def expansion(self) -> int:
        """
        Number of nearest pictures that are added to the query, which is then searched again (query
        expansion); 0 = none.
        
        int, default 0
        """
    @expansion.setter
    def expansion(self, value: int) -> None:
        ...
    @property
    def expansion_alpha(self) -> float:
        """
        Exponent of the similarity in the weights of the added pictures, 0 or more.
        
        float, default 3.0
        """
    @expansion_alpha.setter
    def expansion_alpha(self, value: float) -> None:
        ...
    @property
    def max_hits(self) -> int:
        """
        Maximum number of pictures that are found.
        
        int, default 100
        """
    @max_hits.setter
    def max_hits(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads of one search; 0 = all cores. Does not change the result.
        
        int, default 1
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
class VerificationOptions:
    """
    How a candidate is verified geometrically.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, model: typing.Literal['similarity', 'affine', 'homography'] = 'affine', max_error_px: float = 8.0, grid_cells: int = 16) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def grid_cells(self) -> int:
        """
        Effective inliers are counted on grid_cells x grid_cells cells of the query.
        
        int, default 16
        """
    @grid_cells.setter
    def grid_cells(self, value: int) -> None:
        ...
    @property
    def max_error_px(self) -> float:
        """
        Maximum transfer error of an inlier, in either picture [px].
        
        float, default 8.0
        """
    @max_error_px.setter
    def max_error_px(self, value: float) -> None:
        ...
    @property
    def model(self) -> typing.Literal['similarity', 'affine', 'homography']:
        """
        Geometric model that inliers agree with.
        - 'similarity': Shift, rotation and scale.
        - 'affine': Shift and any linear map.
        - 'homography': A plane seen in perspective.
        
        typing.Literal['similarity', 'affine', 'homography'], default 'affine'
        """
    @model.setter
    def model(self, value: typing.Literal['similarity', 'affine', 'homography']) -> None:
        ...
class VisualIndexOptions:
    """
    How the visual index is built.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, words: int = 4096, training_features: int = 300000, iterations: int = 6, seed: int = 0, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def iterations(self) -> int:
        """
        Iterations of k-means on each level.
        
        int, default 6
        """
    @iterations.setter
    def iterations(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def training_features(self) -> int:
        """
        Maximum number of features for training the vocabulary and the codes.
        
        int, default 300000
        """
    @training_features.setter
    def training_features(self, value: int) -> None:
        ...
    @property
    def words(self) -> int:
        """
        Size of the coarse vocabulary [words].
        
        int, default 4096
        """
    @words.setter
    def words(self, value: int) -> None:
        ...
class VisualIndexQueryOptions:
    """
    How the visual index is searched.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, probes: int = 4, ratio_test_rank: int = 20, rerank_places: int = 0, max_pictures: int = 200, num_threads: int = 1) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def max_pictures(self) -> int:
        """
        Length of the short list [pictures].
        
        int, default 200
        """
    @max_pictures.setter
    def max_pictures(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads of one search; 0 = all cores. Does not change the result.
        
        int, default 1
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def probes(self) -> int:
        """
        Words looked up for each query feature (soft assignment).
        
        int, default 4
        """
    @probes.setter
    def probes(self, value: int) -> None:
        ...
    @property
    def ratio_test_rank(self) -> int:
        """
        A match must be nearer than the ratio-test distance: that of the nearest feature at the place after
        this many nearest places.
        
        int, default 20
        """
    @ratio_test_rank.setter
    def ratio_test_rank(self, value: int) -> None:
        ...
    @property
    def rerank_places(self) -> int:
        """
        Number of places that are selected by code and compared again by descriptor, which the index must
        hold; 0 = codes only.
        
        int, default 0
        """
    @rerank_places.setter
    def rerank_places(self, value: int) -> None:
        ...
class WhiteningOptions:
    """
    How the dimension of global descriptors is reduced.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, dimension: int = 256, exponent: float = 1.0, max_samples: int = 20000, seed: int = 0, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def dimension(self) -> int:
        """
        Length of the resulting vectors.
        
        int, default 256
        """
    @dimension.setter
    def dimension(self, value: int) -> None:
        ...
    @property
    def exponent(self) -> float:
        """
        A component of standard deviation s is divided by s to this power, 0 to 1: 1 = whitening, 0 = PCA.
        
        float, default 1.0
        """
    @exponent.setter
    def exponent(self, value: float) -> None:
        ...
    @property
    def max_samples(self) -> int:
        """
        Maximum number of vectors for the fit; a random sample if there are more.
        
        int, default 20000
        """
    @max_samples.setter
    def max_samples(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Seed of that sample.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
class CameraClock:
    """
    The difference between a camera's clock and the true time.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, camera: str = '', offset_s: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def camera(self) -> str:
        """
        Name of the camera, as in WalkMoment.
        
        str
        """
    @property
    def offset_s(self) -> float:
        """
        What is added to the camera's times [s].
        
        float
        """
class WalkMoment:
    """
    When and with which camera a picture of a walk was taken.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, time_s: float | None = None, camera: str = '') -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def camera(self) -> str:
        """
        Name of the camera; pictures of one name share a clock.
        
        str
        """
    @property
    def time_s(self) -> float | None:
        """
        Time by the camera's clock since any fixed moment [s], finite; empty when unknown.
        
        float | None
        """
class WalkOptions:
    """
    How pictures of one walk inform each other. The defaults were chosen on held-out photos of Venice
    (docs/results/walks.md); the photos have no times, so speed_m_s and break_after_s are assumptions.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, travel_m: float = 350.0, break_probability: float = 0.3, together_probability: float = 0.5, speed_m_s: float = 0.5, break_after_s: float = 21600.0, clocks: collections.abc.Sequence[CameraClock | dict[str, typing.Any]] = ..., fit_clocks: bool = True) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def break_after_s(self) -> float:
        """
        With times: mean duration of a walk without a break [s], above 0.
        
        float, default 21600.0
        """
    @break_after_s.setter
    def break_after_s(self, value: float) -> None:
        ...
    @property
    def break_probability(self) -> float:
        """
        Probability that the next picture has nothing to do with the place of the one before it, 0 to 1;
        with 1 every answer is that of its picture alone.
        
        float, default 0.3
        """
    @break_probability.setter
    def break_probability(self, value: float) -> None:
        ...
    @property
    def clocks(self) -> list[CameraClock]:
        """
        Offsets that are known, each camera once.
        
        list[venloc._core.CameraClock], default []
        """
    @clocks.setter
    def clocks(self, value: collections.abc.Sequence[CameraClock | dict[str, typing.Any]]) -> None:
        ...
    @property
    def fit_clocks(self) -> bool:
        """
        Whether other offsets are fitted, relative to the first camera: the offset within 14 h by which the
        pictures agree best, if they agree clearly better than without one; else 0.
        
        bool, default True
        """
    @fit_clocks.setter
    def fit_clocks(self, value: bool) -> None:
        ...
    @property
    def speed_m_s(self) -> float:
        """
        With times: net speed of a walk [m/s], 0 or more; speed × time adds to travel_m as independent
        standard deviations do.
        
        float, default 0.5
        """
    @speed_m_s.setter
    def speed_m_s(self, value: float) -> None:
        ...
    @property
    def together_probability(self) -> float:
        """
        Probability before any evidence that the pictures are of one walk, 0 to 1; what it becomes by the
        evidence is the influence of the walk.
        
        float, default 0.5
        """
    @together_probability.setter
    def together_probability(self, value: float) -> None:
        ...
    @property
    def travel_m(self) -> float:
        """
        Standard deviation along each axis of the way from a picture to the next [m], above 0.
        
        float, default 350.0
        """
    @travel_m.setter
    def travel_m(self, value: float) -> None:
        ...
class Walk:
    """
    What several pictures of one walk state together.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, posteriors: collections.abc.Sequence[Posterior] = ..., order: collections.abc.Sequence[int] = ..., together_probability: float = 0.0, clocks: collections.abc.Sequence[CameraClock | dict[str, typing.Any]] = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def clocks(self) -> list[CameraClock]:
        """
        The offsets that were used, one for each camera, by first appearance.
        
        list[venloc._core.CameraClock]
        """
    @property
    def order(self) -> list[int]:
        """
        Numbers of the pictures in the order of the walk: by time, and those without a time after the one
        that was given before them.
        
        list[int]
        """
    @property
    def posteriors(self) -> list[Posterior]:
        """
        One for each picture, in the order in which they were given.
        
        list[venloc._core.Posterior]
        """
    @property
    def together_probability(self) -> float:
        """
        Probability that the pictures are of one walk, 0 to 1.
        
        float
        """
class Evidence:
    """
    The evidence of one query.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_json(text: str) -> Evidence:
        """
        Raises FormatError with the reason when the text is not such JSON or lacks a measurement.
        """
    def __eq__(self, other: object) -> bool:
        """
        Whether all measurements are equal.
        """
    def __getstate__(self) -> typing.Any:
        ...
    def __len__(self) -> int:
        """
        Number of candidates.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_json(self) -> str:
        """
        JSON with one array for each measurement; numbers are exact.
        """
class PointMatch:
    """
    One point in two pictures, in shares of their widths and heights (0 to 1, from the top left).
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, x: float = 0.0, y: float = 0.0, photo_x: float = 0.0, photo_y: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def photo_x(self) -> float:
        """
        In the gallery photo, share of the width.
        
        float
        """
    @property
    def photo_y(self) -> float:
        """
        In the gallery photo, share of the height.
        
        float
        """
    @property
    def x(self) -> float:
        """
        In the query, share of the width.
        
        float
        """
    @property
    def y(self) -> float:
        """
        In the query, share of the height.
        
        float
        """
class Candidate:
    """
    A gallery photo that is evidence for a place.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, photo_id: str = '', location: LatLng | tuple[float, float] = ..., probability: float = 0.0, inliers: int = 0, score: float = 0.0, url: str = '', thumbnail: str = '', matches: collections.abc.Sequence[PointMatch | dict[str, typing.Any]] = ..., aspect: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def aspect(self) -> float:
        """
        Width of the gallery photo divided by its height, 0 without matches.
        
        float
        """
    @property
    def inliers(self) -> int:
        """
        Geometrically verified feature matches.
        
        int
        """
    @property
    def location(self) -> LatLng:
        """
        Place of the gallery photo [deg].
        
        venloc._core.LatLng
        """
    @property
    def matches(self) -> list[PointMatch]:
        """
        The verified feature matches; empty for exhaustive matching.
        
        list[venloc._core.PointMatch]
        """
    @property
    def photo_id(self) -> str:
        """
        Id of the gallery photo.
        
        str
        """
    @property
    def probability(self) -> float:
        """
        Calibrated probability that the query was made there.
        
        float
        """
    @property
    def score(self) -> float:
        """
        The locator's own ranking score, larger is better.
        
        float
        """
    @property
    def thumbnail(self) -> str:
        """
        Address of a small copy of the photo, empty when unknown.
        
        str
        """
    @property
    def url(self) -> str:
        """
        Public page, empty when unknown.
        
        str
        """
class StageTime:
    """
    Duration of one stage of a query.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, stage: str = '', seconds: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def seconds(self) -> float:
        """
        Wall time [s].
        
        float
        """
    @property
    def stage(self) -> str:
        """
        Name of the stage.
        
        str
        """
class Prediction:
    """
    The answer to "where was this picture made?".
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, location: LatLng | tuple[float, float] = ..., confidence: float = 0.0, in_area: float = 0.0, radius_50_m: float = 0.0, radius_90_m: float = 0.0, candidates: collections.abc.Sequence[Candidate | dict[str, typing.Any]] = ..., posterior: Posterior = ..., timings: collections.abc.Sequence[StageTime | dict[str, typing.Any]] = ..., turned_degrees: int = 0, content: typing.Literal['picture', 'blank', 'text', 'screenshot'] = 'picture', notes: collections.abc.Sequence[str] = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def _repr_html_(self) -> str:
        """
        A map of the prediction for notebooks; needs nothing from the network.
        """
    def to_dict(self) -> dict[str, typing.Any]:
        """
        The form of `venloc locate --json`, without the file.
        """
    def to_geojson(self) -> str:
        """
        GeoJSON of the location, the 50 % and 90 % regions and the candidates.
        """
    @property
    def __geo_interface__(self) -> dict[str, typing.Any]:
        """
        A GeoJSON Feature of the location, for geopandas, shapely and other programs.
        """
    @property
    def candidates(self) -> list[Candidate]:
        """
        The evidence, most probable first.
        
        list[venloc._core.Candidate]
        """
    @property
    def confidence(self) -> float:
        """
        Calibrated probability that the error is below 100 m.
        
        float
        """
    @property
    def content(self) -> typing.Literal['picture', 'blank', 'text', 'screenshot']:
        """
        What the picture seems to be; other than a picture, the answer means little.
        - 'picture': A photo, painting or drawing, which may show a place.
        - 'blank': An empty page, or a frame that is black or white.
        - 'text': A page of text: a scan or a photo of a document, a table, a receipt.
        - 'screenshot': A screen, or a chart or map that a program drew.
        
        typing.Literal['picture', 'blank', 'text', 'screenshot']
        """
    @property
    def in_area(self) -> float:
        """
        Probability that the picture shows this city at all.
        
        float
        """
    @property
    def location(self) -> LatLng:
        """
        The reported place: mode of the posterior [deg].
        
        venloc._core.LatLng
        """
    @property
    def notes(self) -> list[str]:
        """
        What to know about the answer, one sentence each: how the picture was read (Image.notes) and
        located.
        
        list[str]
        """
    @property
    def posterior(self) -> Posterior:
        """
        Over the city.
        
        venloc._core.Posterior
        """
    @property
    def radius_50_m(self) -> float:
        """
        Radius around the location that holds 50 % of the posterior [m], given that the picture was made in
        this city.
        
        float
        """
    @property
    def radius_90_m(self) -> float:
        """
        The same for 90 % [m].
        
        float
        """
    @property
    def timings(self) -> list[StageTime]:
        """
        Of the stages of the query, in order.
        
        list[venloc._core.StageTime]
        """
    @property
    def turned_degrees(self) -> int:
        """
        Clockwise turn that made the picture upright before it was located: 0, 90, 180 or 270; coordinates
        of matches refer to the turned picture.
        
        int
        """
class LocatorInfo:
    """
    What a locator is and what it was built from.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, kind: str = '', city: str = '', photos: int = 0, features: int = 0, options: str = '', library_version: str = '', format_version: int = 0, area: BoundingBox | dict[str, typing.Any] = ..., calibrated: bool = True) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def area(self) -> BoundingBox:
        """
        The box around the gallery's places that positions are searched in [deg].
        
        venloc._core.BoundingBox
        """
    @property
    def calibrated(self) -> bool:
        """
        False: the model was built from too few photos to calibrate its probabilities.
        
        bool
        """
    @property
    def city(self) -> str:
        """
        Name given when the model was built, may be empty.
        
        str
        """
    @property
    def features(self) -> int:
        """
        Number of local features in the index; 0 for locators without.
        
        int
        """
    @property
    def format_version(self) -> int:
        """
        Version of the model file's format.
        
        int
        """
    @property
    def kind(self) -> str:
        """
        Kind of the model: "sift", "ensemble", ….
        
        str
        """
    @property
    def library_version(self) -> str:
        """
        Version of the library that wrote the model.
        
        str
        """
    @property
    def options(self) -> str:
        """
        The options that the model was built with, as JSON.
        
        str
        """
    @property
    def photos(self) -> int:
        """
        Number of gallery pictures.
        
        int
        """
class LoadOptions:
    """
    How a model is opened. These options are not stored when the model is saved again.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', num_threads: int = 0, max_candidates: int | None = None, matches: bool = True) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def device(self) -> typing.Literal['auto', 'cpu', 'cuda']:
        """
        Where the network is computed, for models with one.
        - 'auto': CUDA if available, else the CPU.
        - 'cpu': The CPU.
        - 'cuda': A GPU; needs venloc::torch. Raises InvalidArgumentError when there is none.
        
        typing.Literal['auto', 'cpu', 'cuda'], default 'auto'
        """
    @device.setter
    def device(self, value: typing.Literal['auto', 'cpu', 'cuda']) -> None:
        ...
    @property
    def matches(self) -> bool:
        """
        Whether candidates have the matching points, which are the largest part of an answer.
        
        bool, default True
        """
    @matches.setter
    def matches(self, value: bool) -> None:
        ...
    @property
    def max_candidates(self) -> int | None:
        """
        Maximum number of gallery photos reported as evidence, 0 or more; if not set: that of the model.
        
        int | None, default None
        """
    @max_candidates.setter
    def max_candidates(self, value: int | None) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads of one query; 0 = all cores. Does not change the result. Pictures of a list are located in
        parallel, with one thread each.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
class Locator:
    """
    Locates pictures: where was a picture made? All members may be called from several threads at once.
    
    A locator that was opened from a file, or saved to one and not changed since, pickles as the path of that file, from which it is opened again.
    """
    def __reduce__(self) -> tuple[typing.Any, ...]:
        """
        Opens the model file again.
        """
    def __repr__(self) -> str:
        ...
    def add(self, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without rebuilding the model. If models of this kind cannot be changed, raises InvalidArgumentError that names the kinds that can.
        """
    def combine_walk(self, predictions: collections.abc.Sequence[Prediction], times: collections.abc.Sequence[venloc.walks.Time] | None = None, cameras: collections.abc.Sequence[str | None] | None = None, *, walk: WalkOptions | dict[str, typing.Any] | None = None, area: BoundingBox | dict[str, typing.Any] | None = None, prior: Posterior | None = None, num_threads: int = 0) -> list[Prediction]:
        """
        The predictions of pictures of one walk, made by this locator with `query`, given one another:
        venloc.combine_walk with this locator's prior. What is reported of the place is read from the new
        posterior; candidates and their probabilities stay those of the picture, and a note states how many
        pictures were located together. Raises as venloc.combine_walk.
        
        `times` and `cameras` are those of locate_together, `area` and `prior` those that the predictions were made with.
        """
    def info(self) -> LocatorInfo:
        """
        What the locator is and what it was built from.
        """
    @typing.overload
    def locate(self, picture: venloc.pictures.Picture, *, max_candidates: int | None = None, area: BoundingBox | dict[str, typing.Any] | None = None, prior: Posterior | None = None, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> Prediction:
        """
        Where the picture was made: a path, the bytes of a file, a PIL image or an array of uint8 (height x width, or x 3 for RGB). A picture without any feature gets the prior (low confidence). Raises ImageError for one that cannot be read.
        
        Options of the query:
        
        - `max_candidates`: Maximum number of gallery photos reported as evidence, 0 or more; if not set: that of LoadOptions.
        - `area`: The picture was made inside this box [deg], which must overlap the model's area. Candidates and
        components of posterior and prior that are centred outside are dropped, and the picture counts as
        made in the city.
        - `prior`: Prior knowledge of the place, in any frame: the answer is the product of prior and posterior
        (Posterior.product). Its probability outside the model's area counts as out of area, and its
        background as uniform over the model's area. With an out-of-area weight of 0 the picture counts as
        made in the city. The 1,000 heaviest components are used. Raises InvalidArgumentError when the prior
        excludes all places that the picture allows.
        """
    @typing.overload
    def locate(self, picture: list[venloc.pictures.Picture] | tuple[venloc.pictures.Picture, ...], num_threads: int = 0, *, errors: typing.Literal['return'] | None = None, max_candidates: int | None = None, area: BoundingBox | dict[str, typing.Any] | None = None, prior: Posterior | None = None, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> list[Prediction | venloc.failures.Failure]:
        """
        The predictions for several pictures, in their order, on up to num_threads threads (0 = all cores). A picture that cannot be located has a venloc.Failure, which is false, in its place. Progress in pictures, stage "locate".
        """
    @typing.overload
    def locate(self, picture: list[venloc.pictures.Picture] | tuple[venloc.pictures.Picture, ...], num_threads: int = 0, *, errors: typing.Literal['raise'], max_candidates: int | None = None, area: BoundingBox | dict[str, typing.Any] | None = None, prior: Posterior | None = None, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> list[Prediction]:
        """
        The same, but the first picture that cannot be located raises its error, and there are no predictions.
        """
    def locate_together(self, pictures: collections.abc.Sequence[venloc.pictures.Picture], times: collections.abc.Sequence[venloc.walks.Time] | None = None, cameras: collections.abc.Sequence[str | None] | None = None, *, walk: WalkOptions | dict[str, typing.Any] | None = None, num_threads: int = 0, max_candidates: int | None = None, area: BoundingBox | dict[str, typing.Any] | None = None, prior: Posterior | None = None, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> list[Prediction | venloc.failures.Failure]:
        """
        Locates pictures of one walk, which inform each other; the predictions come in the order of the pictures. `times` has a datetime, an ISO 8601 text or None for each picture (by default that of the metadata of files) and `cameras` a name or None: pictures of one camera share a clock, whose offset is fitted unless `walk` gives it. Without times the order of the pictures is that of the walk. A picture that cannot be located has a venloc.Failure in its place, and does not inform the others.
        
        Options of the query:
        
        - `max_candidates`: Maximum number of gallery photos reported as evidence, 0 or more; if not set: that of LoadOptions.
        - `area`: The picture was made inside this box [deg], which must overlap the model's area. Candidates and
        components of posterior and prior that are centred outside are dropped, and the picture counts as
        made in the city.
        - `prior`: Prior knowledge of the place, in any frame: the answer is the product of prior and posterior
        (Posterior.product). Its probability outside the model's area counts as out of area, and its
        background as uniform over the model's area. With an out-of-area weight of 0 the picture counts as
        made in the city. The 1,000 heaviest components are used. Raises InvalidArgumentError when the prior
        excludes all places that the picture allows.
        """
    def prior(self, *, area: typing.Any = None, prior: typing.Any = None) -> Posterior:
        """
        Where a picture was made before it is looked at: where the gallery's pictures were made, and what
        `query` states.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id. If models of this kind cannot be changed, raises InvalidArgumentError that names the kinds that can.
        """
    def save(self, file: os.PathLike[str] | str) -> None:
        """
        Writes the model. Atomic: temporary file, fsync, rename; a failure leaves an existing file as it
        was. Raises IoError.
        """
    @property
    def load_options(self) -> LoadOptions:
        """
        How the model was opened; the defaults for one that was built.
        """
    @property
    def photos(self) -> list[Photo]:
        """
        The gallery pictures of the locator; their `file` is empty after loading.
        """
class GalleryLocator(Locator):
    """
    A locator whose evidence consists of photos of its gallery.
    """
    def answer(self, evidence: Evidence, *, max_candidates: int | None = None, area: BoundingBox | dict[str, typing.Any] | None = None, prior: Posterior | None = None) -> Prediction:
        """
        Scores the evidence. Raises InvalidArgumentError for evidence of a photo that is not in the model.
        
        Options of the query:
        
        - `max_candidates`: Maximum number of gallery photos reported as evidence, 0 or more; if not set: that of LoadOptions.
        - `area`: The picture was made inside this box [deg], which must overlap the model's area. Candidates and
        components of posterior and prior that are centred outside are dropped, and the picture counts as
        made in the city.
        - `prior`: Prior knowledge of the place, in any frame: the answer is the product of prior and posterior
        (Posterior.product). Its probability outside the model's area counts as out of area, and its
        background as uniform over the model's area. With an out-of-area weight of 0 the picture counts as
        made in the city. The 1,000 heaviest components are used. Raises InvalidArgumentError when the prior
        excludes all places that the picture allows.
        """
    def evidence(self, picture: venloc.pictures.Picture) -> Evidence:
        """
        Describes the picture, retrieves candidates and verifies them. Raises ImageError for an empty
        picture, and CancelledError when the query is cancelled; the other query options are used by
        answer().
        """
class SiftLocatorOptions:
    """
    How a SiftLocator is built and queried.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, matching: typing.Literal['indexed', 'exhaustive'] = 'indexed', sift: SiftOptions | dict[str, typing.Any] = ..., index: VisualIndexOptions | dict[str, typing.Any] = ..., query: VisualIndexQueryOptions | dict[str, typing.Any] = ..., verification: VerificationOptions | dict[str, typing.Any] = ..., max_features_total: int = 0, keep_descriptors: bool = False, verify_candidates: int = 200, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        """
        The options as a model file stores them: a JSON object, without threads and folders.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        """
        Folder for the features of each picture, so that an interrupted build can be resumed; empty = none.
        Not stored in the model.
        
        pathlib.Path | None, default None
        """
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def calibration_folds(self) -> int:
        """
        Folds of the gallery on which the candidates' probabilities are fitted, at least 3; not used below
        200 photos, where the probabilities are approximate.
        
        int, default 10
        """
    @calibration_folds.setter
    def calibration_folds(self, value: int) -> None:
        ...
    @property
    def calibration_grouped(self) -> bool:
        """
        Also hold out near-copies and bursts of the query, as if it came from another photographer.
        
        bool, default True
        """
    @calibration_grouped.setter
    def calibration_grouped(self, value: bool) -> None:
        ...
    @property
    def city(self) -> str:
        """
        Display name of the city; may be empty.
        
        str, default ''
        """
    @city.setter
    def city(self, value: str) -> None:
        ...
    @property
    def index(self) -> VisualIndexOptions:
        """
        How the visual index is built.
        
        venloc._core.VisualIndexOptions
        """
    @index.setter
    def index(self, value: VisualIndexOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def keep_descriptors(self) -> bool:
        """
        Also keep the descriptors, which query.rerank_places needs; 128 bytes more per feature.
        
        bool, default False
        """
    @keep_descriptors.setter
    def keep_descriptors(self, value: bool) -> None:
        ...
    @property
    def matching(self) -> typing.Literal['indexed', 'exhaustive']:
        """
        How a query is compared with the gallery.
        - 'indexed': Visual index, geometric verification, calibrated posterior.
        - 'exhaustive': The method of FDHProject, for comparison: every gallery picture, cross-checked L1 matches, sum of
        the 50 smallest distances.
        
        typing.Literal['indexed', 'exhaustive'], default 'indexed'
        """
    @matching.setter
    def matching(self, value: typing.Literal['indexed', 'exhaustive']) -> None:
        ...
    @property
    def max_candidates(self) -> int:
        """
        Maximum number of gallery pictures reported as evidence, 0 or more.
        
        int, default 20
        """
    @max_candidates.setter
    def max_candidates(self, value: int) -> None:
        ...
    @property
    def max_features_total(self) -> int:
        """
        Maximum number of features kept in the index, the most useful ones; 0 = all.
        
        int, default 0
        """
    @max_features_total.setter
    def max_features_total(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def query(self) -> VisualIndexQueryOptions:
        """
        How the visual index is searched.
        
        venloc._core.VisualIndexQueryOptions
        """
    @query.setter
    def query(self, value: VisualIndexQueryOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def sift(self) -> SiftOptions:
        """
        How features are extracted, of the gallery and of queries.
        
        venloc._core.SiftOptions
        """
    @sift.setter
    def sift(self, value: SiftOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def verification(self) -> VerificationOptions:
        """
        How candidates are verified geometrically.
        
        venloc._core.VerificationOptions
        """
    @verification.setter
    def verification(self, value: VerificationOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def verify_candidates(self) -> int:
        """
        Pictures of the short list that are verified geometrically, at least 1.
        
        int, default 200
        """
    @verify_candidates.setter
    def verify_candidates(self, value: int) -> None:
        ...
class SiftLocator(GalleryLocator):
    """
    Locates by SIFT features: shortlist from a visual index, geometric verification, and a calibrated
    mixture over the places of the verified pictures. Thread-safe for all members.
    """
    @staticmethod
    def build(gallery: Gallery, options: SiftLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, matching: typing.Literal['indexed', 'exhaustive'] = 'indexed', sift: SiftOptions | dict[str, typing.Any] = ..., index: VisualIndexOptions | dict[str, typing.Any] = ..., query: VisualIndexQueryOptions | dict[str, typing.Any] = ..., verification: VerificationOptions | dict[str, typing.Any] = ..., max_features_total: int = 0, keep_descriptors: bool = False, verify_candidates: int = 200, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> SiftLocator:
        """
        Reads every picture of the gallery. Raises ImageError that lists the pictures that cannot be read,
        and InvalidArgumentError for fewer than two photos.
        
        Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: str | os.PathLike[str], *, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', num_threads: int = 0, max_candidates: int | None = None, matches: bool = True) -> SiftLocator:
        """
        Opens a model of kind "sift"; see load_locator. Keywords are those of LoadOptions.
        """
    def add(self, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds the pictures of a gallery without rebuilding the model. Vocabulary and calibration are
        unchanged. All features of the new pictures are kept, even above max_features_total. Raises
        InvalidArgumentError for an id that is already in the model. Must not be called while queries run.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id. Raises InvalidArgumentError for an unknown id; the model is then unchanged.
        """
    def set_options(self, options: SiftLocatorOptions | dict[str, typing.Any] | None = None, *, matching: typing.Literal['indexed', 'exhaustive'] = 'indexed', sift: SiftOptions | dict[str, typing.Any] = ..., index: VisualIndexOptions | dict[str, typing.Any] = ..., query: VisualIndexQueryOptions | dict[str, typing.Any] = ..., verification: VerificationOptions | dict[str, typing.Any] = ..., max_features_total: int = 0, keep_descriptors: bool = False, verify_candidates: int = 200, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        """
        Changes settings of queries (verify_candidates, max_candidates, query, verification, sift,
        num_threads); settings that the index was built with cannot be changed: InvalidArgumentError that
        names the field. LoadOptions.max_candidates of the model has no effect afterwards.
        
        Options that are not named are unchanged.
        """
    @property
    def options(self) -> SiftLocatorOptions:
        """
        A copy of the options; change them with set_options.
        """
class PhotoMatch:
    """
    Two photos of a gallery that show the same scene, by verified features. `first` < `second`,
    positions in the gallery.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, first: int = 0, second: int = 0, inliers: int = 0, weight: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def first(self) -> int:
        """
        Position of one photo in the gallery.
        
        int
        """
    @property
    def inliers(self) -> int:
        """
        Geometrically verified feature matches.
        
        int
        """
    @property
    def second(self) -> int:
        """
        Position of the other, larger than `first`.
        
        int
        """
    @property
    def weight(self) -> float:
        """
        Sum of the inliers' weights (see FeatureMatch).
        
        float
        """
class GeotagAuditOptions:
    """
    Which matches count, and how the probability of a wrong geotag is estimated.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, min_inliers: int = 10, min_weight: float = 4.0, reach_m: float = 150.0, wrong_share: float = 0.06, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def min_inliers(self) -> int:
        """
        Minimum inliers of a match that counts.
        
        int, default 10
        """
    @min_inliers.setter
    def min_inliers(self, value: int) -> None:
        ...
    @property
    def min_weight(self) -> float:
        """
        Minimum weight of a match that counts: the sum of its inliers' weights.
        
        float, default 4.0
        """
    @min_weight.setter
    def min_weight(self, value: float) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads of match_photos; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def reach_m(self) -> float:
        """
        How far from each other photos of one scene are made (standard deviation) [m].
        
        float, default 150.0
        """
    @reach_m.setter
    def reach_m(self, value: float) -> None:
        ...
    @property
    def wrong_share(self) -> float:
        """
        Prior probability that a geotag is wrong, 0 to 1.
        
        float, default 0.06
        """
    @wrong_share.setter
    def wrong_share(self, value: float) -> None:
        ...
class GeotagFinding:
    """
    A photo whose verified matches suggest another place.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, photo: int = 0, photo_id: str = '', location: LatLng | tuple[float, float] = ..., suggested: LatLng | tuple[float, float] = ..., distance_m: float = 0.0, spread_m: float = 0.0, doubt: float = 0.0, certain: bool = False, claims: int = 0, evidence: collections.abc.Sequence[PhotoMatch | dict[str, typing.Any]] = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def certain(self) -> bool:
        """
        Whether at least four independent claims agree and none supports the geotag.
        
        bool
        """
    @property
    def claims(self) -> int:
        """
        Number of claims that agree on the suggested place; photos of one place or upload are one.
        
        int
        """
    @property
    def distance_m(self) -> float:
        """
        Distance from the geotag to the suggested place [m].
        
        float
        """
    @property
    def doubt(self) -> float:
        """
        Probability that the geotag is wrong.
        
        float
        """
    @property
    def evidence(self) -> list[PhotoMatch]:
        """
        The matches that support the suggested place, the strongest first.
        
        list[venloc._core.PhotoMatch]
        """
    @property
    def location(self) -> LatLng:
        """
        Geotag of the photo [deg].
        
        venloc._core.LatLng
        """
    @property
    def photo(self) -> int:
        """
        Position of the photo in the gallery.
        
        int
        """
    @property
    def photo_id(self) -> str:
        """
        Id of the photo.
        
        str
        """
    @property
    def spread_m(self) -> float:
        """
        Root mean square distance of the supporting matches from the suggested place [m].
        
        float
        """
    @property
    def suggested(self) -> LatLng:
        """
        Where its matches place it [deg].
        
        venloc._core.LatLng
        """
class DescriptorLocatorOptions:
    """
    How a DescriptorLocator is built and queried.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, whitening: WhiteningOptions | dict[str, typing.Any] = ..., search: DescriptorSearchOptions | dict[str, typing.Any] = ..., crops: int = 1, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        """
        The options as a model file stores them: a JSON object, without threads and folders.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        """
        Folder for the features of each picture, so that an interrupted build can be resumed; empty = none.
        Not stored in the model.
        
        pathlib.Path | None, default None
        """
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def calibration_folds(self) -> int:
        """
        Folds of the gallery on which the candidates' probabilities are fitted, at least 3; not used below
        200 photos, where the probabilities are approximate.
        
        int, default 10
        """
    @calibration_folds.setter
    def calibration_folds(self, value: int) -> None:
        ...
    @property
    def calibration_grouped(self) -> bool:
        """
        Also hold out near-copies and bursts of the query, as if it came from another photographer.
        
        bool, default True
        """
    @calibration_grouped.setter
    def calibration_grouped(self, value: bool) -> None:
        ...
    @property
    def city(self) -> str:
        """
        Display name of the city; may be empty.
        
        str, default ''
        """
    @city.setter
    def city(self, value: str) -> None:
        ...
    @property
    def crops(self) -> int:
        """
        Crops of a query that are described: 1 = the whole picture, 5 = the whole picture and its corners,
        whose similarities are averaged; the posterior is calibrated for whole pictures.
        
        int, default 1
        """
    @crops.setter
    def crops(self, value: int) -> None:
        ...
    @property
    def max_candidates(self) -> int:
        """
        Maximum number of gallery pictures reported as evidence, 0 or more.
        
        int, default 20
        """
    @max_candidates.setter
    def max_candidates(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def search(self) -> DescriptorSearchOptions:
        """
        Search and query expansion; max_hits, at most 200, is the number of pictures that are found and
        weighted.
        
        venloc._core.DescriptorSearchOptions
        """
    @search.setter
    def search(self, value: DescriptorSearchOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def whitening(self) -> WhiteningOptions:
        """
        How the network's features become the vectors that are compared.
        
        venloc._core.WhiteningOptions
        """
    @whitening.setter
    def whitening(self, value: WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
class DescriptorLocator(GalleryLocator):
    """
    Locates by whitened global descriptors: each part of the network's description (a size or stage, see
    Backbone.parts) is normalised to unit length, all parts together are whitened to one short vector,
    the most similar vectors of the gallery are found by exact search, and a calibrated mixture over
    their places is the posterior. The model file holds the network. Thread-safe for all members.
    """
    @staticmethod
    def build(gallery: Gallery, backbone: Backbone, options: DescriptorLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, whitening: WhiteningOptions | dict[str, typing.Any] = ..., search: DescriptorSearchOptions | dict[str, typing.Any] = ..., crops: int = 1, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> DescriptorLocator:
        """
        Describes every picture of the gallery, with the weights rounded to float16 as in the model file, so
        that the model returns the same results before and after it is saved. Raises ImageError that lists
        the pictures that cannot be read, and InvalidArgumentError for fewer than two photos.
        
        Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: str | os.PathLike[str], *, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', num_threads: int = 0, max_candidates: int | None = None, matches: bool = True) -> DescriptorLocator:
        """
        Opens a model of kind "descriptor"; see load_locator. Keywords are those of LoadOptions.
        """
    def add(self, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without rebuilding the model. Raises InvalidArgumentError for a known id. Must not be called while queries run.
        """
    def describe(self, picture: venloc.pictures.Picture) -> numpy.typing.NDArray[numpy.float32]:
        """
        The whitened descriptor of a whole picture, of length 1. Raises ImageError for an empty picture.
        """
    def locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> Prediction:
        """
        The prediction from the features of a whole picture: an array of backbone.dimension values, as backbone.describe or a row of extract_features has them. Raises InvalidArgumentError for a wrong number of values or one that is not finite.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id. Raises InvalidArgumentError for an unknown id; the model is then unchanged.
        """
    @property
    def backbone(self) -> Backbone:
        """
        The network that describes pictures.
        """
    @property
    def descriptors(self) -> numpy.typing.NDArray[numpy.int8]:
        """
        Descriptors of the gallery's photos, in their order. An array of int8, one row for each photo; divided by its Euclidean norm, a row is comparable with describe().
        """
    @property
    def options(self) -> DescriptorLocatorOptions:
        """
        A copy of the options.
        """
class PaintingLocatorOptions:
    """
    How a PaintingLocator is built and queried.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, projection: WhiteningOptions | dict[str, typing.Any] = ..., gallery_long_side_px: int = 448, query_long_sides_px: collections.abc.Sequence[int] = ..., cells: int = 100, max_candidates: int = 20, city: str = '', seed: int = 0, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        """
        The options as a model file stores them: a JSON object, without threads and folders.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def cells(self) -> int:
        """
        Maximum number of cells of a gallery picture's map that are kept: the least common ones.
        
        int, default 100
        """
    @cells.setter
    def cells(self, value: int) -> None:
        ...
    @property
    def city(self) -> str:
        """
        Display name of the city; may be empty.
        
        str, default ''
        """
    @city.setter
    def city(self, value: str) -> None:
        ...
    @property
    def gallery_long_side_px(self) -> int:
        """
        Size at which gallery pictures are described [px].
        
        int, default 448
        """
    @gallery_long_side_px.setter
    def gallery_long_side_px(self, value: int) -> None:
        ...
    @property
    def max_candidates(self) -> int:
        """
        Maximum number of gallery pictures reported as evidence, 0 or more.
        
        int, default 20
        """
    @max_candidates.setter
    def max_candidates(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def projection(self) -> WhiteningOptions:
        """
        How a cell of the maps becomes the vector that is compared; PCA to 64 values by default.
        
        venloc._core.WhiteningOptions
        """
    @projection.setter
    def projection(self, value: WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def query_long_sides_px(self) -> list[int]:
        """
        Sizes at which a query is described; all are used [px].
        
        list[int], default [320, 448, 640]
        """
    @query_long_sides_px.setter
    def query_long_sides_px(self, value: collections.abc.Sequence[int]) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
class PaintingLocator(GalleryLocator):
    """
    Locates pictures that local features cannot match: paintings, drawings, engravings, old photographs.
    A network's maps of the query (the stage averaged to the grid of the further stages, concatenated
    with them, reduced by PCA, minus half of the picture's own mean) are compared cell by cell with
    those of every gallery picture. Cells that are mutual nearest neighbours vote for a scale and a
    translation; the agreeing votes are the score of a gallery picture (DenseIndex). The scores, in
    standard deviations from the mean of all pictures, weight the places of the gallery, together with
    the density of known pictures. The weights were measured on 115 labelled artworks of Venice
    (docs/results/experiments/paintings.md). Thread-safe for all members.
    """
    @staticmethod
    def build(gallery: Gallery, backbone: Backbone, options: PaintingLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, projection: WhiteningOptions | dict[str, typing.Any] = ..., gallery_long_side_px: int = 448, query_long_sides_px: collections.abc.Sequence[int] = ..., cells: int = 100, max_candidates: int = 20, city: str = '', seed: int = 0, num_threads: int = 0) -> PaintingLocator:
        """
        Describes every picture of the gallery by the stage and the further stages of the network, with the
        weights rounded as in DescriptorLocator.build. Raises ImageError that lists the pictures that cannot
        be read, and InvalidArgumentError for fewer than two photos.
        
        Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: str | os.PathLike[str], *, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', num_threads: int = 0, max_candidates: int | None = None, matches: bool = True) -> PaintingLocator:
        """
        Opens a model of kind "painting"; see load_locator. Keywords are those of LoadOptions.
        """
    def locate_scores(self, scores: numpy.typing.NDArray[numpy.float32]) -> Prediction:
        """
        The prediction from the scores() of a picture, one for each gallery picture. Raises InvalidArgumentError for a wrong number of scores or one that is not finite.
        """
    def scores(self, picture: venloc.pictures.Picture) -> numpy.typing.NDArray[numpy.float32]:
        """
        The score of each gallery picture, in their order, in standard deviations from the mean of all; locate() uses these scores.
        """
    @property
    def backbone(self) -> Backbone:
        """
        The network that describes pictures.
        """
    @property
    def options(self) -> PaintingLocatorOptions:
        """
        A copy of the options.
        """
class EnsembleLocatorOptions:
    """
    How an EnsembleLocator is built and queried.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, sift: SiftLocatorOptions | dict[str, typing.Any] = ..., whitening: WhiteningOptions | dict[str, typing.Any] = ..., region_whitening: WhiteningOptions | dict[str, typing.Any] = ..., search: DescriptorSearchOptions | dict[str, typing.Any] = ..., artworks: collections.abc.Sequence[str | os.PathLike[str] | None] = ..., painting: PaintingLocatorOptions | dict[str, typing.Any] = ..., leave_out: collections.abc.Sequence[str] = ..., max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        """
        The options as a model file stores them: a JSON object, without threads and folders.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def artworks(self) -> list[pathlib.Path | None]:
        """
        Files of artworks (paintings, drawings, engravings and old photographs) of any city: a detector that
        is trained on them recognises such queries, which are then also located like PaintingLocator does.
        Without artworks every query is treated as a photo. Not stored in the model.
        
        list[pathlib.Path | None], default []
        """
    @artworks.setter
    def artworks(self, value: collections.abc.Sequence[str | os.PathLike[str] | None]) -> None:
        ...
    @property
    def cache(self) -> pathlib.Path | None:
        """
        Folder for the features of each picture, so that an interrupted build can be resumed; empty = none.
        Not stored in the model.
        
        pathlib.Path | None, default None
        """
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def calibration_folds(self) -> int:
        """
        Folds of the gallery on which the candidates' probabilities are fitted, at least 3; not used below
        200 photos, where the probabilities are approximate.
        
        int, default 10
        """
    @calibration_folds.setter
    def calibration_folds(self, value: int) -> None:
        ...
    @property
    def calibration_grouped(self) -> bool:
        """
        Also hold out near-copies and bursts of the query, as if it came from another photographer.
        
        bool, default True
        """
    @calibration_grouped.setter
    def calibration_grouped(self, value: bool) -> None:
        ...
    @property
    def city(self) -> str:
        """
        Display name of the city; may be empty.
        
        str, default ''
        """
    @city.setter
    def city(self, value: str) -> None:
        ...
    @property
    def leave_out(self) -> list[str]:
        """
        Evidence that is left out, to measure its contribution: "sift" (matches of local features),
        "descriptors", "regions", "geometry" (scale, rotation and spread of a match), "appearance" (of whole
        pictures: colour histograms and VLAD descriptors), "hubness" (hubness statistics of a photo),
        "neighbours" (photos near a candidate).
        
        list[str], default []
        """
    @leave_out.setter
    def leave_out(self, value: collections.abc.Sequence[str]) -> None:
        ...
    @property
    def max_candidates(self) -> int:
        """
        Maximum number of gallery pictures reported as evidence, 0 or more.
        
        int, default 20
        """
    @max_candidates.setter
    def max_candidates(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def painting(self) -> PaintingLocatorOptions:
        """
        How artworks are located. The options that all parts have are taken from the ensemble.
        
        venloc._core.PaintingLocatorOptions
        """
    @painting.setter
    def painting(self, value: PaintingLocatorOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def region_whitening(self) -> WhiteningOptions:
        """
        The same for regions of pictures, to 128 values by default.
        
        venloc._core.WhiteningOptions
        """
    @region_whitening.setter
    def region_whitening(self, value: WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def search(self) -> DescriptorSearchOptions:
        """
        How the network's candidates are searched; max_hits, at most 200, is their number.
        
        venloc._core.DescriptorSearchOptions
        """
    @search.setter
    def search(self, value: DescriptorSearchOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def sift(self) -> SiftLocatorOptions:
        """
        How pictures are matched feature by feature. The options that both parts have (max_candidates,
        calibration_folds, calibration_grouped, city, cache, seed, num_threads) are taken from the ensemble.
        
        venloc._core.SiftLocatorOptions
        """
    @sift.setter
    def sift(self, value: SiftLocatorOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> WhiteningOptions:
        """
        How the network's features of a whole picture become the vectors that are compared.
        
        venloc._core.WhiteningOptions
        """
    @whitening.setter
    def whitening(self, value: WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
class EnsembleLocator(GalleryLocator):
    """
    Locates by all available evidence. The candidates that SIFT features and a network's descriptors
    retrieve are merged into one list. Each candidate is verified geometrically and compared region by
    region, whichever search found it. A small network over both kinds of evidence, fitted on photos
    held out from the gallery, computes the probability of each candidate and the weights of a few
    kernel widths. The posterior is the mixture over the places of the candidates.
    
    A locator that was built with artworks detects whether a query is an artwork. The SIFT part locates
    an artwork only when it is nearly certain, because scorers fitted on photos are overconfident on
    artworks; otherwise the result is that of PaintingLocator.
    
    The probability that a picture was made in the city follows from the probability of the no-match
    hypothesis and from its similarity to the gallery; the odds of both were measured on pictures of
    other cities (docs/results/experiments/out-of-area.md). For artworks it is not estimated: their
    in_area is .85.
    
    The model file contains the network and a complete SiftLocator, which SiftLocator.load can open
    separately. Thread-safe for all members.
    """
    @staticmethod
    def build(gallery: Gallery, backbone: Backbone, options: EnsembleLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, sift: SiftLocatorOptions | dict[str, typing.Any] = ..., whitening: WhiteningOptions | dict[str, typing.Any] = ..., region_whitening: WhiteningOptions | dict[str, typing.Any] = ..., search: DescriptorSearchOptions | dict[str, typing.Any] = ..., artworks: collections.abc.Sequence[str | os.PathLike[str] | None] = ..., painting: PaintingLocatorOptions | dict[str, typing.Any] = ..., leave_out: collections.abc.Sequence[str] = ..., max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> EnsembleLocator:
        """
        Reads every picture of the gallery; the network's weights are rounded as in DescriptorLocator.build.
        Raises ImageError that lists the pictures and artworks that cannot be read, and InvalidArgumentError
        for fewer than two photos.
        
        Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: str | os.PathLike[str], *, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', num_threads: int = 0, max_candidates: int | None = None, matches: bool = True) -> EnsembleLocator:
        """
        Opens a model of kind "ensemble"; see load_locator. Keywords are those of LoadOptions.
        """
    def add(self, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without rebuilding the model. Raises InvalidArgumentError for a known id. Must not be called while queries run.
        """
    def describe(self, picture: venloc.pictures.Picture) -> numpy.typing.NDArray[numpy.float32]:
        """
        The whitened descriptor of a whole picture, of length 1. Raises ImageError for an empty picture.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id. Raises InvalidArgumentError for an unknown id; the model is then unchanged.
        """
    @property
    def backbone(self) -> Backbone:
        """
        The network that describes pictures.
        """
    @property
    def descriptors(self) -> numpy.typing.NDArray[numpy.int8]:
        """
        Descriptors of the gallery's photos, in their order. An array of int8, one row for each photo; divided by its Euclidean norm, a row is comparable with describe().
        """
    @property
    def options(self) -> EnsembleLocatorOptions:
        """
        A copy of the options.
        """
class EvaluationRecord:
    """
    One located query with a known truth.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, photo_id: str = '', truth: LatLng | tuple[float, float] = ..., predicted: LatLng | tuple[float, float] = ..., error_m: float = 0.0, confidence: float = 0.0, in_area: float = 1.0, radius_50_m: float = 0.0, radius_90_m: float = 0.0, nearest_gallery_m: float = 0.0, candidate_errors_m: collections.abc.Sequence[float] = ..., group: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def candidate_errors_m(self) -> list[float]:
        """
        Distance of each candidate to the truth, best candidate first [m].
        
        list[float]
        """
    @property
    def confidence(self) -> float:
        """
        The predicted probability that the error is below 100 m.
        
        float
        """
    @property
    def error_m(self) -> float:
        """
        Great-circle distance from the truth to the predicted location [m].
        
        float
        """
    @property
    def group(self) -> int:
        """
        Number of the query's group; queries of one group are resampled together.
        
        int
        """
    @property
    def in_area(self) -> float:
        """
        The predicted probability that the query was made in this city.
        
        float
        """
    @property
    def nearest_gallery_m(self) -> float:
        """
        Distance of the truth to the nearest gallery picture [m].
        
        float
        """
    @property
    def photo_id(self) -> str:
        """
        Id of the query.
        
        str
        """
    @property
    def predicted(self) -> LatLng:
        """
        The location that was predicted [deg].
        
        venloc._core.LatLng
        """
    @property
    def radius_50_m(self) -> float:
        """
        The predicted 50 % credible radius [m].
        
        float
        """
    @property
    def radius_90_m(self) -> float:
        """
        The predicted 90 % credible radius [m].
        
        float
        """
    @property
    def truth(self) -> LatLng:
        """
        Where the query was made [deg].
        
        venloc._core.LatLng
        """
class Estimate:
    """
    A figure and its 95 % interval.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, value: float = 0.0, low: float = 0.0, high: float = 0.0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def high(self) -> float:
        """
        Upper end of its 95 % interval.
        
        float
        """
    @property
    def low(self) -> float:
        """
        Lower end of its 95 % interval.
        
        float
        """
    @property
    def value(self) -> float:
        """
        The figure, of all queries.
        
        float
        """
class EvaluationOptions:
    """
    Which figures are computed, and how their intervals are computed.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, thresholds_m: collections.abc.Sequence[float] = ..., recall_at: collections.abc.Sequence[int] = ..., recall_distance_m: float = 25.0, bootstrap_resamples: int = 2000, seed: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def bootstrap_resamples(self) -> int:
        """
        Bootstrap resamples for the intervals, at least 1.
        
        int, default 2000
        """
    @bootstrap_resamples.setter
    def bootstrap_resamples(self, value: int) -> None:
        ...
    @property
    def recall_at(self) -> list[int]:
        """
        Lengths k of the candidate lists for recall@k, each at least 1.
        
        list[int], default [1, 5, 10, 20]
        """
    @recall_at.setter
    def recall_at(self, value: collections.abc.Sequence[int]) -> None:
        ...
    @property
    def recall_distance_m(self) -> float:
        """
        A candidate at most this far from the truth is right [m].
        
        float, default 25.0
        """
    @recall_distance_m.setter
    def recall_distance_m(self, value: float) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Seed of the bootstrap.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def thresholds_m(self) -> list[float]:
        """
        Distances of the figures "share within" [m], each 0 or more.
        
        list[float], default [10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0]
        """
    @thresholds_m.setter
    def thresholds_m(self, value: collections.abc.Sequence[float]) -> None:
        ...
class CalibrationBin:
    """
    Queries of similar confidence: how sure the locator was, and how often it was right.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, mean_confidence: float = 0.0, share_within: float = 0.0, count: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def count(self) -> int:
        """
        Number of queries in the bin.
        
        int
        """
    @property
    def mean_confidence(self) -> float:
        """
        Mean confidence of the bin's queries, 0 to 1.
        
        float
        """
    @property
    def share_within(self) -> float:
        """
        Share of them whose error is at most 100 m, 0 to 1.
        
        float
        """
class Metrics:
    """
    The figures of one locator on one set of queries.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, name: str = '', queries: int = 0, groups: int = 0, mean_m: Estimate | dict[str, typing.Any] = ..., median_m: Estimate | dict[str, typing.Any] = ..., quartile_1_m: Estimate | dict[str, typing.Any] = ..., quartile_3_m: Estimate | dict[str, typing.Any] = ..., percentile_90_m: Estimate | dict[str, typing.Any] = ..., thresholds_m: collections.abc.Sequence[float] = ..., within: collections.abc.Sequence[Estimate | dict[str, typing.Any]] = ..., recall_at: collections.abc.Sequence[int] = ..., recall: collections.abc.Sequence[Estimate | dict[str, typing.Any]] = ..., oracle_recall: Estimate | dict[str, typing.Any] = ..., coverage_50: Estimate | dict[str, typing.Any] = ..., coverage_90: Estimate | dict[str, typing.Any] = ..., calibration_error: Estimate | dict[str, typing.Any] = ..., calibration: collections.abc.Sequence[CalibrationBin | dict[str, typing.Any]] = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def calibration(self) -> list[CalibrationBin]:
        """
        The deciles that calibration_error was computed from, least confident first.
        
        list[venloc._core.CalibrationBin]
        """
    @property
    def calibration_error(self) -> Estimate:
        """
        Expected calibration error of `confidence` over deciles of equal count, 0 is ideal.
        
        venloc._core.Estimate
        """
    @property
    def coverage_50(self) -> Estimate:
        """
        Share of truths inside the 50 % credible radius; .5 is ideal.
        
        venloc._core.Estimate
        """
    @property
    def coverage_90(self) -> Estimate:
        """
        Share of truths inside the 90 % credible radius; .9 is ideal.
        
        venloc._core.Estimate
        """
    @property
    def groups(self) -> int:
        """
        Number of groups of queries, which are resampled together.
        
        int
        """
    @property
    def mean_m(self) -> Estimate:
        """
        Mean error [m].
        
        venloc._core.Estimate
        """
    @property
    def median_m(self) -> Estimate:
        """
        Median error [m].
        
        venloc._core.Estimate
        """
    @property
    def name(self) -> str:
        """
        Name of the locator.
        
        str
        """
    @property
    def oracle_recall(self) -> Estimate:
        """
        Share of queries with any gallery picture within recall_distance_m of the truth: what recall cannot
        exceed.
        
        venloc._core.Estimate
        """
    @property
    def percentile_90_m(self) -> Estimate:
        """
        90th percentile of the errors [m].
        
        venloc._core.Estimate
        """
    @property
    def quartile_1_m(self) -> Estimate:
        """
        First quartile of the errors [m].
        
        venloc._core.Estimate
        """
    @property
    def quartile_3_m(self) -> Estimate:
        """
        Third quartile of the errors [m].
        
        venloc._core.Estimate
        """
    @property
    def queries(self) -> int:
        """
        Number of queries.
        
        int
        """
    @property
    def recall(self) -> list[Estimate]:
        """
        Share of queries with a candidate at most recall_distance_m from the truth among the first
        recall_at[i].
        
        list[venloc._core.Estimate]
        """
    @property
    def recall_at(self) -> list[int]:
        """
        Lengths of the candidate lists that `recall` refers to.
        
        list[int]
        """
    @property
    def thresholds_m(self) -> list[float]:
        """
        Distances that `within` refers to [m].
        
        list[float]
        """
    @property
    def within(self) -> list[Estimate]:
        """
        Share of queries whose error is at most thresholds_m[i], one for each threshold.
        
        list[venloc._core.Estimate]
        """
class PairedDifference:
    """
    How much two locators differ on the same queries in the same order: A minus B.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, mean_m: Estimate | dict[str, typing.Any] = ..., median_m: Estimate | dict[str, typing.Any] = ..., thresholds_m: collections.abc.Sequence[float] = ..., within: collections.abc.Sequence[Estimate | dict[str, typing.Any]] = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def mean_m(self) -> Estimate:
        """
        Mean error of A minus that of B [m].
        
        venloc._core.Estimate
        """
    @property
    def median_m(self) -> Estimate:
        """
        Median of the differences query by query [m].
        
        venloc._core.Estimate
        """
    @property
    def thresholds_m(self) -> list[float]:
        """
        Distances that `within` refers to [m].
        
        list[float]
        """
    @property
    def within(self) -> list[Estimate]:
        """
        Share of errors of at most thresholds_m[i] of A minus that of B, one for each threshold.
        
        list[venloc._core.Estimate]
        """
class PublishedAnalysis:
    """
    The analysis of the project that venloc grew out of (FDHProject): mean squared error in squared
    degrees, a histogram of the distances with Gaussian kernel density, and a percentile bootstrap
    interval of the median.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, mse_lat: float = 0.0, mse_lng: float = 0.0, bin_edges_m: collections.abc.Sequence[float] = ..., counts: collections.abc.Sequence[int] = ..., density_x_m: collections.abc.Sequence[float] = ..., density: collections.abc.Sequence[float] = ..., median_m: Estimate | dict[str, typing.Any] = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def bin_edges_m(self) -> list[float]:
        """
        Edges of the histogram's bins, one more than bins [m].
        
        list[float]
        """
    @property
    def counts(self) -> list[int]:
        """
        Number of errors in each bin.
        
        list[int]
        """
    @property
    def density(self) -> list[float]:
        """
        Kernel density at density_x_m by Scott's bandwidth [1/m].
        
        list[float]
        """
    @property
    def density_x_m(self) -> list[float]:
        """
        Where the kernel density was taken [m]; empty when all errors are equal.
        
        list[float]
        """
    @property
    def median_m(self) -> Estimate:
        """
        Median error and its 95 % interval by bootstrap [m].
        
        venloc._core.Estimate
        """
    @property
    def mse_lat(self) -> float:
        """
        Mean squared error of the latitude [deg²].
        
        float
        """
    @property
    def mse_lng(self) -> float:
        """
        Mean squared error of the longitude [deg²].
        
        float
        """
def audit_geotags(gallery: Gallery, matches: collections.abc.Sequence[PhotoMatch], *, min_inliers: int = 10, min_weight: float = 4.0, reach_m: float = 150.0, wrong_share: float = 0.06, num_threads: int = 0) -> list[GeotagFinding]:
    """
    The photos whose geotag is more likely wrong than right, the most doubtful first.
    
    Each match is evidence that its two photos were made near each other. How strong it is, is measured
    on the gallery itself: the probability that photos with a match of this weight show one scene, and
    how far apart such photos stand. A doubt compares how well the places of all matches fit the geotag
    and how well they fit another place. Photos of one place or of one upload share the errors of their
    geotags, so that they count as one claim. Each claim counts only as far as it is not doubted itself;
    this is iterated until the doubts converge. A single contradicting claim is never enough. A photo of
    a tower across the water contradicts its matches although its geotag is right, so a person should
    check each finding that is not `certain`.
    
    Where some photos have files, those without one are not judged: they were not queries of
    match_photos, so that most of their matches are unknown.
    
    Raises InvalidArgumentError when a match names a photo that is not in the gallery.
    """
def augmented(picture: venloc.pictures.Picture, seed: int, *, min_crop: float = 0.6, flip: float = 0.0, brightness: float = 0.25, contrast: float = 0.25, saturation: float = 0.4, grey_share: float = 0.1, smooth_share: float = 0.0, sketch_share: float = 0.0) -> Image:
    """
    A random variation of the picture; the same seed gives the same one. At most one of grey, smooth and
    sketch is applied. The result has three channels and the size of the crop. Raises
    InvalidArgumentError for an empty picture or wrong options.
    """
def cell_at(place: LatLng, level: typing.SupportsInt | typing.SupportsIndex) -> CellId:
    """
    The cell of `level` (0 to 30) that holds the place. Raises InvalidArgumentError for an impossible
    place or level.
    """
def combine_walk(posteriors: collections.abc.Sequence[Posterior], prior: Posterior, moments: collections.abc.Sequence[WalkMoment] = [], options: WalkOptions | dict[str, typing.Any] | None = None, *, num_threads: int = 0, travel_m: float = 350.0, break_probability: float = 0.3, together_probability: float = 0.5, speed_m_s: float = 0.5, break_after_s: float = 21600.0, clocks: collections.abc.Sequence[CameraClock | dict[str, typing.Any]] = ..., fit_clocks: bool = True) -> Walk:
    """
    Combines the posteriors of pictures of one walk: a hidden Markov model over the places, solved
    forward and backward.
    
    From one picture to the next the place moves by a Gaussian of travel_m, or, after a break, to
    anywhere in the city. `prior` is where pictures are made before they are looked at, which each
    posterior contains already (Locator.prior): the places of a walk are compared with it, so that
    agreement where most pictures are made is little evidence. A picture that is probably not of this
    city neither informs the others nor is it moved. A posterior's components keep their number and
    order; weights, means and widths change. A single picture, and one without neighbours, is returned
    unchanged. The result depends neither on the number of threads nor on the direction of the walk. The
    time is proportional to the number of pictures.
    
    `moments` has one entry for each posterior, or is empty: then the order is that of the posteriors.
    Raises InvalidArgumentError for frames or areas that differ, numbers that do not match, a time that
    is not finite, or options out of range.
    
    Keywords stand above `options`; nested options may be dicts.
    """
def compare(a: collections.abc.Sequence[EvaluationRecord], b: collections.abc.Sequence[EvaluationRecord], options: EvaluationOptions | None = None, *, thresholds_m: collections.abc.Sequence[float] = ..., recall_at: collections.abc.Sequence[int] = ..., recall_distance_m: float = 25.0, bootstrap_resamples: int = 2000, seed: int = 0) -> PairedDifference:
    """
    The figures of A minus those of B, with intervals as in compute_metrics. Raises InvalidArgumentError
    when there is no record, or the photo ids or groups of the two differ.
    """
def compute_metrics(name: str, records: collections.abc.Sequence[EvaluationRecord], options: EvaluationOptions | None = None, *, thresholds_m: collections.abc.Sequence[float] = ..., recall_at: collections.abc.Sequence[int] = ..., recall_distance_m: float = 25.0, bootstrap_resamples: int = 2000, seed: int = 0) -> Metrics:
    """
    Figures with group-bootstrap 95 % intervals (percentile method). Raises InvalidArgumentError when
    there is no record or a figure of one is not finite.
    """
def constant_baseline(gallery: collections.abc.Sequence[Photo], queries: collections.abc.Sequence[EvaluationRecord]) -> list[EvaluationRecord]:
    """
    Records of the baseline that always predicts the mean place of the gallery. Confidence is the share
    of gallery pictures within 100 m of it; credible radii are the quantiles of the gallery's distances
    to it.
    """
def content_of(picture: venloc.pictures.Picture) -> typing.Literal['picture', 'blank', 'text', 'screenshot']:
    """
    Whether the picture is none of a place: a logistic regression on content_statistics() and their
    products, and for blank pictures three bounds. It was fitted so that photos and artworks are
    practically never taken for anything else, at the cost of pages and screens that pass as pictures:
    one of five screenshots, and four of ten scans of old or unusual pages
    (docs/results/non-pictures.md). A picture whose shorter side is below 160 px, when the longer one is
    at most CONTENT_SIDE_PX, is never taken for text or a screen. About 4 ms. Raises
    InvalidArgumentError for an empty picture.
    """
def content_statistics(picture: venloc.pictures.Picture) -> ContentStatistics:
    """
    Measures a picture. Raises InvalidArgumentError for an empty one.
    """
def content_text(content: typing.Literal['picture', 'blank', 'text', 'screenshot']) -> str:
    """
    What a picture of this content "seems to be", as the end of a sentence that begins with the picture
    or its file; empty for a picture of a place.
    """
def decode_image(encoded: bytes | bytearray | memoryview, name: str, *, max_bytes: int = 2147483648, max_pixels: int = 1000000000, max_decoded_pixels: int = 100000000, long_side_px: int = 0, apply_orientation: bool = True) -> Image:
    """
    Decodes a picture. Greyscale stays greyscale, alpha is composited over white, samples of other
    depths are scaled to 8 bits, CMYK is converted to RGB. Of a TIFF with several pages the first of
    full size is read, of a raw file its largest preview, of a JPEG that is cut short what is there if
    that is at least half of its rows; the picture's notes then name it. Raises ImageError that names
    the file and the remedy: not a picture, damaged or cut short, over a limit, unsupported.
    """
def decode_metadata(encoded: bytes | bytearray | memoryview) -> Metadata:
    """
    Reads the metadata of an encoded picture: EXIF in all directories, XMP and IPTC. Never raises for
    damaged metadata: they count as missing, with the reason in `position_problem`.
    """
def decode_text(encoded: bytes) -> tuple[str, str, bool]:
    """
    A text whose encoding is not stored with it, the name of its encoding, and whether that is assumed. A byte order mark decides; then UTF-16 where about every second byte is 0, UTF-8 where the bytes are well-formed, otherwise Windows-1252, which is an assumption.
    """
def default_model_path() -> pathlib.Path:
    """
    The model of the default city (Venice): $VENLOC_MODEL, or the file installed with the library.
    Raises FileNotFoundError that lists the paths that were searched.
    """
def densest_place_baseline(gallery: collections.abc.Sequence[Photo], queries: collections.abc.Sequence[EvaluationRecord]) -> list[EvaluationRecord]:
    """
    Records of the baseline that always predicts the place with the most gallery pictures within 50 m;
    confidence and radii as in constant_baseline.
    """
def distance_m(a: LatLng, b: LatLng) -> float:
    """
    Great-circle distance between two places [m] (haversine).
    """
def encode_jpeg(image: Image, *, quality: typing.SupportsInt | typing.SupportsIndex = 80) -> bytes:
    """
    The picture as a JPEG file without metadata. Raises InvalidArgumentError for an empty picture or a
    quality outside 1 to 100.
    """
def extract_features(backbone: Backbone, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, cache: str | os.PathLike[str] | None = None, num_threads: int = 0) -> numpy.typing.NDArray[numpy.float32]:
    """
    Backbone.describe of every picture of the gallery, one after the other: size() x dimension() values.
    
    The cache has one file for each Backbone.fingerprint. It contains a record for each content of a
    picture file, so a renamed picture is found, and a changed one is computed again. Records are
    appended in batches with checksums. When the process is killed, at most the current batch is lost;
    after an error or a cancellation nothing that was computed is lost. A damaged end of the file is
    removed. Several programs may use one folder; a second program waits for the first.
    
    Raises ImageError that lists the pictures that cannot be read (the features of the others stay in
    the cache), IoError that names the cache file when it cannot be written (its earlier content stays),
    FormatError when it has another format, and CancelledError.
    """
def extract_sift(image: Image, *, long_side_px: int = 640, max_features: int = 1500, grid_cells: int = 8, contrast_threshold: float = 0.02, edge_threshold: float = 10.0, upright: bool = True, root: bool = True) -> LocalFeatures:
    """
    SIFT features (Lowe 2004). RootSIFT descriptors are square roots of the L1-normalised histogram x
    512, capped at 255. The same picture gives the same features at any number of threads (0 = all
    cores). A picture without structure gives none. Raises ImageError for an empty picture and
    InvalidArgumentError for wrong options.
    """
def for_describing(options: ImageOptions = ...) -> ImageOptions:
    """
    `options` with long_side_px = DESCRIBING_SIDE_PX, unless it is set.
    """
def group_photos(gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, same_place_m: float = 1.0, flickr_id_gap: int = 1000, hash_bits: int = 6, num_threads: int = 0) -> list[int]:
    """
    Group number of each photo, 0 .. groups-1 in the order of first appearance: connected components of
    "same place", "same upload burst" or "near-duplicate content". Reads the pictures unless hash_bits
    is -1.
    """
def grouped_k_fold(groups: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], k: typing.SupportsInt | typing.SupportsIndex, seed: typing.SupportsInt | typing.SupportsIndex) -> list[Split]:
    """
    K splits whose test sets partition the items. No group is in both parts of a split, and the test
    sets are as equal in size as the groups allow. Raises InvalidArgumentError when there are fewer
    groups than k or k < 2.
    """
def is_valid(place: LatLng) -> bool:
    """
    True when both values are finite and in range.
    """
def load_locator(file: str | os.PathLike[str], *, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', num_threads: int = 0, max_candidates: int | None = None, matches: bool = True) -> Locator:
    """
    Opens a model file of any kind. LibTorch is loaded for the kinds that need it: "s2" and "regression". Keywords are those of LoadOptions. Raises FileNotFoundError, or FormatError that names the file, the array and the reason.
    """
def match_photos(locator: SiftLocator, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, min_inliers: int = 10, min_weight: float = 4.0, reach_m: float = 150.0, wrong_share: float = 0.06, num_threads: int = 0) -> list[PhotoMatch]:
    """
    Queries the locator with each photo of the gallery, and returns the matches with other photos of the
    gallery that are strong enough. The candidates of the locator must have inliers, and the sum of
    their weights as score, like those of SiftLocator. Photos of the locator that have no file, such as
    its photos() after loading, are not queries but can be matched by others. Matches come in ascending
    order. Raises ImageError that lists the photos that cannot be read, CancelledError.
    """
def model_kind(file: os.PathLike[str] | str) -> str:
    """
    The kind of a model. Only the header of the file is read. Raises as load_locator.
    """
def parse_place(lat: str, lng: str) -> LatLng:
    """
    The place of a latitude and a longitude as label files have them: 45.43713, 45,43713, 45.43N, 45°26'13"N. Raises InvalidArgumentError that states what is wrong.
    """
def perceptual_hash(image: Image) -> int:
    """
    64-bit perceptual hash: signs of the low-frequency DCT coefficients of the picture shrunk to 32x32
    grey. Near-duplicate pictures (recompressed, resized, slightly toned) differ in few bits.
    """
def picture_formats() -> list[PictureFormat]:
    """
    All picture formats that venloc knows by name, those it can read first.
    """
def probe_image(encoded: bytes | bytearray | memoryview, name: str) -> ImageInfo:
    """
    Reads the header of an encoded picture. `name` identifies the picture in messages. Raises ImageError
    when it is not a supported picture.
    """
def published_analysis(records: collections.abc.Sequence[EvaluationRecord], bins: typing.SupportsInt | typing.SupportsIndex = 30, resamples: typing.SupportsInt | typing.SupportsIndex = 10000, seed: typing.SupportsInt | typing.SupportsIndex = 0) -> PublishedAnalysis:
    """
    The published analysis of these records: a histogram of `bins` equal bins, an interval from
    `resamples` bootstrap resamples. Raises InvalidArgumentError when there is no record, or bins or
    resamples is below 1.
    """
def random_picture_baseline(gallery: collections.abc.Sequence[Photo], queries: collections.abc.Sequence[EvaluationRecord], seed: typing.SupportsInt | typing.SupportsIndex = 0) -> list[EvaluationRecord]:
    """
    Records of the baseline that predicts the place of a gallery picture drawn at random for each query;
    confidence and radii as in constant_baseline. The same seed gives the same records.
    """
def random_split(n: typing.SupportsInt | typing.SupportsIndex, share: typing.SupportsFloat | typing.SupportsIndex, seed: typing.SupportsInt | typing.SupportsIndex) -> Split:
    """
    `share` (0 to 1) of n items for testing, drawn without replacement. The same seed gives the same
    split everywhere.
    """
def read_for_describing(file: str | os.PathLike[str], *, max_bytes: int = 2147483648, max_pixels: int = 1000000000, max_decoded_pixels: int = 100000000, long_side_px: int = 0, apply_orientation: bool = True) -> Image:
    """
    Reads a picture that is to be located or described. Everything that computes features of files reads
    them so. Raises as read_image.
    """
def read_image(file: str | os.PathLike[str], *, max_bytes: int = 2147483648, max_pixels: int = 1000000000, max_decoded_pixels: int = 100000000, long_side_px: int = 0, apply_orientation: bool = True) -> Image:
    """
    Reads and decodes a file. Large files are mapped, not loaded. Raises FileNotFoundError, IoError or
    ImageError.
    """
def read_metadata(file: os.PathLike[str] | str) -> Metadata:
    """
    The same for a file, with what is beside it: XMP sidecars ("a.jpg.xmp", "a.xmp") and the JSON files
    of Google Takeout ("a.jpg.supplemental-metadata.json" and its shortened names). A damaged sidecar is
    named in `position_problem`, or in `position_doubt` when the picture itself has a position. Raises
    FileNotFoundError or IoError when the picture's file cannot be read.
    """
def read_safetensors(path: os.PathLike[str] | str) -> tuple[dict[str, numpy.ndarray], dict[str, str]]:
    """
    The arrays (memory-mapped, read-only) and the metadata of a safetensors file; bfloat16 arrays are returned as uint16. Raises FileNotFoundError, IoError, or FormatError that names the file and what is wrong with it.
    """
def recognised_format(encoded: bytes | bytearray | memoryview) -> PictureFormat | None:
    """
    The format of an encoded picture by its first bytes; nothing for other files. Raw files with the
    structure of a TIFF are "tiff".
    """
def records_of(predictions: collections.abc.Sequence[Prediction], queries: Gallery, locator: Locator, groups: collections.abc.Sequence[int] = ...) -> list[EvaluationRecord]:
    """
    The records of existing predictions, one for each query in order, which were made by a locator with
    these photos. `groups` as above.
    """
def run_queries(locator: Locator, queries: Gallery, groups: collections.abc.Sequence[int] = ..., num_threads: int = 0, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> list[EvaluationRecord]:
    """
    Runs a locator on queries, whose files are read. Raises an error that names a file that cannot be
    read. `groups` (one for each query, as from group_photos) may be empty: each query is then its own
    group.
    """
def smoothed_labels(partition: CellPartition, place: LatLng, tau_m: typing.SupportsFloat | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
    """
    The training target of a classifier for a photo at `place`: a probability for each class,
    proportional to exp(-(d(cell, place) - d(true cell, place)) / tau_m), after PIGEON (Haas et al.
    2023), with d the distance to the nearest point of a cell [m]. Sums to 1; the true class,
    class_of(place), has the largest. Raises InvalidArgumentError for an impossible place, a tau_m that
    is not positive and finite, or when there is no class.
    """
def to_json(rows: collections.abc.Sequence[Metrics]) -> str:
    """
    Every figure as JSON, one object for each Metrics.
    """
def to_markdown(rows: collections.abc.Sequence[Metrics]) -> str:
    """
    The same as a Markdown table.
    """
def to_text(rows: collections.abc.Sequence[Metrics]) -> str:
    """
    A table of fixed-width text, one row for each Metrics, all of which must have the same thresholds.
    """
def version() -> str:
    """
    Version of the library, "major.minor.patch".
    """
def write_safetensors(path: os.PathLike[str] | str, arrays: collections.abc.Mapping[str, numpy.ndarray], metadata: collections.abc.Mapping[str, str] = {}) -> None:
    """
    Writes arrays and metadata atomically; the same content gives the same bytes. Raises InvalidArgumentError for a reserved name (`__…`) or an element type without a safetensors form, and IoError that names the file.
    """
CONFIDENCE_RADIUS_M: float = 100.0
EARTH_RADIUS_M: float = 6371008.8
FORMAT_VERSION: int = 2
