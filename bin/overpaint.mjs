#!/usr/bin/env node
// Plain JavaScript, so that it runs on any Node: says what is missing before a syntax error would.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Overpaint needs Node 22.18 or newer, and this is Node ${process.versions.node}.\n` +
      'In a checkout, run it through npm (npm start, npm run -s overpaint -- <command>): npm ci brings its own Node 24.',
  );
  process.exit(3);
}
const { main } = await import('../src/cli/main.ts');
await main(process.argv.slice(2));
