"""What leaves the desk by the window, who has agreed to it, and how long records are kept."""
