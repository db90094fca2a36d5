// Writes the documents that follow from the code: docs/parameters.md and .env.example. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { ENVIRONMENT_DOCS } from '../src/config.ts';
import { parameterList, rangeOf } from '../src/recipe/parameters.ts';

function parameters(): string {
  const rows = parameterList().map(([name, row]) => {
    const range = rangeOf(name);
    const values = range ? `${range.min} to ${range.max}${range.whole ? ', whole' : ''}` : '';
    const cells = [
      `\`${name}\``,
      row.about,
      values,
      `\`${row.flag}\``,
      row.option ? `\`${row.option}\`` : '',
      row.a1111 ?? '',
      row.elsewhere ?? '',
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    '# Parameters',
    '',
    'Written by `npm run gen` from `src/recipe/parameters.ts`; change it there.',
    '',
    '| recipe field | meaning | range | flag | slash option | A1111 key | elsewhere |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function environment(): string {
  return [
    '# Every variable that Overpaint reads. All may be left out. Written by `npm run gen` from src/config.ts.',
    ...ENVIRONMENT_DOCS.flatMap(({ name, about }) => ['', `# ${about}`, `#${name}=`]),
    '',
  ].join('\n');
}

const files = { 'docs/parameters.md': parameters(), '.env.example': environment() };
for (const [path, text] of Object.entries(files)) {
  const url = new URL(`../${path}`, import.meta.url);
  if (!process.argv.includes('--check')) writeFileSync(url, text);
  else if (readFileSync(url, 'utf8') !== text) {
    console.error(`${path} is not up to date: npm run gen`);
    process.exitCode = 1;
  }
}
