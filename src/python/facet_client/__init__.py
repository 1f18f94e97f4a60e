"""Client of the Facet inference server: images in, NumPy arrays and PIL images out."""
from ._answers import Prediction
from ._client import AsyncFacet, Facet
from ._errors import FacetError, Unreachable

__all__ = ["AsyncFacet", "Facet", "FacetError", "Prediction", "Unreachable"]
