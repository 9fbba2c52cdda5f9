"""From keypoints to passes, events, cycles, angles, curves and norms; no scores here."""
