// Polling that stops in a hidden tab and knows how old its data is.

/**
 * Reads repeatedly: at once, then `seconds` after each answer; not while the tab is hidden, and at once when it is shown
 * again. After `stop()` nothing is reported.
 */
export class Poll {
  #read;
  #millis;
  #report;
  #timer = 0;
  #abort = new AbortController();
  #running = false;
  #again = false;
  #stopped = false;
  #visible = () => {
    if (document.hidden) {
      clearTimeout(this.#timer);
    } else {
      this.shownAt = Date.now();
      this.now();
    }
  };

  /** Time of the last answer; 0 before the first. */
  answeredAt = 0;
  error = null;
  /** When the tab was last shown again: data is old then, and nobody has been asked yet. */
  shownAt = 0;

  constructor(read, seconds, report) {
    this.#read = read;
    this.#millis = seconds * 1000;
    this.#report = report;
    document.addEventListener('visibilitychange', this.#visible);
    this.now();
  }

  /** Reads at once; a read under way is followed by another one. */
  async now() {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#running = true;
    try {
      const data = await this.#read(this.#abort.signal);
      if (this.#stopped) return;
      this.answeredAt = Date.now();
      this.error = null;
      this.#report(data, null);
    } catch (error) {
      if (this.#stopped || this.#abort.signal.aborted) return;
      this.error = error;
      this.#report(null, error);
    } finally {
      this.#running = false;
      this.#schedule();
    }
  }

  #schedule() {
    if (this.#stopped) return;
    if (this.#again) {
      this.#again = false;
      this.now();
    } else if (!document.hidden) {
      this.#timer = setTimeout(() => this.now(), this.#millis);
    }
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#abort.abort();
    document.removeEventListener('visibilitychange', this.#visible);
  }
}
