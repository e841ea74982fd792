// Talk to Usher: each thing a person does has an id and is sent until it has arrived, once.

export class Problem extends Error {}

export const base = location.pathname.match(/^\/as\/[^/]+\//)[0];
const person = decodeURIComponent(base.split("/")[2]);
const WAITS = [500, 1000, 2000, 4000, 8000];
const QUIET_AFTER = 5 * 60 * 1000;

const pause = (time) => new Promise((done) => { setTimeout(done, time); });

export const link = {
  lost: false,
  watchers: [],
  wake: [],
  set(lost) {
    if (lost === this.lost) return;
    this.lost = lost;
    for (const watcher of this.watchers) watcher(lost);
    if (!lost) for (const go of this.wake.splice(0)) go();
  },
  // Wait a while, or until the line is back.
  wait(time) {
    return Promise.race([pause(time), new Promise((go) => { this.wake.push(go); })]);
  },
};
addEventListener("online", () => { for (const go of link.wake.splice(0)) go(); });

async function post(url, content) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
}

// Usher was restarted: its sessions are gone, so choose the same person again.
async function rejoin() {
  const answer = await post("/choose", { person });
  if (!answer.ok) location.assign("/");
}

// Ids of what failed for good, so that trying the same thing again by hand is still the same thing.
const failed = new Map();

export async function act(content, onLost = () => {}) {
  const key = JSON.stringify(content);
  const id = content.id || failed.get(key) || crypto.randomUUID();
  let failures = 0;
  for (let attempt = 0; ; attempt += 1) {
    let answer;
    try {
      answer = await post(`${base}act`, { ...content, id });
      if (answer.status === 401) {
        await rejoin();
        continue;
      }
      if (answer.ok) {
        const said = await answer.json();
        link.set(false);
        failed.delete(key);
        return said;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      link.set(true);
      onLost();
      await link.wait(WAITS[Math.min(attempt, WAITS.length - 1)]);
      continue;
    }
    if (answer.status < 500) throw new Problem((await answer.json()).say);
    failures += 1;
    if (failures < 3) {
      await pause(WAITS[failures]);
      continue;
    }
    failed.set(key, id);
    throw new Problem("Usher could not do that just now. What you typed is still here: try again in a moment.");
  }
}

export async function state() {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await fetch(`${base}state`);
      if (answer.status === 401) {
        await rejoin();
        continue;
      }
      if (answer.ok) {
        link.set(false);
        return await answer.json();
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    link.set(true);
    await link.wait(WAITS[Math.min(attempt, WAITS.length - 1)]);
  }
}

// News as it happens. `again` is called when this page has missed a restart and must ask for everything.
export class Stream {
  constructor(news, again) {
    this.news = news;
    this.again = again;
    this.mark = "";
    document.addEventListener("visibilitychange", () => this.rest());
  }

  open(mark) {
    this.close();
    this.mark = mark;
    const source = new EventSource(`${base}stream?after=${encodeURIComponent(mark)}`);
    this.source = source;
    source.addEventListener("open", () => link.set(false));
    source.addEventListener("news", (event) => {
      this.mark = event.lastEventId;
      this.news(JSON.parse(event.data).entries);
    });
    source.addEventListener("again", () => this.restart());
    source.addEventListener("error", () => {
      link.set(true);
      if (source.readyState === EventSource.CLOSED) this.restart();
    });
  }

  async restart() {
    if (this.restarting) return;
    this.restarting = true;
    this.close();
    await pause(300);
    await this.again();
    this.restarting = false;
  }

  close() {
    this.source?.close();
    this.source = null;
  }

  // A browser allows few open lines to one address: a tab that nobody looks at gives its line back.
  rest() {
    clearTimeout(this.resting);
    if (document.hidden) this.resting = setTimeout(() => this.close(), QUIET_AFTER);
    else if (!this.source && this.mark && !this.restarting) this.open(this.mark);
  }
}
