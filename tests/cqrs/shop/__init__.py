"""A small shop: an installed app of the test settings only, for the tests of the buses to have something to sell."""
