/** How the picture looks, on light and on dark paper. */

export const style = `
text { font-family: DejaVu Sans, Verdana, sans-serif; font-size: 11px; fill: #3d4a57 }
.heading { font-size: 15px; font-weight: bold; fill: #1f2933 }
.name { font-size: 13px; font-weight: bold; fill: #1f2933 }
.status { font-weight: bold }
.small { fill: #5a6774 }
.paper { fill: #ffffff }
.box { fill: #f7f9fb; stroke: #a9b4bf; stroke-width: 1.5 }
.box.untouched { stroke-dasharray: 5 4; fill: #ffffff }
.box.succeeded { fill: #eaf7ee; stroke: #2e8b4f }
.box.caught { fill: #fdf3e1; stroke: #c07a10 }
.box.running { fill: #e8f2fc; stroke: #1769aa }
.box.failed, .box.timed-out { fill: #fdecec; stroke: #c53030 }
.box.aborted { fill: #f0eef3; stroke: #7a6b8f }
.box.holder { fill-opacity: 0.45 }
.branch, .items { fill: #ffffff; fill-opacity: 0.75; stroke: #c3ccd5 }
.items { stroke-dasharray: 2 3 }
text.succeeded { fill: #1f7040 }
text.caught { fill: #95600a }
text.running { fill: #125589 }
text.failed, text.timed-out { fill: #b02626 }
text.aborted { fill: #66577b }
.begin { fill: #5a6774 }
.line { fill: none; stroke: #aab5c0; stroke-width: 1.4 }
.line.taken { stroke: #2e8b4f; stroke-width: 2 }
.line.caught { stroke: #c07a10; stroke-width: 2 }
.line.catch { stroke-dasharray: 5 4 }
.head { fill: #aab5c0 }
.head.taken { fill: #2e8b4f }
.head.caught { fill: #c07a10 }
.label.untaken { fill: #7d8895 }
.label.taken { fill: #1f7040 }
.label.caught { fill: #95600a }
@media (prefers-color-scheme: dark) {
text { fill: #b3bdc8 }
.heading, .name { fill: #e6eaee }
.small { fill: #97a3af }
.paper { fill: #14191f }
.box { fill: #1b2229; stroke: #56626e }
.box.untouched { fill: #14191f }
.box.succeeded { fill: #16301f; stroke: #4caf73 }
.box.caught { fill: #33260f; stroke: #e0a040 }
.box.running { fill: #12293d; stroke: #5ab0f0 }
.box.failed, .box.timed-out { fill: #3a191b; stroke: #f07070 }
.box.aborted { fill: #26212e; stroke: #a594bd }
.branch, .items { fill: #14191f; stroke: #3a444e }
text.succeeded { fill: #6fcf97 }
text.caught { fill: #f0b860 }
text.running { fill: #7cc4f8 }
text.failed, text.timed-out { fill: #ff9090 }
text.aborted { fill: #bfaed6 }
.begin { fill: #97a3af }
.line { stroke: #56626e }
.line.taken { stroke: #4caf73 }
.line.caught { stroke: #e0a040 }
.head { fill: #56626e }
.head.taken { fill: #4caf73 }
.head.caught { fill: #e0a040 }
.label.untaken { fill: #7d8895 }
.label.taken { fill: #6fcf97 }
.label.caught { fill: #f0b860 }
}
`;
