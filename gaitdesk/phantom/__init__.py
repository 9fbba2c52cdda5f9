"""A synthetic walking child whose angles, events, keypoints, masks and scores are known."""
