"""From pixels to the person, mask and keypoints, and the packages models come in."""
