"""Tests of the whole: guards over the tree, journeys through a browser."""
