// The scenarios for the Agents SDK's realtime session on npm, a GA client with an engine, a history and tools of its own.
// Arguments: address, key, file of speech (pcm16), scenarios or expiry; the last line is JSON.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , address, key, speech, part] = process.argv;
const load = createRequire(path.join(process.env.NODE_CLIENTS, "x.js"));
const folder = path.join(process.env.NODE_CLIENTS, "node_modules/@openai/agents-realtime/dist/index.mjs");
const { RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket, tool } = await import(pathToFileURL(folder));
const { z } = load("zod");

const events = [];
const waiting = [];
function took(event) {
  const next = waiting.shift();
  next ? next(event) : events.push(event);
}
async function until(kind) {
  const found = [];
  do found.push(events.length ? events.shift() : await new Promise((resolve) => waiting.push(resolve)));
  while (found.at(-1).type !== kind);
  return found;
}
function check(truth, what) {
  if (!truth) throw new Error(what);
}

let looked = 0;
const look = tool({
  name: "look",
  description: "Look out of the window.",
  parameters: z.object({}),
  execute: async () => (looked++, "a fox"),
});
const url = `${address.replace("http", "ws")}/openai/v1/realtime?model=realtime`;
const agent = new RealtimeAgent({ name: "voice", instructions: "Answer.", tools: part === "tools" ? [look] : [] });
const session = new RealtimeSession(agent, {
  transport: new OpenAIRealtimeWebSocket({ url }),
  model: "realtime",
  tracingDisabled: true,
});
const errors = [];
let heard = 0;
let disconnected = false;
session.on("transport_event", took);
session.on("error", (error) => errors.push(error));
session.on("audio", (event) => (heard += event.data.byteLength));
session.transport.on("connection_change", (status) => (disconnected ||= status === "disconnected"));
await session.connect({ apiKey: key, url });
const said = (found) => found.at(-1).response.output[0].content[0].transcript;

if (part === "expiry") {
  const error = (await until("error")).at(-1).error;
  check(error.code === "session_expired", `expiry: ${JSON.stringify(error)}`);
  while (!disconnected) await new Promise((resolve) => setImmediate(resolve));
} else if (part === "tools") {
  session.sendMessage("Please look.");
  await until("response.done");
  check(said(await until("response.done")).includes("the tool answered a fox"), "tools");
  check(looked === 1, "the tool was executed");
} else {
  session.sendMessage("Say exactly: Hello there.");
  check(said(await until("response.done")) === "Hello there.", "text to audio");
  check(heard > 24_000, "sound came");

  const sound = fs.readFileSync(speech);
  for (let start = 0; start < sound.length; start += 4800) {
    const piece = sound.subarray(start, start + 4800);
    session.sendAudio(piece.buffer.slice(piece.byteOffset, piece.byteOffset + piece.length));
  }
  check(said(await until("response.done")) === "I heard: What is the weather?", "audio to audio");

  session.sendMessage("Say exactly: " + "one two three ".repeat(60));
  await until("response.output_audio.delta");
  session.interrupt();
  check(["cancelled", "completed"].includes((await until("response.done")).at(-1).response.status), "cancel");

  session.transport.sendEvent({ type: "input_audio_buffer.clear" });
  session.transport.sendEvent({ type: "input_audio_buffer.commit", event_id: "mine" });
  let error;
  do error = (await until("error")).at(-1).error;
  while (error.event_id !== "mine");
  check(error.code === "input_audio_buffer_commit_empty" && errors.length > 0, "error");

  for (let number = 0; number < 20; number++) {
    session.sendMessage(`Say exactly: number ${number}`);
    check(said(await until("response.done")) === `number ${number}`, "long session");
  }
  check(session.history.filter((one) => one.role === "assistant").length >= 20, "history");
}
session.close();
console.log(JSON.stringify({ passed: part }));
process.exit(0);
