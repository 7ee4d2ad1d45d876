# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Weights of networks: finding them by name, downloading, converting and checking them.

>>> from venloc import weights
>>> network = venloc.Backbone.load(weights.find("efficientnet_lite2_s32_fp16"), "efficientnet_lite2")
"""

from venloc.weights.checking import Checked, check
from venloc.weights.converting import Type, convert
from venloc.weights.defaults import DEFAULT, backbone
from venloc.weights.finding import at_hand, digest, find, folder, folders
from venloc.weights.getting import Progress, get
from venloc.weights.registry import REGISTRY, Checkpoint, Weights, registered

__all__ = [
    "DEFAULT",
    "REGISTRY",
    "Checked",
    "Checkpoint",
    "Progress",
    "Type",
    "Weights",
    "at_hand",
    "backbone",
    "check",
    "convert",
    "digest",
    "find",
    "folder",
    "folders",
    "get",
    "registered",
]
