"""党建工作台: an offline desktop program for the Party-affairs office of a sub-district."""

__version__ = "0.1.0"
