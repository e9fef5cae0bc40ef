// The scenarios of scenarios.py for clients on npm. Arguments: client, address, key, file of
// speech (pcm16), chat, scenarios or expiry; the last line is JSON.
const fs = require("node:fs");
const path = require("node:path");
const load = require("node:module").createRequire(path.join(process.env.NODE_CLIENTS, "x.js"));

const [, , client, address, key, speech, part] = process.argv;
const isGa = client === "openai-ga";
const waiting = [];
const events = [];
let closed = null;

function took(event) {
  const next = waiting.shift();
  next ? next.resolve(event) : events.push(event);
}
function failed(error) {
  closed = error;
  waiting.splice(0).forEach((one) => one.reject(error));
}
function receive() {
  if (events.length) return Promise.resolve(events.shift());
  if (closed) return Promise.reject(closed);
  return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
}
async function until(kind) {
  const found = [];
  do found.push(await receive());
  while (found.at(-1).type !== kind);
  return found;
}

async function open() {
  if (client === "rt-client") {
    // Its CommonJS build lies in a package of type "module", where Node does not take it for one.
    const module = path.join(process.env.NODE_CLIENTS, "node_modules/rt-client/dist/esm/index.js");
    const { LowLevelRTClient } = await import(require("node:url").pathToFileURL(module));
    const api = new LowLevelRTClient(new URL(address), { key }, { deployment: "realtime" });
    (async () => {
      for await (const message of api.messages()) took(message);
    })().catch(failed);
    return { send: (event) => api.send(event), close: () => api.close() };
  }
  const { OpenAI, AzureOpenAI } = load("openai");
  const { OpenAIRealtimeWS } = load(isGa ? "openai/realtime/ws" : "openai/beta/realtime/ws");
  const azure = { endpoint: address, apiKey: key, apiVersion: "2025-04-01-preview", deployment: "realtime" };
  const api = isGa
    ? await OpenAIRealtimeWS.create(new OpenAI({ baseURL: `${address}/openai/v1`, apiKey: key }), { model: "realtime" })
    : await OpenAIRealtimeWS.azure(new AzureOpenAI(azure));
  api.on("event", took);
  api.on("error", () => {});
  if (api.socket.readyState !== 1) await new Promise((resolve) => api.socket.on("open", resolve));
  return { send: (event) => api.send(event), close: () => api.close() };
}

function check(truth, what) {
  if (!truth) throw new Error(what);
}

async function chat() {
  const { OpenAI, AzureOpenAI } = load("openai");
  const api = isGa
    ? new OpenAI({ baseURL: `${address}/openai/v1`, apiKey: key })
    : new AzureOpenAI({ endpoint: address, apiKey: key, apiVersion: "2025-01-01-preview" });
  const messages = [{ role: "user", content: "Say exactly: Hello there." }];
  const asked = { model: "audio", modalities: ["text", "audio"], messages };
  const whole = await api.chat.completions.create({ ...asked, audio: { voice: "alloy", format: "wav" } });
  const { transcript, data } = whole.choices[0].message.audio;
  check(transcript === "Hello there." && Buffer.from(data, "base64").toString("latin1", 0, 4) === "RIFF", "chat");

  const pcm16 = { voice: "alloy", format: "pcm16" };
  let streamed = "";
  for await (const chunk of await api.chat.completions.create({ ...asked, audio: pcm16, stream: true }))
    streamed += chunk.choices?.[0]?.delta?.audio?.transcript ?? "";
  check(streamed === "Hello there.", "streamed chat");

  const refused = await api.chat.completions.create({ model: "audio", messages }).catch((error) => error);
  check(refused.status === 400 && refused.param === "model", "refused chat");
}

async function main() {
  if (part === "chat") return chat();
  const api = await open();
  const write = async (text) => {
    const content = [{ type: "input_text", text }];
    await api.send({ type: "conversation.item.create", item: { type: "message", role: "user", content } });
    await api.send({ type: "response.create" });
  };
  const said = (done) => done.at(-1).response.output[0].content[0].transcript;

  if (part === "expiry") {
    const error = (await until("error")).at(-1).error;
    check(error.code === "session_expired", "expiry");
    return;
  }
  await write("Say exactly: Hello there.");
  check(said(await until("response.done")) === "Hello there.", "text to audio");

  const sound = fs.readFileSync(speech);
  for (let start = 0; start < sound.length; start += 4800)
    await api.send({ type: "input_audio_buffer.append", audio: sound.subarray(start, start + 4800).toString("base64") });
  check(said(await until("response.done")) === "I heard: What is the weather?", "audio to audio");

  const tool = { type: "function", name: "look", parameters: { type: "object", properties: {}, required: [] } };
  await api.send({ type: "session.update", session: { ...(isGa ? { type: "realtime" } : {}), tools: [tool] } });
  await write("Please look.");
  const call = (await until("response.done")).at(-1).response.output[0];
  const output = { type: "function_call_output", call_id: call.call_id, output: "a fox" };
  await api.send({ type: "conversation.item.create", item: output });
  await api.send({ type: "response.create" });
  check(said(await until("response.done")).includes("the tool answered a fox"), "tools");

  await write("Say exactly: " + "one two three ".repeat(60));
  await until("response.created");
  await api.send({ type: "response.cancel" });
  check(["cancelled", "completed"].includes((await until("response.done")).at(-1).response.status), "cancel");

  // The silence behind the question is still in the buffer.
  await api.send({ type: "input_audio_buffer.clear" });
  await api.send({ type: "input_audio_buffer.commit", event_id: "mine" });
  let error;
  do error = (await until("error")).at(-1).error;
  while (error.event_id !== "mine");
  check(error.code === "input_audio_buffer_commit_empty", "error");

  for (let number = 0; number < 20; number++) {
    await write(`Say exactly: number ${number}`);
    check(said(await until("response.done")) === `number ${number}`, "long session");
  }
  await api.close();
}

main()
  .then(() => {
    console.log(JSON.stringify({ passed: client }));
    process.exit(0);
  })
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
