/** Which files of a service go into a function: globs in their order, the last one that matches decides, `!` leaves out. */

/** As the Serverless Framework does it by itself, and its own file. */
const leftOut = [
  ...['!.git/**', '!.gitignore', '!.DS_Store', '!**/.DS_Store', '!npm-debug.log', '!yarn-*.log'],
  ...['!.serverless/**', '!.serverless_plugins/**', '!.env*', '!serverless.{yml,yaml}'],
];
const patternCharactersMax = 1000;

/** Whether a path with `/` between names goes in. */
export function packageFilter(patterns: readonly string[]): (name: string) => boolean {
  const rules = [...leftOut, ...patterns].map((pattern) => {
    const isOut = pattern.startsWith('!');
    const glob = (isOut ? pattern.slice(1) : pattern).replace(/^\.\//, '');
    return { isOut, matches: globExpression(glob) };
  });
  return (name) => {
    let isIn = true;
    for (const { isOut, matches } of rules) if (matches.test(name)) isIn = !isOut;
    return isIn;
  };
}

/** `**` any names, `*` and `?` within one, `{a,b}` one of them, `[abc]` one character. A directory means all that is in it. */
function globExpression(glob: string): RegExp {
  const short = glob.slice(0, patternCharactersMax).replace(/\/$/, '');
  const parts = short.match(/\*\*\/|\/\*\*$|\*+|\?|\[[^\]/]*\]|[{},]|[^*?[{},/]+|\/|\[/g) ?? [];
  let depth = 0;
  const source = parts.map((part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '/**') return '(?:/.*)?';
    if (part === '**') return '.*';
    if (part.startsWith('*')) return '[^/]*';
    if (part === '?') return '[^/]';
    if (part === '{') {
      depth += 1;
      return '(?:';
    }
    if (part === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (part === ',' && depth > 0) return '|';
    if (/^\[.+\]$/.test(part)) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source.join('')}${')'.repeat(depth)}(?:/.*)?$`, 's');
  } catch {
    // odd brackets: it means itself
    return new RegExp(`^${short.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:/.*)?$`, 's');
  }
}
