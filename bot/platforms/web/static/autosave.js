// Keep a half-filled form safe: send what has been typed a moment after it changes, one at a time.

const AFTER = 700;

export class Autosave {
  // send(answers) -> reply; read() -> answers; kept(reply, answers) follows; say(words) shows how it stands.
  constructor({ send, read, kept, say }) {
    Object.assign(this, { send, read, kept, say });
    this.running = null;
    this.timer = 0;
    this.dirty = false;
    this.last = JSON.stringify(read());
  }

  changed(wait = AFTER) {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), wait);
  }

  async run() {
    clearTimeout(this.timer);
    if (this.stopped) return;
    if (this.running) {
      await this.running;
      if (this.dirty) await this.run();
      return;
    }
    // `finally` runs later, even when there was nothing to send: `running` never outlives its run.
    this.running = this.once().finally(() => { this.running = null; });
    await this.running;
  }

  async once() {
    try {
      this.dirty = false;
      const answers = this.read();
      const now = JSON.stringify(answers);
      if (now === this.last) return;
      this.say("Saving…");
      const reply = await this.send(answers);
      this.last = now;
      this.say("Saved");
      this.kept(reply, answers);
    } catch (problem) {
      this.dirty = true;
      this.say(problem.message);
    }
  }

  // Before anything else is sent: nothing of ours is on its way, and nothing is left unsent.
  async settle({ flush }) {
    clearTimeout(this.timer);
    if (this.running) await this.running;
    if (flush && this.dirty) await this.run();
    clearTimeout(this.timer);
    this.dirty = false;
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
