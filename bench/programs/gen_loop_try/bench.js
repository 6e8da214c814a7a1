function* gen(n) {
  try {
    for (let i = 0; i < n; i++) yield i;
  } finally {
  }
}
function run(rounds, n) {
  let total = 0;
  for (let r = 0; r < rounds; r++) {
    let s = 0;
    for (const x of gen(n)) s += x;
    total += s;
  }
  return total;
}
console.log(run(700, 30000));
