"""The ChildGait-Video network: VideoMAE v2 on prompted clips with pruned tubelets.

What makes, loads and runs the network, from clips to proposals for the 17 items, and what the
network saw. Training it belongs to `learning`. torch is loaded here and on that floor alone, so
whoever stands above imports these modules where a network is about to run, and no earlier.
"""
