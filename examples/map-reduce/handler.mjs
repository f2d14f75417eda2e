// Two functions of one service: what the state machine mapReduce calls for each word, and for all lengths.

// "apple" -> 5
export async function wordLength(word) {
  if (typeof word !== 'string') throw new TypeError('give a word');
  return [...word].length;
}

// [5, 6] -> { totalLength: 11 }
export async function totalLength(lengths) {
  if (!Array.isArray(lengths)) throw new TypeError('give an array of lengths');
  return { totalLength: lengths.reduce((sum, length) => sum + length, 0) };
}
