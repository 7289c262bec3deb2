"""Photos that no camera took: hills, a sky, a house, a few people, drawn by code as a PNG. Pure."""

from __future__ import annotations

import math
import struct
import zlib
from random import Random

WIDTH, HEIGHT = 320, 240
Colour = tuple[int, int, int]


def photo(random: Random) -> bytes:
    """A PNG of 320 × 240, about 2 KB; its lower edge is striped, so that nobody takes it for a real one."""
    horizon = random.randint(70, 120)
    sky, haze = (random.randint(120, 180), random.randint(170, 210), 235), (235, 240, 240)
    rows = [[mix(sky, haze, y / HEIGHT)] * WIDTH for y in range(HEIGHT)]
    for layer in range(3):
        hill(rows, random, horizon + 25 * layer, (60 - 12 * layer, 120 - 22 * layer, 70 - 8 * layer))
    house(rows, random, random.randint(30, 200), random.randint(140, 165))
    for _ in range(random.randint(1, 4)):
        figure(rows, random, random.randint(20, 300), random.randint(180, 205))
    stripes(rows)
    return png(rows)


def mix(one: Colour, two: Colour, part: float) -> Colour:
    red, green, blue = (int(a + (b - a) * part) for a, b in zip(one, two, strict=True))
    return red, green, blue


def hill(rows: list[list[Colour]], random: Random, base: int, colour: Colour) -> None:
    swing, phase, length = random.uniform(8, 24), random.uniform(0, 6), random.uniform(30, 90)
    for x in range(WIDTH):
        top = int(base + swing * math.sin(phase + x / length) + 4 * math.sin(x / 9))
        for y in range(max(top, 0), HEIGHT):
            rows[y][x] = colour


def house(rows: list[list[Colour]], random: Random, left: int, ground: int) -> None:
    width, height = random.randint(50, 80), random.randint(26, 36)
    box(rows, left, ground - height, width, height, (150 + random.randint(-20, 20), 105, 60))
    box(rows, left + width // 3, ground - height // 2, width // 6, height // 2, (70, 45, 25))
    for y in range(22):
        box(rows, left + y - 8, ground - height - y, width + 16 - 2 * y, 1, (90, 70, 60))


def figure(rows: list[list[Colour]], random: Random, x: int, ground: int) -> None:
    dress = random.choice([(150, 30, 60), (30, 50, 120), (20, 20, 30), (40, 110, 90)])
    box(rows, x, ground - 24, 10, 24, dress)
    box(rows, x + 2, ground - 32, 6, 8, (222, 178, 140))
    box(rows, x + 2, ground - 28, 6, 3, (230, 240, 250))  # a mask


def stripes(rows: list[list[Colour]]) -> None:
    for y in range(HEIGHT - 10, HEIGHT):
        for x in range(WIDTH):
            rows[y][x] = (250, 200, 0) if (x + y) // 8 % 2 else (30, 30, 30)


def box(rows: list[list[Colour]], left: int, top: int, width: int, height: int, colour: Colour) -> None:
    for y in range(max(top, 0), min(top + height, HEIGHT)):
        for x in range(max(left, 0), min(left + width, WIDTH)):
            rows[y][x] = colour


def png(rows: list[list[Colour]]) -> bytes:
    """Eight bits a channel, no filter (ISO/IEC 15948)."""
    raw = b"".join(b"\0" + bytes(channel for pixel in row for channel in pixel) for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
