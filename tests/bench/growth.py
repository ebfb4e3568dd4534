#!/usr/bin/env python3
"""Draws how the cost of a record grows with the number of records: an SVG, from the growth_* lines of
tests/bench/run on standard input. Each curve is drawn as a multiple of its own first point, so that all
share one axis, and one bar; the legend has the figures themselves."""
import math
import re
import sys

WIDTH, HEIGHT = 940, 560
LEFT, RIGHT, TOP, BOTTOM = 70, 330, 70, 70
BAR = 1.3

# name in the lines -> what it is called, and its colour (told apart by the colour-blind as well)
CURVES = {
    "all": ("store, index, write out", "#000000"),
    "insert": ("store a row", "#0072b2"),
    "index": ("index it for search", "#d55e00"),
    "first_sync": ("first sync, both sides", "#009e73"),
    "find": ("find by words, a page of 20", "#cc79a7"),
    "get": ("get by id", "#e69f00"),
    "load": ("load at start", "#56b4e9"),
    "fetch": ("read for a partner", "#555555"),
}


def read_points(lines):
    points, units = {}, {}
    for line in lines:
        match = re.match(r"growth_([a-z_]+)_(\d+) ([0-9.]+) (\S+)$", line.strip())
        if match and match[1] in CURVES:
            points.setdefault(match[1], {})[int(match[2])] = float(match[3])
            units[match[1]] = match[4]
    return points, units


class Plot:
    def __init__(self, sizes, top):
        self.first, self.last, self.top = math.log10(min(sizes)), math.log10(max(sizes)), top
        self.out = []

    def x(self, size):
        span = (self.last - self.first) or 1
        return LEFT + (math.log10(size) - self.first) / span * (WIDTH - LEFT - RIGHT)

    def y(self, ratio):
        return HEIGHT - BOTTOM - min(ratio, self.top) / self.top * (HEIGHT - TOP - BOTTOM)

    def text(self, x, y, words, **more):
        style = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}"{style}>{words}</text>')

    def line(self, x1, y1, x2, y2, **more):
        style = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
        self.out.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"{style}/>')

    def axes(self, sizes):
        step = 0.25 if self.top <= 3 else 1
        for i in range(int(self.top / step) + 1):
            y = self.y(i * step)
            self.line(LEFT, y, WIDTH - RIGHT, y, stroke="#e4e4e4")
            self.text(LEFT - 8, y + 4, f"{i * step:g} \u00d7", text_anchor="end")
        for size in sizes:
            x = self.x(size)
            self.line(x, TOP, x, HEIGHT - BOTTOM, stroke="#e4e4e4")
            self.text(x, HEIGHT - BOTTOM + 20, f"{size:,}", text_anchor="middle")
        self.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, stroke="#222")
        self.line(LEFT, TOP, LEFT, HEIGHT - BOTTOM, stroke="#222")
        self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 22, "records in the store (logarithmic)",
                  text_anchor="middle")
        self.text(16, TOP - 16, "CPU time for one, as a multiple of that among the fewest records")
        self.text(16, 28, "What a record costs among how many", font_size="18", font_weight="bold")

    def bar(self):
        y = self.y(BAR)
        self.line(LEFT, y, WIDTH - RIGHT, y, stroke="#c00", stroke_width="2", stroke_dasharray="8 5")
        self.text(LEFT + 6, y - 6, f"bar: {BAR} \u00d7", fill="#c00")

    def curve(self, row, name, values, unit):
        label, colour = CURVES[name]
        sizes = sorted(values)
        base = values[sizes[0]] or 1
        at = [(self.x(size), self.y(values[size] / base)) for size in sizes]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        self.out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        for x, y in at:
            self.out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        x, y = WIDTH - RIGHT + 24, TOP + 8 + 54 * row
        self.line(x, y - 4, x + 26, y - 4, stroke=colour, stroke_width="4")
        self.text(x + 34, y, label, font_weight="bold")
        per = unit.replace("us", "\u00b5s").replace("/", " a ").replace("row", "record")
        last = values[sizes[-1]]
        self.text(x + 34, y + 18, f"{base:.3g} \u2192 {last:.3g} {per} ({last / base:.2f} \u00d7)",
                  fill="#444")

    def svg(self):
        head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">'
                f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>')
        return "\n".join([head, *self.out, "</svg>", ""])


def main():
    points, units = read_points(sys.stdin)
    if not points:
        sys.exit("growth.py: no growth_ lines")
    sizes = sorted({size for values in points.values() for size in values})
    ratios = [value / values[min(values)] for values in points.values()
              for value in values.values() if values[min(values)]]
    plot = Plot(sizes, math.ceil(max(1.5, *ratios) * 4) / 4)
    plot.axes(sizes)
    plot.bar()
    for row, name in enumerate(name for name in CURVES if name in points):
        plot.curve(row, name, points[name], units[name])
    sys.stdout.write(plot.svg())


if __name__ == "__main__":
    main()
