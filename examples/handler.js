// foreshadow worker --config foreshadow.yaml --module examples/handler.js
const decoder = new TextDecoder();

/** @type {import('@foreshadow/worker-sdk').RecordHandler} */
export default async function handle(records, { partition, token, signal }) {
  for (const { key, value, position } of records) {
    signal.throwIfAborted(); // the partition is another's by now
    console.log(partition, position, `token ${token}`, key, decoder.decode(value));
  }
}
