/**
 * Reads JSON as Python writes it: `-Infinity`, `Infinity` and `NaN` may stand bare, which diffusers' own
 * `scheduler_config.json` files do (`"lambda_min_clipped": -Infinity`).
 * @returns the value; a bare number that JSON does not know becomes the string of its name
 * @throws SyntaxError when the text is not JSON otherwise
 */
export function parsePythonJson(text: string): unknown {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gu, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  return JSON.parse(quoted);
}
