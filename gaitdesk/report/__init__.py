"""What leaves the desk: JSON, CSV, COCO keypoints, overlay film, PDF."""
