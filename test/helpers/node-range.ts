/** Whether a range of versions, as package.json files write it, admits a version: the few forms that the tests meet. */

type Version = readonly [major: number, minor: number, patch: number];

function parsed(text: string): Version {
  const [, major, minor = '0', patch = '0'] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text) ?? [];
  if (major === undefined) throw new Error(`expected a version such as 20.19.0, got '${text}'`);
  return [Number(major), Number(minor), Number(patch)];
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** @throws Error for a form of range that is not known here */
export function admits(range: string, version: string): boolean {
  const wanted = parsed(version);
  return range.split('||').some((part) => {
    const alternative = part.trim();
    if (alternative === '' || alternative === '*') return true;
    const [, sign = '', from = ''] = /^(>=|\^)? ?([\d.]+)$/.exec(alternative) ?? [];
    const lowest = parsed(from);
    if (compare(wanted, lowest) < 0) return false;
    if (sign === '>=') return true;
    // `20` means any 20; of what is below 1.0.0 no engine is declared.
    return wanted[0] === lowest[0];
  });
}
