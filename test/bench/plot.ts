import type { Contest, Phase } from "./contest";
import { CONTESTANTS, type Contestant } from "./contestants";
import { median } from "./statistics";
import type { Steps } from "./steps";
import { type Box, bar, COLOURS, dot, line, svg, text } from "./svg";

/** Time against number of data sources, one panel a phase; both axes logarithmic. */
export function plotOfGrowth(contests: readonly Contest[]): string {
  const sorted = [...contests].sort((a, b) => a.count - b.count);
  const panels: readonly Phase[] = ["up", "preview", "refresh", "destroy"];
  const [width, height] = [400, 260];
  const parts = panels.flatMap((phase, index) => {
    const box = { x: 60 + (index % 2) * width, y: 50 + Math.floor(index / 2) * height, width: 290, height: 180 };
    return panel(sorted, phase, box);
  });
  const legend = CONTESTANTS.flatMap((contestant, index) => [
    bar({ x: 60 + index * 100, y: 12, width: 12, height: 12 }, COLOURS[contestant]),
    text(78 + index * 100, 22, contestant),
  ]);
  return svg(2 * width, 2 * height + 40, "Time against number of data sources", [...legend, ...parts]);
}

const LEAST_MS = 10;
const MOST_MS = 1_000_000;

function panel(contests: readonly Contest[], phase: Phase, box: Box): string[] {
  const counts = contests.map(({ count }) => count);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const x = (count: number) =>
    box.x + (most === least ? box.width / 2 : (Math.log(count / least) / Math.log(most / least)) * box.width);
  const y = (ms: number) => box.y + box.height - (Math.log(ms / LEAST_MS) / Math.log(MOST_MS / LEAST_MS)) * box.height;
  const grid = [10, 100, 1_000, 10_000, 100_000, 1_000_000].flatMap((ms) => [
    line(
      [
        [box.x, y(ms)],
        [box.x + box.width, y(ms)],
      ],
      "#dddddd",
    ),
    text(box.x - 6, y(ms) + 4, ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`, "end"),
  ]);
  const axis = counts.map((count) => text(x(count), box.y + box.height + 18, String(count), "middle"));
  const lines = CONTESTANTS.flatMap((contestant) => {
    const points = contests.map(
      ({ count, milliseconds }) => [x(count), y(time(milliseconds, contestant, phase))] as const,
    );
    if (contestant === "floor" && phase === "preview") return []; // it has none
    return [line(points, COLOURS[contestant], 2), ...points.map(([px, py]) => dot(px, py, COLOURS[contestant]))];
  });
  return [text(box.x, box.y - 8, phase === "up" ? "first up" : phase), ...grid, ...axis, ...lines];
}

function time(milliseconds: Contest["milliseconds"], contestant: Contestant, phase: Phase): number {
  return Math.max(LEAST_MS, median(milliseconds[contestant][phase]));
}

/** One bar a step: the first data source of a process, and below it each further one. */
export function plotOfSteps({ steps, author }: Steps): string {
  const [left, rowHeight, length] = [210, 30, 480];
  const most = Math.max(...steps.map(({ first }) => first));
  const scale = (ms: number) => Math.max(1, (ms / most) * length);
  const rows = steps.flatMap(({ what, first, further }, index) => {
    const y = 50 + index * rowHeight;
    const again =
      further === undefined ? [] : [bar({ x: left, y: y + 12, width: scale(further), height: 8 }, "#56b4e9")];
    const figures = further === undefined ? ms(first) : `${ms(first)}, then ${ms(further)}`;
    return [
      text(left - 8, y + 13, what, "end"),
      bar({ x: left, y, width: scale(first), height: 11 }, COLOURS.ours),
      ...again,
      text(left + scale(first) + 6, y + 11, figures),
    ];
  });
  const legend = [
    bar({ x: left, y: 16, width: 12, height: 12 }, COLOURS.ours),
    text(left + 18, 26, "first data source of a process"),
    bar({ x: left + 220, y: 16, width: 12, height: 12 }, "#56b4e9"),
    text(left + 238, 26, "each further one"),
  ];
  return svg(900, 70 + steps.length * rowHeight, `Steps of a create, ${author}`, [...legend, ...rows]);
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
