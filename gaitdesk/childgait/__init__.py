"""The ChildGait-Video network: VideoMAE v2 on prompted clips with pruned tubelets.

What makes, loads and runs the network, from clips to proposals for the 17 items, and what the
network saw. Training it belongs to `learning`. Every module here but the names imports torch, so
that whoever stands above imports them where a network is about to run, and no earlier.
"""
