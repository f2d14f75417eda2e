/** Bars with labels beside them, in as few lanes as it takes for none to cover another. */

export interface Bar {
  readonly from: number;
  readonly until: number;
  readonly label: string;
}

export interface PlacedBar extends Bar {
  /** From 0. */
  readonly lane: number;
  readonly labelX: number;
  /** `end`: the label stands before the bar, for behind it there is no room. */
  readonly labelAnchor: 'start' | 'end';
}

/** Of a letter of the font that the picture uses, on average and not too little. */
const letterWidth = 6.1;
const labelGap = 4;
const barGap = 10;

/** `width`: where the picture ends. In the order in which they came. */
export function placed(bars: readonly Bar[], width: number): PlacedBar[] {
  const lanes: { from: number; until: number }[][] = [];
  return bars.map((bar) => {
    const labelWidth = bar.label.length * letterWidth + labelGap;
    const isBehind = bar.until + labelWidth <= width;
    const from = isBehind ? bar.from : bar.from - labelWidth;
    const until = (isBehind ? bar.until + labelWidth : bar.until) + barGap;
    let lane = lanes.findIndex((taken) =>
      taken.every((other) => until <= other.from || from >= other.until),
    );
    if (lane === -1) lane = lanes.push([]) - 1;
    lanes[lane]?.push({ from, until });
    return {
      ...bar,
      lane,
      labelX: isBehind ? bar.until + labelGap : bar.from - labelGap,
      labelAnchor: isBehind ? 'start' : 'end',
    };
  });
}
