"""Reads a QR code of our own SVG back into its text: versions 1 to 10, correction level M, byte mode. It corrects nothing, so a wrong module fails."""
import re

_CENTRES = {2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42), 9: (6, 26, 46), 10: (6, 28, 50)}
_BLOCKS = {1: [16], 2: [28], 3: [44], 4: [32] * 2, 5: [43] * 2, 6: [27] * 4, 7: [31] * 4, 8: [38] * 2 + [39] * 2, 9: [36] * 3 + [37] * 2, 10: [43] * 4 + [44]}
_MASKS = (lambda r, c: (r + c) % 2 == 0, lambda r, c: r % 2 == 0, lambda r, c: c % 3 == 0, lambda r, c: (r + c) % 3 == 0,
          lambda r, c: (r // 2 + c // 3) % 2 == 0, lambda r, c: r * c % 2 + r * c % 3 == 0, lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
          lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0)


def modules(svg, quiet=4):
    """The code's modules without the quiet zone, rows of 0 and 1."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg).group(1)) - 2 * quiet
    grid = [[0] * side for _ in range(side)]
    for column, row, run, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", svg):
        assert run == back
        for step in range(int(run)):
            grid[int(row) - quiet][int(column) - quiet + step] = 1
    return grid


def _is_function(version, side, row, column):
    if row == 6 or column == 6 or (row < 9 and (column < 9 or column >= side - 8)) or (row >= side - 8 and column < 9):
        return True
    if version >= 7 and ((row < 6 and column >= side - 11) or (column < 6 and row >= side - 11)):
        return True
    centres = _CENTRES.get(version, ())
    corners = ((6, 6), (6, centres[-1]), (centres[-1], 6)) if centres else ()
    return any(abs(row - a) <= 2 and abs(column - b) <= 2 for a in centres for b in centres if (a, b) not in corners)


def read(svg):
    grid = modules(svg)
    side, version = len(grid), (len(grid) - 17) // 4
    around = [grid[8][c] for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [grid[r][8] for r in (7, 5, 4, 3, 2, 1, 0)]
    around = int("".join(map(str, around)), 2) ^ 0x5412
    assert around >> 13 == 0, "not level M"
    mask, bits, column, up = _MASKS[around >> 10 & 7], [], side - 1, True
    while column > 0:
        column -= column == 6
        for row in range(side - 1, -1, -1) if up else range(side):
            bits += [grid[row][c] ^ mask(row, c) for c in (column, column - 1) if not _is_function(version, side, row, c)]
        column, up = column - 2, not up
    words = [int("".join(map(str, bits[i:i + 8])), 2) for i in range(0, len(bits) - 7, 8)]
    blocks, at = [[] for _ in _BLOCKS[version]], 0
    for place in range(max(_BLOCKS[version])):
        for block, length in zip(blocks, _BLOCKS[version]):
            if place < length:
                block.append(words[at])
                at += 1
    text = "".join(f"{word:08b}" for block in blocks for word in block)
    assert text[:4] == "0100", "not bytes"
    head = 12 if version < 10 else 20
    count = int(text[4:head], 2)
    return bytes(int(text[head + 8 * i:head + 8 * i + 8], 2) for i in range(count)).decode()
