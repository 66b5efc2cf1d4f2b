"""A small shop: an installed app of the test settings only, so that the tests of the buses have something to sell."""
