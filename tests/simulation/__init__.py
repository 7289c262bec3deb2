"""The whole of Chung Sức in one process under one seed: real server, real devices, a hostile world. See `world.py`."""
