// Prints how long it takes from the import to the first token request, in a process that is new.
const [script, place] = process.argv.slice(2);

globalThis.fetch = () => {
  console.log(performance.now() - begin);
  process.exit();
};

const begin = performance.now();
const { open } = await import(script);
const client = await open(JSON.parse(place));
await client.signIn();
