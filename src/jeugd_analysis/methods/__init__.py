"""Pure methods: frames in, frames out. No files, no clock, no municipality names; randomness is passed in."""
